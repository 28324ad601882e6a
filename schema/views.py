"""The questions that are asked so often that they have a name: views over the tables.

Each has a description, which the site shows beside it.
"""

from typing import NamedTuple

from schema import coverage
from schema.statement import Standings

_AS_OF = str(Standings.model_fields["as_of"].description)


class View(NamedTuple):
    """A view: its SQL, what it is for, and what each of its columns means."""

    sql: str
    about: str
    columns: dict[str, str]


VIEWS = {
    "evidence": View(
        """
        SELECT s.record, r.name, s.section, s.field, s.value, s.standing, s.since, s.until,
               s.as_of, c.position, c.source, src.title, src.kind AS source_kind, src.tier, src.read,
               c.locator, c.quote, c.url, s.note, s.id AS statement
        FROM statement s
        JOIN record r ON r.id = s.record
        JOIN citation c ON c.statement = s.id
        JOIN source src ON src.id = c.source
        """,
        "Every statement beside every source it rests on, one row a citation.",
        {
            "record": "The record.",
            "name": "What it is called.",
            "section": "The list in which the statement stands.",
            "field": "Which field it states.",
            "value": "The value.",
            "standing": "How well it stands.",
            "since": "Holds from.",
            "until": "Held until.",
            "as_of": _AS_OF,
            "position": "Number of the citation.",
            "source": "The source.",
            "title": "Title of the source.",
            "source_kind": "Kind of the source.",
            "tier": "primary or secondary.",
            "read": "How much of the source was read.",
            "locator": "The place in the source.",
            "quote": "Words to find the place by.",
            "url": "Link to the place.",
            "note": "The curator's remark.",
            "statement": "The statement.",
        },
    ),
    "said": View(
        """
        SELECT c.about, about.name, coalesce(person.name, body.name) AS speaker, c.stance, c.gist,
               post.sent, post.debate,
               coalesce(
                 -- That in force when the post was sent, then a held one, then the first: the
                 -- greatest, since ORDER BY cannot see the post from in here.
                 (SELECT substr(max(
                    (coalesce(a.since <= substr(post.sent, 1, length(a.since)), 1)
                     AND coalesce(a.until >= substr(post.sent, 1, length(a.until)), 1))
                    || (a.standing = 'held') || printf('%09d', 999999999 - a.rowid)
                    || a.stakeholder_group), 12)
                  FROM affiliation a WHERE a.person = c.person),
                 CASE body.type WHEN 'state' THEN 'government' WHEN 'private' THEN 'private-sector'
                 WHEN 'organic' THEN 'technical-community' WHEN 'civil-society' THEN 'civil-society'
                 WHEN 'intergovernmental' THEN 'intergovernmental' END
               ) AS stakeholder_group,
               source.title, p.source, p.key AS passage_key, p.url,
               c.person, c.body, c.id AS claim
        FROM claim c
        JOIN institution about ON about.id = c.about
        JOIN passage p ON p.id = c.passage
        JOIN source ON source.id = p.source
        LEFT JOIN post ON post.id = p.source
        LEFT JOIN person ON person.id = c.person
        LEFT JOIN institution body ON body.id = c.body
        """,
        "Who said what about which body, when, with a link to the words.",
        {
            "about": "The body spoken of.",
            "name": "What it is called.",
            "speaker": "Who speaks: a person, or a body.",
            "stance": "How they stand to it.",
            "gist": "What is said, in words of ours.",
            "sent": "When the post was sent.",
            "debate": "The debate to which the post belongs.",
            "stakeholder_group": "From which part of the field the speaker speaks: of a person, by "
            "the affiliation in force when the post was sent; of a body, by its type.",
            "title": "Subject of the post.",
            "source": "The post.",
            "passage_key": "The passage.",
            "url": "Link to the words.",
            "person": "The speaker's record, where a person speaks.",
            "body": "The speaker's record, where a body speaks.",
            "claim": "The claim.",
        },
    ),
    "link": View(
        """
        SELECT rel.institution AS source_id, rel.kind, t.label, rel.target AS target_id,
               rel.signed, rel.ratified, rel.since, rel.until, rel.as_of, rel.standing,
               rel.statement, 0 AS derived
        FROM relation rel JOIN term t ON t.id = 'relation-kinds_' || rel.kind
        UNION ALL
        SELECT rel.target, rel.kind, coalesce(t.inverse_label, t.label), rel.institution,
               rel.signed, rel.ratified, rel.since, rel.until, rel.as_of, rel.standing,
               rel.statement, 1
        FROM relation rel JOIN term t ON t.id = 'relation-kinds_' || rel.kind
        """,
        "Relations read from both sides; the inverse is derived, never written.",
        {
            "source_id": "The body from which we look.",
            "kind": "Kind of relation as written.",
            "label": "How it reads from this side.",
            "target_id": "The other body.",
            "signed": "Of a treaty or declaration: when it was signed.",
            "ratified": "Of a treaty: when it was ratified, accepted, approved or acceded to.",
            "since": "Holds from.",
            "until": "Held until.",
            "as_of": _AS_OF,
            "standing": "How well it stands.",
            "statement": "The statement it comes from.",
            "derived": "1 where this is the side not written.",
        },
    ),
    "membership": View(
        """
        SELECT rel.institution AS member, m.name AS member_name, rel.kind, rel.target AS body,
               b.name AS body_name, rel.since, rel.until, rel.as_of, rel.standing, rel.statement
        FROM relation rel
        JOIN institution m ON m.id = rel.institution
        JOIN institution b ON b.id = rel.target
        WHERE rel.kind IN ('member-of', 'observer-of', 'party-to', 'signatory-of', 'part-of')
        """,
        "Who belongs to what: members, observers, parties, signatories, parts.",
        {
            "member": "Who belongs.",
            "member_name": "What it is called.",
            "kind": "How it belongs.",
            "body": "To what.",
            "body_name": "What that is called.",
            "since": "From when.",
            "until": "Until when.",
            "as_of": _AS_OF,
            "standing": "How well it stands.",
            "statement": "The statement.",
        },
    ),
    "membership_matrix": View(
        """
        SELECT r.iso2, i.name AS state, rel.target AS body, b.name AS body_name,
               CASE WHEN rel.standing = 'superseded' OR rel.until IS NOT NULL THEN 'left'
                    ELSE CASE rel.kind WHEN 'party-to' THEN 'party' WHEN 'signatory-of' THEN 'signed'
                         WHEN 'observer-of' THEN 'observer' ELSE 'member' END
               END AS status,
               rel.signed, rel.ratified, rel.since, rel.until, rel.as_of, rel.standing,
               r.id AS regime, rel.statement
        FROM relation rel
        JOIN regime r ON r.id = rel.institution
        JOIN institution i ON i.id = r.id
        JOIN institution b ON b.id = rel.target
        WHERE rel.kind IN ('member-of', 'observer-of', 'party-to', 'signatory-of')
        """,
        "What each state has joined: one row a state and body, with how it stands to it and since when.",
        {
            "iso2": "The state, ISO 3166-1.",
            "state": "What it is called.",
            "body": "The body, treaty or declaration.",
            "body_name": "What that is called.",
            "status": "member, observer, signed, party (bound by it) or left.",
            "signed": "When it signed.",
            "ratified": "When it ratified, accepted, approved or acceded.",
            "since": "Belongs or is bound from.",
            "until": "Until when.",
            "as_of": _AS_OF,
            "standing": "How well it stands.",
            "regime": "The record of the state.",
            "statement": "The statement.",
        },
    ),
    "regime_indicator": View(
        """
        SELECT r.iso2, i.name AS state, x.indicator, t.label, x.year, x.value, t.unit, t.better,
               x.standing, r.id AS regime, x.statement
        FROM indicator x
        JOIN regime r ON r.id = x.institution
        JOIN institution i ON i.id = r.id
        JOIN term t ON t.id = 'indicators_' || x.indicator
        WHERE x.standing <> 'superseded'
        """,
        "Figures by which states are compared, as time series: one row a state, indicator and year.",
        {
            "iso2": "The state, ISO 3166-1.",
            "state": "What it is called.",
            "indicator": "What is measured, a term of indicators.",
            "label": "What that is called.",
            "year": "The year or edition it is for, or the day it was counted.",
            "value": "The figure.",
            "unit": "What it counts.",
            "better": "Whether a higher or a lower figure is meant as better; empty where neither.",
            "standing": "How well it stands; unverified where it rests on a single copy.",
            "regime": "The record of the state.",
            "statement": "The statement.",
        },
    ),
    "timeline": View(
        """
        SELECT e.date, e.institution, i.name, 'event' AS what, e.title, e.standing, e.statement
        FROM event e JOIN institution i ON i.id = e.institution
        UNION ALL
        SELECT s.value, s.record, i.name, s.field, i.name || ' ' || s.field, s.standing, s.id
        FROM statement s JOIN institution i ON i.id = s.record
        WHERE s.section = 'facts' AND s.field IN ('founded', 'dissolved')
          AND s.value GLOB '[0-9]*'
        UNION ALL
        SELECT m.since, m.institution, i.name, 'measure', m.name, m.standing, m.statement
        FROM measure m JOIN institution i ON i.id = m.institution WHERE m.since IS NOT NULL
        UNION ALL
        SELECT m.until, m.institution, i.name, 'measure ended', m.name, m.standing, m.statement
        FROM measure m JOIN institution i ON i.id = m.institution WHERE m.until IS NOT NULL
        """,
        "All dated turning points of all bodies and regimes.",
        {
            "date": "Year, month or day.",
            "institution": "The body.",
            "name": "What it is called.",
            "what": "event, founded, dissolved, measure or measure ended.",
            "title": "What happened.",
            "standing": "How well it stands.",
            "statement": "The statement.",
        },
    ),
    "contested": View(
        """
        SELECT s.record, r.name, s.field, s.value, s.standing, s.since, s.until, s.as_of,
               s.note, s.id AS statement
        FROM statement s
        JOIN record r ON r.id = s.record
        WHERE s.section = 'facts' AND EXISTS (
          SELECT 1 FROM statement d
          WHERE d.record = s.record AND d.field = s.field AND d.section = 'facts'
            AND d.standing = 'disputed'
        )
        """,
        "Facts on which sources disagree, every value beside its rivals.",
        {
            "record": "The record.",
            "name": "What it is called.",
            "field": "The field in dispute.",
            "value": "One of the values.",
            "standing": "held is ours; disputed is the other side's.",
            "since": "Holds from.",
            "until": "Held until.",
            "as_of": _AS_OF,
            "note": "The curator's remark.",
            "statement": "The statement.",
        },
    ),
    "coverage": View(
        coverage.sql(),
        "The work list of curators: which of the twelve things to ask of a body have an answer, "
        "and on what its statements rest.",
        coverage.columns(),
    ),
}

# What full-text search looks in: table -> columns.
SEARCHED = {
    "institution": ("name", "short_name", "mandate"),
    "name": ("name",),
    "statement": ("value", "note"),
    "passage": ("gist",),
    "claim": ("gist",),
    "source": ("title", "author", "number"),
    "person": ("name",),
    "term": ("label", "meaning"),
}
