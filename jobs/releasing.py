"""The command that freezes a state: release. Heavy imports wait until it runs."""

from pathlib import Path

import click

from jobs.options import FRESH, KB


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@KB
@FRESH
@click.option(
    "--site", envvar="IGKB_SITE", required=True,
    help="Address of the site, for citations and the homepage.",
)  # fmt: skip
def release(folder: Path, kb: Path, db: Path, site: str) -> None:
    """Write a release into a new FOLDER.

    The database; its tables as a Data Package, as Parquet and as Croissant tells them; the records as
    Turtle; bibliographies, CITATION.cff and checksums. Named by the day of the last change. All records
    have to be committed as they are.
    """
    try:
        from exporters.release import Refused, state, write
    except ModuleNotFoundError as missing:
        raise click.ClickException(
            f"{missing.name} is not here; `make release FOLDER={folder} SITE={site}` brings what a release needs"
        ) from None
    from jobs.database import fresh

    with fresh(kb, db) as connection:
        try:
            files = write(connection, db, folder, site.rstrip("/"))
        except Refused as why:
            raise click.ClickException(str(why)) from None
        except OSError as error:
            raise click.ClickException(f"{folder}: {error.strerror}") from None
        version = state(connection).version
    click.echo(f"{folder}: release {version}, {len(files)} files")
