"""Tools for language models beside those of datasette-mcp, where the extra `igkb[mcp]` is installed.

datasette-mcp (https://github.com/datasette/datasette-mcp) answers the Model Context Protocol at
/-/mcp and runs SQL and named questions within the limits of the site. What it cannot know is what
a record is, what it rests on, and how it is cited.
"""

from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.app import Datasette

from exporters.cite import FORMATS, Unknown, cite
from exporters.record import as_json
from web.plugins.pages import PAGES
from web.reading import address, near
from web.serving import DATABASE, read, site

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer


@hookimpl(optionalhook=True)
def register_mcp_tools(datasette: Datasette, mcp: "MCPServer") -> None:
    """Offer `find`, `record` and `cite_as`; all of them read only."""
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp.types import ToolAnnotations

    reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)

    async def allowed() -> None:
        """No record is told where a table of its page is closed to readers without a name."""
        for table in sorted({table for _, _, tables in PAGES.values() for table in tables}):
            open_ = await datasette.permission_allowed(
                None, "view-table", (DATABASE, table), default=True
            )
            if not open_:
                raise ToolError("The records cannot be read here.")

    async def missing(id: str) -> ToolError:
        found = await read(datasette, lambda connection: near(connection, id))
        meant = ", ".join(item["id"] for item in found)
        return ToolError(
            f"Nothing has the id {id!r}." + (f" Meant may be: {meant}." if meant else "")
        )

    @mcp.tool(annotations=reads)
    async def find(words: str) -> list[dict[str, Any]]:
        """Bodies, people, statements, passages, claims, sources and terms that hold all the words.

        Each with its kind, the id of its record or place, title, text and standing; best first.
        """
        await allowed()
        query = await datasette.get_canned_query(DATABASE, "search", None)
        results = await datasette.execute(DATABASE, query["sql"], {"q": words}, truncate=True)
        return [
            {name: row[name] for name in ("kind", "record", "title", "text", "standing")}
            for row in results.rows[:50]
        ]

    @mcp.tool(annotations=reads)
    async def record(id: str) -> dict[str, Any]:
        """A record, whole, by its id (such as icann, in, igc-050909, rfc7282): every statement with its
        standing, dates and the places in sources on which it rests.

        `held` is what sources carry; `disputed` and `unverified` are not to be told as facts. Claims are
        opinions of their speakers.
        """
        await allowed()
        path = await read(datasette, lambda connection: address(connection, id))
        if path is None or "#" in path or path.startswith("/debate"):
            raise await missing(id)
        here = path.rsplit("/", 1)[-1]
        found: dict[str, Any] = await read(datasette, lambda c: as_json(c, here, site(datasette)))
        return found

    @mcp.tool(annotations=reads)
    async def cite_as(id: str, form: str = "txt") -> str:
        """A record, statement, passage, claim or source as a citation: txt, bib, ris or json (CSL)."""
        await allowed()
        if form not in FORMATS:
            raise ToolError(f"No form {form!r}; wanted {', '.join(FORMATS)}.")
        try:
            text: str = await read(datasette, lambda c: cite(c, id, form, site(datasette)))
        except Unknown:
            raise await missing(id) from None
        return text
