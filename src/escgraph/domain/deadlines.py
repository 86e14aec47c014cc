"""Arming: which deadlines a ticket must have, given its facts and its policy (§6, A1 to A20).

Arming is a rule and lives here; firing an armed deadline is mechanical and lives in `ladder`.
Every act that can move a deadline arms anew, so a stored row says all that firing needs.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from escgraph.domain.pauses import advance
from escgraph.domain.policy import Policy, Targets
from escgraph.domain.terms import (
    REMINDERS,
    DeadlineKind,
    DeadlineState,
    Status,
    Tier,
)
from escgraph.domain.ticket import Change, Deadline, Pause, Ticket


def armed(change: Change, policy: Policy, *, reminders_from: datetime | None = None) -> Change:
    """The change with its ticket's deadlines armed anew, in its last step too."""
    rows = _rows(change.ticket, policy, reminders_from)
    return change if rows == change.ticket.deadlines else change.with_facts(deadlines=rows)


def arm(ticket: Ticket, policy: Policy, *, reminders_from: datetime | None = None) -> Ticket:
    """The ticket with the deadlines of its current cycle as they must be now.

    `reminders_from` is the moment from which the reminders of A19 count when an act, and not a
    deadline, brought the ticket to MANAGEMENT or back to life there.
    """
    return replace(ticket, deadlines=_rows(ticket, policy, reminders_from))


def _rows(ticket: Ticket, policy: Policy, reminders_from: datetime | None) -> tuple[Deadline, ...]:
    kept = {d.kind: d for d in ticket.deadlines if d.cycle == ticket.cycle}
    wanted = {d.kind: d for d in _wanted(ticket, policy, kept, reminders_from)}
    settled = {kind: _settled(d, ticket) for kind, d in kept.items() if kind not in wanted}
    rows = {**settled, **wanted}
    return tuple(rows[kind] for kind in DeadlineKind if kind in rows)


def response_due(ticket: Ticket, policy: Policy) -> datetime:
    """A hold does not stop the first response (A7); only being resolved does (A20)."""
    pauses = counted_pauses(ticket, DeadlineKind.RESPONSE)
    return _due(ticket, policy, policy.targets[ticket.priority].respond, pauses)


def rung_due(ticket: Ticket, policy: Policy, after: timedelta) -> datetime:
    """When a rung is reached that the policy sets `after` the start of the clock (A1, A20)."""
    due = active_due(ticket, policy, after)
    floor = grace_floor(ticket, policy)
    return due if floor is None else max(due, floor)


def active_due(ticket: Ticket, policy: Policy, after: timedelta) -> datetime:
    """The same before the floor of a reopening: the moment by the time that counts."""
    return _due(ticket, policy, after, ticket.pauses)


def grace_floor(ticket: Ticket, policy: Policy) -> datetime | None:
    """Before which no rung fires after a reopening (A20)."""
    return None if ticket.reopened_at is None else ticket.reopened_at + policy.reopening_grace


def counted_pauses(ticket: Ticket, kind: DeadlineKind) -> tuple[Pause, ...]:
    """The pauses that stop the clock of that kind."""
    if kind is DeadlineKind.RESPONSE:
        return tuple(pause for pause in ticket.pauses if pause.reason is None)
    return ticket.pauses


def target(targets: Targets, kind: DeadlineKind) -> timedelta | None:
    """The time allowed for a response or a rung; None for what is no target of the policy."""
    if kind is DeadlineKind.RESPONSE:
        return targets.respond
    return dict(targets.rungs).get(Tier(kind)) if kind in Tier.__members__ else None


def _due(ticket: Ticket, policy: Policy, after: timedelta, pauses: tuple[Pause, ...]) -> datetime:
    calendar = policy.calendar(ticket.priority)
    return advance(ticket.clock_started_at, after, pauses=pauses, calendar=calendar)


Rows = dict[DeadlineKind, Deadline]


def _wanted(
    ticket: Ticket, policy: Policy, kept: Rows, reminders_from: datetime | None
) -> Iterator[Deadline]:
    """The rows that must be armed; a row that fired stays as it is."""
    if not ticket.live:
        return
    yield from _response(ticket, policy)
    yield from _hold_cap(ticket)
    rungs = [row for row in _rungs(ticket, policy) if not _fired(kept, row)]
    yield from rungs
    reminders = _reminders(ticket, policy, kept, rungs, reminders_from)
    yield from (row for row in reminders if not _fired(kept, row))


def _response(ticket: Ticket, policy: Policy) -> Iterator[Deadline]:
    if ticket.acknowledged_at is None and ticket.response_breached_at is None:
        yield _armed(ticket, DeadlineKind.RESPONSE, response_due(ticket, policy))


def _hold_cap(ticket: Ticket) -> Iterator[Deadline]:
    if ticket.hold is not None and ticket.hold.cap_at is not None:
        yield Deadline(
            ticket.cycle,
            DeadlineKind.HOLD_CAP,
            ticket.hold.cap_at,
            DeadlineState.ARMED,
            to_status=working_status(ticket),
        )


def _rungs(ticket: Ticket, policy: Policy) -> Iterator[Deadline]:
    for tier, after in policy.targets[ticket.priority].rungs:
        if tier > ticket.reached:
            due_at = rung_due(ticket, policy, after)
            yield Deadline(ticket.cycle, DeadlineKind(tier), due_at, DeadlineState.ARMED, tier)


def _reminders(
    ticket: Ticket,
    policy: Policy,
    kept: Rows,
    rungs: list[Deadline],
    reminders_from: datetime | None,
) -> Iterator[Deadline]:
    if ticket.accepted_at is not None:
        return
    if ticket.reached is Tier.MANAGEMENT and ticket.tier is not Tier.MANAGEMENT:
        return
    start = reminders_from if ticket.reached is Tier.MANAGEMENT else rungs[-1].due_at
    for kind, after in zip(REMINDERS, policy.reminders, strict=False):
        if start is not None:
            yield _armed(ticket, kind, start + after)
        elif kind in kept and kept[kind].armed:
            yield kept[kind]


def working_status(ticket: Ticket) -> Status:
    """What a ticket is once nothing holds it: in progress as soon as somebody took it in hand."""
    taken = ticket.acknowledged_at is not None or bool(ticket.assignees)
    return Status.IN_PROGRESS if taken else Status.OPEN


def _armed(ticket: Ticket, kind: DeadlineKind, due_at: datetime) -> Deadline:
    return Deadline(ticket.cycle, kind, due_at, DeadlineState.ARMED)


def _fired(kept: Rows, row: Deadline) -> bool:
    return row.kind in kept and kept[row.kind].state is DeadlineState.FIRED


def _settled(deadline: Deadline, ticket: Ticket) -> Deadline:
    """What becomes of an armed row that is wanted no longer: answered in time, or void."""
    if not deadline.armed:
        return deadline
    return replace(deadline, state=_outcome(deadline, ticket))


def _outcome(deadline: Deadline, ticket: Ticket) -> DeadlineState:
    if deadline.kind is DeadlineKind.RESPONSE:
        met = ticket.acknowledged_at is not None
    else:
        met = deadline.to_tier is not None and ticket.status is Status.RESOLVED
    return DeadlineState.MET if met else DeadlineState.VOID
