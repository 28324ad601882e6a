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
    """Print every problem of all records, or of those in PATHS.

    PATHS are files and folders of records. Exits 1 if there is any; warnings alone exit 0.
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
    from loaders.ahead import ahead

    with ahead(kb):
        _built(kb, output)


def _built(kb: Path, output: Path) -> None:
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
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option(
    "--format", "form", type=click.Choice(["txt", "bib", "ris", "json"]), default="txt",
    show_default=True, help="A sentence, BibLaTeX, RIS or CSL-JSON.",
)  # fmt: skip
@click.option(
    "--db", type=click.Path(path_type=Path), default=Path("kb.db"), show_default=True,
    help="The database to read.",
)  # fmt: skip
@click.option(
    "--site", envvar="IGKB_SITE", default="http://127.0.0.1:8001", show_default=True,
    help="Address of the site, for the links in citations.",
)  # fmt: skip
def cite(ids: tuple[str, ...], form: str, db: Path, site: str) -> None:
    """Print the citation of each record or source ID."""
    import sqlite3

    from exporters.cite import Unknown, cite_all
    from loaders.problem import did_you_mean

    try:
        with sqlite3.connect(f"{db.absolute().as_uri()}?mode=ro", uri=True) as connection:
            click.echo(cite_all(connection, ids, form, site), nl=False)
            return
    except Unknown as unknown:
        id = unknown.args[0]
        now = connection.execute("SELECT new FROM former_id WHERE old = ?", (id,)).fetchone()
        known = [known for (known,) in connection.execute("SELECT id FROM record")]
        near = f"it is now '{now[0]}'" if now else did_you_mean(id, known)
        raise click.ClickException(f"no record '{id}' in {db}; {near}".rstrip("; ")) from None
    except sqlite3.Error as error:
        raise click.ClickException(f"{db}: {error}; `igkb build` makes it") from None


@main.command()
@KB
@click.option(
    "--db", type=click.Path(path_type=Path), default=Path("kb.db"), show_default=True,
    help="The database; built anew where a record is newer.",
)  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True,
    help="Port to listen on.",
)  # fmt: skip
@click.option(
    "--site", envvar="IGKB_SITE",
    help="Address of the site, for the links in citations.  [default: http://HOST:PORT]",
)  # fmt: skip
def serve(kb: Path, db: Path, host: str, port: int, site: str | None) -> None:
    """Check the records, build the database if it is stale, and open it in Datasette."""
    import errno
    import os
    import socket

    if db.name != "kb.db":
        raise click.ClickException(
            f"{db.name}: the pages are addressed as /kb; call the file kb.db"
        )
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]  # what follows only repeats the address
        taken = error.errno == errno.EADDRINUSE
        want = "choose another --port" if taken else "wanted a --host and --port of this machine"
        raise click.ClickException(f"{host}:{port}: {why}; {want}") from None
    if stale(db, kb):
        built(kb, db)
    root = Path(__file__).parent
    os.environ["IGKB_SITE"] = site or f"http://{host}:{port}"
    click.echo(f"Serving {db} on http://{host}:{port}/ (stop with Ctrl-C)")
    sys.stdout.flush()
    os.execv(  # noqa: S606  # Datasette takes this process over
        sys.executable, [sys.executable, "-m", "datasette", *serving(root, db, host, port)]
    )  # fmt: skip


def serving(root: Path, db: Path, host: str, port: int) -> list[str]:
    """The arguments with which Datasette shows the database (reasons: docs/decisions/0004)."""
    web = root / "web"
    return [
        "serve", "--immutable", str(db), "--host", host, "--port", str(port),
        "--metadata", str(root / "datasette-metadata.yml"),
        "--plugins-dir", str(web / "plugins"),
        "--template-dir", str(web / "templates"),
        "--static", f"static:{web / 'static'}",
        "--setting", "suggest_facets", "off",
        "--setting", "default_page_size", "20",
        "--setting", "sql_time_limit_ms", "1000",
    ]  # fmt: skip


def stale(db: Path, kb: Path) -> bool:
    """Is there no database, or is a record, a commit or the code that makes it newer?"""
    if not db.exists():
        return True
    root = Path(__file__).parent
    code = [*(root / "schema").glob("*.py"), *(root / "loaders").glob("*.py")]
    commits = kb.parent / ".git" / "logs" / "HEAD"
    newest = max(
        path.lstat().st_mtime for path in [kb, *kb.rglob("*"), commits, *code] if path.exists()
    )
    return newest >= db.stat().st_mtime


if __name__ == "__main__":
    main(prog_name="igkb")
