"""Typed links by which machines find the citation of a page, its data and its licence.

https://signposting.org/FAIR/, with the relations of RFC 8288, RFC 8574 (cite-as) and RFC 5829 (versions).
"""

from typing import NamedTuple

from exporters.cite import FORMATS
from exporters.record import LICENCE


class Signpost(NamedTuple):
    """One link: where it leads, its relation, and the type of what is there."""

    href: str
    rel: str
    type: str | None = None


def signposts(
    page: str, id: str, site: str, version: int | None, latest: int | None
) -> list[Signpost]:
    """Those of a record, whose page is at `page`, or of one version of it.

    `version` is the one that is shown, None where the record has none; `latest` the latest there is.
    """
    permalink = f"{page}/v/{version}" if version else page
    cited = f"{id}/v/{version}" if version and version != latest else id
    found = [
        Signpost(permalink, "cite-as"),
        Signpost("https://schema.org/AboutPage", "type"),
        Signpost(LICENCE, "license"),
        *(
            Signpost(f"{site}/cite/{cited}.{form}", "describedby", type.partition(";")[0])
            for form, type in FORMATS.items()
            if form != "txt"
        ),
    ]
    if version and latest:
        found.append(Signpost(f"{page}/v/{latest}", "latest-version"))
        found.append(Signpost(f"{page}/v", "version-history"))
        if version > 1:
            found.append(Signpost(f"{page}/v/{version - 1}", "predecessor-version"))
        if version < latest:
            found.append(Signpost(f"{page}/v/{version + 1}", "successor-version"))
    return found


def header(found: list[Signpost]) -> str:
    """The Link header (RFC 8288). Addresses are ours, and have nothing that would need an escape."""
    return ", ".join(
        f'<{post.href}>; rel="{post.rel}"' + (f'; type="{post.type}"' if post.type else "")
        for post in found
    )
