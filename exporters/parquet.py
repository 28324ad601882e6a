"""A table as Parquet, whose columns have types: for statistics and data frames."""

import sqlite3
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

_TYPES = {"integer": pyarrow.int64(), "number": pyarrow.float64(), "string": pyarrow.string()}


def write(connection: sqlite3.Connection, resource: dict[str, Any], path: Path) -> None:
    """Write the table of which a Data Package has this description, in the order of its key."""
    schema, name = resource["schema"], resource["title"]
    keys = ", ".join(f'"{column}"' for column in schema.get("primaryKey", ())) or "rowid"
    columns = [field["name"] for field in schema["fields"]]
    chosen = ", ".join(f'"{column}"' for column in columns)
    found = connection.execute(f'SELECT {chosen} FROM "{name}" ORDER BY {keys}').fetchall()  # noqa: S608  # our own names
    typed = pyarrow.schema(
        [
            pyarrow.field(
                field["name"], _TYPES[field["type"]], metadata={"description": field["description"]}
            )
            for field in schema["fields"]
        ]
    )
    whole = pyarrow.table(
        {column: [row[n] for row in found] for n, column in enumerate(columns)}, schema=typed
    )
    pyarrow.parquet.write_table(whole, path, compression="zstd")
