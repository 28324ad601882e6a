"""The versions of each record, from the git history of its file: never from a field in it.

A version is a state of the record's content on the first-parent line of the branch. Its number rises
by one where the canonical JSON of the record changes, and only there: a comment, the order of keys
or the folding of a line make none. Canonical is the plain value of the YAML, every scalar as its
text, as JSON with sorted keys and without spaces, in UTF-8; its SHA-256 stands beside the id that
git gives the file (`git hash-object`), so that anyone with the repository can compute both again.
"""

import hashlib
import marshal
import os
import re
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from loaders.ahead import worth
from loaders.parts import Known, canonical_of
from loaders.read import FOLDERS, value_of

_FILE = re.compile(rf"({'|'.join(FOLDERS)})/([^/]+)\.yml")
_NOTHING = "0" * 40  # git's id of a file that is not there
_UNREADABLE = "git cannot read the history of the records; `git fsck` tells what is broken"
_NAMES = ("name", "title", "subject")  # what a record is called by
_CHUNK = 200  # records sent at once
_FEW = 2  # versions; so few are read faster whole than in parts


Change = tuple[str, str, str, str]  # of a file: committed, commit, section, blob


class Version(NamedTuple):
    """One version of a record."""

    number: int  # from 1
    committed: str  # UTC, 2026-11-24T10:00:00Z
    commit: str
    section: str
    blob: str
    sha256: str
    content: str | None  # canonical JSON; None, as the file, where the database before has both
    yaml: str | None


class Life(NamedTuple):
    """What became of one record."""

    id: str
    versions: list[Version]
    here: int | None  # the version that its file is now, None where that was not committed
    removed: str | None  # when its file was removed
    name: str | None  # what it was called, where it was removed


def content(data: bytes, known: Known | None = None) -> tuple[str, str]:
    """The canonical JSON of a record's text and its SHA-256; of a text that is no record, nothing and
    that of the text itself. `known` are parts of the versions before.
    """
    text = canonical_of(data, known)
    return text or "{}", hashlib.sha256(data if text is None else text.encode()).hexdigest()


