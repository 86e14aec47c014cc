"""A desk at which one ticket lives through the pure rules, its time passed by hand."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from escgraph.domain import ending, holds, ladder, merging, urgency
from escgraph.domain.events import FollowUp
from escgraph.domain.opening import Report, open_ticket
from escgraph.domain.policy import SOP, Policy
from escgraph.domain.terms import (
    DeadlineKind,
    EscalationReason,
    HoldReason,
    PersonId,
    Priority,
    ResolutionCode,
    TicketId,
    Tier,
)
from escgraph.domain.ticket import (
    Actor,
    Change,
    Deadline,
    Escalation,
    Ticket,
    unchanged,
)
from tests.domain.clerk import Clerk
from tests.domain.people import AGENT, MANAGER

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def sweep(ticket: Ticket, at: datetime) -> Change:
    """What an engine does that wakes up at `at`: every deadline due by then, in order."""
    change = unchanged(ticket)
    while (row := first_due(change.ticket, by=at)) is not None:
        change = change.then(ladder.fire(change.ticket, row.kind, at=at))
    return change


def first_due(ticket: Ticket, *, by: datetime) -> Deadline | None:
    due = [row for row in ticket.deadlines if row.armed and row.due_at <= by]
    return min(due, key=ladder.order, default=None)


class Desk(Clerk):
    """One ticket, from its opening on; every act is done to it as it stands, and is remembered."""

    def __init__(
        self,
        priority: Priority = Priority.MEDIUM,
        *,
        at: datetime = NINE,
        by: Actor = AGENT,
        owner: PersonId = AGENT.person,
        policy: Policy = SOP,
        tier: Tier = Tier.LEVEL_1,
        reported_at: datetime | None = None,
        flagged: bool = False,
        critical: bool = False,
        stakeholders: tuple[PersonId, ...] = (),
        component: str = "search",
        title: str = "Search is slow",
        description: str = "Each search takes a minute",
        reporter: str = "Ann Example",
        number: int = 1,
    ) -> None:
        report = Report(
            title=title,
            description=description,
            category="degraded-performance",
            component=component,
            priority=priority,
            reporter=reporter,
            reported_at=reported_at,
            flagged=flagged,
            critical=critical,
            stakeholders=stakeholders,
            tier=tier,
        )
        change = open_ticket(
            report,
            id=TicketId(UUID(int=99 + number)),
            number=number,
            owner=owner,
            by=by,
            at=at,
            policy=policy,
        )
        super().__init__(change, policy=policy)

    @property
    def heard(self) -> list[str]:
        """The names of the events so far."""
        return [type(step.event).__name__ for step in self.steps]

    @property
    def escalations(self) -> list[Escalation]:
        return [step.escalation for step in self.steps if step.escalation is not None]

    def due(self, kind: DeadlineKind) -> datetime:
        """When the armed deadline of that kind falls."""
        row = self.ticket.deadline(kind)
        assert row is not None
        assert row.armed
        return row.due_at

    def sweep(self, at: datetime) -> Change:
        return self._do(sweep(self.ticket, at))

    def live_until(self, at: datetime, *, including: bool = True) -> None:
        """Every deadline until then fires at its own moment; the last one only if included."""
        while (row := first_due(self.ticket, by=at)) is not None:
            if row.due_at == at and not including:
                return
            self._do(ladder.fire(self.ticket, row.kind, at=row.due_at))

    def prioritise(
        self, at: datetime, priority: Priority, *, by: Actor = AGENT, reason: str = "Reassessed"
    ) -> Change:
        change = urgency.change_priority(
            self.ticket, by=by, at=at, policy=self.policy, priority=priority, reason=reason
        )
        return self._do(change)

    def flag(
        self, at: datetime, *, by: Actor = AGENT, flagged: bool = True, reason: str = "A trade fair"
    ) -> Change:
        change = urgency.flag_urgent(
            self.ticket, by=by, at=at, policy=self.policy, flagged=flagged, reason=reason
        )
        return self._do(change)

    def mark_critical(
        self, at: datetime, *, by: Actor = AGENT, critical: bool = True, reason: str = "All is down"
    ) -> Change:
        change = urgency.mark_critical(
            self.ticket, by=by, at=at, policy=self.policy, critical=critical, reason=reason
        )
        return self._do(change)

    def hold(
        self,
        at: datetime,
        *,
        by: Actor = AGENT,
        reason: HoldReason = HoldReason.AWAITING_CUSTOMER,
        note: str = "",
    ) -> Change:
        change = holds.hold(self.ticket, by=by, at=at, policy=self.policy, reason=reason, note=note)
        return self._do(change)

    def resume(self, at: datetime, *, by: Actor = AGENT) -> Change:
        return self._do(holds.resume(self.ticket, by=by, at=at, policy=self.policy))

    def escalate(
        self,
        at: datetime,
        *,
        by: Actor = AGENT,
        expected_tier: Tier | None = None,
        to_tier: Tier | None = None,
        reason: EscalationReason = EscalationReason.NO_ACCESS,
        comment: str = "",
    ) -> Change:
        change = ladder.escalate(
            self.ticket,
            by=by,
            at=at,
            policy=self.policy,
            expected_tier=expected_tier or self.ticket.tier,
            to_tier=to_tier,
            reason=reason,
            comment=comment,
        )
        return self._do(change)

    def deescalate(
        self,
        at: datetime,
        *,
        by: Actor = MANAGER,
        expected_tier: Tier | None = None,
        to_tier: Tier | None = None,
        reason: str = "LEVEL_1 can do this",
    ) -> Change:
        change = ladder.deescalate(
            self.ticket,
            by=by,
            at=at,
            policy=self.policy,
            expected_tier=expected_tier or self.ticket.tier,
            to_tier=to_tier,
            reason=reason,
        )
        return self._do(change)

    def resolve(
        self,
        at: datetime,
        *,
        by: Actor = AGENT,
        summary: str = "The index was rebuilt",
        root_cause: str = "A full disk",
    ) -> Change:
        change = ending.resolve(
            self.ticket,
            by=by,
            at=at,
            policy=self.policy,
            summary=summary,
            code=ResolutionCode.FIXED,
            root_cause=root_cause,
        )
        return self._do(change)

    def close(
        self,
        at: datetime,
        *,
        by: Actor = AGENT,
        follow_ups: tuple[FollowUp, ...] | None = (),
        closing_notice: str = "It works again",
        override_reason: str = "",
    ) -> Change:
        change = ending.close(
            self.ticket,
            by=by,
            at=at,
            follow_ups=follow_ups,
            closing_notice=closing_notice,
            override_reason=override_reason,
        )
        return self._do(change)

    def reopen(self, at: datetime, *, by: Actor = AGENT, reason: str = "It is back") -> Change:
        return self._do(ending.reopen(self.ticket, by=by, at=at, policy=self.policy, reason=reason))

    def merge(
        self,
        at: datetime,
        into: "Desk | None" = None,
        *,
        by: Actor = AGENT,
        reason: str = "Both are one outage",
    ) -> Change:
        """This desk's ticket ends as a duplicate; without another, of one that opens just then."""
        parent = into or Desk(at=at, policy=self.policy, number=2)
        merged = merging.merge(
            self.ticket,
            parent.ticket,
            by=by,
            at=at,
            policy=parent.policy,
            reason=reason,
            numbers={TicketId(UUID(int=99 + n)): n for n in range(1, 10)},
        )
        parent._do(merged.parent)
        return self._do(merged.child)

    def cancel(self, at: datetime, *, by: Actor = AGENT, reason: str = "Opened twice") -> Change:
        return self._do(ending.cancel(self.ticket, by=by, at=at, policy=self.policy, reason=reason))
