"""Two other ways from YAML to SQLite, as reference points: `python bench/peers.py KB WORK`.

yaml-to-sqlite takes one file with a list in it, so the records are put into one beforehand. The
other way is the obvious one: yaml.safe_load, a SQLModel object a row, session.add_all. Neither
checks references, makes indexes or search; they do less than we do.
"""

import subprocess
import sys
import time
import venv
from pathlib import Path

HERE = Path(__file__).parent
VENV = HERE.parent / ".bench/venv"

ADD_ALL = """
import sys, yaml
from pathlib import Path
from sqlmodel import Field, Session, SQLModel, create_engine


class Record(SQLModel, table=True):
    id: str = Field(primary_key=True)
    section: str
    name: str | None = None


class Statement(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    record: str = Field(foreign_key="record.id", index=True)
    section: str
    field: str
    value: str


class Citation(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    statement: int = Field(foreign_key="statement.id", index=True)
    position: int
    source: str
    locator: str | None = None


engine = create_engine(f"sqlite:///{sys.argv[2]}")
SQLModel.metadata.create_all(engine)
records, statements, citations = [], [], []
for path in sorted(Path(sys.argv[1]).glob("*/*.yml")):
    found = yaml.safe_load(path.read_text())
    name = found.get("name") or found.get("title") or found.get("subject")
    records.append(Record(id=path.stem, section=path.parent.name, name=name))
    for section, items in found.items():
        for item in items if isinstance(items, list) else ():
            cites = item.pop("cite", []) if isinstance(item, dict) else []
            if not cites:
                continue
            for field, value in item.items():
                statements.append(Statement(id=len(statements) + 1, record=path.stem,
                                            section=section, field=field, value=str(value)))
                for position, cite in enumerate([cites] if isinstance(cites, str) else cites, 1):
                    source, _, locator = str(cite).partition(" ")
                    citations.append(Citation(statement=len(statements), position=position,
                                              source=source, locator=locator))
with Session(engine) as session:
    for rows in (records, statements, citations):
        session.add_all(rows)
        session.commit()
"""


def prepared(place: Path, wanted: Path, *more: object) -> Path:
    """The programs of the venv `place`, made when it is not there or the list `wanted` has changed.

    `more` goes to a second `pip install`.
    """
    made = place / wanted.name
    if not made.exists() or made.read_text() != wanted.read_text():
        venv.create(place, clear=True, with_pip=True)
        for what in (["-r", wanted], list(more)):
            if what:
                pip = [place / "bin/pip", "install", "--quiet", "--disable-pip-version-check"]
                subprocess.run([*map(str, pip), *map(str, what)], check=True)
        made.write_text(wanted.read_text())
    return place / "bin"


def one_file(kb: Path, out: Path) -> Path:
    """All records as one list; nothing in them needs reading for that, only indenting."""
    with out.open("w") as file:
        for path in sorted(kb.glob("*/*.yml")):
            file.write(f"- id: {path.stem}\n")
            file.writelines(f"  {line}" for line in path.read_text().splitlines(keepends=True))
    return out


def timed(*command: object) -> float:
    started = time.perf_counter()
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
    return time.perf_counter() - started


def run(kb: Path, work: Path) -> dict[str, float]:
    """Wall seconds of each way."""
    bin = prepared(VENV, HERE / "requirements-peers.txt")
    all_in_one, script, out = one_file(kb, work / "all.yml"), work / "add_all.py", work / "peer.db"
    script.write_text(ADD_ALL)
    found = {}
    for name, command in {
        "yaml-to-sqlite": (bin / "yaml-to-sqlite", out, "record", all_in_one, "--pk=id"),
        "safe_load + SQLModel add_all": (bin / "python", script, kb, out),
    }.items():
        out.unlink(missing_ok=True)
        found[name] = timed(*command)
    return found


if __name__ == "__main__":
    for name, seconds in run(Path(sys.argv[1]), Path(sys.argv[2])).items():
        print(f"{seconds:8.2f} s  {name}")
