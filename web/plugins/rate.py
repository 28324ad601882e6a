"""On a public site: how much one reader may ask for in a minute."""

import ipaddress
import math
import os
import re
import time
from collections.abc import Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from web.serving import DATABASE

ALLOWED = 600  # points a minute
SQL_COSTS = (
    10  # points for a page that runs SQL of Datasette's or the reader's own, or matches names
)
_SQL = re.compile(rf"/({DATABASE}|reconcile|q|-/mcp)([/.?]|$)")
_FREE = re.compile(r"/(-/)?static/")


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    """Answer 429 with the seconds to wait, once a reader has used up the minute.

    Only under `igkb serve --public`. The reader is the address that uvicorn tells, which is that
    in X-Forwarded-For where the proxy is one of FORWARDED_ALLOW_IPS.
    """
    if not os.environ.get("IGKB_PUBLIC"):
        return lambda app: app
    allowed = RateLimitItemPerMinute(ALLOWED)
    limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def wrap(app: Any) -> Any:
        async def wrapped(scope: dict[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] == "http" and not _FREE.match(scope["path"]):
                who = reader(scope)
                cost = SQL_COSTS if _SQL.match(scope["path"]) else 1
                if not limiter.hit(allowed, who, cost=cost):
                    reset = limiter.get_window_stats(allowed, who).reset_time
                    await _refuse(send, max(1, math.ceil(reset - time.time())))
                    return
            await app(scope, receive, send)

        return wrapped

    return wrap


def reader(scope: dict[str, Any]) -> str:
    """The address of who asks; of IPv6 the network that one subscriber has (RFC 6177: /64)."""
    address = (scope.get("client") or ("",))[0]
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return str(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


async def _refuse(send: Any, seconds: int) -> None:
    text = f"Too many requests. Try again in {seconds} seconds, or take the whole database: /{DATABASE}.db\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"%d" % seconds)]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
