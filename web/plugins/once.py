"""What does not change while the site runs is asked once: what readers without a name may see, and the
schema of a database that nobody writes to.

Datasette asks for the permission of every table on every page, and for the schema before each; all
this waits its turn among the queries of readers, and a permission copies the whole metadata.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette

from schema import TABLES
from schema.views import VIEWS
from web.serving import DATABASE

MOST = 1_000  # answers kept; names that are asked for can be anything


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    """Keep the answers; have those for our own tables before the first reader comes."""

    async def keep() -> None:
        asked = datasette.permission_allowed
        known: dict[Any, Any] = {}

        async def permission_allowed(
            actor: dict[str, Any] | None, action: str, resource: Any = None, default: Any = False
        ) -> Any:
            if actor is not None:
                return await asked(actor, action, resource, default)
            question = (action, resource)
            answer = (
                known[question] if question in known else await asked(actor, action, resource, None)
            )
            if len(known) < MOST:
                known[question] = answer
            return default if answer is None else answer

        async def unchanged() -> None:
            pass

        datasette.permission_allowed = permission_allowed
        if DATABASE in datasette.databases:
            for table in [*(str(table.__tablename__) for table in TABLES), *VIEWS]:
                await permission_allowed(None, "view-table", (DATABASE, table))
            await datasette.refresh_schemas()
            if not datasette.get_database(DATABASE).is_mutable:
                datasette.refresh_schemas = unchanged

    return keep
