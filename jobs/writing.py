"""Commands for writers: cite, bib, expand. Heavy imports wait until one of them runs."""

import json
import sys
from pathlib import Path

import click

READ = click.option(
    "--db", type=click.Path(path_type=Path), default=Path("kb.db"), show_default=True,
    help="The database to read.",
)  # fmt: skip
SITE = click.option(
    "--site", envvar="IGKB_SITE", default="http://127.0.0.1:8001", show_default=True,
    help="Address of the site, for the links in citations.",
)  # fmt: skip


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option(
    "--format", "form", type=click.Choice(["txt", "bib", "ris", "json"]), default="txt",
    show_default=True, help="A sentence, BibLaTeX, RIS or CSL-JSON.",
)  # fmt: skip
@click.option(
    "--style", metavar="STYLE",
    help="In place of --format, a page of ours or a post in a style: apa, chicago-author-date, chicago-notes, mla, "
    "harvard, oscola, bluebook, ieee, wikipedia, footnote.",
)  # fmt: skip
@click.option(
    "--csl", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="In place of --format, in the style of this file of the CSL project, by pandoc; for sources, too.",
)  # fmt: skip
@click.option("--sources", is_flag=True, help="Also what these rest on, each once.")
@click.option(
    "--quote", is_flag=True,
    help="In place of --format, of a passage a frame for quoting it, to be filled in from the source.",
)  # fmt: skip
@READ
@SITE
def cite(
    ids: tuple[str, ...],
    form: str,
    style: str | None,
    sources: bool,
    quote: bool,
    csl: Path | None,
    db: Path,
    site: str,
) -> None:
    """Print citations, one for each ID.

    An ID is that of a record, a version of it such as icann/v/12, a statement such as icann_founded, a
    passage, a claim or a source. What a speaker said is cited by the post first.
    """
    from exporters.cite import cite_all, items
    from exporters.quotation import quotation
    from exporters.styles import STYLES, styled
    from jobs.database import explained, opened
    from jobs.pandoc import in_style

    if style and style not in STYLES:
        raise click.BadParameter(
            f"no style '{style}'; wanted {', '.join(STYLES)}", param_hint="--style"
        )
    if quote:
        with opened(db) as connection, explained(connection, db, "passage", "passage"):
            click.echo("\n".join(quotation(connection, id) for id in ids), nl=False)
        return
    with opened(db) as connection, explained(connection, db):
        if csl:
            found = json.loads(cite_all(connection, ids, "json", site, sources))
            click.echo(in_style(found, csl), nl=False)
            return
        if not style:
            click.echo(cite_all(connection, ids, form, site, sources), nl=False)
            return
        for id in ids:
            for item in items(connection, id, site.rstrip("/")):
                try:
                    click.echo(styled(item, style))
                except ValueError:
                    raise click.ClickException(
                        f"{item['id']} is neither a page of ours nor a post: --csl with a file of "
                        "https://github.com/citation-style-language/styles gives sources in any style"
                    ) from None


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--query", metavar="SQL", help="What the first column of this query has.")
@click.option(
    "--all", "everything", is_flag=True, help="Every body, state, source, post and kept query."
)
@click.option("--sources", is_flag=True, help="Also what these rest on, each once.")
@click.option(
    "--format", "form", type=click.Choice(["bib", "json", "ris", "txt"]), default="bib",
    show_default=True, help="BibLaTeX, CSL-JSON, RIS or sentences.",
)  # fmt: skip
@click.option("--prefix", default="igkb:", show_default=True, help="Before each key.")
@READ
@SITE
def bib(
    ids: tuple[str, ...], query: str | None, everything: bool, sources: bool, form: str, prefix: str,
    db: Path, site: str,
) -> None:  # fmt: skip
    """Print a bibliography.

    Of records, versions, statements, passages, claims and sources by their IDs, of what a query finds,
    or of everything.

    The keys are those of `igkb expand`: a manuscript that says [@igkb:icann] is compiled by
    `pandoc --citeproc --bibliography` with what `igkb bib --format json icann` prints.
    """
    from exporters.cite import cite_all
    from jobs.database import asked, explained, opened

    with opened(db) as connection, explained(connection, db):
        wanted = list(ids)
        if query:
            wanted += asked(connection, query)
        if everything:
            wanted += asked(
                connection,
                "SELECT id FROM record WHERE section NOT IN ('terms', 'people') ORDER BY section, id",
            )
        if not wanted and query is None:
            raise click.UsageError("what is wanted? Give IDs, --query or --all")
        click.echo(cite_all(connection, wanted, form, site, sources, prefix), nl=False)


@click.command()
@click.argument("manuscript", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path),
    help="Where the bibliography is written: .json, .bib, .ris or .txt.  [default: beside it, as .igkb.json]",
)  # fmt: skip
@click.option("--sources", is_flag=True, help="Also what the statements cited rest on.")
@READ
@SITE
def expand(manuscript: Path, output: Path | None, sources: bool, db: Path, site: str) -> None:
    """Find what a manuscript cites, and what has changed since.

    The bibliography of MANUSCRIPT is written beside it.

    Found are keys such as igkb:icann, igkb:icann_founded or igkb:icann/v/12, as pandoc and LaTeX have
    them, and permalinks of --site; in Markdown, LaTeX and other text, and through pandoc in docx and
    odt. A line is printed for each place whose statement is disputed or unverified, or has changed
    since the version that is cited. Exits 1 where a key leads nowhere; all that is found is written.
    """
    from exporters.cite import FORMATS, cite_all
    from jobs.database import opened
    from jobs.expand import PREFIX, became, cited, known, text_of

    output = output or manuscript.with_suffix(".igkb.json")
    form = output.suffix.lstrip(".")
    if form not in FORMATS:
        raise click.BadParameter(
            f"no form '{output.suffix}'; wanted a file in {', '.join(f'.{name}' for name in FORMATS)}",
            param_hint="--output",
        )
    try:
        found = cited(text_of(manuscript), site)
    except OSError as error:
        raise click.ClickException(f"{manuscript}: {error.strerror}") from None
    with opened(db) as connection:
        ids = dict.fromkeys(each.id for each in found)
        there = [id for id in ids if known(connection, id)]
        for each in found:
            where = f"{manuscript}:{each.line}: {each.key or each.id}"
            if each.id not in there:
                click.echo(f"{where}: nothing has this id")
            for told in became(connection, each.id):
                click.echo(f"{where}: {told}")
        text = cite_all(connection, there, form, site, sources, PREFIX)
    try:
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror}") from None
    click.echo(f"{output}: {len(there)} of {len(ids)} cited in {len(found)} places", err=True)
    sys.exit(0 if len(there) == len(ids) else 1)
