"""What is not described fails: every field, table, view, column and command; nothing is stale."""

import shutil
import subprocess
import sys

import click
import pytest
from conftest import HERE, run

import schema
from igkb import main
from loaders.problem import FORMATS as CHECK_FORMATS
from schema.views import SEARCHED, VIEWS

ROOT = HERE.parent
CLASSES = sorted(
    {
        each
        for each in vars(schema).values()
        if isinstance(each, type) and hasattr(each, "model_fields") and each is not schema.Item
    },
    key=lambda each: each.__name__,
)


def nested(cls):
    """The classes of the items in the lists of a record."""
    for info in cls.model_fields.values():
        waiting = [info.annotation]
        while waiting:
            each = waiting.pop()
            waiting += getattr(each, "__args__", ())
            if isinstance(each, type) and issubclass(each, schema.Item):
                yield each
                yield from nested(each)


CLASSES += sorted(
    {each for cls in CLASSES for each in nested(cls)} - set(CLASSES), key=lambda each: each.__name__
)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_field_of_the_schema_is_described(cls):
    blank = [name for name, info in cls.model_fields.items() if not info.description]
    assert blank == []


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_descriptions_are_sentences(cls):
    for name, info in cls.model_fields.items():
        assert info.description[-1] in ".…", name
        assert "\n" not in info.description, name


@pytest.mark.parametrize("table", schema.TABLES, ids=lambda table: table.__name__)
def test_every_table_is_described(table):
    assert table.__doc__ and table.__doc__.strip().endswith(".")


@pytest.mark.parametrize("folder", schema.RECORDS)
def test_every_record_says_in_which_file_it_is_written(folder):
    assert schema.RECORDS[folder].__doc__.startswith(f"kb/{folder}/<")


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_described_with_exactly_its_columns(view, tiny):
    assert VIEWS[view].about.endswith(".")
    columns = [row[1] for row in tiny.execute(f'PRAGMA table_info("{view}")')]
    assert sorted(VIEWS[view].columns) == sorted(columns)
    assert all(VIEWS[view].columns.values())


@pytest.mark.parametrize("table", SEARCHED)
def test_what_search_looks_in_is_there(table, tiny):
    columns = {row[1] for row in tiny.execute(f'PRAGMA table_info("{table}")')}
    assert set(SEARCHED[table]) <= columns


def test_the_skeletons_that_contributors_are_told_to_write_are_not_there_yet(tmp_path):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = [line.split()[1:] for line in text.splitlines() if line.startswith("   igkb new ")]
    assert len(told) == 3
    shutil.copytree(ROOT / "kb", tmp_path / "kb")
    for words in told:
        done = run(*words, "--kb", tmp_path / "kb")
        assert (done.exit_code, done.stderr) == (0, "")


def every(command, path=("igkb",)):
    yield " ".join(path), command
    for name, inner in getattr(command, "commands", {}).items():
        yield from every(inner, (*path, name))


@pytest.mark.parametrize(("name", "command"), [*every(main)], ids=lambda value: str(value)[:40])
def test_every_command_and_option_has_help(name, command):
    assert command.help.strip()
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_every_way_to_print_problems_is_offered():
    (form,) = (p for p in main.commands["check"].params if p.name == "form")
    assert list(form.type.choices) == list(CHECK_FORMATS)


@pytest.mark.parametrize("script", ["docs/generate.py"])
def test_what_is_generated_is_not_stale(script):
    done = subprocess.run(
        [sys.executable, script, "--check"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
