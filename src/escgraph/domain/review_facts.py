"""What a post-issue review finds out by itself about its ticket: nobody has to gather it (D3).

All of it follows from the timeline, which only grows, and from what each escalation documented. So
it is the same whenever it is read up to the same version of the ticket.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from escgraph.domain.calendar import ALWAYS
from escgraph.domain.events import (
    Event,
    PriorityChanged,
    ResponseBreached,
    TicketEscalated,
    TicketHeld,
    TicketResolved,
)
from escgraph.domain.package import lacking, people_around
from escgraph.domain.state import TicketState
from escgraph.domain.terms import DeadlineKind, EscalationId, PersonId, Status, Tier, Trigger
from escgraph.domain.ticket import Pause
from escgraph.domain.tier_time import Standing, tier_time


@dataclass(frozen=True, slots=True)
class Entry:
    """An event, with the ticket as it stood right after it."""

    event: Event
    version: int
    state: TicketState


@dataclass(frozen=True, slots=True)
class Documented:
    """An escalation: the ticket's version right after it, and its facts just before."""

    id: EscalationId
    version: int
    facts: TicketState


@dataclass(frozen=True, slots=True)
class Breach:
    """A deadline that passed unmet, and when what it asked for came after all.

    A response asks for the first response, a rung for the resolution; `answered_at` is None while
    that had not come.
    """

    kind: DeadlineKind
    cycle: int
    due_at: datetime
    fired_at: datetime
    catch_up: bool
    answered_at: datetime | None

    @property
    def late_by(self) -> timedelta:
        """How long after it was due it fired."""
        return self.fired_at - self.due_at

    @property
    def answered_after(self) -> timedelta | None:
        """How long after it was due the answer came."""
        return None if self.answered_at is None else self.answered_at - self.due_at


@dataclass(frozen=True, slots=True)
class Climb:
    """A move up a tier, with what the SOP wanted of its package and nobody had written (C3)."""

    escalation: EscalationId
    trigger: Trigger
    from_tier: Tier
    to_tier: Tier
    due_at: datetime
    fired_at: datetime
    missing: tuple[str, ...]

    @property
    def late_by(self) -> timedelta:
        """How long after it was due it happened."""
        return self.fired_at - self.due_at


@dataclass(frozen=True, slots=True)
class Facts:
    """The ticket's story of all cycles, up to a version.

    Attributes:
        ticket_version: up to and including the event that made it.
        at_tier: how long it was live at each tier, holds included, in climbing order.
        people: everybody who is named or did something, each once.
        breaches: in the order in which they fired, as are the climbs.
    """

    ticket_version: int
    opened_at: datetime
    clock_started_at: datetime
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    owner: PersonId
    assignees: tuple[PersonId, ...]
    people: tuple[PersonId, ...]
    breaches: tuple[Breach, ...]
    climbs: tuple[Climb, ...]
    at_tier: Mapping[Tier, timedelta]
    priority_changes: tuple[PriorityChanged, ...]
    holds: tuple[Pause, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What any of its packages lacked, each once."""
        return tuple(dict.fromkeys(part for climb in self.climbs for part in climb.missing))


def gather(entries: Sequence[Entry], escalations: Sequence[Documented]) -> Facts:
    """The facts that the timeline tells, from the opening to its last entry."""
    last = entries[-1].state
    timeline = [entry.event for entry in entries]
    return Facts(
        ticket_version=entries[-1].version,
        opened_at=last.opened_at,
        clock_started_at=last.clock_started_at,
        acknowledged_at=last.acknowledged_at,
        resolved_at=last.resolved_at,
        owner=last.owner,
        assignees=last.assignees,
        people=people_around(last, timeline),
        breaches=tuple(_breaches(entries)),
        climbs=tuple(_climbs(entries, escalations)),
        at_tier=tier_time([_standing(entry) for entry in entries], calendar=ALWAYS),
        priority_changes=tuple(e for e in timeline if isinstance(e, PriorityChanged)),
        holds=tuple(_holds(entries)),
    )


def _breaches(entries: Sequence[Entry]) -> list[Breach]:
    found = []
    for index, entry in enumerate(entries):
        kind = _missed(entry.event)
        if kind is not None and isinstance(entry.event, ResponseBreached | TicketEscalated):
            breach = Breach(
                kind=kind,
                cycle=entry.state.cycle,
                due_at=entry.event.due_at,
                fired_at=entry.event.at,
                catch_up=entry.event.catch_up,
                answered_at=_answer(kind, entries[index:]),
            )
            found.append(breach)
    return found


def _missed(event: Event) -> DeadlineKind | None:
    """Which deadline the event says was missed."""
    if isinstance(event, ResponseBreached):
        return DeadlineKind.RESPONSE
    if isinstance(event, TicketEscalated) and event.trigger is Trigger.DEADLINE:
        return event.kind
    return None


def _answer(kind: DeadlineKind, since: Sequence[Entry]) -> datetime | None:
    if kind is DeadlineKind.RESPONSE:
        answers = (entry.state.acknowledged_at for entry in since)
        return next((at for at in answers if at is not None), None)
    resolved = (entry.event.at for entry in since if isinstance(entry.event, TicketResolved))
    return next(resolved, None)


def _climbs(entries: Sequence[Entry], escalations: Sequence[Documented]) -> list[Climb]:
    """Those that the timeline tells of; one that is documented and not told came later."""
    documents = {document.version: document for document in escalations}
    found = []
    for index, entry in enumerate(entries):
        event = entry.event
        if isinstance(event, TicketEscalated):
            document = documents[entry.version]
            before = [one.event for one in entries[: index + 1]]
            climb = Climb(
                escalation=document.id,
                trigger=event.trigger,
                from_tier=event.from_tier,
                to_tier=event.to_tier,
                due_at=event.due_at,
                fired_at=event.at,
                missing=lacking(document.facts, before),
            )
            found.append(climb)
    return found


def _holds(entries: Sequence[Entry]) -> list[Pause]:
    found = []
    for index, entry in enumerate(entries):
        event = entry.event
        if isinstance(event, TicketHeld):
            pause = Pause(
                started_at=event.at,
                ended_at=_end_of_hold(event, entries[index:]),
                cap_at=event.until,
                reason=event.reason,
                note=event.note,
                by=event.by,
                approved_by=event.approved_by,
            )
            found.append(pause)
    return found


def _end_of_hold(held: TicketHeld, since: Sequence[Entry]) -> datetime | None:
    """When it stood on hold no longer: at its cap at the latest, however late that was seen."""
    ends = (entry.event.at for entry in since if entry.state.status is not Status.ON_HOLD)
    end = next(ends, None)
    return None if end is None else min(end, held.until)


def _standing(entry: Entry) -> Standing:
    return Standing(entry.event.at, entry.state.tier, entry.state.status)
