"""The site: every record has a page that reads well, every address leads somewhere, nothing leaks."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from html import escape
from urllib.parse import quote, unquote

import jsonschema
import pytest
import yaml
from served import ROOT, SITE, serve
from test_schema import SCHEMAS, EditorLoader

from exporters.cite import FORMATS
from exporters.csl import PAGES
from exporters.reading import rows
from loaders.write import build
from schema import TABLES, Facts, RegimeFacts
from schema.coverage import PARTS
from schema.fields import Text
from schema.views import VIEWS
from web.choices import QUERIES as OFFERED
from web.choices import VOCABULARIES as OFFERED_TERMS
from web.institution import summary
from web.metadata import SHOWN
from web.plugins.search import fts_words
from web.reading import Terms, day
from web.schema_page import GRID
from web.term import USES
from web.wording import LABELS

METADATA = yaml.safe_load((ROOT / "datasette-metadata.yml").read_text(encoding="utf-8"))
KB = METADATA["databases"]["kb"]
TABLE_NAMES = [str(table.__tablename__) for table in TABLES]
REFERRED_TO = {
    key.column.table.name
    for table in TABLES
    for key in table.__table__.foreign_keys  # type: ignore[attr-defined]
}


# Pages of records ---------------------------------------------------------------------------------


def test_every_record_has_a_page_with_its_name(site, pages):
    missing = [
        path
        for (_, _, name), path in zip(site.records(), site.paths(), strict=True)
        if escape(name) not in pages[path].html and escape(name, quote=False) not in pages[path].html
        and " ".join(name.split()) not in " ".join(pages[path].text.split())
    ]  # fmt: skip
    assert missing == []


def test_every_statement_has_its_place_on_the_page_of_its_record(site, pages):
    for section, id, _ in site.records("institutions", "regimes", "people", "terms"):
        page = pages[f"/{PAGES[section]}/{id}"]
        stated = {row[0] for row in site.ask("SELECT id FROM statement WHERE record = ?", id)}
        assert stated <= set(page.ids), page.path


def test_every_statement_on_a_page_leads_to_its_sources(site, pages):
    for path in site.paths("institutions", "regimes"):
        page = pages[path]
        cited = site.ask(
            "SELECT DISTINCT c.source FROM citation c JOIN statement s ON s.id = c.statement "
            "WHERE s.record = ?",
            path.split("/")[-1],
        )
        for (source,) in cited:
            assert {f"/source/{source}", f"/post/{source}"} & set(page.links), (path, source)
        assert any(link.startswith("#note-") for link in page.links), path


def test_every_passage_and_claim_has_its_place_on_the_page_of_its_source(site, pages):
    found = site.ask(
        "SELECT p.id, p.source, r.section FROM passage p JOIN record r ON r.id = p.source UNION ALL "
        "SELECT c.id, p.source, r.section FROM claim c JOIN passage p ON p.id = c.passage "
        "JOIN record r ON r.id = p.source"
    )
    assert found
    for id, source, section in found:
        assert id in pages[f"/{PAGES[section]}/{source}"].ids


def test_every_passage_links_to_the_words_it_is_about(site, pages):
    for id, source, url in site.ask(
        "SELECT p.id, p.source, p.url FROM passage p JOIN post ON post.id = p.source "
        "WHERE p.url IS NOT NULL"
    ):
        assert "#:~:text=" in url
        assert url in pages[f"/post/{source}"].links, id


def test_a_contested_type_is_marked_and_says_who_contests_it(tiny_site, site, pages):
    contested = {
        row[0]
        for row in site.ask(
            "SELECT record FROM statement WHERE field = 'type' AND standing = 'disputed'"
        )
    }
    for path in site.paths("institutions", "regimes"):
        assert ("contested" in pages[path].ids) == (path.split("/")[-1] in contested), path


def test_a_note_on_several_fields_is_shown_once(pages, site):
    several = site.ask(
        "SELECT record, note FROM statement WHERE field IN ('seat_city', 'seat_country') "
        "AND note IS NOT NULL GROUP BY record, line HAVING count(*) = 2"
    )
    assert several
    for record, note in several:
        of_law = (
            pages[f"/institution/{record}"].text.split("Under what law")[1].split("Timeline")[0]
        )
        city_and_country = of_law.split("Seat, city")[1].split("Who ")[0]
        assert city_and_country.count(note) == 1, record


def test_where_only_an_unverified_value_is_there_it_is_shown_and_marked(site, pages):
    found = site.ask(
        "SELECT i.id, u.value, t.label FROM institution i, json_each(i.unverified) u "
        "JOIN term t ON t.id = CASE u.value WHEN 'type' THEN 'types_' || i.type "
        "WHEN 'status' THEN 'statuses_' || i.status END"
    )
    assert {field for _, field, _ in found} == {"type", "status"}
    for id, _, label in found:
        badges = pages[f"/institution/{id}"].html.split('class="badges"')[1].split("</p>")[0]
        assert f"{label}</a>, unverified" in badges, id


def test_what_is_disputed_is_marked(tiny_site):
    page = tiny_site.page("/institution/example-forum")
    disputed = page.html.split('id="example-forum_founded_first-meeting"')[1].split("</dd>")[0]
    assert "disputed" in disputed
    assert "Met before there was a charter." in disputed
    held = page.html.split('id="example-forum_founded"')[1].split("</div>")[0]
    assert "disputed" not in held


def test_a_number_leads_to_the_place_it_stands_for(tiny_site):
    page = tiny_site.page("/institution/example-forum").html
    value = page.split('id="example-forum_founded_first-meeting"')[1].split("</div>")[0]
    number = re.search(r"#note-(\d+)", value)[1]
    note = page.split(f'id="note-{number}"')[1].split("</li>")[0]
    assert f"[{number}]" in value and f"[{number}]" in note
    assert "met for the first time in 1998" in note
    assert "#:~:text=met%20for%20the%20first%20time%20in%201998" in note


def test_a_body_is_summed_up_from_what_is_held(tiny_site):
    assert (
        "Forum, founded April 1999; unincorporated; seat in Exampleville, Exampland. "
        "Decides on policy by rough consensus." in tiny_site.page("/institution/example-forum").text
    )


@pytest.mark.parametrize(
    "status, says",
    [
        ("active", "Decides on policy by rough consensus."),
        ("concluded", "Decided on policy by rough consensus."),
        ("never-created", "Was to decide on policy by rough consensus."),
    ],
)
def test_a_summary_speaks_of_what_is_over_or_never_was_as_such(tiny_site, status, says):
    with closing(sqlite3.connect(tiny_site.db)) as connection:
        (body,) = rows(connection, "SELECT * FROM institution WHERE id = 'example-forum'")
        told = summary(
            {**body, "status": status, "unverified": '["founded", "seat_city"]'},
            [("policy", "rough-consensus")],
            Terms.of(connection),
            {"zz": "Exampland"},
        )
    assert told.endswith(says)
    assert "founded April 1999 (unverified); unincorporated;" in told
    assert told.count("(unverified)") == 2


def test_a_summary_tells_once_what_a_body_is_in_kind_and_in_law(site):
    told = site.page("/institution/centr").text
    assert "Association, founded" in told
    assert "; association;" not in told


def test_a_relation_is_shown_on_both_sides(tiny_site):
    for one, other in (("forum", "secretariat"), ("secretariat", "forum"), ("forum", "registry"),
                       ("registry", "forum")):  # fmt: skip
        page = tiny_site.page(f"/institution/example-{one}")
        assert f"/institution/example-{other}" in page.links


def test_the_holder_of_a_power_shows_it(tiny_site):
    page = tiny_site.page("/institution/example-registry")
    assert "Register of speakers" in page.text
    assert "/institution/xa" in page.links


def test_words_of_another_are_marked_as_such(site, pages):
    spoken = site.ask(
        "SELECT q.source, q.id, coalesce(w.name, b.name) FROM passage q "
        "JOIN post p ON p.id = q.source LEFT JOIN person w ON w.id = q.person "
        "LEFT JOIN institution b ON b.id = q.body WHERE coalesce(q.person, q.body) <> p.author"
    )
    assert spoken
    for post, id, name in spoken:
        passage = pages[f"/post/{post}"].html.split(f'id="{id}"')[1].split("</section>")[0]
        assert "Words of" in passage
        assert name in passage


def test_a_post_names_the_bodies_it_speaks_of(site, pages):
    for post, about in site.ask(
        "SELECT DISTINCT p.source, c.about FROM claim c JOIN passage p ON p.id = c.passage "
        "JOIN post ON post.id = p.source"
    ):
        listed = pages[f"/post/{post}"].html.split('id="bodies"')[1].split("</section>")[0]
        assert f'href="/institution/{about}"' in listed, post


def test_the_thread_is_shown_with_answers_below_what_they_answer(site, pages):
    debates = [link for link in pages["/"].links if link.startswith("/debate/")]
    shown = {
        link for debate in debates for link in pages[debate].links if link.startswith("/post/")
    }
    assert shown == set(site.paths("posts"))
    rows = site.get("/kb/thread.json?_shape=array&_size=max").json()
    order = [row["post"] for row in rows]
    answers = site.ask("SELECT id, in_reply_to FROM post WHERE in_reply_to IS NOT NULL")
    assert answers
    for answer, asked in answers:
        assert order.index(asked) < order.index(answer)


def test_a_debate_shows_every_claim_made_in_it_under_the_body_it_is_about(site, pages):
    for debate, about, gist in site.ask(
        "SELECT debate, about, gist FROM said WHERE debate IS NOT NULL"
    ):
        page = pages[f"/debate/{debate}"]
        assert f'href="/institution/{about}"' in page.html.split('id="said"')[1], (debate, about)
        assert gist.split(" ")[0] in page.text


def test_a_debate_counts_who_stands_where(tiny_site):
    sides = tiny_site.page("/debate/openness").html.split('id="sides"')[1].split("</table>")[0]
    cells = re.findall(r'<td data-label="([^"]+)">(.*?)</td>', sides)
    read = [(label, re.sub("<[^>]+>", "", cell)) for label, cell in cells]
    assert read[:2] == [("Part of the field", "Civil society"), ("Speakers", "1")]
    (claims,) = tiny_site.ask(
        "SELECT count(*) FROM said WHERE debate = 'openness' AND stakeholder_group = 'civil-society'"
    )[0]
    assert sum(int(cell) for label, cell in read[2:] if cell.isdigit()) == claims > 0


def test_a_day_on_which_the_source_shows_it_is_not_told_as_a_beginning(site, pages):
    found = site.ask(
        "SELECT institution, as_of FROM office WHERE as_of IS NOT NULL AND since IS NULL LIMIT 50"
    )
    assert found
    for institution, as_of in found:
        assert f"as of {day(as_of)}" in pages[f"/institution/{institution}"].text


def subject(text):
    """The subject without what lists and repliers put before it."""
    return re.sub(r"^(((re|fwd?|aw)\s*:|\[[^\]]*\])\s*)+", "", text, flags=re.I).strip()


def test_posts_of_a_debate_stand_below_what_they_answer_and_one_step_in(site, pages):
    shown = {
        path: re.findall(r'<li class="depth-(\d+)">.*?href="/post/([^"]+)"', page.html)
        for path, page in pages.items()
        if path.startswith("/debate/")
    }
    pairs = [
        row
        for row in site.ask(
            "SELECT p.id, p.subject, q.id, q.subject, p.debate FROM post p "
            "JOIN post q ON q.id = p.in_reply_to AND q.debate = p.debate"
        )
        if subject(row[1]) == subject(row[3])
    ]
    assert len(pairs) > 20
    for answer, _, asked, _, debate in pairs:
        steps = {post: int(step) for step, post in shown[f"/debate/{debate}"]}
        order = [*steps]
        assert steps[answer] == steps[asked] + 1, answer
        assert order.index(answer) > order.index(asked), answer


def test_a_debate_names_the_other_debates_and_not_itself(pages):
    for path, page in pages.items():
        if path.startswith("/debate/"):
            others = page.html.split('id="others"')[1]
            assert f'href="{path}"' not in others
            assert 'href="/debate/' in others


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("/debate/openness", "said"),
        ("/debate/openness", "affiliation"),
        ("/coverage", "relation"),
        ("/coverage", "claim"),
        ("/term/stakeholder-groups", "affiliation"),
    ],
)
def test_a_page_is_closed_where_a_table_that_it_reads_is(path, table, tiny_db, tmp_path):
    closed = json.loads(json.dumps(METADATA))
    closed["databases"]["kb"]["tables"][table]["allow"] = False
    metadata = tmp_path / "metadata.json"
    metadata.write_text(json.dumps(closed))
    with serve(tiny_db, metadata) as site:
        assert site.get(path).status_code == 403
        assert site.get("/about").status_code == 200


def test_an_address_of_a_debate_leads_to_its_page(tiny_site):
    assert tiny_site.get("/id/debates_openness").headers["location"] == "/debate/openness"


def test_a_debate_that_there_is_not_is_told(tiny_site):
    assert tiny_site.get("/debate/openess").status_code == 404


def test_the_network_has_every_body_with_a_tie_and_every_tie(site, pages):
    figure = pages["/network"].html.split('<figure class="network">')[1].split("</figure>")[0]
    ties = site.ask(
        "SELECT DISTINCT institution, target FROM relation WHERE standing <> 'superseded' "
        "AND institution NOT IN (SELECT id FROM regime) AND target NOT IN (SELECT id FROM regime)"
    )
    assert set(re.findall(r'href="/institution/([^"]+)"', figure)) == {
        id for tie in ties for id in tie
    }
    assert figure.count("<path ") == len(ties) > 300


def test_where_there_is_no_tie_the_network_says_so(tmp_path):
    (tmp_path / "kb").mkdir()
    shutil.copytree(ROOT / "kb/terms", tmp_path / "kb/terms")
    for path in sorted((tmp_path / "kb/terms").iterdir()):  # meanings cite sources
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(?m)^  cite:.*\n(?:  - .*\n)*", "", text), encoding="utf-8")
    build(tmp_path / "kb", tmp_path / "kb.db")
    with serve(tmp_path / "kb.db") as site:
        assert "No ties recorded yet." in site.page("/network").text
        assert "No events recorded yet." in site.page("/timeline").text
        assert "No disputed fact is recorded." in site.page("/contested").text


def found_by(site, **choices):
    """The bodies on the page with these choices, as it lists them."""
    page = site.get("/browse", params=choices).text
    return re.findall(r'<li class="of-[^"]*"><a href="/institution/([^"]+)">', page)


def test_all_bodies_are_there_to_browse_and_no_state(site, pages):
    bodies = {id for _, id, _ in site.records("institutions")}
    assert set(found_by(site)) == bodies
    assert f"{len(bodies)} bodies" in pages["/browse"].text


@pytest.mark.parametrize("column", ["type", "status", "kind", "seat_country"])
def test_a_choice_leaves_the_bodies_that_have_it(column, site):
    for (value,) in site.ask(
        f"SELECT DISTINCT {column} FROM institution WHERE {column} IS NOT NULL AND {column} NOT IN "
        "('unknown', 'not-applicable', 'no-written-rule') AND id NOT IN (SELECT id FROM regime) LIMIT 4"
    ):
        having = site.ask(
            f"SELECT id FROM institution WHERE {column} = ? AND id NOT IN (SELECT id FROM regime)",
            value,
        )
        assert sorted(found_by(site, **{column: value})) == sorted(id for (id,) in having)


def test_a_choice_of_a_list_and_two_choices_leave_those_that_have_both(site):
    having = site.ask(
        "SELECT i.id FROM institution i JOIN json_each(i.decision_rule) r WHERE r.value = 'rough-consensus' "
        "AND i.type = 'organic'"
    )
    found = found_by(site, decision_rule="rough-consensus", type="organic")
    assert found and sorted(found) == sorted(id for (id,) in having)


def test_the_count_beside_a_choice_is_what_it_leaves(site):
    page = site.get("/browse", params={"type": "organic"}).text
    counts = re.findall(
        r'<li><a href="([^"]+)" rel="nofollow">[^<]+</a> <span class="when">(\d+)</span></li>', page
    )
    assert len(counts) > 10
    for path, count in counts[::4]:
        narrowed = re.findall(r'<li class="of-', site.get(path.replace("&amp;", "&")).text)
        assert len(narrowed) == int(count), path


def test_bodies_are_sorted_as_asked_for_and_those_without_a_date_come_last(site):
    founded = dict(site.ask("SELECT id, founded FROM institution"))
    for sort, back in (("founded", False), ("newest", True)):
        dates = [founded[id] for id in found_by(site, sort=sort)]
        dated = [date for date in dates if date]
        assert dated == sorted(dated, reverse=back) and None not in dates[: len(dated)]


def test_a_choice_that_nothing_has_can_be_taken_back(tiny_site):
    page = tiny_site.page("/browse?type=organic&kind=nothing-such")
    assert "No body is all of this" in page.text and "/browse?type=organic" in page.links


def test_the_page_of_the_schema_has_every_table_column_and_reference(site, pages):
    page = pages["/schema"]
    assert {name for line in GRID for name in line if name} == set(TABLE_NAMES)
    assert {*TABLE_NAMES, *VIEWS} <= set(page.ids)
    for table in TABLES:
        name = str(table.__tablename__)
        section = page.html.split(f'<h3 id="{name}">')[1].split("</section>")[0]
        for column in table.__table__.columns:
            assert f"<code>{column.name}</code>" in section, (name, column.name)
            for key in column.foreign_keys:
                assert f'<a href="#{key.column.table.name}">' in section
        assert '<td data-label="Meaning"></td>' not in section, name


def test_what_was_looked_for_in_vain_is_told_at_the_end(site, pages):
    unknown = site.ask(
        "SELECT record, id FROM statement WHERE section = 'facts' AND value = 'unknown' "
        "AND standing <> 'superseded'"
    ) + site.ask(
        "SELECT institution, statement FROM decision WHERE rule = 'unknown' AND standing <> 'superseded'"
    )
    assert len(unknown) > 100
    for record, statement in unknown:
        end = (
            pages[f"/institution/{record}"]
            .html.split('<h2 id="unknown">')[1]
            .split("</section>")[0]
        )
        assert f'href="#{quote(statement)}"' in end, statement


def test_the_picture_of_a_body_shows_its_neighbours_and_leads_to_them(site, pages):
    html = pages["/institution/ietf"].html.split('<figure class="ego">')[1].split("</figure>")[0]
    drawn = set(re.findall(r'href="/institution/([^"]+)"', html))
    tied = {
        id
        for (id,) in site.ask(
            "SELECT target_id FROM link WHERE source_id = 'ietf' AND standing <> 'superseded'"
        )
    }
    assert drawn == tied
    doubted = site.ask(
        "SELECT count(*) FROM link WHERE source_id = 'ietf' AND standing IN ('disputed', 'unverified')"
    )
    assert html.count('class="doubtful"') == doubted[0][0]


def test_where_neighbours_are_many_they_are_counted(site, pages):
    html = pages["/institution/itu"].html.split('<figure class="ego">')[1].split("</figure>")[0]
    members = site.ask(
        "SELECT count(*) FROM link WHERE source_id = 'itu' AND label = 'has member' "
        "AND standing <> 'superseded'"
    )
    assert f'<a href="#relations" tabindex="-1">{members[0][0]} in the list</a>' in html


def test_a_body_without_relations_has_no_picture(tiny_site):
    for (id,) in tiny_site.ask("SELECT id FROM institution"):
        ties = tiny_site.ask(
            "SELECT count(*) FROM link WHERE source_id = ? AND standing <> 'superseded'", id
        )
        page = tiny_site.page(f"/institution/{id}")
        assert ('class="ego"' in page.html) == (ties[0][0] > 0), id


def test_the_timeline_tells_every_event_of_a_year_with_its_sources(site, pages):
    page = pages["/timeline?year=2005"]
    events = site.ask(
        "SELECT statement FROM event WHERE substr(date, 1, 4) = '2005' AND standing <> 'superseded'"
    )
    assert {statement for (statement,) in events} <= set(page.ids)
    assert len(re.findall(r'aria-label="Note', page.html)) >= len(events)


def test_the_timeline_tells_when_bodies_began_where_no_event_does(site):
    for year in ("1998", "2006"):
        ids = site.page(f"/timeline?year={year}").ids
        began = site.ask(
            "SELECT s.id, EXISTS (SELECT 1 FROM event e WHERE e.institution = s.record "
            "AND e.date = s.value AND e.standing <> 'superseded') FROM statement s "
            "WHERE s.field = 'founded' AND s.standing IN ('held', 'unverified') "
            "AND substr(s.value, 1, 4) = ? AND s.record NOT IN (SELECT id FROM regime)", year,
        )  # fmt: skip
        assert began
        assert [id for id, told in began if (id in ids) == bool(told)] == []


def test_the_years_of_the_timeline_are_those_in_which_something_happened(site, pages):
    years = {year for (year,) in site.ask("SELECT DISTINCT substr(date, 1, 4) FROM event")}
    shown = set(
        re.findall(
            r'href="/timeline\?year=(\d+)"(?: aria-current="page")?>\d', pages["/timeline"].html
        )
    )
    assert {year for year in years if int(year) >= 1969} <= shown


@pytest.mark.parametrize("year", ["1850", "soon", "٢٠٠٥", "99999", "-1"])
def test_a_year_of_which_nothing_is_recorded_is_told(year, tiny_site):
    page = tiny_site.page(f"/timeline?year={quote(year)}")
    assert "Nothing is recorded of" in page.text


def test_every_disputed_fact_stands_on_the_page_of_what_is_contested(site, pages):
    page = pages["/contested"]
    disputed = site.ask(
        "SELECT id FROM statement WHERE section = 'facts' AND standing = 'disputed'"
    )
    assert {id for (id,) in disputed} <= set(page.ids)
    for record, held in site.ask(
        "SELECT s.record, s.id FROM statement s WHERE s.field = 'type' AND s.standing = 'held' AND "
        "s.record IN (SELECT record FROM statement WHERE field = 'type' AND standing = 'disputed')"
    ):
        assert held in page.ids, record


def test_the_front_page_tells_how_far_to_trust_it_and_what_changed(site, pages):
    page = pages["/"]
    ((share,),) = site.ask(
        "SELECT round(100.0 * avg(standing = 'unverified')) FROM statement s WHERE section <> 'terms'"
    )
    assert f"{int(share)} % are marked unverified" in page.text
    changed = site.ask("SELECT max(changed_at) FROM record")
    assert ("Recently changed" in page.text) == (changed[0][0] is not None)


def test_coverage_lists_every_body_with_what_is_missing(site, pages):
    rows = pages["/coverage"].html.split("<tr>")
    for record, parts, *asked in site.ask(
        f"SELECT record, parts, {', '.join(PARTS)} FROM coverage"
    ):
        (row,) = [row for row in rows if f'href="/institution/{record}"' in row]
        assert f"{parts} of 12" in row
        told = row.split('data-label="Missing">')[1].split("</td>")[0]
        empty = [part.label for part, count in zip(PARTS.values(), asked, strict=True) if not count]
        assert told == (", ".join(empty) or "nothing"), record


def test_where_nothing_is_recorded_the_page_says_so(tiny_site):
    page = tiny_site.page("/institution/example-secretariat")
    assert "No claims recorded yet" in page.text


def test_every_page_is_built_soundly(pages):
    for path, page in pages.items():
        assert page.language == "en", path
        assert page.headings.count(1) == 1, path
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after <= before + 1 for before, after in steps), (path, page.headings)
        doubled = {id for id in page.ids if page.ids.count(id) > 1} if len(page.ids) < 400 else ()
        assert not doubled, (path, doubled)


def test_every_page_carries_licence_and_citation(pages):
    for path, page in pages.items():
        assert "https://creativecommons.org/licenses/by/4.0/" in page.links, path
        if path.count("/") == 2:  # records and debates; those that gather them have one slash
            id = path.split("/")[-1]
            id = f"debates_{id}" if path.startswith("/debate/") else id
            assert {f"/cite/{id}.{form}" for form in FORMATS} <= set(page.links), path
            assert f"{SITE}{path}" in page.text, path


def test_no_link_within_the_site_is_dead(site, pages):
    elsewhere = set()
    for path, page in pages.items():
        for link in page.links:
            where, _, place = link.partition("#")
            if link.startswith("#") or where in pages:
                target = page if link.startswith("#") else pages[where]
                assert not place or unquote(place) in target.ids, (path, link)
            elif link.startswith("/") and not where.startswith(("/cite/", "/id/")):
                elsewhere.add(re.sub(r"=.*", "", where) if where.startswith("/kb/") else where)
            elif where.startswith("/id/"):
                elsewhere.add(where)
    kinds: dict[str, list[str]] = {}
    for path in sorted(elsewhere):
        row = re.fullmatch(r"/kb/\w+/[^/?]+", path)
        kind = "row" if row else "versions" if path.endswith("/v") else path.split("/")[1]
        kinds.setdefault(kind, []).append(path)
    for (
        kind,
        paths,
    ) in kinds.items():  # of kinds that every statement or record has, some from all along
        many = kind in ("row", "versions", "id", "correct")
        for path in paths[:: max(1, len(paths) // 80)] if many else paths:
            answer = site.client.head(path) if path.endswith(".db") else site.get(path)
            # A page as data leads to a table, with 302 since it may lead elsewhere tomorrow.
            fine = (200, 301, 302) if ".json" in path else (200, 301)
            assert answer.status_code in fine, (path, answer.status_code)


# Questions, tables, views -------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*TABLE_NAMES, *VIEWS])
def test_every_table_and_view_is_shown_with_its_description(name, site):
    page = site.page(f"/kb/{name}")
    assert SHOWN[name].title in page.text
    assert " ".join(KB["tables"][name]["description"].split()) in page.text
    assert site.get(f"/kb/{name}.json?_shape=array&_size=1").status_code == 200


@pytest.mark.parametrize("name", KB["queries"])
def test_every_named_question_answers_when_nothing_is_entered(name, site):
    page = site.page(f"/kb/{name}")
    assert "message-error" not in page.html
    if name != "search":
        assert site.get(f"/kb/{name}.json?_shape=array").json(), "has no answer"
        assert KB["queries"][name]["title"] in page.text


@pytest.mark.parametrize("name", KB["queries"])
def test_every_parameter_of_a_question_is_declared_explained_and_offered(name):
    query = KB["queries"][name]
    used = set(re.findall(r":([a-z]\w*)", query["sql"]))
    assert used == set(query["params"])
    for parameter in query["params"]:
        assert re.search(rf"\b{parameter}\b", query["description"])
        known = {*OFFERED, *OFFERED_TERMS}
        assert {parameter, f"{name}/{parameter}"} & known or parameter in (
            "q",
            "date",
            "since",
            "until",
        )


@pytest.mark.parametrize("name", KB["queries"])
def test_every_offered_value_narrows_the_answer(name, site):
    everything = site.get(f"/kb/{name}.json?_shape=array&_size=max").json()
    form = site.page(f"/kb/{name}").html
    for number, parameter in enumerate(KB["queries"][name]["params"], 1):
        offered = re.search(rf'<datalist id="choices{number}">(.*?)</datalist>', form, re.S)
        values = re.findall(r'value="([^"]+)"', offered[1]) if offered else []
        answers = [
            len(site.get(f"/kb/{name}.json?_shape=array&_size=max&{parameter}={value}").json())
            for value in values[:12]
        ]
        assert not values or any(answers), parameter
        if parameter not in ("body", "post", "one", "other", "field", "status"):
            assert all(count <= len(everything) for count in answers), parameter


def test_a_question_takes_its_parameters(site):
    found = site.get("/kb/who-decides-by.json?_shape=array&rule=rough-consensus").json()
    assert {row["rule"] for row in found} == {"rough-consensus"}
    assert "ietf" in {row["institution"] for row in found}


def test_search_finds_names_facts_and_claims(tiny_site):
    def kinds(words):
        rows = tiny_site.get(f"/kb/search.json?_shape=array&q={quote(words)}").json()
        return {row["kind"] for row in rows}

    assert {"body", "relation"} <= kinds("Example Forum")
    assert "regime" in kinds("Exampland")
    assert "other name" in kinds("meeting")
    assert {"passage", "claim"} <= kinds("let in")
    assert "person" in kinds("Alice")
    assert kinds("zzzzz") == set()


def test_an_acronym_finds_its_body_first(site):
    for id, short in site.ask(
        "SELECT id, short_name FROM institution WHERE short_name IS NOT NULL"
    ):
        first = site.get(f"/kb/search.json?_shape=array&q={quote(short)}").json()[0]
        same = site.ask(
            "SELECT id FROM institution WHERE lower(?) IN (lower(short_name), id, lower(name)) "
            "UNION SELECT institution FROM name WHERE lower(name) = lower(?)", short, short,
        )  # fmt: skip
        assert (first["record"],) in same, (id, short)


@pytest.mark.parametrize(
    ("typed", "id"),
    [
        ("ICNAN", "icann"), ("icanm", "icann"), ("Intrenet Enginering Task Force", "ietf"),
        ("netmundal", "netmundial"), ("Milton Muller", "milton-mueller"), ("afrnic", "afrinic"),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_still_finds_it(typed, id, site):
    page = site.page(f"/kb/search?q={quote(typed)}")
    assert re.search(rf'<p class="meant">.*?href="/(institution|person)/{id}"', page.html)


def test_what_is_called_so_is_not_second_guessed(site):
    for typed in ("icann", "Milton Mueller", ""):
        assert 'class="meant"' not in site.page(f"/kb/search?q={quote(typed)}").html


def test_search_shows_names_and_not_ids(tiny_site):
    found = tiny_site.get("/kb/search.json?_shape=array&q=example").json()
    ids = {id for _, id, _ in tiny_site.records("institutions", "regimes")}
    texts = [row["text"] for row in found if row["kind"] in ("relation", "affiliation")]
    assert texts and not [text for text in texts if text.split(": ")[-1] in ids]


@pytest.mark.parametrize(
    "typed", ['"', "'", '"a', "a\nb\"", "NEAR(", "a AND", "*", "-", "a:b", "{", "\x00", "%", "ü", "x" * 5000]
)  # fmt: skip
def test_search_takes_whatever_is_typed(typed, tiny_site):
    page = tiny_site.page(f"/kb/search?q={quote(typed)}")
    assert "message-error" not in page.html


def test_search_words_become_quoted_words():
    assert fts_words("rough cons") == '"rough" "cons"*'
    assert fts_words('" OR *') == '"OR"*'
    assert fts_words("") == fts_words(None) == '""'


# Addresses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/regime/XA", "/institution/xa"),
        ("/institution/example-meeting", "/institution/example-forum"),
        ("/institution/example-forum/", "/institution/example-forum"),
        ("/institution/forum-charter", "/source/forum-charter"),
        ("/source/forum-000001", "/post/forum-000001"),
        ("/person/example-forum", "/institution/example-forum"),
        ("/id/example-forum", "/institution/example-forum"),
        ("/id/example-meeting", "/institution/example-forum"),
        ("/id/example-forum_type", "/institution/example-forum#example-forum_type"),
        ("/id/forum-000001_open-to-all", "/post/forum-000001#forum-000001_open-to-all"),
        (
            "/id/forum-000001_open-to-all_example-forum",
            "/post/forum-000001#forum-000001_open-to-all_example-forum",
        ),
        ("/id/types_multistakeholder", "/term/types#types_multistakeholder"),
        ("/cite/example-meeting.bib", "/cite/example-forum.bib"),
        ("/cite/example-forum", "/cite/example-forum.txt"),
    ],
)
def test_other_addresses_lead_on(path, target, tiny_site):
    answer = tiny_site.get(path)
    assert answer.status_code in (301, 302)
    assert answer.headers["location"] == target


@pytest.mark.parametrize("kind", ["institution", "post", "source", "person", "term", "id", "cite"])
def test_an_unknown_id_is_not_found_but_helped(kind, tiny_site):
    ending = ".bib" if kind == "cite" else ""
    answer = tiny_site.get(f"/{kind}/example-form{ending}")
    assert answer.status_code == 404
    assert "Did you mean" in answer.text
    assert "/institution/example-forum" in answer.text


@pytest.mark.parametrize("path", ["/nothing", "/kb/nothing", "/id/%00", "/id/..%2f.."])
def test_what_is_not_there_is_not_found(path, tiny_site):
    answer = tiny_site.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("id", ["example-forum", "forum-000001", "forum-charter", "xa"])
def test_every_record_is_cited_in_every_form(id, form, tiny_site):
    answer = tiny_site.get(f"/cite/{id}.{form}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == FORMATS[form]
    assert answer.text.strip()
    if form == "json":
        assert json.loads(answer.text)[0]["title"]


def test_every_statement_leads_to_the_line_in_which_it_is_written(site, pages):
    for id, record, path, line in site.ask(
        "SELECT s.id, r.id, r.path, s.line FROM statement s JOIN record r ON r.id = s.record "
        "WHERE r.id IN ('icann', 'in', 'milton-mueller') AND s.section <> 'indicators' "
        "ORDER BY s.line % 10, s.id LIMIT 40"
    ):
        page = f"/{'person' if record == 'milton-mueller' else 'institution'}/{record}"
        here = f"/correct/{quote(id)}"
        assert here in pages[page].links, id
        assert f"{path}, line {line}" in site.page(here).text
    assert "/correct/icann" in pages["/institution/icann"].links
    assert "kb/institutions/icann.yml" in site.page("/correct/icann").text
    assert site.get("/correct/nobody").status_code == 404


def test_where_the_repository_is_known_a_correction_leads_to_the_line_in_it(tiny_db, tmp_path):
    known = yaml.safe_load((ROOT / "datasette-metadata.yml").read_text(encoding="utf-8"))
    known["plugins"]["igkb"]["repository"] = "https://code.example/igkb/blob/main"
    (tmp_path / "metadata.yml").write_text(yaml.safe_dump(known), encoding="utf-8")
    with serve(tiny_db, tmp_path / "metadata.yml") as site:
        ((id, path, line),) = site.ask(
            "SELECT s.id, r.path, s.line FROM statement s JOIN record r ON r.id = s.record "
            "WHERE r.id = 'example-forum' LIMIT 1"
        )
        at = f"https://code.example/igkb/blob/main/{path}"
        assert f"{at}#L{line}" in site.page(f"/correct/{quote(id)}").links
        assert at in site.page("/correct/example-forum").links


def test_an_unknown_form_names_the_known_ones(tiny_site):
    answer = tiny_site.get("/cite/example-forum.docx")
    assert answer.status_code == 404
    assert all(f"/cite/example-forum.{form}" in answer.text for form in FORMATS)


def test_addresses_come_from_the_configuration_and_not_from_the_request(tiny_site):
    for path in ("/institution/example-forum", "/cite/example-forum.txt"):
        answer = tiny_site.get(path, headers={"Host": "evil.example"})
        assert f"{SITE}/institution/example-forum" in answer.text


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8001", "[evil.example", ""])
def test_a_host_that_is_not_ours_is_nowhere_in_the_answer(host, tiny_site):
    for path in ("/", "/institution/example-forum", "/kb/institution", "/kb/search.json?q=x"):
        answer = tiny_site.get(path, headers={"Host": host})
        assert answer.status_code == 200
        assert "evil.example" not in answer.text + str(answer.headers), path


# What must not happen -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "delete from institution",
        "update institution set name = 'x'",
        "attach database 'x.db' as x",
        "pragma journal_mode = wal",
        "with a as (select 1) delete from institution",
        "select load_extension('x')",
    ],
)
def test_no_query_writes_or_reaches_out(sql, tiny_site):
    assert tiny_site.get("/kb.json", params={"sql": sql}).status_code in (400, 403)
    assert tiny_site.ask("SELECT count(*) FROM institution")[0][0] == 4


@pytest.mark.parametrize(
    "sql",
    ["select length(randomblob(900000000))",
     "select length(replace(hex(zeroblob(2000000)), '0', '00000000'))"],
)  # fmt: skip
def test_no_query_makes_a_huge_value(sql, tiny_site):
    answer = tiny_site.get("/kb.json", params={"sql": sql})
    assert answer.status_code == 400
    assert "too big" in answer.text


def test_no_query_runs_for_ever(tiny_site):
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
    assert tiny_site.get("/kb.json", params={"sql": endless}).status_code == 400


ATTACK = "<script>alert(1)</script>"


# What the schema takes for text and the check does not: dates, passages that are referred to, and terms
# of vocabularies that the made-up records have for themselves.
NO_TEXT = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}|forum-[0-9]+( [a-z-]+)?|openness|example-forum")


def attacked(record, section):
    """The record with an attack in every text that may hold one: all that its schema lets pass."""
    schema = json.loads((ROOT / "schema" / "json" / f"{section}.schema.json").read_text("utf-8"))
    check = jsonschema.Draft7Validator(schema)

    def faults():  # the made-up records have vocabularies of their own, which the schema does not know
        return sum(1 for _ in check.iter_errors(record))

    before_it = faults()

    def leaves(value, path=()):
        if isinstance(value, dict | list):
            pairs = value.items() if isinstance(value, dict) else enumerate(value)
            for key, item in pairs:
                yield from leaves(item, (*path, key))
        elif isinstance(value, str) and not NO_TEXT.fullmatch(value):
            yield path

    for path in list(leaves(record)):
        *before, last = path
        holder = record
        for key in before:
            holder = holder[key]
        was = holder[last]
        holder[last] = f"{was} {ATTACK}"
        if faults() > before_it:
            holder[last] = was
    return record


def test_nothing_in_a_record_becomes_part_of_the_page(tmp_path):
    for path in sorted((ROOT / "tests" / "kb").rglob("*.yml")):
        record = yaml.load(path.read_text(encoding="utf-8"), EditorLoader)
        spoilt = tmp_path / "kb" / path.parent.name / path.name
        spoilt.parent.mkdir(parents=True, exist_ok=True)
        if (
            path.stem == "example-forum" and path.parent.name == "institutions"
        ):  # all facts it lacks
            has = {name for fact in record["facts"] for name in fact}
            texts = [
                n for n, field in Facts.model_fields.items() if field.annotation == Text | None
            ]
            assert {"funding", "founders", "appeal"} <= set(texts)
            record["facts"] += [
                {name: "It", "cite": "forum-charter"} for name in texts if name not in has
            ]
        text = yaml.safe_dump(attacked(record, SCHEMAS[path.parent.name]), allow_unicode=True)
        spoilt.write_text(text, encoding="utf-8")
    build(tmp_path / "kb", tmp_path / "kb.db")
    with serve(tmp_path / "kb.db") as site:
        paths = [*site.paths(), "/", "/about", "/kb", "/id/example-form", "/network", "/schema", "/contested",
                 "/timeline", "/timeline?year=1999", "/map", "/coverage", "/compare?id=xa&id=example-forum",
                 "/correct/example-forum_mandate", "/reconcile/preview?id=example-forum", "/feed.atom",
                 "/debate/openness"]  # fmt: skip
        paths += [f"/kb/{name}" for name in (*TABLE_NAMES, *VIEWS, *KB["queries"])]
        paths += [f"/kb/search?q={quote(ATTACK)}", f"/kb/who-decides-by?rule={quote(ATTACK)}"]
        paths += [f"/id/{quote(ATTACK, safe='')}", f"/cite/{quote(ATTACK, safe='')}.txt"]
        shown = 0
        for path in paths:
            html = site.get(path).text
            assert ATTACK not in html, path
            shown += escape(ATTACK) in html
        assert shown > len(paths) / 2, "the attack was not even shown"


def test_what_is_closed_to_readers_is_closed_on_every_page(tiny_db, tmp_path):
    closed = json.loads(json.dumps(METADATA))
    closed["databases"]["kb"]["tables"]["claim"]["allow"] = False
    closed["databases"]["kb"]["tables"]["institution"]["allow"] = False
    metadata = tmp_path / "metadata.json"
    metadata.write_text(json.dumps(closed))
    with serve(tiny_db, metadata) as site:
        for path in ("/institution/example-forum", "/post/forum-000001", "/person/alice-example",
                     "/cite/example-forum.bib", "/id/example-forum", "/kb/claim"):  # fmt: skip
            assert site.get(path).status_code == 403, path
        front = site.get("/")
        assert front.status_code == 200
        assert "Example Forum" not in front.text
        assert "Example Forum" not in site.get("/kb/what-each-speaker-says").text.split("<table")[0]


# What Datasette is told ---------------------------------------------------------------------------

# The keys that Datasette 0.65 reads; it ignores all others without a word.
SAYS = {
    "title",
    "description",
    "license",
    "license_url",
    "source",
    "source_url",
    "about",
    "about_url",
}
KEYS = {
    "root": SAYS | {"databases", "plugins", "extra_css_urls", "extra_js_urls", "allow"},
    "database": SAYS | {"tables", "queries", "allow", "allow_sql", "plugins"},
    "table": SAYS
    | {"columns", "label_column", "facets", "facet_size", "sort", "sort_desc", "size", "hidden"}
    | {"sortable_columns", "fts_table", "fts_pk", "searchmode", "allow", "plugins"},
    "query": SAYS | {"sql", "params", "hide_sql", "fragment", "allow"},
}


def test_every_key_is_one_that_datasette_knows():
    assert set(METADATA) <= KEYS["root"]
    for database in METADATA["databases"].values():
        assert set(database) <= KEYS["database"]
        for table in database["tables"].values():
            assert set(table) <= KEYS["table"]
        for query in database["queries"].values():
            assert set(query) <= KEYS["query"]


def test_every_table_and_view_is_described_and_no_other():
    assert set(KB["tables"]) == {*TABLE_NAMES, *VIEWS} == set(SHOWN)


@pytest.mark.parametrize("name", KB["tables"])
def test_what_is_said_of_a_table_is_true_of_it(name, site):
    said = KB["tables"][name]
    columns = [row[1] for row in site.ask(f'PRAGMA table_info("{name}")')]
    assert list(said["columns"]) == columns
    assert all(said["columns"].values())
    for key in ("label_column", "sort", "sort_desc"):
        assert said.get(key, columns[0]) in columns
    assert set(said.get("facets", ())) <= set(columns)
    assert set(said.get("sortable_columns", ())) <= set(columns)
    assert "sort" in said or "sort_desc" in said
    assert {"title", "description", "license", "license_url", "source", "about_url"} <= set(said)


def test_every_table_that_others_refer_to_names_its_rows():
    assert REFERRED_TO
    for name in REFERRED_TO:
        assert KB["tables"][name].get("label_column"), name


def test_there_are_questions_enough():
    assert len(KB["queries"]) >= 15
    for query in KB["queries"].values():
        assert query["title"] and query["description"].endswith(".")


def test_the_generated_part_is_what_the_schema_gives():
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "-I", str(ROOT), "--check", "datasette-metadata.yml"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, "run `make docs`: " + done.stdout + done.stderr


def test_every_fact_has_a_place_on_the_page():
    assert set(LABELS) == {*Facts.model_fields, *RegimeFacts.model_fields}


def test_every_vocabulary_knows_where_it_is_used(site):
    assert {id for _, id, _ in site.records("terms")} == set(USES)
