"""How answers go out: with security headers, and pages compressed, kept and revalidated.

Headers: https://owasp.org/www-project-secure-headers/. Conditional requests: RFC 9110, 13.
"""

import base64
import gzip
import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache
from datasette import hookimpl
from datasette.app import Datasette

from web.serving import DATABASE

Headers = list[tuple[bytes, bytes]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

KEPT = 64_000_000  # bytes of finished pages held in memory
FRESH = 300  # seconds for which a browser or proxy may show a page without asking again

# Datasette's own pages: tables, queries and what it says of itself.
_CORE = re.compile(rf"/({DATABASE}|-)([/.?]|$)")
_STATIC = re.compile(r"/(-/)?static/")
_LONGEST = 200  # characters of a static path; Datasette breaks on names no file system knows

# The one script that Datasette writes into its pages, in the form it has there.
_INLINE = b"DATASETTE_ALLOW_FACET = true;"
_ALLOWED = f"'sha256-{base64.b64encode(hashlib.sha256(_INLINE).digest()).decode()}'"
_POLICY = (
    "default-src 'none'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; "
)
POLICY = f"{_POLICY}script-src 'self'; style-src 'self'"
# Datasette's templates have styles of their own in them.
CORE_POLICY = f"{_POLICY}script-src 'self' {_ALLOWED}; style-src 'self' 'unsafe-inline'"
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """A finished answer, plain and compressed."""

    headers: Headers
    plain: bytes
    small: bytes
    etag: bytes


@hookimpl(trylast=True)  # so that the headers stand on what other plugins answer, too
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    """Add the headers; of an immutable database keep the pages that anyone may see."""
    kept: LRUCache[tuple[str, bytes], Page] = LRUCache(
        KEPT, lambda page: len(page.plain) + len(page.small)
    )

    def wrap(app: Any) -> Any:
        async def wrapped(scope: dict[str, Any], receive: Any, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            asked = dict(scope["headers"])
            path, query = scope["path"], scope["query_string"]
            core = bool(_CORE.match(path))
            named = b"authorization" in asked or b"ds_actor=" in asked.get(b"cookie", b"")
            keep = scope["method"] == "GET" and not (
                named or _STATIC.match(path) or path.startswith("/-/")
            )
            policy = (CORE_POLICY if core else POLICY).encode()
            always = list(_ALWAYS)
            if keep and (page := kept.get((path, query))):
                await _deliver(page, asked, send)
                return
            if _STATIC.match(path) and len(path) > _LONGEST:
                await _missing(send, [*always, (b"content-security-policy", policy)])
                return
            start: dict[str, Any] = {}
            parts: list[bytes] = []

            async def passing(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    own = dict(message["headers"]).get(b"content-security-policy", policy)
                    told = [*always, (b"content-security-policy", own)]
                    message = {**message, "headers": _with(message["headers"], told)}
                    if keep and message["status"] == 200 and _whole(message["headers"], core):
                        start.update(message)
                        return
                elif start:
                    parts.append(message.get("body", b""))
                    if not message.get("more_body"):
                        page = _page(start["headers"], b"".join(parts))
                        if not _changing(datasette) and len(page.plain) < KEPT:
                            kept[path, query] = page
                        await _deliver(page, asked, send)
                    return
                await send(message)

            await app(scope, receive, passing)

        return wrapped

    return wrap


def _with(headers: Headers, more: Headers) -> Headers:
    names = {name for name, _ in more}
    return [*(header for header in headers if header[0].lower() not in names), *more]


async def _missing(send: Send, headers: Headers) -> None:
    headers = [*headers, (b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"There is no such file.\n"})


def _whole(headers: Headers, core: bool) -> bool:
    """May it be kept? Not where a cookie is set; of Datasette's own no tables, which may be endless."""
    found = {name.lower(): value for name, value in headers}
    page = not core or found.get(b"content-type", b"").startswith(b"text/html")
    return page and b"set-cookie" not in found


def _changing(datasette: Datasette) -> bool:
    return DATABASE not in datasette.databases or datasette.get_database(DATABASE).is_mutable


def _page(headers: Headers, body: bytes) -> Page:
    etag = b'"' + hashlib.blake2b(body, digest_size=12).hexdigest().encode() + b'"'
    headers = [header for header in headers if header[0].lower() != b"content-length"]
    headers = _with(headers, [
        (b"etag", etag), (b"cache-control", f"public, max-age={FRESH}".encode()),
        (b"vary", b"accept-encoding, cookie, authorization"),
    ])  # fmt: skip
    return Page(headers, body, gzip.compress(body, 6, mtime=0), etag)


async def _deliver(page: Page, asked: dict[bytes, bytes], send: Send) -> None:
    """The page as the reader can take it; 304 and nothing where they have it already."""
    headers, body, status = page.headers, page.plain, 200
    have = {tag.strip().removeprefix(b"W/") for tag in asked.get(b"if-none-match", b"").split(b",")}
    if have & {page.etag, b"*"}:
        body, status = b"", 304
    else:
        if b"gzip" in asked.get(b"accept-encoding", b""):
            body, headers = page.small, [*headers, (b"content-encoding", b"gzip")]
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
