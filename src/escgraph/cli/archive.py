"""`escgraph archive`: what the stream of events need not hold any longer moves, now."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from escgraph.cli.console import remark, say, say_json
from escgraph.cli.findings import second
from escgraph.cli.running import Refusal, finish, opened, ready, told
from escgraph.config import Settings
from escgraph.jobs import retention as job
from escgraph.store import retention
from escgraph.store.retention import Limit, Standing

app = typer.Typer()


@app.command()
def archive(
    *,
    days: Annotated[
        int | None,
        typer.Option(
            min=1, max=36_500, help="Keep so many days; ESCGRAPH_EVENT_DAYS unless you say so."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Move events older than that to the archive, as the engines do once an hour.

    Timelines, packages, letters and figures find them there; cursors from before begin anew.
    """
    with told():
        settings = ready(event_days=days, log_level="WARNING")
        kept = settings.events_kept
        if kept is None:
            raise Refusal(
                "events are kept for ever; say how many days: --days 90, or ESCGRAPH_EVENT_DAYS",
                code=2,
            )
        moved, now, there, limit = finish(_archive(settings, kept))
    late = there.is_late(before=now - kept)
    holder = limit.holder if late and there.is_held(limit) else None
    if as_json:
        say_json(_json(moved, there, holder))
        return
    _show(moved, there)
    if holder is not None:
        remark(f"older ones stay, as {holder} needs them still")
    elif late:
        remark("older ones stay: another process archives just now, or a log is being played")


async def _archive(settings: Settings, kept: timedelta) -> tuple[int, datetime, Standing, Limit]:
    async with opened(settings) as now:
        moved = await job.archive(now=now, kept=kept)
        return moved, now, await retention.standing(), await retention.limit()


def _json(moved: int, there: Standing, holder: str | None) -> dict[str, object]:
    return {
        "moved": moved,
        "kept": there.kept,
        "keptSince": there.oldest_at and there.oldest_at.isoformat(),
        "archived": there.archived,
        "neededBy": holder,
    }


def _show(moved: int, there: Standing) -> None:
    say(f"moved to the archive: {moved:,} events; {there.archived:,} lie there")
    say(f"kept in the stream: {there.kept:,} events, since {second(there.oldest_at)}")
