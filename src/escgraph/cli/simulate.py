"""`escgraph simulate`: what another policy would have made of past tickets, or of a log."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from escgraph.cli import what_if_bars, what_if_json, what_if_tables
from escgraph.cli.candidate import Candidate
from escgraph.cli.console import remark, say, say_json
from escgraph.cli.log_file import chosen, tell_skipped
from escgraph.cli.play_counts import show
from escgraph.cli.progress import progress
from escgraph.cli.running import Refusal, finish, opened, ready, told
from escgraph.cli.simulating import as_played, over_log
from escgraph.cli.what_if_chart import draw, drawable
from escgraph.cli.words import moment
from escgraph.config import Settings
from escgraph.domain.policy import SOP, Policy
from escgraph.domain.policy_diff import differences
from escgraph.domain.what_if import CAVEATS, WhatIf
from escgraph.play.rows import Log
from escgraph.queries import simulation
from escgraph.queries.simulation import Period, Simulation

app = typer.Typer()

FIRST_OF_ALL = datetime(1, 1, 1, tzinfo=UTC)
MOMENT = "A day as 2026-03-01 (UTC), or a moment as 2026-03-01T09:00:00Z."


@app.command()
def simulate(  # noqa: PLR0913 - each is an option of the command line
    log: Annotated[
        Path | None,
        typer.Argument(help="An incident log; without one, the tickets of the database."),
    ] = None,
    *,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The policy as YAML; else the SOP's own.")
    ] = None,
    version: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="A version of the database instead.")
    ] = None,
    draft: Annotated[
        UUID | None, typer.Option(metavar="ID", help="A draft of the database instead.")
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(parser=moment, metavar="WHEN", help=MOMENT)
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="WHEN", help="Only tickets opened before it."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Only the N incidents of the log that began first."),
    ] = None,
    chart: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw it too, as .png or .svg.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON and nothing else: of a log, as `play` does.")
    ] = False,
) -> None:
    """Replay what people did under another policy; compare it with the one in force.

    A log (BPI 2013, ServiceNow) is replayed without any database, beside the SOP's own policy.
    Without a log, the tickets of the database are, each beside the policy that it was opened
    under. Nothing is written.
    """
    with told():
        candidate = Candidate(policy, version, draft)
        drawable(chart)
        if log is not None:
            _must_not_be_given("--since or --until", since, until, instead="of a log take --limit")
            _over_log(chosen(log, limit=limit), candidate, chart, as_json=as_json)
        else:
            _must_not_be_given("--limit", limit, instead="choose tickets by --since and --until")
            if not candidate.given:
                raise Refusal("name a policy: by --policy, --version or --draft", code=2)
            _over_tickets(candidate, since, until, chart, as_json=as_json)


def _must_not_be_given(option: str, *values: object, instead: str) -> None:
    if any(value is not None for value in values):
        raise Refusal(f"{option} does not go with that; {instead}", code=2)


def _over_log(log: Log, candidate: Candidate, chart: Path | None, *, as_json: bool) -> None:
    policy = finish(_policy(candidate)) if candidate.given else SOP
    counted_alone = as_json and chart is None
    what_if = over_log(log, policy, beside=policy if counted_alone else SOP)
    tell_skipped(log)
    if chart is not None:
        draw(chart, what_if, policy)
    if as_json:
        say_json(as_played(what_if, log))
    elif candidate.given:
        changes = [change.words for change in differences(SOP, policy)]
        was = "the SOP's own policy"
        what_if_tables.tell(what_if, policy, was=was, changes=changes, by_category=False)
        _picture(what_if)
    else:
        show(as_played(what_if, log))
        say()
        what_if_bars.show(what_if)
        _warn()


def _over_tickets(
    candidate: Candidate,
    since: datetime | None,
    until: datetime | None,
    chart: Path | None,
    *,
    as_json: bool,
) -> None:
    found = finish(_replayed(ready(), candidate, since, until))
    if chart is not None:
        draw(chart, found.what_if, found.policy)
    if as_json:
        say_json(what_if_json.written(found))
    else:
        was = "the policy that each ticket was opened under"
        what_if_tables.tell(
            found.what_if, found.policy, was=was, changes=found.changes, by_category=True
        )
        _picture(found.what_if)
        what_if_tables.name_otherwise(found.otherwise)


def _picture(what_if: WhatIf) -> None:
    say()
    what_if_bars.compare(what_if)
    _warn()


def _warn() -> None:
    remark("What a replay cannot know:")
    for caveat in CAVEATS:
        remark(f"- {caveat}")


async def _policy(candidate: Candidate) -> Policy:
    if not candidate.stored:
        return await candidate.policy()
    async with opened(ready()):
        return await candidate.policy()


async def _replayed(
    settings: Settings, candidate: Candidate, since: datetime | None, until: datetime | None
) -> Simulation:
    async with opened(settings) as now:
        policy = await candidate.policy()
        period = Period(since or FIRST_OF_ALL, until or now)
        with progress("tickets", total=await simulation.size(period)) as one_more:
            return await simulation.answer(policy, period, at=now, progress=one_more)
