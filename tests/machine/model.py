"""The model: tickets that live through the pure rules, and around them what a command does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import singledispatchmethod
from itertools import groupby
from uuid import UUID

from uuid_utils.compat import uuid7

from escgraph.domain import ladder, merging, moving
from escgraph.domain import review as reviewing
from escgraph.domain.errors import DomainError
from escgraph.domain.event import Event
from escgraph.domain.events import TicketEscalated
from escgraph.domain.permissions import Act, permit
from escgraph.domain.state import state_of
from escgraph.domain.terms import PersonId, ReviewId, Role
from escgraph.domain.ticket import Actor, Deadline, Escalation, Step, Ticket
from tests.domain.desk import Desk, first_due
from tests.machine import steps, world
from tests.machine.acts import WAYS
from tests.machine.frame import must_be_as_seen, must_be_in_force, must_be_there
from tests.machine.steps import Came, Facts, facts, parts, refused, shown, ticket_facts

FIRST_VERSION = 2
LEAVING = "specialist"
"""The only one of LEVEL_3, who is away at first."""


class Model:
    """All tickets, who is there, and which policy is in force."""

    def __init__(self) -> None:
        self.desks: dict[int, Desk] = {}
        self.version = FIRST_VERSION
        self.away = {LEAVING}
        self.position = 0
        self.past: dict[int, list[Deadline]] = {}
        self.escalations: dict[int, list[Facts]] = {}
        self.reviewed: set[int] = set()
        self.events: list[list[Facts]] = []
        self.answer: object = None

    @property
    def names(self) -> dict[UUID, str]:
        return {desk.ticket.id: f"ticket {number}" for number, desk in self.desks.items()}

    @property
    def next_due(self) -> datetime | None:
        armed = (row for desk in self.desks.values() for row in desk.ticket.deadlines if row.armed)
        return min((row.due_at for row in armed), default=None)

    def after(self, step: steps.Step, about: Sequence[int]) -> tuple[Came, list[int]]:
        """What comes of the step, and how many of its events share each place in the order."""
        self.events, self.answer, refusal = [], None, None
        before = {number: desk.ticket for number, desk in self.desks.items()}
        try:
            self.do(step)
        except DomainError as error:
            refusal = refused(error, self.names)
            assert {number: desk.ticket for number, desk in self.desks.items()} == before
        happened = [event for group in self.events for event in group]
        told = {int(event["of"].split()[1]) for event in happened if event["of"] != "None"}
        came = Came(
            refusal,
            shown(self.answer, self.names),
            happened,
            {f"ticket {number}": self.whole(number) for number in sorted({*about, *told})},
            shown(self.next_due, self.names),
        )
        return came, [len(group) for group in self.events]

    def whole(self, number: int) -> Facts:
        ticket = self.desks[number].ticket
        known = ticket_facts(ticket, (*self.past[number], *ticket.deadlines), self.names)
        target = ticket.next_target
        known["next_due_at"] = shown(target.due_at if target else None, self.names)
        known["parked"] = shown((), self.names)
        known["urgent"] = shown(ticket.urgent, self.names)
        for count, row in enumerate(self.escalations[number], 1):
            known |= {f"escalation {count}: {name}": value for name, value in row.items()}
        return known

    @singledispatchmethod
    def do(self, step: object) -> None:
        raise NotImplementedError(step)

    @do.register
    def _(self, step: steps.Opened) -> None:
        by, said = world.WHO[step.by], dict(step.inputs)
        permit(by, Act.OPEN)
        must_be_there(said["stakeholders"], "stakeholderIds", None, away=self.away)
        owner = world.ROUTED_TO.person if by.role is Role.SCRIPT else by.person
        number = len(self.desks) + 1
        desk = Desk(
            at=step.at,
            by=by,
            owner=owner,
            policy=world.policy(self.version),
            number=number,
            **said,
        )
        self.desks[number], self.past[number], self.escalations[number] = desk, [], []
        self._happened(desk.steps)
        self._answer(desk)

    @do.register
    def _(self, step: steps.Done) -> None:
        by, way = world.WHO[step.by], WAYS[step.act]
        desk = self.desks[step.ticket]
        must_be_as_seen(desk.ticket, by, step.seen)
        before, count = desk.ticket, len(desk.steps)
        if way.named:
            whom, field, roles = way.named
            must_be_there(whom(step.inputs), field, roles, away=self.away)
        at = max(step.at, before.updated_at)
        way.model(desk, at, by, **step.inputs)
        if desk.ticket.cycle > before.cycle:
            self.past[step.ticket] += before.deadlines
        self._happened(desk.steps[count:])
        if step.act is Act.RESOLVE:
            self._review(desk, by=by, at=at)
        self._answer(desk)

    @do.register
    def _(self, step: steps.Merged) -> None:
        by = world.WHO[step.by]
        both = {
            step.child: (step.child_seen, "ticketId", "expectedVersion"),
            step.parent: (step.parent_seen, "intoTicketId", "expectedParentVersion"),
        }
        for number, (seen, *named) in sorted(both.items()):
            must_be_as_seen(self.desks[number].ticket, by, seen, (named[0], named[1]))
        child, parent = self.desks[step.child], self.desks[step.parent]
        merged = merging.merge(
            child.ticket,
            parent.ticket,
            by=by,
            at=max(step.at, child.ticket.updated_at, parent.ticket.updated_at),
            policy=parent.policy,
            reason="Both are one outage",
            numbers={desk.ticket.id: number for number, desk in self.desks.items()},
        )
        child._do(merged.child)
        parent._do(merged.parent)
        self._happened((*merged.child.steps, *merged.parent.steps))
        self._answer(child)

    @do.register
    def _(self, step: steps.Moved) -> None:
        by, desk = world.WHO[step.by], self.desks[step.ticket]
        permit(by, Act.MOVE_TICKETS)
        must_be_in_force(step.version, in_force=self.version)
        policy = world.policy(step.version)
        at = max(step.at, desk.ticket.updated_at)
        change = moving.moved(
            desk.ticket, by=by.person, at=at, policy=policy, reason="A new policy"
        )
        if change.steps:
            desk.policy = policy
        fired = moving.fired_by(desk.ticket, change.ticket, at=at) if change.steps else ()
        desk._do(change)
        self._happened(change.steps)
        self.answer = (self.position, fired)

    @do.register
    def _(self, step: steps.Published) -> None:
        self.version = step.version

    @do.register
    def _(self, step: steps.Left) -> None:
        self.away = {LEAVING} if step.away else set()

    @do.register
    def _(self, step: steps.Swept) -> None:
        """Pass by pass, the first due row of every ticket in each."""
        fired = 0
        while due := self._due(step.at):
            for _, rows in groupby(due, key=lambda found: found[0]):
                group = [self._fire(number, row, step.at) for _, number, row in rows]
                self.events.append([event for one in group for event in one])
            fired += len(due)
        self.answer = (fired, 0, self.position if fired else None)

    def _due(self, at: datetime) -> list[tuple[tuple[datetime, int], int, Deadline]]:
        rows = ((n, first_due(desk.ticket, by=at)) for n, desk in self.desks.items())
        due = [(ladder.order(row), number, row) for number, row in rows if row is not None]
        return sorted(due, key=lambda found: found[0])

    def _fire(self, number: int, row: Deadline, now: datetime) -> list[Facts]:
        desk = self.desks[number]
        change = desk._do(ladder.fire(desk.ticket, row.kind, at=max(now, desk.ticket.updated_at)))
        return [self._event(step) for step in change.steps]

    def _review(self, desk: Desk, *, by: Actor, at: datetime) -> None:
        number = desk.ticket.number
        if not reviewing.wants_review(desk.ticket) or number in self.reviewed:
            return
        self.reviewed.add(number)
        change = reviewing.open_post_issue(
            ReviewId(uuid7()), desk.ticket, by=by.person, at=at, policy=desk.policy
        )
        assert change.event is not None
        self.events.append([self._append(change.event)])

    def _happened(self, done: Sequence[Step]) -> None:
        self.events += [[self._event(step)] for step in done]

    def _event(self, step: Step) -> Facts:
        event, after = step.event, step.after
        if step.escalation is not None:
            assert isinstance(event, TicketEscalated)
            responsible = world.team(event.to_tier, away=self.away)
            event = replace(event, no_recipient=not responsible)
            row = self._row(step.escalation, after.version, responsible)
            self.escalations[after.number].append(row)
        return self._append(event, of=after)

    def _append(self, event: Event, *, of: Ticket | None = None) -> Facts:
        self.position += 1
        whole: dict[str, object] = {
            "event": type(event).__name__,
            "of": of and of.id,
            "ticket_version": of and of.version,
            **parts(event),
        }
        if of is not None:
            whole |= {f"state: {name}": value for name, value in parts(state_of(of)).items()}
        return facts(whole, self.names)

    def _row(
        self, escalation: Escalation, version: int, responsible: tuple[PersonId, ...]
    ) -> Facts:
        own, ticket = parts(escalation), escalation.ticket
        del own["ticket"]
        own |= {
            "ticket_version": version,
            "description": ticket.description,
            "responsible_from": tuple(dict.fromkeys((ticket.owner, *ticket.assignees))),
            "responsible_to": responsible,
            "told": () if responsible else world.in_their_place(),
            "no_recipient": not responsible,
            "facts": state_of(ticket),
        }
        return facts(own, self.names)

    def _answer(self, desk: Desk) -> None:
        self.answer = (desk.ticket.id, self.position)
