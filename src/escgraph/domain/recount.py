"""One ticket's events told again from the first to the last, each held against its stored state.

Where a state is not what its event makes of the one before, that is said once, and the telling
goes on from both, until one of them fits again: so a single wrong value is a single contradiction.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from escgraph.domain import events
from escgraph.domain.contradiction import About, Contradiction
from escgraph.domain.impossible import impossible
from escgraph.domain.policy import Policy
from escgraph.domain.recorded import Told
from escgraph.domain.retelling import LETTING_FIRE, begun, done, fired, fired_kind, set_out, settled
from escgraph.domain.state import TicketState, state_of
from escgraph.domain.terms import TicketId
from escgraph.domain.ticket import Deadline, Ticket

UNTELLABLE = (LookupError, AssertionError, ArithmeticError, TypeError, ValueError)
"""What the rules say to a ticket that cannot be."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The ticket as told so far, and the deadlines of the cycles before its present one."""

    ticket: Ticket
    earlier: tuple[Deadline, ...] = ()

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        return self.earlier + self.ticket.deadlines

    def then(self, after: Ticket) -> "Standing":
        gone = self.ticket.deadlines if after.cycle != self.ticket.cycle else ()
        return Standing(after, self.earlier + gone)


@dataclass(frozen=True, slots=True)
class Climb:
    """An escalation's event, with the ticket as it may have stood just before."""

    told: Told
    befores: tuple[Ticket, ...]


class Recount:
    """Hears the events of one ticket in the order of their positions.

    Attributes:
        standings: the one that fits, or those that may; empty where nothing can be told any more.
        last: the latest event, None before the first.
        climbs: its escalations so far.
    """

    def __init__(self, ticket_id: TicketId, *, name: str, policies: Mapping[int, Policy]) -> None:
        self.standings: tuple[Standing, ...] = ()
        self.last: Told | None = None
        self.climbs: list[Climb] = []
        self._id = ticket_id
        self._name = name
        self._policies = policies
        self._act_at: datetime | None = None

    def hear(self, told: Told) -> Iterator[Contradiction]:
        """What the event contradicts, if anything."""
        last, self.last = self.last, told
        version = 1 if last is None else last.version + 1
        if told.version != version:
            self.standings = ()
            yield self._that(About.VERSION, f"version {version} was to come", told)
        elif last is None:
            yield from self._begin(told)
        elif self.standings:
            yield from self._go_on(told, last)
        if (
            isinstance(told.event, events.TicketEscalated)
            and last is not None
            and not self.standings
        ):
            self.climbs.append(Climb(told, ()))

    def _begin(self, told: Told) -> Iterator[Contradiction]:
        policy = self._policies.get(told.state.policy_version)
        if not isinstance(told.event, events.TicketOpened) or policy is None:
            yield self._that(About.EVENT, "it is no opening under a policy that is stored", told)
            return
        ticket = begun(told.event, told.state, policy, id=self._id)
        self._act_at = told.event.at
        as_stored = set_out(_as_stored(ticket, told.state), policy)
        yield from self._take([(Standing(set_out(ticket, policy)), Standing(as_stored))], told)

    def _go_on(self, told: Told, last: Told) -> Iterator[Contradiction]:
        if told.event.at < last.event.at:
            yield self._that(
                About.MOMENT, f"it happened before the event before, {last.event.at}", told
            )
        faults = [impossible(standing.ticket, told.event) for standing in self.standings]
        if None not in faults and faults[0] is not None:
            yield self._that(*faults[0], told)
        in_an_act = self._is_of_an_act(told)
        if isinstance(told.event, events.TicketEscalated):
            self.climbs.append(Climb(told, tuple(one.ticket for one in self.standings)))
        try:
            after = [self._after(one, told, in_an_act=in_an_act) for one in self.standings]
        except UNTELLABLE:
            self.standings = ()
            if None in faults:
                yield self._that(About.EVENT, "the rules make nothing of it", told)
            return
        quiet = None not in faults or told.event.at < last.event.at
        found = list(self._take(after, told))
        yield from [] if quiet else found

    def _take(self, after: list[tuple[Standing, Standing]], told: Told) -> Iterator[Contradiction]:
        """Go on from what fits its stored state; where nothing does, from all that may."""
        for by_event, _ in after:
            if state_of(by_event.ticket) == told.state:
                self.standings = (by_event,)
                return
        self.standings = tuple(dict.fromkeys((after[0][0], after[-1][1])))
        differing = ", ".join(differences(told.state, state_of(after[0][0].ticket)))
        yield self._that(About.STATE, f"its state differs from what it says: {differing}", told)

    def _after(self, one: Standing, told: Told, *, in_an_act: bool) -> tuple[Standing, Standing]:
        """By the event alone, and with the stored state's own facts."""
        before, event = one.ticket, told.event
        kind = fired_kind(event)
        if kind is not None:
            due = before.deadline(kind)
            if due is None or not due.armed or not before.live:
                nothing = one.then(_as_stored(before, told.state))
                return nothing, nothing
            ticket = fired(before, due, event, self._policy(before), in_an_act=in_an_act)
            return one.then(ticket), one.then(_as_stored(ticket, told.state))
        told_on = done(before, event, told.state)
        as_stored = _as_stored(told_on, told.state)
        by_event = settled(before, told_on, event, self._policy(told_on))
        if as_stored == told_on:
            return one.then(by_event), one.then(by_event)
        overlaid = settled(before, as_stored, event, self._policy(as_stored))
        return one.then(by_event), one.then(overlaid)

    def _policy(self, ticket: Ticket) -> Policy:
        return self._policies[ticket.policy_version]

    def _is_of_an_act(self, told: Told) -> bool:
        """Whether a deadline fired within an act that let it, and not by an engine."""
        event = told.event
        if type(event) in LETTING_FIRE:
            self._act_at = event.at
        elif fired_kind(event) is None and not isinstance(event, events.TicketMarkedCritical):
            self._act_at = None
        return self._act_at == event.at

    def _that(self, about: About, says: str, told: Told) -> Contradiction:
        kind = type(told.event).__name__
        where = f"{self._name} version {told.version}"
        return Contradiction(about, where, f"{kind} at position {told.position}: {says}")


def differences(said: TicketState, told: TicketState) -> list[str]:
    """Each fact that differs, with both values."""
    names = TicketState.__dataclass_fields__
    pairs = ((name, getattr(said, name), getattr(told, name)) for name in names)
    return [f"{name} is {_shown(a)} and should be {_shown(b)}" for name, a, b in pairs if a != b]


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return ", ".join(map(str, value)) or "empty" if isinstance(value, tuple) else str(value)


def _as_stored(ticket: Ticket, state: TicketState) -> Ticket:
    """The ticket with what that state says of it; nothing else of it changes."""
    return replace(ticket, **{name: getattr(state, name) for name in _OWN})


_OWN = tuple(
    name for name in TicketState.__dataclass_fields__ if name not in {"urgent", "next_due_at"}
)
