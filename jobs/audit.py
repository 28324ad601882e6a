"""Checking again in a terminal: a statement a screen, and a verdict for each."""

from pathlib import Path

import click

from exporters import audit


def judge(found: audit.Drawn, number: int, of: int, output: Path, today: str) -> None:
    """Show one statement, ask for the verdict, and keep it."""
    click.clear()
    click.echo(audit.screen(found, number, of) + "\n")
    for verdict, meaning in audit.VERDICTS.items():
        click.echo(f"  {verdict}: {meaning}")
    verdict = click.prompt("Verdict", type=click.Choice(list(audit.VERDICTS)))
    against = click.prompt(
        "Checked against which copy", default="none" if verdict == "unopened" else None
    )
    audit.keep(
        output,
        {
            "statement": found.statement["id"], "said": audit.said(found),
            "sources": audit.sources(found), "verdict": verdict, "checked_against": against,
            "checked": today, "remark": click.prompt("Remark", default="", show_default=False),
        },
    )  # fmt: skip
