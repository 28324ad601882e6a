"""The database of an earlier state, for answers that were cited then: made when somebody asks for it.

An earlier state is built again of the versions in the database that is served (`igkb build --at`), in
a process of its own, one at a time, and kept in a folder of this process for those who ask next.
"""

import asyncio
import functools
import os
import shutil
import sys
import tempfile
from collections import OrderedDict
from pathlib import Path

KEPT = 4  # states; each takes as much room as a database
_kept: OrderedDict[tuple[Path, str], Path | None] = OrderedDict()
_making = asyncio.Lock()


class Busy(Exception):
    """Another state is being made."""


async def database(db: Path, at: str) -> Path | None:
    """The database of the state that the records had from the moment `at`, None where it cannot be
    made with the tools of today. Raises Busy where another is being made.
    """
    if (db, at) in _kept:
        _kept.move_to_end((db, at))
        return _kept[db, at]
    if _making.locked():
        raise Busy
    async with _making:
        made = _folder() / f"{at.replace(':', '-')}.db"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "igkb", "build", "--at", at, "--db", str(db), "-o", str(made),
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        )  # fmt: skip
        _kept[db, at] = made if await process.wait() == 0 else None
        if len(_kept) > KEPT:
            _, oldest = _kept.popitem(last=False)
            if oldest:
                oldest.unlink(missing_ok=True)
        return _kept[db, at]


@functools.cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="igkb-then-"))


def forget() -> None:
    """Remove the databases of earlier states."""
    if _kept:
        shutil.rmtree(_folder(), ignore_errors=True)
        _kept.clear()
