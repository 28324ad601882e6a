"""What several test modules need: a copy of the made-up records, and the database built of it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

HERE = Path(__file__).parent
IGKB = (sys.executable, "-m", "igkb")


@pytest.fixture
def kb(tmp_path, monkeypatch):
    """A copy of tests/kb as `kb` in the current folder, free to be spoilt."""
    shutil.copytree(HERE / "kb", tmp_path / "kb")
    monkeypatch.chdir(tmp_path)
    return Path("kb")


@pytest.fixture(scope="session")
def tiny_db(tmp_path_factory):
    """The path of the database built of tests/kb, outside any git history."""
    from loaders.write import build

    folder = tmp_path_factory.mktemp("built")
    shutil.copytree(HERE / "kb", folder / "kb")
    build(folder / "kb", folder / "kb.db")
    return folder / "kb.db"


@pytest.fixture
def tiny(tiny_db):
    """A connection to the database built of tests/kb."""
    connection = sqlite3.connect(f"file:{tiny_db}?mode=ro", uri=True)
    yield connection
    connection.close()


@pytest.fixture
def igkb():
    """Run the command line as its users do, in a process of its own."""

    def run(*arguments, **more):
        return subprocess.run(
            [*IGKB, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=30,
            env={**environment(), **more.pop("env", {})},
            **more,
        )

    return run


def run(*arguments, **environment):
    """Run the command line in this process: enough where it is about what is said."""
    from igkb import main

    return CliRunner().invoke(main, [*map(str, arguments)], env=environment)


def commit(folder, moment):
    """Commit all that lies in a folder, in a repository of its own, at a moment (ISO 8601)."""
    named = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "a"), ("EMAIL", "a@b.example"), ("DATE", moment))
    }
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "."]):
        subprocess.run(
            ["git", "-c", "commit.gpgsign=false", *arguments], cwd=folder,
            env={**os.environ, **named}, check=True,
        )  # fmt: skip


def environment():
    """The environment with the checkout on the path, wherever the process runs."""
    return {**os.environ, "PYTHONPATH": str(HERE.parent)}


from served import browser_type_launch_args, pages, site, tiny_site  # noqa: E402, F401
