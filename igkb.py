"""The command line: names each job and hands it over. Heavy imports wait until a job needs them."""

import sys
from pathlib import Path

import click

from jobs.keeping import keep
from jobs.options import FRESH, KB
from jobs.releasing import release
from jobs.writing import bib, cite, expand


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
    """Print every problem of all records, or of those in PATHS.

    PATHS are files and folders of records. Exits 1 if there is any; warnings alone exit 0.
    """
    from jobs.database import without_collections

    with without_collections():
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
@click.option("--at", "moment", help="Of the records as they were then: a day, or a moment in UTC.")
@click.option(
    "--db", type=click.Path(path_type=Path), default=Path("kb.db"), show_default=True,
    help="The database that has their versions; with --at.",
)  # fmt: skip
def build(kb: Path, output: Path, moment: str | None, db: Path) -> None:
    """Check the records and build the database.

    The old database stays as it was until the new one is whole; with any problem it stays.

    With --at, the database of an earlier state: igkb build --at 2026-11-24 -o then.db
    """
    from jobs.database import built, built_at

    if moment:
        built_at(moment, db, output)
    else:
        built(kb, output)


@main.command()
@KB
@click.option(
    "--texts", type=click.Path(path_type=Path), required=True,
    help="Folder with the full texts, <source-id>.txt, at any depth.",
)  # fmt: skip
def verify(kb: Path, texts: Path) -> None:
    """Hold passages, sections and quotations against full texts.

    Each passage's first and last words must stand once on the page, in order, within the words of
    its own author; each RFC section must exist. Exits 1 if anything is not found.
    """
    from loaders.problem import as_text
    from loaders.verify import verify as hold

    report = hold(kb, texts)
    if report.problems:
        click.echo(as_text(report.problems))
    held = ", ".join(f"{number} {what}" for what, number in sorted(report.checked.items()))
    click.echo(
        f"{held or 'nothing'} held against the texts in {texts}, "
        f"{len(report.problems)} problems; {report.without_text} places have no text there"
    )
    sys.exit(1 if report.problems else 0)


@main.command("hash")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
def hash_(files: tuple[Path, ...]) -> None:
    """Print what a version of a record is known by: SHA-256 of its canonical JSON, and git's id.

    Both stand beside each version in the table record_version and on its page. FILES are records as
    they are, or as `git show COMMIT:kb/institutions/ID.yml` gives them.
    """
    from loaders.history import blob_of, content

    for path in files:
        data = path.read_bytes()
        click.echo(f"{path}: sha256 {content(data)[1]}, git {blob_of(data)}")


@main.command("import")
@click.argument("tables", nargs=-1, required=True, metavar="NAME FILE [NAME FILE]...")
@click.option("--dry-run", "dry", is_flag=True, help="Show the changes as a diff; write nothing.")
@KB
def import_(tables: tuple[str, ...], dry: bool, kb: Path) -> None:
    """Turn tables into cited statements.

    FILE is a CSV with a header and provenance in each row; NAME says what it holds: countries,
    cctld, rir, memberships, treaties, law-states, laws, authorities, freedom, freedom-parts,
    shutdowns, pulse, prefixes, infrastructure, cybersecurity. Statements written by hand are never
    touched; the same table twice changes nothing; a value that changed supersedes the old one with
    its date. Several tables at once are faster than one after another.
    """
    from jobs.importing import planned, report
    from loaders.importers.tables import IMPORTERS
    from loaders.problem import wanted

    names, files = tables[::2], tables[1::2]
    for name in names:
        if name not in IMPORTERS:
            near = wanted(name, IMPORTERS, "one of")
            raise click.BadParameter(f"no importer '{name}'; {near}", param_hint="NAME")
    if len(names) != len(files):
        raise click.BadParameter(f"no file after '{names[-1]}'", param_hint="FILE")
    report(planned(list(zip(names, map(Path, files), strict=True)), kb), dry)


@main.group()
def new() -> None:
    """Write the skeleton of a record."""


@new.command("institution")
@click.argument("id")
@KB
def new_institution(id: str, kb: Path) -> None:
    """Write kb/institutions/ID.yml, commented, ready to fill in."""
    from loaders.new import Taken, institution

    try:
        click.echo(institution(kb, id))
    except (Taken, OSError) as error:
        raise click.ClickException(str(error)) from None


