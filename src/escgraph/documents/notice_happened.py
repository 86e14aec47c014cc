"""What happened, entry by entry: when, what, by whom, and in whose words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from escgraph.documents.blocks import Block, Bullets, Quote
from escgraph.documents.notice_brief import Brief
from escgraph.documents.notice_facts import TIERS
from escgraph.documents.notice_moments import clock, stamp
from escgraph.documents.report_words import civil, short
from escgraph.documents.timeline_words import WORDS, Name
from escgraph.domain import events
from escgraph.domain.event import Event
from escgraph.domain.events import ResponseBreached, TicketEscalated
from escgraph.domain.events_review import ReviewActionOverdue, ReviewOpened, ReviewOverdue
from escgraph.domain.events_updates import StakeholderUpdateOverdue

LONGEST_QUOTE = 4000
"""Characters of what somebody wrote; the ticket holds the whole."""

OWN_WORDS: Mapping[type[Event], str] = MappingProxyType(
    {
        events.NoteAdded: "text",
        events.StakeholderUpdatePosted: "text",
        events.ActionLogged: "text",
        events.TicketResolved: "summary",
        events.TicketEscalated: "comment",
        events.TicketHeld: "note",
        events.PeopleAllocated: "reason",
        events.OwnershipTransferred: "reason",
        events.PriorityChanged: "reason",
        events.UrgencyFlagged: "reason",
        events.TicketMarkedCritical: "reason",
        events.TicketDeescalated: "reason",
        events.TicketReopened: "reason",
        events.TicketCancelled: "reason",
        events.TicketMerged: "reason",
        events.DuplicateAbsorbed: "reason",
        events.TicketMovedToPolicy: "reason",
    }
)
"""The field in which somebody wrote something of their own."""

_OF_NO_TICKET: Mapping[type[Event], Callable[[Any, Name], str]] = MappingProxyType(
    {
        ReviewOpened: lambda _e, _: "The review was opened",
        ReviewOverdue: lambda _e, _: "The review was not complete when it was due",
        ReviewActionOverdue: lambda e, name: (
            f"Not done by {civil(e.due_on) if e.due_on else 'its day'}, "
            f"owed by {name(e.owner)}: {e.description}"
        ),
        StakeholderUpdateOverdue: lambda _e, _: "The update was not posted when it was due",
    }
)
"""What a timeline does not have, and notices tell of."""

WORDS_HERE = MappingProxyType({**WORDS, **_OF_NO_TICKET})

_LATE = timedelta(minutes=1)


def happened(brief: Brief) -> list[Block]:
    """A line for each event; what somebody wrote stands below it."""
    if brief.outside:
        return _calmly(brief)
    blocks: list[Block] = []
    lines: list[str] = []
    for event in brief.events:
        lines.append(_line(brief, event))
        quote = own_words(event)
        if quote:
            blocks += [Bullets(tuple(lines)), Quote(shortened(quote))]
            lines = []
    return [*blocks, Bullets(tuple(lines))] if lines else blocks


def lines(brief: Brief) -> list[Block]:
    """The same, without what somebody wrote."""
    return [Bullets(tuple(_line(brief, event) for event in brief.events))] if brief.events else []


def _calmly(brief: Brief) -> list[Block]:
    """The first line has said what happened, but for several rungs at once, and written texts."""
    rungs = [event for event in brief.events if isinstance(event, TicketEscalated)]
    passed_on = tuple(_passed_on(brief, rung) for rung in rungs) if len(rungs) > 1 else ()
    quotes = [Quote(shortened(text)) for text in map(own_words, brief.events) if text]
    return [*([Bullets(passed_on)] if passed_on else []), *quotes]


def _passed_on(brief: Brief, rung: TicketEscalated) -> str:
    return (
        f"Passed on to {TIERS[rung.to_tier]} at {_clock(brief, rung)}; "
        f"planned for {stamp(rung.due_at, brief.zone)}."
    )


def own_words(event: Event) -> str:
    """What somebody wrote with it; empty where nothing, or nothing that is for the reader."""
    field = OWN_WORDS.get(type(event))
    return "" if field is None else str(getattr(event, field))


def shortened(text: str, *, longest: int = LONGEST_QUOTE) -> str:
    if len(text) <= longest:
        return text
    return f"{text[:longest].rstrip()} … (cut; the ticket holds the whole)"


def _line(brief: Brief, event: Event) -> str:
    return " ".join(_parts(brief, event))


def _parts(brief: Brief, event: Event) -> Iterator[str]:
    """A rung says when it was due where it fired later, as after an outage (A8)."""
    what = WORDS_HERE[type(event)](_without_own_words(event), brief.name)
    by = "" if event.by is None else f", by {brief.name(event.by)}"
    yield f"{_clock(brief, event)}: {what.rstrip(': ')}{by}."
    if isinstance(event, TicketEscalated | ResponseBreached):
        late = event.at - event.due_at
        if event.catch_up or late >= _LATE:
            yield f"It was due {stamp(event.due_at, brief.zone)} and fired {short(late)} later."


def _clock(brief: Brief, event: Event) -> str:
    return clock(event.at, zone=brief.zone, at=brief.at)


def _without_own_words(event: Event) -> Event:
    field = OWN_WORDS.get(type(event))
    return event if field is None else replace(event, **{field: ""})  # type: ignore[arg-type]  # a text
