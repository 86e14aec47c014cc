"""One ticket's events told again from the first to the last, each held against its stored state.

Where a state is not what its event makes of the one before, that is said once, and the telling
goes on from both, until one of them fits again: so a single wrong value is a single contradiction.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

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


After = tuple[Standing, Callable[[], Standing]]
"""By the event alone, and with the facts that the stored state says, where that is asked for."""


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
        if isinstance(told.event, events.TicketEscalated):
            self.climbs.append(Climb(told, tuple(one.ticket for one in self.standings)))
        if told.version != version:
            yield self._that(About.VERSION, f"version {version} was to come", told)
        elif last is None:
            yield from self._told(told, lambda: self._begun(told))
        elif self.standings:
            yield from self._told(told, lambda: self._gone_on(told, last))

    def _told(self, told: Told, tell: Callable[[], list[Contradiction]]) -> list[Contradiction]:
        try:
            return tell()
        except UNTELLABLE:
            self.standings = ()
            return [self._that(About.EVENT, "the rules make nothing of it", told)]

    def _begun(self, told: Told) -> list[Contradiction]:
        policy = self._policies.get(told.state.policy_version)
        if not isinstance(told.event, events.TicketOpened) or policy is None:
            return [self._that(About.EVENT, "it is no opening under a policy that is stored", told)]
        self._act_at = told.event.at
        ticket = begun(told.event, told.state, policy, id=self._id)
        by_event = Standing(set_out(ticket, policy))
        return self._taken(
            [(by_event, lambda: Standing(set_out(_as_stored(ticket, told.state), policy)))], told
        )

    def _gone_on(self, told: Told, last: Told) -> list[Contradiction]:
        """One that could not be is said to be so, and nothing else of it."""
        found = []
        if told.event.at < last.event.at:
            says = f"it happened before the event before, {last.event.at}"
            found.append(self._that(About.MOMENT, says, told))
        faults = [impossible(standing.ticket, told.event) for standing in self.standings]
        if None not in faults and faults[0] is not None:
            found.append(self._that(*faults[0], told))
        in_an_act = self._is_of_an_act(told)
        after = [self._after(one, told, in_an_act=in_an_act) for one in self.standings]
        differing = self._taken(after, told)
        return found or differing

    def _taken(self, after: Sequence[After], told: Told) -> list[Contradiction]:
        """Go on from what fits its stored state; where nothing does, from all that may."""
        for by_event, _ in after:
            if state_of(by_event.ticket) == told.state:
                self.standings = (by_event,)
                return []
        by_event, overlaid = after[0][0], after[-1][1]()
        self.standings = tuple(dict.fromkeys((by_event, overlaid)))
        differing = ", ".join(differences(told.state, state_of(by_event.ticket)))
        return [self._that(About.STATE, f"its state differs from what it says: {differing}", told)]

    def _after(self, one: Standing, told: Told, *, in_an_act: bool) -> After:
        before, event, state = one.ticket, told.event, told.state
        kind = fired_kind(event)
        if kind is None:
            done_so = done(before, event, state)
            by_event = settled(before, done_so, event, self._policy(done_so))
            as_stored = partial(self._settled, before, done_so, told)
            return one.then(by_event), lambda: one.then(as_stored())
        due = before.deadline(kind)
        if due is None or not due.armed or not before.live:
            nothing = one.then(_as_stored(before, state))
            return nothing, lambda: nothing
        ticket = fired(before, due, event, self._policy(before), in_an_act=in_an_act)
        return one.then(ticket), lambda: one.then(_as_stored(ticket, state))

    def _settled(self, before: Ticket, done_so: Ticket, told: Told) -> Ticket:
        as_stored = _as_stored(done_so, told.state)
        return settled(before, as_stored, told.event, self._policy(as_stored))

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
