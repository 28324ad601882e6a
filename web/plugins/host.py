"""No name of ours in links but our own: Datasette builds some from the Host header."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from datasette import hookimpl
from datasette.app import Datasette

from web.serving import is_local, site


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    """Put the host of the site in place of a Host that is neither it nor this machine."""
    own = urlsplit(site(datasette)).netloc

    def host(given: bytes) -> bytes:
        known = given.decode("latin-1")
        return given if known == own or is_local(_name(known)) else own.encode()

    def wrap(app: Any) -> Any:
        async def wrapped(scope: dict[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                headers = [
                    (name, host(value) if name == b"host" else value)
                    for name, value in scope["headers"]
                ]
                scope = {**scope, "headers": headers}
            await app(scope, receive, send)

        return wrapped

    return wrap


def _name(host: str) -> str | None:
    """The name in a Host header, None where it cannot be read."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
