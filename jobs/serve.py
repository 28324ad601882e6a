"""How Datasette is started (reasons: docs/decisions/0004)."""

from pathlib import Path


def serving(root: Path, db: Path, host: str, port: int) -> list[str]:
    """The arguments with which Datasette shows the database."""
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
