"""A made-up git history of a made-up kb/, always the same: `python bench/history.py FOLDER N`.

FOLDER holds kb/ as `corpus.py` writes it and becomes a repository of N commits after the first. Each
changes one institution: a word of one of its texts, or, one time in five, an event more.
"""

import argparse
import random
import re
import subprocess
from pathlib import Path

from corpus import WORDS

TEXT = re.compile(rb"(?m)^(?:name|- mandate|  note): .*$")
WHO = b"committer igkb <bench@example.org>"
BEGAN = 1_700_000_000  # seconds since 1970; a minute from commit to commit


def changed(text: bytes, number: int, draw: random.Random) -> bytes:
    """The record with one change, by the commit of that number."""
    word = draw.choice(WORDS).encode()
    if draw.random() < 0.2:  # events stand last in a record
        date = b"%d-%02d" % (draw.randint(1960, 2025), draw.randint(1, 12))
        event = b"- key: event-%d\n  date: %b\n  title: Of the %b\n  cite: doc-000000 %b\n"
        return text + event % (number, date, word, word)
    at = draw.choice([match.end() for match in TEXT.finditer(text)])
    return text[:at] + b" " + word + text[at:]


def write(folder: Path, count: int) -> None:
    """Make the repository, its work tree as after the last commit."""
    draw = random.Random("history")
    records = {path: path.read_bytes() for path in sorted(folder.glob("kb/*/*.yml"))}
    bodies = [path for path in records if path.parent.name == "institutions"]
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", folder], check=True)
    with subprocess.Popen(
        ["git", "-C", folder, "fast-import", "--quiet"], stdin=subprocess.PIPE
    ) as git:
        assert git.stdin

        def commit(number: int, paths: list[Path]) -> None:
            git.stdin.write(
                b"commit refs/heads/main\n%b %d +0000\ndata 1\n.\n" % (WHO, BEGAN + 60 * number)
            )
            for path in paths:
                data = records[path]
                place = path.relative_to(folder).as_posix().encode()
                git.stdin.write(b"M 100644 inline %b\ndata %d\n%b\n" % (place, len(data), data))

        commit(0, list(records))
        for number in range(1, count + 1):
            path = draw.choice(bodies)
            records[path] = changed(records[path], number, draw)
            commit(number, [path])
        git.stdin.close()
    if git.returncode:
        raise SystemExit("git fast-import failed")
    subprocess.run(["git", "-C", folder, "reset", "--quiet", "--hard"], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    asked = parser.parse_args()
    write(asked.folder, asked.count)


if __name__ == "__main__":
    main()
