"""Checking again in a terminal: a statement a screen, and a verdict for each."""

from pathlib import Path

import click

from exporters import audit


def begun(output: Path) -> list[dict[str, str]]:
    """The verdicts in the file so far, which is made where it is not there; exit 1 with one line."""
    try:
        audit.begin(output)
        return audit.results(output)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None


def kept_in(folder: Path, seed: int, today: str) -> Path:
    """The file of this draw that was begun before, else one of today."""
    for path in sorted(folder.glob("*.csv"), reverse=True):
        try:
            if any(row["seed"] == str(seed) for row in audit.results(path)):
                return path
        except (OSError, ValueError):
            continue  # not ours to mend here
    return folder / f"{today}.csv"


def judge(found: audit.Drawn, number: int, of: int, output: Path, today: str, seed: int) -> None:
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
            "checked": today, "seed": str(seed), "remark": click.prompt("Remark", default="", show_default=False),
        },
    )  # fmt: skip
