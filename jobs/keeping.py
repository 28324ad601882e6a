"""The command that keeps a query with its answer. Heavy imports wait until it runs."""

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import click

from jobs.options import FRESH, KB

_HEAD = "# yaml-language-server: $schema=../../schema/json/query.schema.json\n"
_ORDER = ("title", "about", "sql", "parameters", "day", "state", "rows", "sha256", "former_ids")


@click.command()
@click.argument("id")
@click.option(
    "--sql",
    type=click.File(encoding="utf-8"),
    help="A file with the query; - for what is piped in.",
)
@click.option("--title", help="What the answer is called where it is cited.")
@click.option("--about", help="What it answers, and what to bear in mind in reading it.")
@click.option(
    "--with", "given", multiple=True, metavar="NAME=VALUE",
    help="A parameter of the query; once for each.",
)  # fmt: skip
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day for which it is asked what held.",
)
@KB
@FRESH
def keep(
    id: str, sql: IO[str] | None, title: str | None, about: str | None, given: tuple[str, ...],
    day: datetime | None, kb: Path, db: Path,
) -> None:  # fmt: skip
    """Keep a query as a record, with its answer.

    kb/queries/ID.yml has the query and what its answer is known by: rows, a hash, the state asked. Every build runs it again and tells where the answer is another; its page /query/ID shows and cites it.
    Of a query that is kept already the answer of today is kept, and what is not given stays as it is.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap
    from ruamel.yaml.scalarstring import LiteralScalarString

    from jobs.database import fresh
    from loaders.check import check_file
    from loaders.new import Taken, free
    from loaders.problem import as_text

    path = kb / "queries" / f"{id}.yml"
    try:
        path.exists() or free(kb, "queries", id)
    except Taken as taken:
        raise click.ClickException(str(taken)) from None
    yaml = YAML()
    yaml.width = 100_000
    made = yaml.load(path.read_text(encoding="utf-8")) if path.exists() else CommentedMap()
    asked: dict[str, Any] = {"title": title, "about": about, "day": day and f"{day:%Y-%m-%d}"}
    if sql:
        text = sql.read().strip().rstrip(";")
        asked["sql"] = LiteralScalarString(text + "\n") if "\n" in text else text
    if given:
        pairs = [pair.partition("=") for pair in given]
        asked["parameters"] = [{"name": name, "value": value} for name, _, value in pairs]
    made.update({name: value for name, value in asked.items() if value is not None})
    if not made.get("title") or not made.get("sql"):
        raise click.ClickException(f"{path} is new; give --sql and --title")
    with fresh(kb, db) as connection:
        made.update(_answered(connection, made))
    ordered = CommentedMap({name: made[name] for name in _ORDER if name in made})
    path.parent.mkdir(exist_ok=True)
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        yaml.dump(ordered, file)
    _, problems = check_file(new, "queries")
    if problems:
        new.unlink()
        click.echo(as_text(problems).replace(str(new), str(path)))
        raise click.ClickException(f"{path} was not written")
    new.replace(path)
    click.echo(f"{path}: {made['rows']:,} rows as of {made['state']}")


def _answered(connection: sqlite3.Connection, made: dict[str, Any]) -> dict[str, Any]:
    """What the answer of today is known by. Raises ClickException where it has none, or where the state of
    the records is not that of a commit, so that nobody could ask them again.
    """
    import json

    from exporters.answer import Refused
    from exporters.kept import again

    open_ = [
        path
        for (path,) in connection.execute(
            "SELECT path FROM record WHERE version IS NULL AND section <> 'queries' ORDER BY path"
        )
    ]
    (known,) = connection.execute("SELECT count(*) FROM record_version").fetchone()
    if not known:
        raise click.ClickException(
            "the records have no git history, so that their state has no name"
        )
    if open_:
        more = f" and {len(open_) - 3} more" if len(open_) > 3 else ""
        raise click.ClickException(
            f"not committed as they are: {', '.join(open_[:3])}{more}; commit them, and keep it then"
        )
    given = {item["name"]: str(item["value"]) for item in made.get("parameters") or ()}
    kept = {"sql": str(made["sql"]), "parameters": json.dumps(given), "day": made.get("day")}
    try:
        found = again(connection, kept)
    except Refused as why:
        raise click.ClickException(str(why)) from None
    return {"state": found.of, "rows": len(found.rows), "sha256": found.sha256}
