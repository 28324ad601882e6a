"""Options that several commands have."""

from pathlib import Path

import click

KB = click.option(
    "--kb", type=click.Path(path_type=Path), default=Path("kb"), show_default=True,
    help="Folder of the records.",
)  # fmt: skip


FRESH = click.option(
    "--db", type=click.Path(path_type=Path), default=Path("kb.db"), show_default=True,
    help="The database; built anew where a record is newer.",
)  # fmt: skip
