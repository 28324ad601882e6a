"""Citable documents, posts on mailing lists, the passages in them, and the claims these make."""

from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints

from schema.fields import (
    STRICT,
    Declared,
    Extent,
    Id,
    Item,
    Language,
    PartialDate,
    Phrase,
    Read,
    Text,
    Tier,
    Url,
    many,
    optional,
    required,
    term,
)
from schema.record import RecordKey


class Reading(Declared):
    """How much of the source the curator really read, and when."""

    read: Read = required("full-text, excerpt, or catalogue (an index entry only).")
    accessed: PartialDate = required("When it was read.")


class SourceFields(Declared):
    """The source in the words of CSL, so that export is a copy."""

    title: Text = required("The title.")
    author: Text | None = optional(
        "`Family, Given` joined by semicolons; a name without a comma is a body."
    )
    publisher: Text | None = optional("Who published it.")
    issued: PartialDate | None = optional("When it was published or adopted.")
    number: Text | None = optional("Its official number: A/RES/70/125, Directive (EU) 2022/2555, …")
    container_title: Text | None = optional("The journal, gazette, site or book it stands in.")
    volume: Text | None = optional("The volume of that.")
    page: Text | None = optional("The pages in that.")
    celex: Text | None = optional("CELEX number of an EU act.")
    doi: Text | None = optional("Digital Object Identifier.")
    url: Url | None = optional("The canonical address.")
    read_at: Url | None = optional("The address of the copy that was read, where it is another.")
    archived_url: Url | None = optional("An archived copy.")
    language: Language | None = optional("Its language, BCP 47; left out for English.")
    note: Text | None = optional("A remark of the curator on the source.")


class ClaimFields(Declared):
    """What a passage says about a body."""

    about: Id = required("The body spoken of.", foreign_key="institution.id")
    stance: Id = term("stances", "How the speaker stands to it here.", may_miss=False)
    gist: Text | None = optional("What is said of this body, in words of ours.")


class ClaimItem(ClaimFields, Item):
    """One item of a passage's `claims`. Its citation is the passage it stands in."""


class PassageFields(Declared):
    """A passage: where it begins and ends, and what it says."""

    key: Id = required("Short name of the passage, by which it is cited.")
    start: Phrase = required("Its first 3 to 8 words, found once on the page.")
    end: Phrase = required("Its last words, at most 8, found once on the page.")
    gist: Text = required("What it says, in words of ours.")
    quoted_from: Id | None = optional(
        "The source of the words, where the author quotes another.", foreign_key="source.id"
    )


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class PassageItem(PassageFields, Item):
    """One item of `passages`."""

    speaker: Id | None = optional("Whose words they are, if not the author's: a person or a body.")
    answers: Annotated[
        list[Text], BeforeValidator(_one_or_many, json_schema_input_type=str | list[str])
    ] = many("Passages it answers or quotes, as `source key`.")
    claims: list[ClaimItem] = many("What it says about bodies.")


class SourceRecord(Reading, SourceFields, Item):
    """kb/sources/<id>.yml: one citable document."""

    kind: Id = term("source-kinds", "What sort of document it is.", may_miss=False)
    tier: Tier = required("primary: the act, text or body itself; secondary: about it.")
    extent: Extent | None = optional("page or document, where the kind does not tell.")
    former_ids: list[Id] = many("Ids it had before.")
    passages: list[PassageItem] = many("Passages recorded in it.")


class PostFields(Declared):
    """What only a mailing-list post has."""

    list: Id = term("lists", "The mailing list.", may_miss=False)
    author: Id = required("Who wrote it.", foreign_key="person.id")
    sent: PartialDate = required("The day it was sent, in UTC.")
    sent_time: (
        Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?Z$")]
        | None
    ) = optional("The time it was sent, in UTC.")
    subject: Text = required("Its subject line.")
    message_id: Text | None = optional("Its Message-ID (RFC 5322) without angle brackets.")
    in_reply_to: Id | None = optional("The post it answers.", foreign_key="post.id")
    debate: Id | None = term("debates", "The debate to which it belongs.")


class OwnWords(Item):
    """Where on a page the post's own words begin and end."""

    page: Id = required("The post on whose page they were read: itself, or one that quotes it.")
    begins: Phrase = required("The first words that are its own.")
    ends: Phrase = required("The last words that are its own.")


class PostRecord(Reading, PostFields, Item):
    """kb/posts/<id>.yml: one post; what it quotes of others is theirs, not its author's."""

    url: Url | None = optional("Its page in the list's archive.")
    read_at: Url | None = optional("The address of the copy that was read, where it is another.")
    archived_url: Url | None = optional("An archived copy.")
    own_words: OwnWords = required("Where its own words begin and end.")
    note: Text | None = optional("A remark of the curator on the post.")
    former_ids: list[Id] = many("Ids it had before.")
    passages: list[PassageItem] = required("Its passages, in order.", min_length=1)


class Source(Reading, SourceFields, RecordKey, table=True):
    """Every citable document, posts included: what it is and how much of it was read."""

    __table_args__ = STRICT
    kind: str = required("What sort of document it is: a term of source-kinds.")
    tier: str = required("primary: the act, text or body itself; secondary: about it.")
    read: str = required("full-text, excerpt, or catalogue (an index entry only).")


class PostKey(Declared):
    """The key of a post: its source."""

    id: str = required("The id: the name of its file.", foreign_key="source.id", primary_key=True)


class Post(PostFields, PostKey, table=True):
    """Mailing-list posts: who wrote what to which list, in answer to what."""

    __table_args__ = STRICT
    list: str = required("The mailing list: a term of lists.")
    sent_time: str | None = optional("The time it was sent, in UTC.")
    archive_url: str | None = optional(
        "Its address in the HyperKitty archive of its list, computed from the Message-ID."
    )
    page: str = required("The post on whose page its words were read.", foreign_key="post.id")
    begins: str = required("The first words on that page that are its own.")
    ends: str = required("The last words on that page that are its own.")


class PassageKey(Declared):
    """The key of a passage."""

    id: str = required("`source_key`.", primary_key=True)
    source: str = required("The source it stands in.", foreign_key="source.id")


class Passage(PassageFields, PassageKey, table=True):
    """Passages of sources: where they begin and end, and what they say in our words."""

    __table_args__ = STRICT
    position: int = required("1 for the first passage of its source, and so on.")
    person: str | None = optional("Whose words they are.", foreign_key="person.id")
    body: str | None = optional(
        "Whose words they are, where a body speaks.", foreign_key="institution.id"
    )
    url: str | None = optional("The page, with a text fragment that opens it at the passage.")


class Answer(Declared, table=True):
    """Which passage answers, contradicts or quotes which."""

    __table_args__ = STRICT
    passage: str = required("The passage that answers.", foreign_key="passage.id", primary_key=True)
    answers: str = required("The passage answered.", foreign_key="passage.id", primary_key=True)


class ClaimKey(Declared):
    """The key of a claim."""

    id: str = required("`passage_about`.", primary_key=True)
    passage: str = required("The passage in which it is said.", foreign_key="passage.id")


class Claim(ClaimFields, ClaimKey, table=True):
    """What was said about whom: speaker, body, stance. The speaker's opinion, never a fact of ours."""

    __table_args__ = STRICT
    person: str | None = optional("Who says it.", foreign_key="person.id")
    body: str | None = optional("Who says it, where a body speaks.", foreign_key="institution.id")
    gist: str = required("What is said, in words of ours.")
