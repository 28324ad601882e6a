"""What we write for other programs passes the validators that others wrote.

They run in an environment of their own, `.venv/validators`, which `make test` makes.
"""

import json
import shutil
import subprocess

import pytest
import rdflib
from conftest import HERE, commit, run
from served import SITE

VALIDATORS = HERE.parent / ".venv/validators/bin"


def said(validator, *arguments, cwd=None):
    """Exit code and output of a validator."""
    program = VALIDATORS / validator
    if not program.exists():
        pytest.fail(f"{validator} is missing; `make test` installs it")
    done = subprocess.run([program, *map(str, arguments)], cwd=cwd, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A release of the made-up records, of which a body is also called what it is called."""
    folder = tmp_path_factory.mktemp("validated")
    shutil.copytree(HERE / "kb", folder / "kb")
    forum = folder / "kb/institutions/example-forum.yml"
    text = forum.read_text(encoding="utf-8")
    forum.write_text(
        text.replace(
            "names:\n", "names:\n- name: Example Forum\n  kind: former\n  cite: forum-charter §1\n"
        ),
        encoding="utf-8",
    )
    commit(folder, "2004-05-06T12:00:00Z")
    where = ("--kb", folder / "kb", "--db", folder / "kb.db", "--site", SITE)
    done = run("release", folder / "out", *where)
    assert done.exit_code == 0, done.output
    return folder / "out"


def changed(released, tmp_path, name, old, new):
    """The release with one thing spoilt."""
    shutil.copytree(released, tmp_path / "out")
    path = tmp_path / "out" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
    return tmp_path / "out"


def test_the_citation_file_is_valid(released, tmp_path):
    assert said("cffconvert", "--validate", "-i", released / "CITATION.cff")[0] == 0
    spoilt = changed(released, tmp_path, "CITATION.cff", "cff-version: 1.2.0", "cff-version: 9")
    assert said("cffconvert", "--validate", "-i", spoilt / "CITATION.cff")[0] != 0


def test_the_citation_file_of_the_project_is_valid():
    assert said("cffconvert", "--validate", "-i", HERE.parent / "CITATION.cff")[0] == 0


def test_the_tables_are_as_their_package_says(released, tmp_path):
    code, told = said("frictionless", "validate", "datapackage.json", "--json", cwd=released)
    found = json.loads(told)
    assert (code, found["valid"]) == (0, True)
    assert {task["valid"] for task in found["tasks"]} == {True} and len(found["tasks"]) == 26
    assert (found["stats"]["errors"], found["stats"]["warnings"]) == (0, 0)
    spoilt = changed(released, tmp_path, "csv/statement.csv", "example-forum", "example-farum")
    assert said("frictionless", "validate", "datapackage.json", cwd=spoilt)[0] != 0


def shaped(path):
    return said("pyshacl", "--shapes", HERE / "shapes.ttl", "--metashacl", "--format", "human", path)  # fmt: skip


def test_the_turtle_keeps_to_org_skos_and_prov(released):
    assert shaped(released / "igkb.ttl") == (0, "Validation Report\nConforms: True\n")


@pytest.mark.parametrize(
    "what",
    [
        "DELETE WHERE { ?s prov:wasDerivedFrom ?o }",
        "DELETE WHERE { ?s igkb:standing ?o }",
        "DELETE WHERE { ?s skos:inScheme ?o }",
        "INSERT { ?s skos:altLabel ?o } WHERE { ?s a org:Organization ; skos:prefLabel ?o }",
        "INSERT { ?s org:memberOf ?o } WHERE { ?s a org:Organization . ?o a prov:Person }",
        "INSERT { ?s schema:validFrom 'soon' } WHERE { ?s a rdf:Statement }",
    ],
)
def test_turtle_that_does_not_is_told(what, released, tmp_path):
    graph = rdflib.Graph().parse(released / "igkb.ttl")
    before = len(graph)
    graph.update(what)
    assert len(graph) != before
    graph.serialize(tmp_path / "spoilt.ttl", format="turtle")
    assert shaped(tmp_path / "spoilt.ttl")[0] == 1


PAGES = [
    "/institution/icann", "/institution/in", "/post/igc-050909", "/source/rfc2026",
    "/person/milton-mueller", "/term/types", "/institution/icann/v/1", "/",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_search_engines_read_the_json_ld_of_a_page_whole(path, site, tmp_path):
    page = site.get(path)
    (tmp_path / "page.html").write_text(page.text, encoding="utf-8")
    read = (
        "import extruct, json, pathlib, sys; "
        "text = pathlib.Path(sys.argv[1]).read_text('utf-8'); "
        "print(json.dumps(extruct.extract(text, sys.argv[2], errors='strict')))"
    )
    code, told = said("python", "-c", read, tmp_path / "page.html", f"{SITE}{path}")
    assert code == 0, told
    found = json.loads(told)
    (linked,) = found["json-ld"]
    assert linked["@context"] == "https://schema.org"
    assert linked["@id"].startswith(f"{SITE}{path}") and linked["name"]
    titles = {value for graph in found["opengraph"] for value in map(tuple, graph["properties"])}
    assert "og:title" in dict(titles)
