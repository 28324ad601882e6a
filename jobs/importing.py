"""Importing a table: read it whole, show what would change, write it."""

from pathlib import Path

import click

from loaders.importers.merge import Change, Imported, merge, write
from loaders.importers.tables import IMPORTERS, rows
from loaders.problem import as_text


def planned(name: str, table: Path, kb: Path) -> list[Change]:
    """The changes that the table makes; exit 1 with every problem where it is faulty."""
    importer = IMPORTERS[name]
    found, problems = rows(table, importer)
    if problems:
        click.echo(as_text(problems))
        raise click.ClickException(f"{len(problems)} problems in {table}; nothing was imported")
    if not (kb / "sources" / f"{importer.source}.yml").exists():
        want = f"write kb/sources/{importer.source}.yml, to which these statements are cited"
        raise click.ClickException(f"no source '{importer.source}' in {kb}; {want}")
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
        for _ in write(changes):
            pass
    new = sum(change.before is None for change in changes)
    done = "would be changed" if dry else "changed"
    click.echo(f"{len(changes) - new} records {done}, {new} new", err=True)
