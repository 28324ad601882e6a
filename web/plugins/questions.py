"""What may be entered for the parameters of a named question, for its form to offer."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request

from web.choices import choices
from web.serving import DATABASE, allowed, read

_READS = ("term", "institution", "person", "claim", "record", "regime", "post", "statement")


@hookimpl
def extra_template_vars(
    template: str, database: str | None, request: Request | None, datasette: Datasette
) -> Callable[[], Awaitable[dict[str, Any]]] | dict[str, Any]:
    """Give the form of a question its `choices`."""

    async def offered() -> dict[str, Any]:
        question = request.path.rsplit("/", 1)[-1] if request else ""
        query = await datasette.get_canned_query(DATABASE, question, request and request.actor)
        if not await allowed(datasette, request, _READS):
            return {"choices": {}}
        parameters = (query or {}).get("params") or []
        return {"choices": await read(datasette, lambda c: choices(c, question, parameters))}

    return offered if database == DATABASE and template.startswith("query") else {}
