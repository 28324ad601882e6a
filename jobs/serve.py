"""How Datasette is started (reasons: docs/decisions/0004)."""

from pathlib import Path


def serving(root: Path, db: Path, host: str, port: int, public: bool = False) -> list[str]:
    """The arguments with which Datasette shows the database; `public` for readers nobody knows.

    For these a query ends after 300 ms, and eight run at once, so that slow ones leave room.
    """
    web = root / "web"
    limits = (
        {"sql_time_limit_ms": 300, "num_sql_threads": 8} if public else {"sql_time_limit_ms": 1000}
    )
    return [
        "serve", "--immutable", str(db), "--host", host, "--port", str(port),
        "--metadata", str(root / "datasette-metadata.yml"),
        "--plugins-dir", str(web / "plugins"),
        "--template-dir", str(web / "templates"),
        "--static", f"static:{web / 'static'}",
        "--setting", "suggest_facets", "off",
        "--setting", "default_page_size", "20",
        *(word for name, value in limits.items() for word in ("--setting", name, str(value))),
    ]  # fmt: skip
