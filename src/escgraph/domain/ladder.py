"""Climbing: what a deadline does when it fires, and how a person moves a ticket up or down (§4)."""

from dataclasses import replace
from datetime import datetime, timedelta

from escgraph.domain.deadlines import armed
from escgraph.domain.errors import DocumentsMissingError, InvalidInputError, StaleVersionError
from escgraph.domain.events import (
    Event,
    ManagementReminded,
    ResponseBreached,
    TicketDeescalated,
    TicketEscalated,
    TicketResumed,
)
from escgraph.domain.holds import still_approved
from escgraph.domain.permissions import Act
from escgraph.domain.policy import Policy
from escgraph.domain.status import allow
from escgraph.domain.terms import (
    RANK,
    REMINDERS,
    TARGETS,
    DeadlineKind,
    DeadlineState,
    EscalationReason,
    Tier,
    Trigger,
)
from escgraph.domain.texts import optional_prose, prose
from escgraph.domain.ticket import (
    Actor,
    Change,
    Deadline,
    Escalation,
    Pause,
    Ticket,
    changed,
    unchanged,
)

Rows = tuple[Deadline, ...]

LATE = timedelta(minutes=1)
"""A deadline that fires later than this after it was due was missed and is being caught up."""


def fire(ticket: Ticket, kind: DeadlineKind, *, at: datetime, catch_up: bool = False) -> Change:
    """What the armed deadline of that kind does at `at`, which is not before it was due (A13).

    Mechanical: nothing is armed or computed here, so that one SQL statement can do the same.
    """
    due = ticket.deadline(kind)
    assert due is not None
    assert due.armed
    assert due.due_at <= at
    rows = _with_fired(ticket, due, at=at)
    catch_up = catch_up or at - due.due_at > LATE
    if kind is DeadlineKind.RESPONSE:
        return _breach_response(ticket, due, rows, at=at, catch_up=catch_up)
    if kind is DeadlineKind.HOLD_CAP:
        return _end_hold(ticket, due, rows, at=at)
    if kind in REMINDERS:
        event = ManagementReminded(
            at=at, by=None, number=REMINDERS.index(kind) + 1, due_at=due.due_at
        )
        return changed(ticket, event, deadlines=rows)
    assert due.to_tier is not None
    return _climb(
        ticket,
        Escalation(
            ticket=ticket,
            cycle=ticket.cycle,
            trigger=Trigger.DEADLINE,
            kind=kind,
            from_tier=ticket.tier,
            to_tier=due.to_tier,
            due_at=due.due_at,
            fired_at=at,
            catch_up=catch_up,
            by=None,
            reason=None,
            comment="",
        ),
        breached=True,
        deadlines=rows,
    )


def fire_overdue(change: Change, *, at: datetime, policy: Policy) -> Change:
    """The change, and every response, rung or hold's cap that is past by then, in order (A8).

    The reminders of A19 count from now where a rung that fires here reaches MANAGEMENT.
    """
    while (due := _next_overdue(change.ticket, at=at)) is not None:
        fired = fire(change.ticket, due.kind, at=at, catch_up=True)
        if fired.ticket.reached is Tier.MANAGEMENT and due.to_tier is Tier.MANAGEMENT:
            fired = armed(fired, policy, reminders_from=at)
        change = change.then(fired)
    return change


def escalate(
    ticket: Ticket,
    *,
    by: Actor,
    at: datetime,
    policy: Policy,
    expected_tier: Tier,
    to_tier: Tier | None,
    reason: EscalationReason,
    comment: str,
) -> Change:
    """Move the ticket up by hand, to the next tier unless another is named (R1, A15, A17).

    A second click finds the ticket above `expected_tier` already and changes nothing.

    Raises:
        StaleVersionError: the ticket stands below `expected_tier`.
        DocumentsMissingError: LEVEL_1 has logged no action and gives no reason that excuses it.
        InvalidInputError: `to_tier` is not above the ticket's tier.
    """
    allow(Act.ESCALATE, ticket, by=by)
    if ticket.tier > expected_tier:
        return unchanged(ticket)
    if ticket.tier < expected_tier:
        raise _stale(ticket, expected_tier)
    _must_have_tried(ticket, reason)
    return _reached_by_act(
        ticket,
        policy,
        _by_act(
            ticket,
            Trigger.MANUAL,
            _tier_above(ticket.tier, to_tier),
            at=at,
            by=by,
            reason=reason,
            comment=optional_prose(comment, "comment"),
        ),
    )


def escalate_reopened(change: Change, *, by: Actor, at: datetime, policy: Policy) -> Change:
    """The change, and the rung that this reopening reaches, where it is the one that does (A20)."""
    ticket = change.ticket
    left = [tier for tier, _ in policy.targets[ticket.priority].rungs if tier > ticket.reached]
    if ticket.reopenings != policy.escalating_reopening or not left:
        return change
    escalation = _by_act(ticket, Trigger.REOPENED, left[0], at=at, by=by, reason=None, comment="")
    return change.then(_reached_by_act(ticket, policy, escalation))


