"""Why a deadline is when it is: start, target, each pause, calendar, floor and result (C3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from escgraph.domain.deadlines import (
    active_due,
    counted_pauses,
    grace_floor,
    response_due,
    rung_due,
    target,
)
from escgraph.domain.pauses import pause_end
from escgraph.domain.policy import Policy
from escgraph.domain.terms import DeadlineKind, DeadlineState, HoldReason, Priority
from escgraph.domain.ticket import Ticket


@dataclass(frozen=True, slots=True)
class StoppedTime:
    """One pause as it entered the computation. `reason` is None while the ticket was resolved.

    `ended_at` is the hold's cap where it lasts still; `not_counted` is what it took off the clock.
    """

    started_at: datetime
    ended_at: datetime
    lasts: bool
    reason: HoldReason | None
    not_counted: timedelta


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one deadline follows from the facts.

    `floor` is the moment before which no rung fires after a reopening, None without one.
    `due_at` is computed here, from the facts; `stored_due_at` and `state` are those of the armed
    row, None where this cycle has none: the ticket has reached the rung, or no clock runs.
    """

    kind: DeadlineKind
    priority: Priority
    policy_version: int
    calendar: str
    clock_started_at: datetime
    target: timedelta
    stopped: tuple[StoppedTime, ...]
    floor: datetime | None
    due_at: datetime
    stored_due_at: datetime | None
    state: DeadlineState | None


def explain(ticket: Ticket, policy: Policy) -> tuple[Explanation, ...]:
    """One explanation for each target of the policy, the response first."""
    kinds = (
        DeadlineKind.RESPONSE,
        *(DeadlineKind(tier) for tier, _ in policy.targets[ticket.priority].rungs),
    )
    return tuple(_explain(ticket, policy, kind) for kind in kinds)


def _explain(ticket: Ticket, policy: Policy, kind: DeadlineKind) -> Explanation:
    allowed = target(policy.targets[ticket.priority], kind)
    assert allowed is not None
    response = kind is DeadlineKind.RESPONSE
    due = response_due(ticket, policy) if response else rung_due(ticket, policy, allowed)
    active = active_due(ticket, policy, allowed)
    row = ticket.deadline(kind)
    return Explanation(
        kind=kind,
        priority=ticket.priority,
        policy_version=policy.version,
        calendar=policy.calendar(ticket.priority).name,
        clock_started_at=ticket.clock_started_at,
        target=allowed,
        stopped=_stopped(ticket, policy, kind, due if response else active),
        floor=None if response else grace_floor(ticket, policy),
        due_at=due,
        stored_due_at=None if row is None else row.due_at,
        state=None if row is None else row.state,
    )


def _stopped(
    ticket: Ticket, policy: Policy, kind: DeadlineKind, due: datetime
) -> tuple[StoppedTime, ...]:
    calendar = policy.calendar(ticket.priority)
    return tuple(
        StoppedTime(
            started_at=pause.started_at,
            ended_at=end,
            lasts=pause.ended_at is None,
            reason=pause.reason,
            not_counted=calendar.elapsed(pause.started_at, end),
        )
        for pause in counted_pauses(ticket, kind)
        if (end := pause_end(pause)) is not None and pause.started_at < due
    )
