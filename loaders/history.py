"""When each record changed, from the git history of its file: never from a field in it."""

import os
import subprocess
from pathlib import Path


def history(kb: Path) -> dict[str, tuple[int, str]]:
    """Path below `kb` -> how many commits changed the file, and the day of the last one (UTC).

    Empty where there is no whole history to read: outside git, or in a shallow clone, whose
    counts would be wrong.
    """
    shallow = _git(kb, "rev-parse", "--is-shallow-repository")
    if shallow is None or shallow.strip() != "false":
        return {}
    log = _git(
        kb, "-c", "core.quotePath=off", "-c", "log.showRoot=true", "-c", "log.showSignature=false",
        "log", "--format=%x00%cd", "--date=format-local:%Y-%m-%d",
        "--name-only", "--no-renames", "--relative", "--", ".",
    )  # fmt: skip
    found: dict[str, tuple[int, str]] = {}
    for commit in (log or "").split("\0")[1:]:
        day, _, names = commit.partition("\n")
        for name in names.split("\n"):
            if name:
                count, last = found.get(name, (0, day))
                found[name] = (count + 1, last)
    return found


def _git(kb: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603  # no shell, no input
            ["git", "-C", str(kb), *arguments],  # noqa: S607  # fixed words, git of the PATH
            capture_output=True, encoding="utf-8", check=False, env={**os.environ, "TZ": "UTC"},
        )  # fmt: skip
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
