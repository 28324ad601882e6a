"""Files that are broken, strange or meant to do harm: a clear line each, and nothing happens."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import HERE, IGKB, environment, run

from loaders.check import check

HEAD = "name: Hostile\nkind: forum\n"
FACTS = "facts:\n- {type: private, status: active, cite: forum-charter §1}\n"
GOOD = (HEAD + FACTS).encode()
SKELETON = "wanted a record; `igkb new` writes a skeleton"

# What stands in the file -> what is told of it, after the path.
BYTES = {
    "no UTF-8": (
        b"name: Z\xfcrich\n",
        "1:8: not UTF-8 (got byte 0xfc); save the file as UTF-8",
    ),
    "UTF-8 cut short": (
        GOOD + b"# \xe2\x82",
        "5:3: not UTF-8 (got byte 0xe2); save the file as UTF-8",
    ),
    "UTF-16": (
        HEAD.encode("utf-16-le"),
        "1:2: control character U+0000; remove it",
    ),
    "byte-order mark": (
        b"\xef\xbb\xbf" + GOOD,
        "1:1: begins with a byte-order mark; save as plain UTF-8",
    ),
    "tab": (
        b"name:\tHostile\n",
        "1:6: a tab; indent and align with spaces",
    ),
    "old Mac line ends": (
        b"name: Hostile\rkind: forum\r",
        "1:14: control character U+000D; remove it",
    ),
    "bell": (
        b"name: Hos\atile\n",
        "1:10: control character U+0007; remove it",
    ),
    "NUL": (
        b"name: Hos\0tile\n",
        "1:10: control character U+0000; remove it",
    ),
    "escape sequence": (
        b"name: \x1b[2JHostile\n",
        "1:7: control character U+001B; remove it",
    ),
    "text that runs backwards": (
        "name: Hos\u202eelit\n".encode(),
        "1:10: invisible character U+202E (right-to-left override); remove it",
    ),
    "isolated direction": (
        "name: Züri \u2066Hostile\n".encode(),
        "1:12: invisible character U+2066 (left-to-right isolate); remove it",
    ),
    "space of no width": (
        "name: Hos\u200btile\n".encode(),
        "1:10: invisible character U+200B (zero width space); remove it",
    ),
    "tags that nothing shows": (
        "name: Hos\U000e0061tile\n".encode(),
        "1:10: invisible character U+E0061 (tag latin small letter a); remove it",
    ),
    "NUL written as an escape": (
        rb'name: "Hos\0tile"' + b"\n",
        "1:7: control character U+0000, written as an escape; remove it",
    ),
    "text that runs backwards by an escape": (
        rb'{name: "Hos\u202eelit"}' + b"\n",
        "1:8: invisible character U+202E (right-to-left override), written as an escape; remove it",
    ),
    "accents apart by an escape": (
        rb'name: "Zu\u0308rich"' + b"\n",
        "1:7: letters and accents stored apart (not Unicode NFC), written as an escape; remove it",
    ),
    "letters and accents apart": (
        "name: Hostile\nshort_name: Zu\u0308rich\n".encode(),
        "2:14: letters and accents stored apart (not Unicode NFC); "
        "type the letter anew, or normalise the file to NFC",
    ),
    "empty": (b"", f"empty; {SKELETON}"),
    "blank lines": (b"\n\n\n", f"empty; {SKELETON}"),
    "comments only": (b"# nothing\n# at all\n", f"empty; {SKELETON}"),
    "document marks only": (b"---\n...\n", "2:1: not a record; wanted `key: value` lines"),
    "anchor": (
        b"name: &a Hostile\n",
        "1:7: an anchor (&); write the value out; begin text with & in quotes",
    ),
    "alias": (
        b"name: *a\n",
        "1:7: an alias (*); write the value out; begin text with * in quotes",
    ),
    "alias in a flow list": (
        b"name: [*a]\n",
        "1:8: an alias (*); write the value out; begin text with * in quotes",
    ),
    "merge key": (
        b"<<: *a\nname: Hostile\n",
        "1:5: an alias (*); write the value out; begin text with * in quotes",
    ),
    "tag of Python": (
        b"name: !!python/object/apply:os.system ['touch harm']\n",
        "1:7: a tag (!); write the plain value; begin text with ! in quotes",
    ),
    "tag on the whole": (
        b"!!python/object/apply:os.system ['touch harm']\n",
        "1:1: a tag (!); write the plain value; begin text with ! in quotes",
    ),
    "tag written out": (
        b"name: !<tag:yaml.org,2002:python/object/apply:os.system> ['touch harm']\n",
        "1:7: a tag (!); write the plain value; begin text with ! in quotes",
    ),
    "tag on a key": (
        b"!!python/name:os.system name: Hostile\n",
        "1:1: a tag (!); write the plain value; begin text with ! in quotes",
    ),
    "two documents": (
        GOOD + b"---\n" + GOOD,
        "5:1: several documents (---) in one file; one file holds one record",
    ),
    "nested in brackets": (
        b"name: " + b"[" * 10_000 + b"]" * 10_000,
        "nested more than 12 deep; flatten it",
    ),
    "nested in braces": (
        b"name: " + b"{a: " * 10_000 + b"}" * 10_000,
        "nested more than 12 deep; flatten it",
    ),
    "nested in dashes": (
        b"name:\n" + b"- " * 10_000 + b"a\n",
        "nested more than 12 deep; flatten it",
    ),
    "brackets left open": (
        b"name: " + b"[" * 10_000,
        "nested more than 12 deep; flatten it",
    ),
    "ten megabytes": (
        b"# " + b"a" * 10_000_000,
        "too large: 10,000,002 bytes; wanted at most 1,000,000: one file describes one body",
    ),
    "a picture": (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "1:1: not UTF-8 (got byte 0x89); save the file as UTF-8",
    ),
}


BILLION_LAUGHS = "\n".join(
    [
        "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]",
        *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)),
    ]
).encode()
STAIRS = "".join(
    " " * depth + "a:\n" for depth in range(1_300)
).encode()  # to just below a megabyte

BYTES |= {
    "a billion laughs": (
        BILLION_LAUGHS,
        "1:5: an anchor (&); write the value out; begin text with & in quotes",
    ),
    "nested in lines": (STAIRS + b" " * 1_300 + b"a: b\n", "nested more than 12 deep; flatten it"),
}

# What lies there instead of a file -> what is told of it.
NO_FILES = {
    "a folder": (lambda path: path.mkdir(), "a directory; wanted a file"),
    "a broken link": (
        lambda path: path.symlink_to("nowhere.yml"),
        "a link to 'nowhere.yml', which does not exist; mend or remove the link",
    ),
    "a link to itself": (
        lambda path: path.symlink_to(path.name),
        "cannot be read: Too many levels of symbolic links; wanted a readable file",
    ),
    "a pipe": (os.mkfifo, "not a regular file; wanted a text file"),
    "a file of a failing disk": (
        lambda path: path.symlink_to("/proc/self/mem"),
        "cannot be read: Input/output error; wanted a readable file",
    ),
    "an endless device": (
        lambda path: path.symlink_to("/dev/zero"),
        "not a regular file; wanted a text file",
    ),
}


def path_of(what):
    return Path(f"kb/institutions/{what.lower().replace(' ', '-')}.yml")


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """All of them at once in a copy of tests/kb, checked in a process of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(HERE / "kb", folder / "kb")
    for what, (content, _) in BYTES.items():
        (folder / path_of(what)).write_bytes(content)
    for what, (make, _) in NO_FILES.items():
        make(folder / path_of(what))
    (folder / path_of("windows")).write_bytes(GOOD.replace(b"\n", b"\r\n"))
    done = subprocess.run(
        [*IGKB, "check"], cwd=folder, env=environment(), capture_output=True, timeout=60
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    return folder, done.stdout.decode().splitlines()


def told(checked, what):
    """The lines that are printed of the file, after its path."""
    path = f"{path_of(what)}:"
    return [line.removeprefix(path).strip() for line in checked[1] if line.startswith(path)]


@pytest.mark.parametrize("what", [*BYTES, *NO_FILES])
def test_hostile_text_gets_a_clear_line_or_a_few(what, checked):
    expected = (BYTES | NO_FILES)[what][1]
    lines = told(checked, what)
    assert 1 <= len(lines) <= 6
    assert lines[0] == expected or lines[0].partition(": ")[2] == expected


def test_nothing_is_printed_but_lines_about_these_files(checked):
    paths = {str(path_of(what)) for what in (*BYTES, *NO_FILES)}
    assert {line.partition(":")[0] for line in checked[1]} == paths


def test_no_byte_of_them_reaches_the_terminal_to_do_harm(checked):
    assert all(line.isprintable() for line in checked[1])


def test_a_line_break_and_a_letter_written_as_escapes_pass(kb):
    path = kb / "institutions/hostile.yml"
    path.write_bytes(GOOD.replace(b"Hostile", rb'"Hos\ntile \xfc \"\\"'))
    assert check(kb) == []


def test_nothing_in_them_is_run(checked):
    assert [path.name for path in checked[0].iterdir()] == ["kb"]


def test_lines_that_end_as_on_windows_pass(checked):
    assert told(checked, "windows") == []


def test_the_same_text_without_harm_passes(kb):
    (kb / "institutions/hostile.yml").write_bytes(GOOD)
    assert check(kb) == []


def test_characters_written_as_escapes_are_shown_as_escapes(kb):
    (kb / "institutions/hostile.yml").write_bytes(GOOD + rb'status: "\e[2J\u202e"' + b"\n")
    (problem,) = check(kb)
    assert str(problem).isprintable()


def test_a_file_that_may_not_be_read_is_refused(kb):
    path = kb / "institutions/hostile.yml"
    path.write_bytes(GOOD)
    path.chmod(0)
    # root may read every file, unless it gives that right away
    as_others = ["setpriv", "--bounding-set=-all"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_others, *IGKB, "check"], env=environment(), capture_output=True, text=True, timeout=30
    )
    assert done.stdout == f"{path}: cannot be read: Permission denied; wanted a readable file\n"
    assert done.returncode == 1


