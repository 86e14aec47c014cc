"""What `escgraph doctor --deep` looks at: whether the rows contradict each other, and which."""

from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType

from escgraph.cli.findings import Finding, State
from escgraph.cli.progress import progress
from escgraph.queries.consistency import About, contradictions, size

MOST = 100
"""So many are named; whoever has mended those looks again."""


async def deep() -> AsyncIterator[Finding]:
    """Each contradiction with what to do about it; one line where there is none."""
    tickets = await size()
    with progress("tickets", total=tickets) as one_more:
        found = await contradictions(limit=MOST, progress=one_more)
    if not found:
        yield Finding("contradictions", State.OK, f"none; tickets compared: {tickets:,}")
        return
    many = f"{MOST} or more" if len(found) == MOST else str(len(found))
    yield Finding("contradictions", State.FAIL, f"{many}, each named below", FIRST)
    for one in found:
        yield Finding(one.about, State.FAIL, f"{one.where}: {one.says}", ADVICE[one.about])


FIRST = "keep a copy of the database before you mend anything, and report this fault"

_RESTORE = "an event is lost or was changed: compare with a backup, and restore it if you can"
_REOPEN = "the event stands: correct what differs, or do the act anew so that it is written anew"
_WAIT = "people may miss a move: escalate or resolve the ticket by hand"
_TOLD = "whom it concerns may have been told of nothing: see escgraph notify list, and tell them"

ADVICE: Mapping[About, str] = MappingProxyType(
    {
        About.INDEX: "make it anew, as the migration that first made it says",
        About.POSITION: _RESTORE,
        About.COUNTER: "stop all processes, and set stream.position to that of the last event",
        About.EVENT_ID: _RESTORE,
        About.UNREADABLE: "another version or another program wrote it: run the newest version",
        About.VERSION: _RESTORE,
        About.MOMENT: _RESTORE,
        About.EVENT: _RESTORE,
        About.STATE: _RESTORE,
        About.ROW: _REOPEN,
        About.NEXT_DUE: "any act that moves a deadline writes it anew, as changePriority does",
        About.PAUSE: _REOPEN,
        About.DEADLINE: _WAIT,
        About.FORGOTTEN: _WAIT,
        About.FIRED_EARLY: "compare the clocks: everybody goes by the database's",
        About.FIRED_UNARMED: "something fired twice: tell the people that it moved the ticket to",
        About.FIRED_WITHOUT_EVENT: _WAIT,
        About.EVENT_WITHOUT_FIRING: "it may fire once more: set the deadline to FIRED by hand",
        About.ENGINE_ON_ENDED: "nobody is owed anything: the ticket had ended",
        About.ESCALATION: "its package may be wrong: the timeline says what was so",
        About.ESCALATION_MISSING: "its package is lost: the timeline says what was so",
        About.ESCALATION_WITHOUT_EVENT: _RESTORE,
        About.RUNG_TWICE: "a tier was called twice: tell its people that once is meant",
        About.RESULT: "whoever sent that request may think that it was done: look, and do it",
        About.READER: "the database may have been restored: run escgraph notify list, and look",
        About.NOTICE: _TOLD,
        About.MESSAGE: _TOLD,
    }
)
