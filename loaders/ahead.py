"""Read ahead: another process reads the files while this one checks what was read.

Imports nothing heavy, so that it reads while this one still imports the schema.
"""

import marshal
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import IO

from loaders import read
from loaders.problem import Refused

WORTH = 500  # files; for fewer another process costs about what it saves
CHUNK = 64  # files sent at once


def worth(kb: Path) -> bool:
    """Are there records enough below `kb`, and processors, for more processes than one?"""
    if not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
        return False
    return sum(1 for _ in kb.glob("*/*.yml")) >= WORTH


@contextmanager
def ahead(kb: Path) -> Iterator[None]:
    """Within the block, `read` takes the records below `kb` as a second process has read them.

    That process ends with this one, however this one ends: it then writes to a pipe nobody reads.
    Whatever it does not deliver is read here, so what comes out is the same with and without it.
    """
    if not worth(kb):
        yield
        return
    before = read.read_before
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
            os.close(reader)
            with os.fdopen(writer, "wb") as stream:
                _send(kb, stream)
        finally:
            os._exit(0)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as stream:
            read.read_before = _Received(stream).take
            yield
    finally:
        read.read_before = before
        os.waitpid(child, 0)


def _send(kb: Path, stream: IO[bytes]) -> None:
    chunk: list[tuple[str, read.Plain]] = []

    def send() -> None:
        data = marshal.dumps(chunk)
        stream.write(len(data).to_bytes(8, "big") + data)
        stream.flush()
        chunk.clear()

    for section in read.FOLDERS:
        for path in sorted((kb / section).glob("*.yml"), key=lambda path: path.stem):
            with suppress(Refused):  # left to the parent, who tells why
                document = read.read(path, section)
                chunk.append((str(path), (document.value, document.lines)))
            if len(chunk) == CHUNK:
                send()
    send()


class _Received:
    """What the second process has sent, taken in the order in which it is asked for."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.documents = _documents(stream)
        self.next: list[tuple[str, read.Plain]] = []  # the one that is to come, once known

    def take(self, path: Path) -> read.Plain | None:
        """The value and lines of the file, None where it is not the next that was read."""
        self.next = self.next or list(islice(self.documents, 1))
        if not self.next or self.next[0][0] != str(path):
            return None
        return self.next.pop()[1]


def _documents(stream: IO[bytes]) -> Iterator[tuple[str, read.Plain]]:
    while size := int.from_bytes(stream.read(8), "big"):
        data = stream.read(size)
        if len(data) < size:
            return
        yield from marshal.loads(data)  # noqa: S302  # from our own child
