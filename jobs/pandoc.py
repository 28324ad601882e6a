"""What pandoc does for us: reads manuscripts, and writes citations in any style of the CSL project."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import click


def pandoc(wanted: str, *arguments: str, given: str = "") -> str:
    """What pandoc prints. Raises ClickException where it is not there, saying what it is `wanted` for, or
    where it fails.
    """
    program = shutil.which("pandoc")
    if not program:
        raise click.ClickException(
            f"pandoc is needed to {wanted}, and is not on the PATH; on Debian: apt-get install pandoc"
        )
    done = subprocess.run(  # noqa: S603  # no shell; a path cannot be taken for an option
        [program, "--wrap=none", *arguments], input=given.encode(), capture_output=True, check=False
    )
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise click.ClickException(f"pandoc could not {wanted}: {why[0] if why else ''}")
    return done.stdout.decode("utf-8", "replace")


def in_style(items: list[dict[str, Any]], csl: Path) -> str:
    """The bibliography of CSL-JSON items in the style of a file of the CSL project, as plain text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "items.json")
        path.write_text(json.dumps(items, ensure_ascii=False), encoding="utf-8")
        made = pandoc(
            f"write in the style of {csl}", "--citeproc", f"--bibliography={path}", f"--csl={csl}",
            "-f", "markdown", "-t", "plain", given="---\nnocite: '@*'\n---\n",
        )  # fmt: skip
    return made.replace("\n\n", "\n")
