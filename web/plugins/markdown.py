"""Any table or answer as a table in Markdown, to paste into a text: its address with .md."""

import sqlite3
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Response
from tabulate import tabulate


@hookimpl
def register_output_renderer(datasette: Datasette) -> dict[str, Any]:
    """Offer `md` beside json and csv."""
    return {"extension": "md", "render": markdown}


def markdown(columns: list[str], rows: list[sqlite3.Row]) -> Response:
    """The rows of the page as GitHub and pandoc read tables; a bar in a cell is escaped."""
    cells = [[_cell(row[number]) for number in range(len(columns))] for row in rows]
    table = tabulate(cells, columns, tablefmt="pipe", disable_numparse=True)
    return Response(f"{table}\n", content_type="text/markdown; charset=utf-8")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    text = str(value["value"] if isinstance(value, dict) else value)
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
