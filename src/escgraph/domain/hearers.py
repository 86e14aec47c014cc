"""Who is meant by each hearer of an event, and who of them is told: each person once."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from escgraph.domain.event import Event
from escgraph.domain.events import (
    OwnershipTransferred,
    PeopleAllocated,
    ResponseBreached,
    StakeholderUpdatePosted,
    TicketAssigned,
    TicketClosed,
    TicketEscalated,
)
from escgraph.domain.events_review import ReviewActionOverdue, ReviewOverdue
from escgraph.domain.hearing import row_of
from escgraph.domain.notice import Hearer, NoticeKind
from escgraph.domain.permissions import may_see_internal
from escgraph.domain.state import TicketState
from escgraph.domain.terms import Audience, PersonId, Role, Tier
from escgraph.domain.ticket import Actor

DEAF = frozenset({Role.SCRIPT, Role.WALLBOARD})
"""Roles of service accounts, which nobody tells anything."""

ALWAYS = frozenset({Hearer.OWNER, Hearer.STAKEHOLDER})
"""Who hears of each escalation, of one's own making too (C2)."""

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works here or hears of tickets, and has not left."""

    id: PersonId
    role: Role
    tier: Tier | None
    lead: bool
    email: str


class House:
    """Everybody who may be told something, in the order of their names."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._members = {one.id: one for one in members if one.role not in DEAF}
        self._by_email = {one.email.casefold(): one.id for one in self._members.values()}
        self.managers = self._those(lambda one: one.role is Role.MANAGER)
        self.leads = self._those(lambda one: one.lead)
        self._teams = {tier: self._those(lambda one, t=tier: one.tier is t) for tier in Tier}

    def __contains__(self, person: object) -> bool:
        return person in self._members

    def team(self, tier: Tier) -> tuple[PersonId, ...]:
        """Who works at that tier."""
        return self._teams[tier]

    def reads_internal(self, person: PersonId) -> bool:
        """Whether that member reads what colleagues write to each other."""
        member = self._members[person]
        return may_see_internal(Actor(member.id, member.role, member.tier))

    def named_in(self, text: str) -> tuple[PersonId, ...]:
        """The members whose e-mail addresses stand in that text."""
        found = (self._by_email.get(one.strip(".").casefold()) for one in _ADDRESS.findall(text))
        return tuple(dict.fromkeys(person for person in found if person is not None))

    def _those(self, fitting: Callable[..., bool]) -> tuple[PersonId, ...]:
        return tuple(one.id for one in self._members.values() if fitting(one))


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event, and what decides who hears of it.

    Attributes:
        state: its ticket right after it; None for an event of no ticket.
        stakeholders: who is a stakeholder of the ticket still, whatever the event knew.
        assigned_before: who worked on it until the event.
        responsible: who works at the tier that an escalation reached.
        told: who hears of an escalation in their place, where nobody does (A22).
        owner: who answers for the ticket that a review looks back on.
    """

    event: Event
    state: TicketState | None
    stakeholders: Collection[PersonId] = ()
    assigned_before: tuple[PersonId, ...] = ()
    responsible: tuple[PersonId, ...] = ()
    told: tuple[PersonId, ...] = ()
    owner: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Hearing:
    """What one person is told, and as whom."""

    person: PersonId
    hearer: Hearer
    kind: NoticeKind


def hear(happening: Happening, house: House) -> tuple[Hearing, ...]:
    """Everybody who is told of it, each once, as the first hearer that fits.

    Nobody is told of an act of their own; an escalation is told to its owner and stakeholders
    always (C2).
    """
    row = row_of(happening.event)
    if row.kind is None:
        return ()
    heard: dict[PersonId, Hearing] = {}
    for hearer in Hearer:
        kind = row.tells(hearer)
        if kind is None:
            continue
        for person in _MEANT[hearer](happening, house):
            if person in house and _is_told(person, hearer, happening.event):
                heard.setdefault(person, Hearing(person, hearer, kind))
    return tuple(heard.values())


def _is_told(person: PersonId, hearer: Hearer, event: Event) -> bool:
    if person != event.by:
        return True
    return isinstance(event, TicketEscalated) and hearer in ALWAYS


def _owner(happening: Happening, _: House) -> Iterator[PersonId]:
    if isinstance(happening.event, OwnershipTransferred):
        yield happening.event.to_owner
    elif happening.state is not None:
        yield happening.state.owner
    elif happening.owner is not None:
        yield happening.owner


def _assignees(happening: Happening, _: House) -> Iterable[PersonId]:
    """Who works on it.

    At an assignment who is new to it, at a transfer who answered for it so far, at a closing who
    has something left to do.
    """
    match happening.event:
        case OwnershipTransferred() as event:
            return (event.from_owner,)
        case TicketAssigned() as event:
            return [one for one in event.assignees if one not in happening.assigned_before]
        case PeopleAllocated() as event:
            return event.people
        case TicketClosed() as event:
            return [follow_up.owner for follow_up in event.follow_ups]
        case ReviewActionOverdue() as event:
            return () if event.owner is None else (event.owner,)
        case _:  # of every other event
            return () if happening.state is None else happening.state.assignees


def _tier_team(happening: Happening, house: House) -> Iterable[PersonId]:
    """Who works at its tier; a missed first response is LEVEL_1's, whatever tier holds it (A4)."""
    if isinstance(happening.event, TicketEscalated):
        return happening.responsible
    if isinstance(happening.event, ResponseBreached):
        return house.team(Tier.LEVEL_1)
    return () if happening.state is None else house.team(happening.state.tier)


def _leads(happening: Happening, house: House) -> Iterable[PersonId]:
    return [person for person in happening.told if person not in house.managers]


def _managers(happening: Happening, house: House) -> Iterable[PersonId]:
    """All of them; of an escalation and of what is overdue those whom it names (A22, D3, Q4)."""
    match happening.event:
        case TicketEscalated():
            return [person for person in happening.told if person in house.managers]
        case ReviewOverdue(told=told) | ReviewActionOverdue(told=told):
            return told
        case _:  # of every other event
            return house.managers


def _stakeholders(happening: Happening, house: House) -> Iterable[PersonId]:
    """Who is one still; of an internal update those who read what is internal (R3, P2)."""
    if happening.state is None:
        return ()
    there = [one for one in happening.state.stakeholders if one in happening.stakeholders]
    match happening.event:
        case StakeholderUpdatePosted(audience=Audience.INTERNAL, closing=False):
            return [one for one in there if one in house and house.reads_internal(one)]
        case _:  # every other event may be told to all of them
            return there


def _reporter(happening: Happening, house: House) -> Iterable[PersonId]:
    """Somebody of the house whose address stands in the ticket as its reporter's."""
    return () if happening.state is None else house.named_in(happening.state.reporter)


_MEANT: Mapping[Hearer, Callable[[Happening, House], Iterable[PersonId]]] = MappingProxyType(
    {
        Hearer.OWNER: _owner,
        Hearer.ASSIGNEE: _assignees,
        Hearer.TIER_TEAM: _tier_team,
        Hearer.TEAM_LEAD: _leads,
        Hearer.MANAGER: _managers,
        Hearer.STAKEHOLDER: _stakeholders,
        Hearer.REPORTER: _reporter,
    }
)