def blob_of(data: bytes) -> str:
    """The id that git gives a file with this content: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects"""
    return hashlib.sha1(b"blob %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest()


def lives(kb: Path, before: Path) -> Iterator[Life]:
    """The versions of every record that ever lay below `kb`, by id. What the database `before` has of
    them, where it is one, is not read again, and left out.

    None where there is no whole history to read: outside git, or in a shallow clone, whose numbers
    would be wrong.
    """
    changes = _changes(kb)
    known = known_before(before) if changes else {}
    wanted = {id: _wanted(found, known) for id, found in sorted(changes.items())}
    texts = _texts(kb, [blob for blobs in wanted.values() for blob in blobs])
    for id, blobs in wanted.items():
        found, read = changes[id], {blob: next(texts) for blob in blobs}
        versions: list[Version] = []
        removed = name = None
        parts: Known | None = {} if len(found) > _FEW else None
        for committed, commit, section, blob in reversed(found):  # the oldest first
            removed = committed if blob == _NOTHING else None
            if blob == _NOTHING:
                continue
            new = blob not in known
            text, sha256 = content(read[blob], parts) if new else ("", known[blob])
            if not versions or versions[-1].sha256 != sha256:
                file = read[blob].decode("utf-8", "replace") if new else None
                versions.append(
                    Version(
                        len(versions) + 1, committed, commit, section, blob, sha256,
                        text if new else None, file,
                    )
                )  # fmt: skip
        if versions and removed:
            value = value_of(read[found[1][3]]) or {}
            name = next((str(value[key]) for key in _NAMES if value.get(key)), id)
        if versions:
            here = None if removed else _here(kb, id, versions[-1])
            yield Life(id, versions, here, removed, name)


def _wanted(found: list[Change], known: dict[str, str]) -> list[str]:
    """The files of one record that must be read, each once."""
    blobs = [blob for *_, blob in found if blob not in known]
    if found[0][3] == _NOTHING and len(found) > 1:
        blobs.append(found[1][3])  # for its name
    return [blob for blob in dict.fromkeys(blobs) if blob != _NOTHING]


def _here(kb: Path, id: str, last: Version) -> int | None:
    try:
        data = (kb / last.section / f"{id}.yml").read_bytes()
    except OSError:
        return None
    same = blob_of(data) == last.blob or content(data)[1] == last.sha256
    return last.number if same else None


def known_before(before: Path) -> dict[str, str]:
    """The SHA-256 of the content of files by their git ids, as a database has them; none where it is none
    of ours, or of an older form.
    """
    if not before.is_file():
        return {}
    with suppress(sqlite3.Error):
        uri = f"{before.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as old:
            return dict(
                old.execute(
                    "SELECT blob, sha256 FROM record_version "
                    "WHERE content IS NOT NULL AND yaml IS NOT NULL"
                ).fetchall()
            )
    return {}


def _changes(kb: Path) -> dict[str, list[Change]]:
    """Id -> each change of its file, the newest first."""
    shallow = _git(kb, "rev-parse", "--is-shallow-repository")
    if shallow is None or shallow.strip() != b"false":
        return {}
    log = _git(
        kb, "-c", "core.quotePath=off", "-c", "log.showRoot=true", "-c", "log.showSignature=false",
        "log", "--first-parent", "-m", "--format=%x00%cd %H", "--date=format-local:%Y-%m-%dT%H:%M:%SZ",
        "--raw", "--no-abbrev", "--no-renames", "--relative", "--", ".",
    )  # fmt: skip
    found: dict[str, list[Change]] = {}
    for commit in (log or b"").decode("utf-8", "replace").split("\0")[1:]:
        head, _, files = commit.partition("\n")
        committed, hash = head.split(" ")
        lines = [line.partition("\t") for line in files.split("\n") if line.startswith(":")]
        # A file that moved from one folder to another is there: its removal is told after it here,
        # which makes it the older of the two.
        lines.sort(key=lambda line: line[0].split(" ")[3] == _NOTHING)
        for about, _, path in lines:
            place = _FILE.fullmatch(path)
            if place:
                blob = about.split(" ")[3]
                found.setdefault(place[2], []).append((committed, hash, place[1], blob))
    return found


def _texts(kb: Path, blobs: list[str]) -> Iterator[bytes]:
    """The content of files by their ids, read by git while what was read before is worked on.

    Raises OSError where the repository lacks one.
    """
    if not blobs:
        return
    with tempfile.TemporaryFile() as asked:
        asked.write("".join(f"{blob}\n" for blob in blobs).encode())
        asked.seek(0)
        with subprocess.Popen(  # noqa: S603  # no shell
            ["git", "-C", str(kb), "cat-file", "--batch", "--buffer"],  # noqa: S607  # git of the PATH
            stdin=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as git:  # fmt: skip
            assert git.stdout
            for _ in blobs:
                head = git.stdout.readline().split()  # id, kind, size; or id, what is wrong
                if len(head) != 3:
                    raise OSError(_UNREADABLE)
                yield git.stdout.read(int(head[2]) + 1)[:-1]


def _git(kb: Path, *arguments: str) -> bytes | None:
    try:
        done = subprocess.run(  # noqa: S603  # no shell
            ["git", "-C", str(kb), *arguments],  # noqa: S607  # fixed words, git of the PATH
            capture_output=True, check=False, env={**os.environ, "TZ": "UTC"},
        )  # fmt: skip
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


@contextmanager
def history(kb: Path, before: Path) -> Iterator[Iterator[Life]]:
    """`lives`, found by a process of its own meanwhile where there are many records.

    That process ends with the block, and with this process: it then writes to a pipe nobody reads.
    """
    if not worth(kb):
        yield lives(kb, before)
        return
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
            os.closerange(3, writer)  # what others wait on, the pipes of other processes among them
            os.closerange(writer + 1, 1024)
            with os.fdopen(writer, "wb") as stream:
                _send(kb, before, stream)
        os._exit(0)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as stream:
            yield _received(stream)
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _send(kb: Path, before: Path, stream: IO[bytes]) -> None:
    chunk: list[tuple[Any, ...]] = []

    def send() -> None:
        data = marshal.dumps(chunk)
        stream.write(len(data).to_bytes(8, "big") + data)
        chunk.clear()

    for life in lives(kb, before):
        chunk.append((life.id, [tuple(version) for version in life.versions], *life[2:]))
        if len(chunk) == _CHUNK:
            send()
    if chunk:
        send()
    stream.write(bytes(8))  # all told


def _received(stream: IO[bytes]) -> Iterator[Life]:
    """What the other process tells. Raises OSError where it ended before all was told."""
    while size := int.from_bytes(head := stream.read(8), "big"):
        data = stream.read(size)
        if len(data) < size:
            break
        for id, versions, *more in marshal.loads(data):  # noqa: S302  # from our own child
            yield Life(id, [Version(*version) for version in versions], *more)
    if len(head) < 8 or size:
        raise OSError(_UNREADABLE)
