"""Importing a table: read it whole, show what would change, write it."""

from pathlib import Path

import click

from loaders.check import check
from loaders.importers.merge import Change, Imported, merge, write
from loaders.importers.tables import IMPORTERS, addresses, rows
from loaders.problem import as_text


def planned(name: str, table: Path, kb: Path) -> list[Change]:
    """The changes that the table makes; exit 1 with every problem where it is faulty."""
    faults = [problem for problem in check(kb) if not problem.warning]
    if faults:
        click.echo(as_text(faults))
        raise click.ClickException(f"{len(faults)} problems in {kb}; mend them before an import")
    importer = IMPORTERS[name]
    found, problems = rows(table, importer, addresses(kb))
    if problems:
        click.echo(as_text(problems))
        raise click.ClickException(f"{len(problems)} problems in {table}; nothing was imported")
    made = [item for row in found for item in importer.statements(row)]
    known = {path.stem for path in kb.glob("*/*.yml")}
    known |= {item.record for item in made if not isinstance(item, Imported)}
    strangers = sorted({item.record for item in made if item.record not in known})
    if strangers:
        click.echo(
            f"left out, since there is no record: {', '.join(strangers)}; "
            "`igkb import countries` makes those of states",
            err=True,
        )
    return merge(kb, (item for item in made if item.record in known))


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
