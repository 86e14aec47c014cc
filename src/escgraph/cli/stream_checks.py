"""What the doctor looks at of the stream of events: how much lies where, and what holds it up."""

from datetime import datetime, timedelta

from escgraph.cli.findings import Finding, State, second
from escgraph.config import Settings
from escgraph.store import retention
from escgraph.store.retention import MESSAGE, NOTICES, Standing

LATE = timedelta(days=1)
"""An event is archived within an hour; one that waits so long beyond its time is held up."""

ABOUT = "event stream"


async def of_stream(settings: Settings, now: datetime) -> Finding:
    """A warning where events stay although they are older than they are to be kept."""
    there = await retention.standing()
    kept = settings.events_kept
    if kept is None or not there.is_late(before=now - kept - LATE):
        return Finding(ABOUT, State.OK, _amounts(there, kept))
    limit = await retention.limit()
    held = there.is_held(limit)
    needed = f"needed still by {limit.holder}" if held else "nobody archives them"
    advice = _ADVICE.get(limit.holder, _OF_A_WEBHOOK) if held else _NOBODY
    return Finding(ABOUT, State.WARN, f"{_amounts(there, kept)}; {needed}", advice)


def _amounts(there: Standing, kept: timedelta | None) -> str:
    if not there.kept and not there.archived:
        return "nothing has happened yet"
    length = "for ever" if kept is None else f"for {kept.days} day{'s' * (kept.days != 1)}"
    archived = f"; {there.archived:,} archived" if there.archived else ""
    return f"{there.kept:,} kept {length}, since {second(there.oldest_at)}{archived}"


_NOBODY = "start an engine with ESCGRAPH_EVENT_DAYS: escgraph worker; or run: escgraph archive"
_OF_A_WEBHOOK = "see escgraph webhook list: mend its receiver, or disable or remove it"
_ADVICE = {
    NOTICES: "start an engine: escgraph worker, or escgraph serve",
    MESSAGE: "see escgraph notify list and escgraph webhook list: what waits there, and why",
}
