"""Notices with all that is told of them, as the person who hears them may see it.

Everything here was true at the notice's event and cannot change: so a letter that is written twice
is the same, whatever has happened to the ticket since.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from escgraph.documents.notice_brief import Brief, PackageSummary, ReviewFacts
from escgraph.domain.awaited import awaited
from escgraph.domain.events import KINDS
from escgraph.domain.events_review import ReviewActionOverdue
from escgraph.domain.notice import Hearer, Notice
from escgraph.domain.package import Package, people_around
from escgraph.domain.permissions import may_see, may_see_internal
from escgraph.domain.review import Review
from escgraph.domain.state import TicketState
from escgraph.domain.terms import DeadlineKind, EscalationId, PersonId, ReviewId
from escgraph.domain.ticket import Actor
from escgraph.queries.entries import entry_of
from escgraph.queries.events import shown, visible
from escgraph.queries.packages import FrozenPackage, assembled
from escgraph.queries.sight import as_seen, escalation_as_seen, reads_descriptions
from escgraph.store import carried, people, policies, review_search
from escgraph.store.codec import read_state
from escgraph.store.escalations import EscalationRow
from escgraph.store.stream import StoredEvent

MOST_TRIED = 5
"""Actions that a letter tells; the package holds all."""


@dataclass(frozen=True, slots=True)
class Reading:
    """For whom it is written, in which zone, and from which moment it counts."""

    reader: Actor
    zone: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A notice and its brief.

    Attributes:
        stored: its events as the reader sees them, with their positions and ids.
        climbs: the escalations among what it tells of, the earliest first.
        frozen: the package of the last of them, where it was wanted.
    """

    notice: Notice
    brief: Brief
    stored: tuple[StoredEvent, ...]
    climbs: tuple[EscalationRow, ...]
    frozen: FrozenPackage | None = None

    @property
    def escalation(self) -> EscalationId | None:
        """Whose package it comes with."""
        return self.climbs[-1].id if self.climbs else None


async def told(notices: Sequence[Notice], reading: Reading, *, packed: bool) -> list[Told]:
    """Each of them in full; `packed` with the package of its last escalation."""
    return await told_each([(notice, reading) for notice in notices], packed=packed)


async def told_each(wanted: Sequence[tuple[Notice, Reading]], *, packed: bool) -> list[Told]:
    """The same, each for a reader of its own."""
    notices = [notice for notice, _ in wanted]
    events = await carried.events([place for notice in notices for place in notice.positions])
    climbs = await carried.escalations([e for e in events.values() if e.kind == "TicketEscalated"])
    unreached = await carried.unreached(notices)
    described = await carried.descriptions([one.ticket for one in notices if one.ticket])
    raw = [
        await _raw(
            notice,
            events,
            climbs,
            packed=packed,
            description=described.get(notice.ticket, "") if notice.ticket else "",
            unreached=unreached.get(notice.id),
        )
        for notice in notices
    ]
    known = await people.by_ids([person for one in raw for person in _named(one)])
    names = {person.id: person.name for person in known.values()}
    reviews = await review_search.of_ids([one.review for one in notices if one.review])
    return [
        await _told(one, reading, names, reviews)
        for one, (_, reading) in zip(raw, wanted, strict=True)
    ]


async def with_package(one: Told, reading: Reading) -> Told:
    """The same with the package of its last escalation, where it tells of one."""
    if not one.climbs or one.frozen is not None:
        return one
    frozen = await assembled(one.climbs[-1])
    brief = replace(one.brief, package=summary(frozen, reading.reader))
    return replace(one, brief=brief, frozen=frozen)


@dataclass(frozen=True, slots=True)
class _Raw:
    """A notice with what it tells of, whoever reads it."""

    notice: Notice
    stored: tuple[StoredEvent, ...]
    climbs: tuple[EscalationRow, ...]
    state: TicketState | None
    frozen: FrozenPackage | None
    description: str
    unreached: PersonId | None