@new.command("source")
@click.argument("what", metavar="URL-OR-RFC")
@KB
def new_source(what: str, kb: Path) -> None:
    """Write the skeleton of a source from an address or from a number such as rfc2026.

    Nothing is fetched: open the source, and write what you see there.
    """
    import datetime

    from loaders.new import Taken, source

    try:
        click.echo(source(kb, what, datetime.date.today()))
    except (Taken, OSError) as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.argument("records", nargs=-1, metavar="[RECORD...]")
@click.option("--without", metavar="PART", help="Only records in which this part has no answer.")
@click.option(
    "--section", type=click.Choice(["institutions", "regimes", "all"]), default="institutions",
    show_default=True, help="Bodies, states, or both, where no RECORD is given.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json"]), default="text",
    show_default=True, help="How it is printed.",
)  # fmt: skip
@KB
@FRESH
def coverage(
    records: tuple[str, ...], without: str | None, section: str, form: str, kb: Path, db: Path
) -> None:
    """Print what is there and what is missing.

    Twelve parts are asked of each; the emptiest records come first. Then follow the shares of
    statements that rest on primary sources, on one source only, on sources read in part only.
    """
    from exporters.coverage import FORMATS, work_list
    from jobs.database import explained, fresh
    from schema.coverage import PARTS

    if without is not None and without not in PARTS:
        from loaders.problem import wanted

        raise click.BadParameter(
            f"no part '{without}'; {wanted(without, PARTS, ', '.join(PARTS))}",
            param_hint="--without",
        )
    with fresh(kb, db) as connection, explained(connection, db, "body or regime", "institution"):
        found = work_list(connection, records, without)
        if not records and section != "all":
            found = [row for row in found if row["section"] == section]
        click.echo(FORMATS[form](found), nl=False)


@main.command()
@click.option(
    "--sample", type=click.IntRange(1), default=100, show_default=True,
    help="How many statements to draw.",
)  # fmt: skip
@click.option("--seed", type=int, required=True, help="The same seed draws the same statements.")
@click.option(
    "--section", type=click.Choice(["institutions", "regimes", "people"]),
    help="Only statements in records of this folder.",
)  # fmt: skip
@click.option("--by-hand", is_flag=True, help="None that were imported from tables.")
@click.option("--list", "listed", is_flag=True, help="Only print them all; ask nothing.")
@click.option(
    "--output", type=click.Path(path_type=Path),
    help="Where verdicts are kept.  [default: where this draw was begun, else docs/audits/<today>.csv]",
)  # fmt: skip
@KB
@FRESH
def audit(
    sample: int, seed: int, section: str | None, by_hand: bool, listed: bool,
    output: Path | None, kb: Path, db: Path,
) -> None:  # fmt: skip
    """Check statements drawn at random again.

    Shows one statement at a time with its citations. Open the source afresh, look at the place,
    and give a verdict; it is kept at once, so stop whenever you like: the same command goes on
    where you stopped.
    """
    import datetime

    from exporters import audit
    from jobs.audit import begun, judge, kept_in
    from jobs.database import fresh

    with fresh(kb, db) as connection:
        ids = audit.draw(connection, sample, seed, section, by_hand)
        if listed:
            for number, id in enumerate(ids, 1):
                click.echo(audit.screen(audit.drawn(connection, id), number, len(ids)) + "\n")
            return
        today = datetime.date.today().isoformat()
        output = output or kept_in(Path("docs", "audits"), seed, today)
        done = {row["statement"] for row in begun(output)}
        for number, id in enumerate(ids, 1):
            if id not in done:
                found = audit.drawn(connection, id)
                judge(found, number, len(ids), output, today, seed)
    verdicts = [row["verdict"] for row in begun(output) if row["statement"] in ids]
    click.echo(f"{output}: {audit.rate(verdicts)}")


@main.command()
@KB
@FRESH
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True,
    help="Port to listen on.",
)  # fmt: skip
@click.option(
    "--site", envvar="IGKB_SITE",
    help="Address of the site, for the links in citations.  [default: http://HOST:PORT]",
)  # fmt: skip
@click.option(
    "--public", is_flag=True,
    help="For the open Internet: shorter queries, a limit of requests a reader. Needs --site.",
)  # fmt: skip
def serve(kb: Path, db: Path, host: str, port: int, site: str | None, public: bool) -> None:
    """Check the records, build the database if it is stale, and open it in Datasette.

    With --public put a proxy before it that speaks HTTPS: docs/publishing.md.
    """
    from jobs.serve import start

    start(Path(__file__).parent, kb, db, host, port, site, public)


for command in (cite, bib, expand, keep, release):
    main.add_command(command)


if __name__ == "__main__":
    main(prog_name="igkb")
