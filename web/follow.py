"""What machines read to follow the site: feed, sitemap, and what there is for them to read."""

import sqlite3
from xml.etree import ElementTree as xml

from exporters.csl import AUTHOR, PAGES
from exporters.reading import Row, rows

NEWEST = 100  # records in the feed
_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
# What changes there are news to those who follow the field; sources and terms change with these.
_NEWS = ("institutions", "regimes", "posts")
_NEVER = "1970-01-01"


def feed(connection: sqlite3.Connection, site: str) -> str:
    """The records that changed last, as Atom (RFC 4287); empty where git tells of no change."""
    changed = rows(
        connection,
        f"SELECT * FROM record WHERE changed_at IS NOT NULL AND section IN ({','.join('?' * len(_NEWS))}) "  # noqa: S608
        f"ORDER BY changed_at DESC, section, name LIMIT {NEWEST}",
        *_NEWS,
    )
    xml.register_namespace("", _ATOM)
    root = xml.Element(f"{{{_ATOM}}}feed")

    def add(parent: xml.Element, name: str, text: str = "", **attributes: str) -> xml.Element:
        child = xml.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
        child.text = text or None
        return child

    add(root, "title", "Internet Governance Knowledge Base: records that changed")
    add(root, "id", f"{site}/feed.atom")
    add(root, "link", href=f"{site}/feed.atom", rel="self")
    add(root, "link", href=f"{site}/")
    newest = max((record["changed_at"] for record in changed), default=_NEVER)
    add(root, "updated", f"{newest}T00:00:00Z")
    add(add(root, "author"), "name", AUTHOR)
    add(root, "rights", "CC BY 4.0")
    for record in changed:
        entry = add(root, "entry")
        page = f"{site}/{PAGES[record['section']]}/{record['id']}"
        add(entry, "title", record["name"])
        add(entry, "id", f"{page}#version-{record['version']}")
        add(entry, "link", href=page)
        add(entry, "link", href=f"{page}.json", rel="alternate", type="application/json")
        add(entry, "updated", f"{record['changed_at']}T00:00:00Z")
        kind = {"institutions": "Body", "regimes": "Regime", "posts": "Post"}[record["section"]]
        add(entry, "summary", f"{kind}, version {record['version']} of {record['path']}.")
    xml.indent(root)
    return xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def sitemap(connection: sqlite3.Connection, site: str) -> str:
    """Every page with the day on which its record changed: https://www.sitemaps.org/protocol.html"""
    xml.register_namespace("", _SITEMAP)
    root = xml.Element(f"{{{_SITEMAP}}}urlset")

    def add(path: str, changed: str | None = None) -> None:
        url = xml.SubElement(root, f"{{{_SITEMAP}}}url")
        xml.SubElement(url, f"{{{_SITEMAP}}}loc").text = f"{site}{path}"
        if changed:
            xml.SubElement(url, f"{{{_SITEMAP}}}lastmod").text = changed

    gathering = ("map", "compare", "network", "timeline", "contested", "schema", "coverage")
    for path in ("/", "/about", *(f"/{name}" for name in gathering)):
        add(path)
    for debate in rows(connection, "SELECT DISTINCT debate FROM post WHERE debate IS NOT NULL"):
        add(f"/debate/{debate['debate']}")
    for record in rows(connection, "SELECT * FROM record ORDER BY section, id"):
        add(f"/{PAGES[record['section']]}/{record['id']}", record["changed_at"])
    xml.indent(root)
    return xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def robots(site: str) -> str:
    """Crawlers may read every page and run no SQL (RFC 9309)."""
    return f"User-agent: *\nDisallow: /kb\nDisallow: /-/\nDisallow: /compare?id=\nDisallow: /correct/\nDisallow: /q\nSitemap: {site}/sitemap.xml\n"


def for_models(connection: sqlite3.Connection, site: str, tables: Row, questions: Row) -> str:
    """What a language model needs to answer from the data, as Markdown: https://llmstxt.org

    `tables` and `questions` as the metadata has them: name -> description, and title among others.
    """
    counts = dict(connection.execute("SELECT key, value FROM build").fetchall())
    lines = [
        "# Internet Governance Knowledge Base",
        "",
        "> Cited records of the bodies that govern the Internet and of the regimes of states: what they are, "
        "how they decide, who belongs, how they relate, and what was said about them, post by post. "
        "CC BY 4.0.",
        "",
        "How to read it: a statement has a standing (held, disputed, superseded, unverified), dates "
        "(since, until, as_of) and citations with a place in a source. Claims are the opinions of their "
        "speakers, never facts of ours. `unknown`, `no-written-rule` and `not-applicable` are values. "
        "Cite the page of the record and the source behind the statement; quote no value without them.",
        "",
        "## Records",
        "",
        f"- [One record as JSON]({site}/institution/icann.json): add .json to the page of any body, "
        "regime, post, source, person or list of terms",
        f"- [All pages]({site}/sitemap.xml)",
        f"- [Changes]({site}/feed.atom)",
        f"- [The whole database]({site}/kb.db): one SQLite file",
        f"- Where `{site}/-/mcp` answers, the same by the Model Context Protocol: find, record, cite_as, execute_sql",
        "",
        "## Asking in SQL",
        "",
        f"- [SQL over HTTP]({site}/kb.json?_shape=array&sql=select+id,name+from+institution+limit+3): "
        "GET, read-only, SQLite; add _shape=array",
        *(
            f"- [{question['title']}]({site}/kb/{name}.json?_shape=array): {question['description']}"
            for name, question in questions.items()
        ),
        "",
        "## Tables and views",
        "",
        *(
            f"- `{name}`: {table.get('description', '')}"
            + (f" ({int(counts[f'rows_{name}']):,} rows)" if f"rows_{name}" in counts else "")
            for name, table in tables.items()
            if table.get("description")
        ),
        "",
    ]  # fmt: skip
    return "\n".join(lines)
