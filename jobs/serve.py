"""How Datasette is started (reasons: docs/decisions/0004)."""

import errno
import os
import socket
import sys
from pathlib import Path

import click

from jobs.database import built, stale


def start(
    root: Path, kb: Path, db: Path, host: str, port: int, site: str | None, public: bool
) -> None:
    """Build where the database is stale, and become Datasette. Exits 1 and says why it cannot."""
    if public and not (site or "").startswith(("https://", "http://")):
        raise click.ClickException(
            "--public needs --site, the address under which readers find it, such as https://igkb.example"
        )
    if db.name != "kb.db":
        raise click.ClickException(
            f"{db.name}: the pages are addressed as /kb; call the file kb.db"
        )
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]  # what follows only repeats the address
        taken = error.errno == errno.EADDRINUSE
        want = "choose another --port" if taken else "wanted a --host and --port of this machine"
        raise click.ClickException(f"{host}:{port}: {why}; {want}") from None
    if stale(db, kb):
        built(kb, db)
    os.environ["IGKB_SITE"] = site or f"http://{host}:{port}"
    os.environ["IGKB_PUBLIC"] = "1" if public else ""
    click.echo(f"Serving {db} on http://{host}:{port}/ (stop with Ctrl-C)")
    sys.stdout.flush()
    arguments = serving(root, db, host, port, public)
    os.execv(sys.executable, [sys.executable, "-m", "datasette", *arguments])  # noqa: S606  # Datasette takes this process over


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
