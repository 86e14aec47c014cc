"""Why a deadline is when it is: start, target, pauses, windows, floor and result (C3, A6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from escgraph.domain.calendar import ALWAYS, Calendar, Holiday
from escgraph.domain.counted_windows import CountedWindow, counted_windows, told
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
from escgraph.domain.ticket import Pause, Ticket


@dataclass(frozen=True, slots=True)
class StoppedTime:
    """One pause as it entered the computation. `reason` is None while the ticket was resolved.

    `ended_at` is the hold's cap where it lasts still; `not_counted` is what it took off the clock,
    which is nothing while the calendar was closed.
    """

    started_at: datetime
    ended_at: datetime
    lasts: bool
    reason: HoldReason | None
    not_counted: timedelta


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one deadline follows from the facts.

    `windows` are the calendar's open hours from the start to the moment by the time that counts,
    and `holidays` the days between on which it did not open; none where it never closes. Of many,
    those in the middle are left out and counted.
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
    zone: str = ALWAYS.zone
    windows: tuple[CountedWindow, ...] = ()
    windows_left_out: int = 0
    holidays: tuple[Holiday, ...] = ()
    holidays_left_out: int = 0


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
    counted_until = due if response else active_due(ticket, policy, allowed)
    calendar = policy.calendar(ticket.priority)
    pauses = counted_pauses(ticket, kind)
    start = ticket.clock_started_at
    windows, windows_left_out = counted_windows(
        start, counted_until, pauses=pauses, calendar=calendar
    )
    holidays, holidays_left_out = told(calendar.closed_between(start, counted_until))
    row = ticket.deadline(kind)
    return Explanation(
        kind=kind,
        priority=ticket.priority,
        policy_version=policy.version,
        calendar=calendar.name,
        clock_started_at=start,
        target=allowed,
        stopped=_stopped(pauses, calendar, counted_until),
        floor=None if response else grace_floor(ticket, policy),
        due_at=due,
        stored_due_at=None if row is None else row.due_at,
        state=None if row is None else row.state,
        zone=calendar.zone,
        windows=windows,
        windows_left_out=windows_left_out,
        holidays=tuple(holidays),
        holidays_left_out=holidays_left_out,
    )


def _stopped(
    pauses: Iterable[Pause], calendar: Calendar, until: datetime
) -> tuple[StoppedTime, ...]:
    return tuple(
        StoppedTime(
            started_at=pause.started_at,
            ended_at=end,
            lasts=pause.ended_at is None,
            reason=pause.reason,
            not_counted=calendar.elapsed(pause.started_at, end),
        )
        for pause in pauses
        if (end := pause_end(pause)) is not None and pause.started_at < until
    )
