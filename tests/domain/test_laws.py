"""What stays true whatever happens to a ticket, in any order, with an engine that may sleep."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings

from escgraph.domain.deadlines import arm
from escgraph.domain.events import OwnershipTransferred
from escgraph.domain.explanation import explain
from escgraph.domain.policy import Policy
from escgraph.domain.terms import (
    REMINDERS,
    DeadlineKind,
    DeadlineState,
    Priority,
    Status,
    Tier,
    Trigger,
)
from escgraph.domain.ticket import Deadline, Escalation, Ticket
from tests.domain.desk import Desk
from tests.domain.lives import BRISK, LIVES, START, Life, act, born, later, wake
from tests.domain.people import MANAGER

lived = settings(max_examples=150, deadline=None)


def moments_of(life: Life) -> Iterator[tuple[Ticket, Desk]]:
    """The desk after each thing that happened, with the ticket as it was before."""
    desk, at = born(life), START
    yield desk.ticket, desk
    for moment in life.moments:
        at, before = later(at, moment), desk.ticket
        wake(desk, at, moment.engine)
        yield before, desk
        before = desk.ticket
        act(desk, at, moment)
        yield before, desk


def end_of(life: Life) -> Desk:
    *_, (_, desk) = moments_of(life)
    return desk


@lived
@given(LIVES)
def test_no_open_ticket_is_forgotten(life: Life) -> None:
    """P1: it has an armed rung, or has reached MANAGEMENT; and only an open one waits."""
    for _, desk in moments_of(life):
        rungs = [row for row in desk.ticket.deadlines if row.armed and row.to_tier]
        if desk.ticket.live:
            assert rungs or desk.ticket.reached is Tier.MANAGEMENT
        else:
            assert not any(row.armed for row in desk.ticket.deadlines)


@lived
@given(LIVES)
def test_arming_anew_changes_nothing(life: Life) -> None:
    """P1: acts arm all that must be armed, and firing needs no arming."""
    for _, desk in moments_of(life):
        assert arm(desk.ticket, desk.policy) == desk.ticket


@lived
@given(LIVES)
def test_the_version_counts_the_steps_and_each_step_shows_its_own(life: Life) -> None:
    """W1, W3."""
    desk = end_of(life)

    assert [step.after.version for step in desk.steps] == list(range(1, len(desk.steps) + 1))
    assert desk.steps[-1].after == desk.ticket
    moments = [step.event.at for step in desk.steps]
    assert moments == [step.after.updated_at for step in desk.steps]


@lived
@given(LIVES)
def test_there_is_one_owner_and_only_a_transfer_changes_them(life: Life) -> None:
    """R4."""
    desk = end_of(life)

    owner = desk.steps[0].after.owner
    for step in desk.steps:
        if isinstance(step.event, OwnershipTransferred):
            owner = step.event.to_owner
        assert step.after.owner == owner


@lived
@given(LIVES)
def test_each_kind_of_deadline_is_there_once_and_of_the_current_cycle(life: Life) -> None:
    for _, desk in moments_of(life):
        kinds = [row.kind for row in desk.ticket.deadlines]
        assert kinds == sorted(set(kinds), key=list(DeadlineKind).index)
        assert {row.cycle for row in desk.ticket.deadlines} <= {desk.ticket.cycle}


@lived
@given(LIVES)
def test_what_fired_stays_fired_and_what_was_reached_stays_reached(life: Life) -> None:
    """A8, A15, A21. A hold may be capped again; nothing else comes back within a cycle."""
    for before, desk in moments_of(life):
        after = desk.ticket
        assert after.reached >= max(before.reached, after.tier)
        if before.cycle == after.cycle:
            assert fired(before) <= fired(after)


@lived
@given(LIVES)
def test_a_rung_fires_once_in_a_life_and_the_ladder_only_climbs(life: Life) -> None:
    """W3, W4, A15, A20."""
    by_deadline = [e for e in end_of(life).escalations if e.trigger is Trigger.DEADLINE]

    assert max(Counter(e.to_tier for e in by_deadline).values(), default=1) == 1
    assert [e.to_tier for e in by_deadline] == sorted(e.to_tier for e in by_deadline)
    assert all(e.to_tier > e.ticket.reached for e in by_deadline)


@lived
@given(LIVES)
def test_a_rung_never_fires_before_its_target_of_unpaused_time(life: Life) -> None:
    """T1 to T9, A7, A8, A20."""
    desk = end_of(life)

    for escalation in desk.escalations:
        if escalation.trigger is Trigger.DEADLINE:
            assert escalation.fired_at >= escalation.due_at
            assert unpaused(escalation) >= target(escalation, desk.policy)
            reopened_at = escalation.ticket.reopened_at
            assert reopened_at is None or escalation.due_at >= reopened_at + BRISK.reopening_grace


@lived
@given(LIVES)
def test_nothing_is_both_met_and_breached(life: Life) -> None:
    """A13."""
    for before, desk in moments_of(life):
        ticket = desk.ticket
        row = ticket.deadline(DeadlineKind.RESPONSE)
        if row is not None:
            assert (row.state is DeadlineState.FIRED) == (row.fired_at is not None)
            assert (row.state is DeadlineState.FIRED) == (ticket.response_breached_at is not None)
        if before.cycle == ticket.cycle:
            assert not fired(before) & {d.kind for d in ticket.deadlines if met(d)}
        assert ticket.breached >= before.breached


@lived
@given(LIVES)
def test_pauses_are_in_order_do_not_overlap_and_only_the_last_may_last(life: Life) -> None:
    """A7, A20."""
    for _, desk in moments_of(life):
        pauses = desk.ticket.pauses
        for pause, following in pairwise(pauses):
            assert pause.ended_at is not None
            assert pause.started_at <= pause.ended_at <= following.started_at
            assert pause.cap_at is None or pause.ended_at <= pause.cap_at
        lasts = bool(pauses) and pauses[-1].ended_at is None
        waits = {Status.ON_HOLD, Status.RESOLVED, Status.CLOSED}
        assert lasts == (desk.ticket.status in waits)
        assert (desk.ticket.hold is not None) == (desk.ticket.status is Status.ON_HOLD)


@lived
@given(LIVES)
def test_every_armed_deadline_is_explained_as_it_stands(life: Life) -> None:
    """C3."""
    for _, desk in moments_of(life):
        for story in explain(desk.ticket, desk.policy):
            if story.state is DeadlineState.ARMED:
                assert story.due_at == story.stored_due_at


@lived
@given(LIVES)
def test_the_parts_of_an_explanation_add_up(life: Life) -> None:
    """C3, A20: to the deadline, or to a moment under the floor of a reopening."""
    for _, desk in moments_of(life):
        for story in explain(desk.ticket, desk.policy):
            stopped = sum((pause.not_counted for pause in story.stopped), timedelta(0))
            active = story.clock_started_at + story.target + stopped
            assert story.due_at == max(active, story.floor or active)


@lived
@given(LIVES)
def test_a_held_high_ticket_at_the_first_level_has_a_managers_approval(life: Life) -> None:
    """A7: by whatever way it came to be one."""
    for _, desk in moments_of(life):
        ticket = desk.ticket
        if ticket.hold and ticket.priority is Priority.HIGH and ticket.tier is Tier.LEVEL_1:
            assert ticket.hold.approved_by == MANAGER.person


@lived
@given(LIVES)
def test_only_at_management_is_a_ticket_accepted_and_then_nobody_is_reminded(life: Life) -> None:
    """A19."""
    for _, desk in moments_of(life):
        if desk.ticket.accepted_at is not None:
            assert desk.ticket.tier is Tier.MANAGEMENT
            assert not any(row.armed for row in desk.ticket.deadlines if row.kind in REMINDERS)


@lived
@given(LIVES)
def test_the_indicator_is_there_exactly_while_it_is_urgent(life: Life) -> None:
    """C4."""
    for step in end_of(life).steps:
        assert step.after.indicator == (BRISK.urgent_indicator if step.after.urgent else "")


def fired(ticket: Ticket) -> set[DeadlineKind]:
    rows = {row.kind for row in ticket.deadlines if row.state is DeadlineState.FIRED}
    return rows - {DeadlineKind.HOLD_CAP}


def met(row: Deadline) -> bool:
    return row.state is DeadlineState.MET


def target(escalation: Escalation, policy: Policy) -> timedelta:
    rungs = dict(policy.targets[escalation.ticket.priority].rungs)
    return rungs[escalation.to_tier]


def unpaused(escalation: Escalation) -> timedelta:
    """The time up to the rung's moment in which nothing stood still, counted for itself."""
    ticket, due_at = escalation.ticket, escalation.due_at
    still = timedelta(0)
    for pause in ticket.pauses:
        end = min(due_at, pause.ended_at or pause.cap_at or due_at)
        still += max(end - pause.started_at, timedelta(0))
    return due_at - ticket.clock_started_at - still
