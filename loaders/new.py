"""Commented, valid skeletons of records, in the right place.

They state nothing, since nothing was read yet: `igkb check` accepts them with a warning until the
first statement stands there with its citation.
"""

import datetime
import re
from pathlib import Path
from urllib.parse import urlsplit

from loaders.index import survey

_INSTITUTION = """\
# yaml-language-server: $schema=../../schema/json/institution.schema.json
# {id}: every item of a list below carries its own `cite: source-id locator`.
# The fields and terms are in docs/data-dictionary.md; CONTRIBUTING.md shows the way in ten minutes.
name: {name}
short_name: {short}
kind: forum                     # a term of kb/terms/kinds.yml
# url: https://…                # its own site, if it has one

# facts:                        # take the `# ` away where you state something
# - type: organic               # a term of kb/terms/types.yml; who calls it so?
#   cite: source-id §1          # the source you opened, and the place in it
# - status: active              # a term of kb/terms/statuses.yml
#   cite: source-id §2
# - founded: 1986-01            # YYYY, YYYY-MM or YYYY-MM-DD
#   founding_act: …
#   cite: source-id §2
# - legal_form: unincorporated
#   seat_city: Geneva
#   seat_country: CH
#   cite: source-id art. 1
# - function: [dialogue]
#   cite: source-id §3

# decisions:                    # who decides what, how
# - area: policy
#   stage: final
#   rule: rough-consensus
#   cite: source-id §4

# relations:                    # written from here; the inverse is derived
# - {{kind: part-of, target: ID, since: 2005, cite: source-id §5}}

# offices:
# - {{key: chair, title: Chair, filled_by: elected by the members, cite: source-id §6}}

# events:
# - {{date: 2005-11, title: First met, cite: source-id §7}}
"""

_SOURCE = """\
# yaml-language-server: $schema=../../schema/json/source.schema.json
# {id}: cite it as `{id} locator`. Say honestly how much of it you read.
kind: {kind:<26}# a term of kb/terms/source-kinds.yml
title: {title}   # put the title here as the source writes it
# author: Family, Given; Family, Given      # a body is written without a comma
{publisher}
# issued: 2005-11-18
{number}url: {url}
tier: primary                   # primary: the act, text or body itself; secondary: about it
read: catalogue                 # excerpt or full-text, once you have read it
accessed: {today}
"""

_NO_URL = re.compile(r'[\s<>"]|:$')  # in no address, or YAML would take it for its own


class Taken(Exception):
    """Raised where there is a record already, or the id or address is none; says which."""


def institution(kb: Path, id: str) -> Path:
    """Write the skeleton of a body; returns its path. Raises Taken."""
    path = free(kb, "institutions", id)
    name = " ".join(word.capitalize() for word in id.split("-"))
    short = id.upper() if "-" not in id else name
    return _write(path, _INSTITUTION.format(id=id, name=name, short=short))


def source(kb: Path, what: str, today: datetime.date) -> Path:
    """Write the skeleton of a source from an address or an RFC number; returns its path.

    Nothing is fetched: the title is for the curator to read and write. Raises Taken.
    """
    rfc = re.fullmatch(r"(?i)(?:https?://\S*?)?rfc ?0*(\d+)(?:\.\w+)?/?", what)
    if rfc:
        number = rfc.group(1)
        path = free(kb, "sources", f"rfc{number}")
        text = _SOURCE.format(
            id=path.stem, kind="rfc", title=f"RFC {number}", publisher="publisher: RFC Editor",
            number=f"number: RFC {number}\n", url=f"https://www.rfc-editor.org/rfc/rfc{number}",
            today=today,
        )  # fmt: skip
        return _write(path, text)
    if not _is_address(what):
        raise Taken(f"'{what}' is neither an address nor an RFC; wanted https://… or rfc2026")
    id = _id_of(what)
    if not id:
        raise Taken(f"no id can be made of '{what}'; write kb/sources/ID.yml by hand")
    path = free(kb, "sources", id)
    text = _SOURCE.format(
        id=path.stem, kind="web-page", title=what, publisher="# publisher: …",
        number="", url=what, today=today,
    )  # fmt: skip
    return _write(path, text)


def _is_address(what: str) -> bool:
    try:
        address = urlsplit(what)
    except ValueError:  # a bracket without its fellow
        return False
    return address.scheme in ("http", "https") and bool(address.netloc) and not _NO_URL.search(what)


def _id_of(url: str) -> str:
    address = urlsplit(url)
    host = address.netloc.lower().removeprefix("www.").split(":")[0].split(".")[0]
    last = [part for part in address.path.lower().split("/") if part][-1:]
    words = re.findall(r"[a-z0-9]+", " ".join([host, *last]).removesuffix(".html"))
    return "-".join(words)[:60].strip("-")


def free(kb: Path, section: str, id: str) -> Path:
    """Where a new record with this id lies. Raises Taken where the id is none, or has a record."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id):
        want = "wanted lower-case letters and digits, words joined by single hyphens"
        raise Taken(f"'{id}' is not an id; {want}")
    index, problems = survey(kb)
    if not kb.is_dir():
        raise Taken(str(problems[0]))
    if id in index.files:
        found, path = index.files[id]
        hint = (
            f"cite it as `{id} locator`" if found == section == "sources" else "choose another id"
        )
        raise Taken(f"'{id}' has a record: {path}; {hint}")
    return kb / section / f"{id}.yml"


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