FOLDERS_THAT_ARE_NONE = {
    "a file": (Path.touch, "Not a directory"),
    "a broken link": (lambda path: path.symlink_to("nowhere"), "No such file or directory"),
    "a link to itself": (
        lambda path: path.symlink_to(path.name), "Too many levels of symbolic links",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", FOLDERS_THAT_ARE_NONE)
def test_what_stands_in_the_place_of_a_folder_of_records_is_told_of(what, kb):
    make, why = FOLDERS_THAT_ARE_NONE[what]
    shutil.rmtree(kb / "regimes")
    make(kb / "regimes")
    expected = f"{kb}/regimes: cannot be read: {why}; wanted a readable folder"
    assert expected in map(str, check(kb))


def test_a_folder_that_may_not_be_read_is_refused(kb):
    folder = kb / "people"
    folder.chmod(0o311)
    as_others = ["setpriv", "--bounding-set=-all"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_others, *IGKB, "check"], env=environment(), capture_output=True, text=True, timeout=30
    )
    said = f"{folder}: cannot be read: Permission denied; wanted a readable folder"
    assert said in done.stdout.splitlines()
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


def test_a_name_that_is_no_text_is_refused(kb):
    (kb / os.fsdecode(b"institutions/\xff.yml")).write_bytes(GOOD)
    done = subprocess.run(
        [*IGKB, "check", "--format", "json"], env=environment(), capture_output=True, timeout=30
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (1, False)


@pytest.mark.parametrize("command", ["check", "build"])
@pytest.mark.parametrize(
    ("kb", "said"),
    [
        ("missing", "no such folder"),
        ("file", "not a folder"),
        ("empty", "holds no records"),
    ],
)
def test_records_that_are_not_there_are_told_of(kb, said, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    Path("empty").mkdir()
    done = run(command, "--kb", kb)
    assert done.exit_code == 1
    assert done.stdout.startswith(f"{kb}: {said}; ")
    assert done.stdout.count("\n") == 1