def deescalate(
    ticket: Ticket,
    *,
    by: Actor,
    at: datetime,
    policy: Policy,
    expected_tier: Tier,
    to_tier: Tier | None,
    reason: str,
) -> Change:
    """Hand the ticket down, one tier unless another is named; its rungs stay reached (A21).

    A second click finds the ticket below `expected_tier` already and changes nothing; whether the
    actor may do it is asked of the ticket as the actor saw it.

    Raises:
        StaleVersionError: the ticket stands above `expected_tier`.
        InvalidInputError: no reason, or `to_tier` is not below the ticket's tier.
        ForbiddenError: its hold would need a manager's approval at LEVEL_1 (A7).
    """
    allow(Act.DEESCALATE, replace(ticket, tier=max(ticket.tier, expected_tier)), by=by)
    if ticket.tier < expected_tier:
        return unchanged(ticket)
    if ticket.tier > expected_tier:
        raise _stale(ticket, expected_tier)
    below = [tier for tier in Tier if tier < ticket.tier]
    if not below or (to_tier is not None and to_tier not in below):
        raise InvalidInputError(
            f"cannot de-escalate from {ticket.tier} to {to_tier or 'a tier below'}; "
            "name a tier that is lower",
            field=("toTier",),
        )
    event = TicketDeescalated(
        at=at,
        by=by.person,
        from_tier=ticket.tier,
        to_tier=to_tier or below[-1],
        reason=prose(reason, "reason"),
    )
    accepted_at = None if ticket.tier is Tier.MANAGEMENT else ticket.accepted_at
    change = changed(ticket, event, tier=event.to_tier, accepted_at=accepted_at)
    return armed(still_approved(change, by=by), policy)


def order(deadline: Deadline) -> tuple[datetime, int]:
    """How deadlines of one ticket follow each other, also on one moment."""
    return deadline.due_at, RANK[deadline.kind]


def _next_overdue(ticket: Ticket, *, at: datetime) -> Deadline | None:
    kinds = TARGETS | {DeadlineKind.HOLD_CAP}
    overdue = (d for d in ticket.deadlines if d.armed and d.kind in kinds and d.due_at <= at)
    return min(overdue, key=order, default=None)


def _stale(ticket: Ticket, expected_tier: Tier) -> StaleVersionError:
    return StaleVersionError(
        f"the ticket stands at {ticket.tier}, not at {expected_tier}; read it again",
        current=ticket.version,
        field=("expectedTier",),
    )


def _must_have_tried(ticket: Ticket, reason: EscalationReason) -> None:
    excused = reason in {EscalationReason.NO_ACCESS, EscalationReason.CRITICAL}
    if ticket.tier is Tier.LEVEL_1 and not ticket.actions_logged and not excused:
        raise DocumentsMissingError(
            "LEVEL_1 has logged no action on this ticket; log what was tried, "
            "or give the reason NO_ACCESS or CRITICAL",
            missing=("a troubleshooting action",),
            field=("reason",),
        )


def _tier_above(tier: Tier, wanted: Tier | None) -> Tier:
    above = [other for other in Tier if other > tier]
    if not above or (wanted is not None and wanted not in above):
        raise InvalidInputError(
            f"cannot escalate from {tier} to {wanted or 'a tier above'}; name a tier that is higher"
            if above
            else "the ticket stands at MANAGEMENT, which is the top; allocate people instead",
            field=("toTier",),
        )
    return wanted or above[0]


def _by_act(
    ticket: Ticket,
    trigger: Trigger,
    to_tier: Tier,
    *,
    at: datetime,
    by: Actor,
    reason: EscalationReason | None,
    comment: str,
) -> Escalation:
    return Escalation(
        ticket=ticket,
        cycle=ticket.cycle,
        trigger=trigger,
        kind=None,
        from_tier=ticket.tier,
        to_tier=to_tier,
        due_at=at,
        fired_at=at,
        catch_up=False,
        by=by.person,
        reason=reason,
        comment=comment,
    )


def _reached_by_act(ticket: Ticket, policy: Policy, escalation: Escalation) -> Change:
    """A rung that an act reaches or passes will not fire again (A15); reminders count from it."""
    manager = escalation.to_tier is Tier.MANAGEMENT
    start = escalation.fired_at if manager else None
    return armed(_climb(ticket, escalation), policy, reminders_from=start)


def _climb(ticket: Ticket, escalation: Escalation, **facts: object) -> Change:
    event = TicketEscalated(
        at=escalation.fired_at,
        by=escalation.by,
        trigger=escalation.trigger,
        kind=escalation.kind,
        from_tier=escalation.from_tier,
        to_tier=escalation.to_tier,
        due_at=escalation.due_at,
        catch_up=escalation.catch_up,
        reason=escalation.reason,
        comment=escalation.comment,
    )
    return changed(
        ticket,
        event,
        escalation,
        tier=escalation.to_tier,
        reached=max(ticket.reached, escalation.to_tier),
        escalated_at=escalation.fired_at,
        **facts,
    )


def _breach_response(
    ticket: Ticket, due: Deadline, rows: Rows, *, at: datetime, catch_up: bool
) -> Change:
    event: Event = ResponseBreached(at=at, by=None, due_at=due.due_at, catch_up=catch_up)
    return changed(ticket, event, deadlines=rows, response_breached_at=at, breached=True)


def _end_hold(ticket: Ticket, due: Deadline, rows: Rows, *, at: datetime) -> Change:
    """The hold ended at its cap, however late that is noticed; the rungs were armed for it."""
    hold = ticket.pauses[-1]
    ended: tuple[Pause, ...] = (*ticket.pauses[:-1], replace(hold, ended_at=due.due_at))
    event = TicketResumed(at=at, by=None, held_since=hold.started_at, by_cap=True)
    return changed(ticket, event, deadlines=rows, status=due.to_status, pauses=ended)


def _with_fired(ticket: Ticket, due: Deadline, *, at: datetime) -> Rows:
    fired = replace(due, state=DeadlineState.FIRED, fired_at=at)
    return tuple(fired if row.kind is due.kind else row for row in ticket.deadlines)
