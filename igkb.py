"""The command line: names each job and hands it over. Heavy imports wait until a job needs them."""

import sys
from pathlib import Path

import click

KB = click.option(
    "--kb", type=click.Path(path_type=Path), default=Path("kb"), show_default=True,
    help="Folder of the records.",
)  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="igkb")
def main() -> None:
    """Internet Governance Knowledge Base: check, build, browse and cite the records in kb/.

    Start with `igkb serve`: it checks the records, builds the database and opens it in Datasette.
    """


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@KB
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text",
    show_default=True, help="How problems are printed.",
)  # fmt: skip
def check(paths: tuple[Path, ...], kb: Path, form: str) -> None:
    """Print every problem of the records, or only of the files PATHS.

    Exits 1 if there is any; warnings alone exit 0.
    """
    from loaders.check import check as find
    from loaders.problem import FORMATS

    problems = find(kb, paths)
    if problems or form == "json":
        click.echo(FORMATS[form](problems))
    errors = sum(not problem.warning for problem in problems)
    if form == "text":
        warnings = len(problems) - errors
        click.echo(f"{errors} problems, {warnings} warnings in {kb}", err=True)
    sys.exit(1 if errors else 0)


@main.command()
@KB
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("kb.db"), show_default=True,
    help="The database to write.",
)  # fmt: skip
def build(kb: Path, output: Path) -> None:
    """Check the records and build the database.

    The old database stays as it was until the new one is whole; with any problem it stays.
    """
    built(kb, output)


def built(kb: Path, output: Path) -> None:
    """Build, with a progress bar on a terminal, and print one line; exit 1 with the problems."""
    import sqlite3

    from tqdm import tqdm

    from loaders.problem import Refused, as_text
    from loaders.write import build as write

    bar = tqdm(disable=None, leave=False, unit="records", delay=0.5)

    def progress(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    try:
        summary = write(kb, output, progress)
    except Refused as refused:
        bar.close()
        click.echo(as_text(refused.problems))
        errors = sum(not problem.warning for problem in refused.problems)
        raise click.ClickException(f"{errors} problems; {output} was not built") from None
    except (OSError, sqlite3.Error) as error:
        bar.close()
        raise click.ClickException(f"{output} was not built: {error}") from None
    bar.close()
    if summary.warnings:
        click.echo(as_text(summary.warnings), err=True)
    click.echo(
        f"{output}: {summary.records} records, {summary.statements} statements, "
        f"{summary.citations} citations, {summary.claims} claims in {summary.seconds:.2f} seconds"
    )


if __name__ == "__main__":
    main()