async def _raw(
    notice: Notice,
    events: Mapping[int, StoredEvent],
    climbs: Mapping[int, EscalationRow],
    *,
    packed: bool,
    description: str,
    unreached: PersonId | None,
) -> _Raw:
    stored = tuple(events[place] for place in notice.positions if place in events)
    own = tuple(climbs[event.position] for event in stored if event.position in climbs)
    frozen = await assembled(own[-1]) if own and packed else None
    return _Raw(notice, stored, own, await _state(notice, stored), frozen, description, unreached)


async def _state(notice: Notice, stored: Sequence[StoredEvent]) -> TicketState | None:
    """The ticket after the last of them; events of reviews hold none, and are asked of the stream.

    Fields that a newer version of this program wrote are none of ours.
    """
    states = [event.state for event in stored if event.state is not None]
    if states:
        return read_state(states[-1])
    if notice.ticket is None or not notice.positions:
        return None
    before = await carried.state_at(notice.ticket, notice.positions[-1])
    return None if before is None else read_state(before)


def _named(raw: _Raw) -> Iterator[PersonId]:
    """Everybody who stands in it."""
    events = [entry_of(event) for event in raw.stored if event.kind in KINDS]
    if raw.state is not None:
        yield from people_around(raw.state, events)
    yield from (event.by for event in events if event.by is not None)
    owing = (event.owner for event in events if isinstance(event, ReviewActionOverdue))
    yield from (person for person in owing if person is not None)
    if raw.frozen is not None:
        yield from raw.frozen.package.people
    if raw.unreached is not None:
        yield raw.unreached


async def _told(
    raw: _Raw, reading: Reading, names: Mapping[PersonId, str], reviews: Mapping[ReviewId, Review]
) -> Told:
    notice, reader = raw.notice, reading.reader
    state = raw.state
    hidden = state is not None and not _may_see(state, notice.hearer, reader)
    seen = () if hidden else tuple(as_seen(e, reader) for e in raw.stored if _is_for(e, reader))
    frozen = None if hidden else raw.frozen
    brief = Brief(
        kind=notice.kind,
        hearer=notice.hearer,
        pressing=notice.pressing,
        priority=notice.priority,
        events=tuple(entry_of(event) for event in seen),
        state=replace(state, title="") if state is not None and hidden else state,
        awaited=await _awaited(state),
        review=_review(reviews.get(notice.review)) if notice.review else None,
        reader=reader.person,
        names=names,
        zone=reading.zone,
        at=reading.at,
        package=None if frozen is None else summary(frozen, reader),
        description="" if hidden or not reads_descriptions(reader) else raw.description,
        unreached=() if raw.unreached is None else (raw.unreached,),
    )
    return Told(notice, brief, seen, () if hidden else raw.climbs, frozen)


def _may_see(state: TicketState, hearer: Hearer, reader: Actor) -> bool:
    """Who reported it may, too, whom the ticket does not name."""
    return hearer is Hearer.REPORTER or may_see(reader, stakeholders=state.stakeholders)


def _is_for(event: StoredEvent, reader: Actor) -> bool:
    return visible(event, reader) if event.ticket_id is None else shown(event, reader)


async def _awaited(state: TicketState | None) -> DeadlineKind | None:
    if state is None:
        return None
    policy = await policies.of_version(state.policy_version)
    return awaited(state, policy.targets[state.priority])


def _review(review: Review | None) -> ReviewFacts | None:
    if review is None:
        return None
    return ReviewFacts(kind=review.kind, quarter=review.quarter, due_at=review.due_at)


def summary(frozen: FrozenPackage, reader: Actor) -> PackageSummary:
    """The package in a few lines, as far as it is for the reader."""
    row, package = escalation_as_seen(frozen.escalation, reader), frozen.package
    if not may_see_internal(reader):
        return PackageSummary(row.description, (), 0, (), (), whole=False)
    tried = [action.text for action in package.actions]
    return PackageSummary(
        description=row.description,
        tried=tuple(tried[-MOST_TRIED:]),
        tried_before=max(0, len(tried) - MOST_TRIED),
        missing=package.missing,
        worked_on_it=_worked_on(package),
        whole=True,
    )


def _worked_on(package: Package) -> tuple[PersonId, ...]:
    """Who did something with it before, or was to; not those who only hear of it."""
    did = (event.by for event in package.timeline if event.by is not None)
    return tuple(dict.fromkeys((*did, *package.ticket.assignees)))
