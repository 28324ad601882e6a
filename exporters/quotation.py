"""A passage as a frame for a quotation: who, when, where and the link are there, the words are not.

We keep no more of a text than what finds the place; the writer fills the frame from the source. It is
Markdown, with a key that pandoc makes a reference of (pandoc.org/MANUAL.html#citation-syntax).
"""

import re
import sqlite3

from exporters.csl import Unknown, item, one_line
from exporters.reading import row
from exporters.sentence import sentence


def quotation(connection: sqlite3.Connection, id: str) -> str:
    """The frame for the passage with this id. Raises Unknown where there is none."""
    said = row(
        connection,
        """
        SELECT p.id, p.source, p.url, p.start AS first, p."end" AS last,
               coalesce(person.name, body.name) AS speaker, author.name AS author
        FROM passage p
        LEFT JOIN person ON person.id = p.person
        LEFT JOIN institution body ON body.id = p.body
        LEFT JOIN post ON post.id = p.source
        LEFT JOIN person author ON author.id = post.author
        WHERE p.id = ?
        """,
        id,
    )
    if said is None:
        raise Unknown(id)
    document = item(connection, said["source"], "")  # it has an address of its own
    if said["url"]:
        document = {**document, "URL": said["url"]}  # to the very words
    told = _escaped(sentence(document))
    if said["speaker"] and said["speaker"] != said["author"]:
        told = f"{_escaped(one_line(said['speaker']))}, in: {told}"
    place = f"From “{said['first']} …” to “… {said['last']}”."
    hidden = place.replace("--", "- -")  # which would end the comment
    return f"> …\n>\n> — {told} [@igkb:{said['id']}]\n\n<!-- {hidden} -->\n"


def _escaped(text: str) -> str:
    """What would be markup elsewhere; an address stands in brackets of its own."""
    words = [
        f"<{word.removesuffix('.')}>"
        if re.match(r"https?://", word)
        else re.sub(r"[\\`*_{}\[\]<>#@$^~|]", r"\\\g<0>", word)
        for word in text.split(" ")
    ]
    return " ".join(words)
