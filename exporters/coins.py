"""A CSL-JSON item as COinS, by which browsers' reference managers find it in a page.

Format: https://ocoins.info/, with the Dublin Core matrix of OpenURL (Z39.88-2004). Zotero reads `rft.aucorp`
as an organisation and `rft.type` as its own item type.
"""

from typing import Any
from urllib.parse import urlencode

from exporters.csl import date_text

TYPES = {
    "entry-encyclopedia": "encyclopediaArticle", "post": "forumPost", "report": "report", "book": "book",
    "chapter": "bookSection", "article-journal": "journalArticle", "article-newspaper": "newspaperArticle",
    "legislation": "statute", "legal_case": "case", "bill": "bill", "dataset": "dataset",
}  # fmt: skip


def coins(item: dict[str, Any]) -> str:
    """The title of the span, not escaped yet."""
    fields = [
        ("ctx_ver", "Z39.88-2004"), ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", TYPES.get(item["type"], "webpage")), ("rft.title", item["title"]),
    ]  # fmt: skip
    for author in item.get("author", ()):
        if "literal" in author:
            fields.append(("rft.aucorp", author["literal"]))
        else:
            fields.append(("rft.au", f"{author['family']}, {author['given']}"))
    for name, variable in (
        ("rft.source", "container-title"), ("rft.publisher", "publisher"), ("rft.language", "language"),
    ):  # fmt: skip
        if item.get(variable):
            fields.append((name, item[variable]))
    if "issued" in item:
        fields.append(("rft.date", date_text(item["issued"])))
    if "URL" in item:
        fields.append(("rft.identifier", item["URL"]))
    if "version" in item:
        fields.append(("rft.description", f"version: {item['version']}"))
    return urlencode(fields)
