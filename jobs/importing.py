"""Importing a table: read it whole, show what would change, write it."""

import tempfile
from dataclasses import replace
from pathlib import Path

import click

from loaders.check import check
from loaders.importers.merge import Change, Imported, New, Row, merge, write
from loaders.importers.tables import IMPORTERS, addresses, rows
from loaders.problem import Problem, as_text


def planned(tables: list[tuple[str, Path]], kb: Path) -> list[Change]:
    """The changes that the tables make; exit 1 with every problem where one of them is faulty.

    `tables` are names of importers with their files. All go into a record at once, which is read
    and written once however many there are.
    """
    faults = [problem for problem in check(kb) if not problem.warning]
    if faults:
        click.echo(as_text(faults))
        raise click.ClickException(f"{len(faults)} problems in {kb}; mend them before an import")
    known, sources = {path.stem for path in kb.glob("*/*.yml")}, addresses(kb)
    made: list[New | Imported] = []
    of: dict[int, tuple[Path, Row]] = {}  # the row of each
    problems: list[Problem] = []
    for name, table in tables:
        importer = IMPORTERS[name]
        found, wrong = rows(table, importer, sources)
        problems += wrong
        if wrong:
            continue
        stated = [list(importer.statements(row)) for row in found]
        made += [item for items in stated for item in items]
        of |= {
            id(item): (table, row)
            for row, items in zip(found, stated, strict=True)
            for item in items
        }
        silent = sum(not items for items in stated)
        if silent:
            click.echo(
                f"{table}: {silent} of {len(found)} rows state nothing that is recorded here",
                err=True,
            )
    if problems:
        click.echo(as_text(problems))
        files = ", ".join(str(table) for _, table in tables)
        raise click.ClickException(f"{len(problems)} problems in {files}; nothing was imported")
    known |= {item.record for item in made if isinstance(item, New)}
    strangers = sorted({id for item in made for id in _named(item) if id not in known})
    if strangers:
        click.echo(
            f"left out, since there is no record: {', '.join(strangers)}; "
            "`igkb import countries` makes those of states",
            err=True,
        )
    changes, uncited = merge(kb, (item for item in made if all(id in known for id in _named(item))))
    if uncited:
        lines: dict[str, list[str]] = {}
        for item in uncited:
            table, row = of[id(item)]
            lines.setdefault(row["source_url"], []).append(f"{table.name}:{row['line']}")
        for address, places in sorted(lines.items()):
            places = list(dict.fromkeys(places))
            click.echo(
                f"left out, since no source has the address {address}: {', '.join(places)}",
                err=True,
            )
        click.echo("`igkb new source` makes a source; read it before it is cited", err=True)
    faults = [problem for problem in _after(kb, changes) if not problem.warning]
    if faults:
        click.echo(as_text(faults))
        raise click.ClickException(
            f"{len(faults)} problems would come into {kb}; nothing was imported"
        )
    return changes


def _after(kb: Path, changes: list[Change]) -> list[Problem]:
    """What `igkb check` would say after the changes; places are those of the records to be."""
    changed = {change.path for change in changes}
    with tempfile.TemporaryDirectory() as folder:
        beside = Path(folder, kb.name)
        for path in kb.glob("*/*.yml"):
            to = beside / path.relative_to(kb)
            to.parent.mkdir(parents=True, exist_ok=True)
            if path not in changed:
                to.symlink_to(path.resolve())
        for change in changes:
            to = beside / change.path.relative_to(kb)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_text(change.after, encoding="utf-8")
        return [
            replace(problem, path=problem.path.replace(str(beside), str(kb), 1))
            for problem in check(beside)
        ]


def _named(item: New | Imported) -> list[str]:
    """The records that the item needs: that which it is about, and the other body of a relation."""
    target = item.values.get("target") if isinstance(item, Imported) else None
    return [item.record, str(target)] if target else [item.record]


def report(changes: list[Change], dry: bool) -> None:
    """Print the diff of a dry run, or write the files and say how many."""
    if dry:
        for change in changes:
            click.echo(change.diff(), nl=False)
    else:
        try:
            for _ in write(changes):
                pass
        except OSError as error:
            want = "what was written is whole; run it again to go on"
            raise click.ClickException(f"{error}; {want}") from None
    new = sum(change.before is None for change in changes)
    done = "would be changed" if dry else "changed"
    click.echo(f"{len(changes) - new} records {done}, {new} new", err=True)
