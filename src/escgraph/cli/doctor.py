"""`escgraph doctor`: is everything well, and if not, what is to be done."""

from collections.abc import Sequence
from typing import Annotated

import typer

from escgraph.cli import deep_checks
from escgraph.cli.checks import examine
from escgraph.cli.console import say, say_json
from escgraph.cli.findings import Finding, State
from escgraph.cli.running import finish, ready, told
from escgraph.config import load_settings

app = typer.Typer()

COLOURS = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}


@app.command()
def doctor(
    *,
    deep: Annotated[
        bool,
        typer.Option("--deep", help="Compare every ticket with its events too. It only reads."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look at the database, the engines, Redis and the notices; exit with 1 if something fails."""
    with told():
        load_settings()  # as they stand, before one of them is replaced
        settings = ready(log_level="ERROR")
        findings = finish(examine(settings, more=deep_checks.deep if deep else None))
    well = all(finding.state is not State.FAIL for finding in findings)
    if as_json:
        say_json({"ok": well, "checks": [_json(finding) for finding in findings]})
    else:
        _show(findings)
    if not well:
        raise typer.Exit(1)


def _show(findings: Sequence[Finding]) -> None:
    width = max(len(finding.about) for finding in findings)
    for finding in findings:
        state = typer.style(f"{finding.state:4}", fg=COLOURS[finding.state])
        advice = f"; {finding.advice}" if finding.advice else ""
        say(f"{state}  {finding.about:{width}}  {finding.says}{advice}")


def _json(finding: Finding) -> dict[str, str]:
    return {
        "about": finding.about,
        "state": finding.state,
        "says": finding.says,
        "advice": finding.advice,
    }
