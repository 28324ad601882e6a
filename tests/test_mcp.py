"""Language models ask by the Model Context Protocol, with the client of its own authors."""

from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
import yaml
from mcp import Client
from served import ROOT, SITE, serve

METADATA = ROOT / "datasette-metadata.yml"


@pytest.fixture(scope="module")
def models_site(tiny_db):
    with serve(tiny_db, mcp=True) as running:
        yield running


def run(talk):
    """What the conversation gives, in a thread of its own: another may have a loop that runs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, talk).result()


def ask(site, *calls):
    """What the tools answer to (name, arguments), one after the other, in one conversation."""

    async def talk():
        async with Client(f"{site.url}/-/mcp") as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return run(talk)


def tools(site):
    async def talk():
        async with Client(f"{site.url}/-/mcp") as client:
            return (await client.list_tools()).tools

    return {tool.name: tool for tool in run(talk)}


def test_the_tools_are_offered_told_apart_and_most_read_only(models_site):
    offered = tools(models_site)
    assert {"find", "record", "cite_as", "execute_sql", "list_canned_queries"} <= offered.keys()
    for name in ("find", "record", "cite_as", "execute_sql"):
        assert offered[name].annotations.read_only_hint, name
        assert offered[name].description


def test_a_record_is_found_read_and_cited(models_site):
    found, record, cited = ask(
        models_site,
        ("find", {"words": "Example Forum"}),
        ("record", {"id": "example-forum"}),
        ("cite_as", {"id": "example-forum", "form": "bib"}),
    )
    first = found.structured_content["result"][0]
    assert (first["kind"], first["record"]) == ("body", "example-forum")
    told = record.structured_content
    assert told == models_site.get("/institution/example-forum.json").json()
    assert cited.content[0].text == models_site.get("/cite/example-forum.bib").text
    assert SITE in cited.content[0].text


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("record", {"id": "exampel-forum"}, "Meant may be: example-forum"),
        ("cite_as", {"id": "nothing-of-the-kind"}, "Nothing has the id"),
        ("cite_as", {"id": "example-forum", "form": "pdf"}, "wanted txt"),
        ("execute_sql", {"database": "kb", "sql": "delete from institution"}, ""),
        ("execute_sql", {"database": "kb", "sql": "select length(randomblob(900000000))"}, ""),
        ("execute_sql", {"database": "kb", "sql": "with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r"}, "time limit"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_reason(tool, arguments, told, models_site):
    (answer,) = ask(models_site, (tool, arguments))
    assert answer.is_error
    assert told in answer.content[0].text
    assert "Traceback" not in answer.content[0].text


def test_what_is_closed_to_readers_is_closed_to_models(tiny_db, tmp_path):
    closed = yaml.safe_load(METADATA.read_text(encoding="utf-8"))
    closed["databases"]["kb"]["tables"]["statement"]["allow"] = False
    (tmp_path / "metadata.yml").write_text(yaml.safe_dump(closed), encoding="utf-8")
    with serve(tiny_db, tmp_path / "metadata.yml", mcp=True) as site:
        for tool, arguments in (
            ("find", {"words": "example-forum"}), ("record", {"id": "example-forum"}), ("cite_as", {"id": "example-forum"}),
        ):  # fmt: skip
            (answer,) = ask(site, (tool, arguments))
            assert answer.is_error, tool


def test_without_the_extra_there_is_nothing_there(tiny_site):
    assert tiny_site.get("/-/mcp").status_code in (400, 404)
