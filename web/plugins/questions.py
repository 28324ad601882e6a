"""What the pages of questions offer: values for parameters, SQL to start from, bars for answers."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from jinja2 import Environment

from web.chart import chart
from web.choices import choices
from web.query import every
from web.reading import meant
from web.serving import DATABASE, allowed, read

_READS = (
    "term", "institution", "person", "claim", "record", "regime", "post", "statement", "name",
)  # fmt: skip


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Give `chart` and `query_of` to templates."""
    env.globals["chart"] = chart
    env.globals["query_of"] = query_of


def query_of(sql: str, parameters: dict[str, str] | None, title: str | None) -> str:
    """A query with its parameters as part of an address."""
    asked = {"sql": sql, **(parameters or {}), **({"title": title} if title else {})}
    return urlencode(asked)


@hookimpl
def extra_template_vars(
    template: str, database: str | None, request: Request | None, datasette: Datasette
) -> Callable[[], Awaitable[dict[str, Any]]] | dict[str, Any]:
    """Give the box for SQL its `examples`, the form of a question its `choices`, the search what may
    have been `meant`, and the page of all questions those that are `kept`.
    """
    examples = (datasette.plugin_config("igkb") or {}).get("examples") or []

    async def offered() -> dict[str, Any]:
        question = request.path.rsplit("/", 1)[-1] if request else ""
        query = await datasette.get_canned_query(DATABASE, question, request and request.actor)
        if not await allowed(datasette, request, _READS):
            return {"examples": examples, "choices": {}, "meant": []}
        parameters = (query or {}).get("params") or []
        typed = (request.args.get("q") or "") if request and question == "search" else ""
        return {
            "examples": examples,
            "choices": await read(datasette, lambda c: choices(c, question, parameters)),
            "meant": await read(datasette, lambda c: meant(c, typed)) if typed else [],
        }

    if database != DATABASE or not template.startswith(("query", "database")):
        return {}

    async def kept() -> dict[str, Any]:
        may = await allowed(datasette, request, ("kept_query", "record"))
        return {"examples": examples, "kept": await read(datasette, every) if may else []}

    return offered if template.startswith("query") else kept
