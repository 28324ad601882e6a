"""Addresses that lead straight to the place a citation names."""

import base64
import hashlib
import re
from urllib.parse import quote

_SECTION = re.compile(r"§\s?([0-9A-Z][0-9A-Za-z.]*)")


def page_url(read_at: str | None, url: str | None) -> str | None:
    """The address at which the words were read: the copy where there was one, else the page."""
    return read_at or url


def passage_url(url: str | None, start: str, end: str | None = None) -> str | None:
    """The page with a text fragment that scrolls to the words (WICG, URL Fragment Text Directives).

    Comma, ampersand and hyphen have a meaning in a fragment and are escaped.
    """
    if not url:
        return None
    page = url.split("#")[0]
    parts = [quote(part, safe="").replace("-", "%2D") for part in (start, end) if part]
    return f"{page}#:~:text={','.join(parts)}"


def hyperkitty_url(archive: str | None, message_id: str | None) -> str | None:
    """The page of a post in the HyperKitty archive of its list: it is addressed by the SHA-1 of the
    Message-ID without angle brackets, in base 32 (docs.mailman3.org, X-Message-ID-Hash).
    """
    if not archive or not message_id:
        return None
    digest = hashlib.sha1(message_id.encode(), usedforsecurity=False).digest()
    return f"{archive.rstrip('/')}/message/{base64.b32encode(digest).decode()}/"


def citation_url(
    kind: str, url: str | None, page: str | None, locator: str | None, quoted: str | None
) -> str | None:
    """The most exact address for a place in a source; the source's own where none is known.

    Quoted words are found on the `page` that was read, which may be a copy. RFCs have an anchor
    for every section (`#section-3.1`, `#appendix-A`) in the RFC Editor's HTML.
    """
    if quoted and kind != "post":
        return passage_url(page, quoted)
    if kind == "rfc" and url and locator:
        found = _SECTION.search(locator)
        if found:
            number = found.group(1).rstrip(".")
            anchor = "section" if number[0].isdigit() else "appendix"
            return f"{url.split('#')[0]}#{anchor}-{number}"
    return url
