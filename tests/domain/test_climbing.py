"""Climbing by deadline: what one firing does, all of it, and nothing else (W3, W4, A3, A5, A13)."""

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from escgraph.domain.events import TicketEscalated
from escgraph.domain.ladder import fire
from escgraph.domain.policy import SOP, Targets
from escgraph.domain.terms import (
    RANK,
    DeadlineKind,
    DeadlineState,
    Priority,
    Status,
    Tier,
    Trigger,
)
from tests.domain.desk import NINE, SECOND, Desk, days, hours
from tests.domain.people import AGENT, ENGINEER, STAKEHOLDER

FOUR_TIERS = replace(
    SOP,
    targets=MappingProxyType(
        {**SOP.targets, Priority.HIGH: Targets(hours(1), hours(2), hours(3), hours(4))}
    ),
)


def test_a_rung_moves_the_tier_and_writes_entry_and_escalation_together() -> None:
    """W3, D1: all or nothing, in one step."""
    desk = Desk(Priority.HIGH, stakeholders=(STAKEHOLDER.person,))
    desk.acknowledge(NINE)
    before = desk.ticket

    change = desk.sweep(NINE + hours(2) + SECOND)

    (step,) = change.steps
    assert step.after == desk.ticket
    assert (desk.ticket.tier, desk.ticket.reached) == (Tier.LEVEL_2, Tier.LEVEL_2)
    assert desk.ticket.escalated_at == NINE + hours(2) + SECOND
    assert desk.ticket.breached
    assert desk.ticket.version == before.version + 1
    assert step.event == TicketEscalated(
        at=NINE + hours(2) + SECOND,
        by=None,
        trigger=Trigger.DEADLINE,
        kind=DeadlineKind.LEVEL_2,
        from_tier=Tier.LEVEL_1,
        to_tier=Tier.LEVEL_2,
        due_at=NINE + hours(2),
        catch_up=False,
        reason=None,
        comment="",
    )
    escalation = step.escalation
    assert escalation is not None
    assert (escalation.due_at, escalation.fired_at) == (NINE + hours(2), NINE + hours(2) + SECOND)
    assert (escalation.from_tier, escalation.to_tier) == (Tier.LEVEL_1, Tier.LEVEL_2)
    assert (escalation.trigger, escalation.kind, escalation.by, escalation.cycle) == (
        Trigger.DEADLINE,
        DeadlineKind.LEVEL_2,
        None,
        1,
    )


def test_an_escalation_freezes_the_ticket_as_it_was_just_before() -> None:
    """C3, W3."""
    desk = Desk(Priority.HIGH)
    desk.acknowledge(NINE)
    before = desk.ticket

    desk.sweep(NINE + hours(2))

    assert desk.escalations[0].ticket == before


def test_a_rung_leaves_owner_assignees_and_status_alone() -> None:
    """R4."""
    desk = Desk(Priority.HIGH)
    desk.assign(NINE, ENGINEER.person)

    desk.live_until(NINE + hours(4))

    assert desk.ticket.owner == AGENT.person
    assert desk.ticket.assignees == (ENGINEER.person,)
    assert desk.ticket.status is Status.IN_PROGRESS


def test_a_rung_that_fired_says_when() -> None:
    """D1."""
    desk = Desk(Priority.HIGH)

    desk.sweep(NINE + hours(2) + SECOND)

    row = desk.ticket.deadline(DeadlineKind.LEVEL_2)
    assert row is not None
    assert (row.state, row.due_at, row.fired_at) == (
        DeadlineState.FIRED,
        NINE + hours(2),
        NINE + hours(2) + SECOND,
    )


def test_after_an_outage_every_missed_rung_fires_in_order_with_its_own_due_moment() -> None:
    """W3, W4, A8."""
    desk = Desk(Priority.HIGH)

    desk.sweep(NINE + days(2))

    assert [RANK[kind] for e in desk.escalations if (kind := e.kind)] == [2, 4]
    assert [(e.due_at, e.fired_at, e.catch_up) for e in desk.escalations] == [
        (NINE + hours(2), NINE + days(2), True),
        (NINE + hours(4), NINE + days(2), True),
    ]


@pytest.mark.parametrize(
    ("late", "catch_up"),
    [
        (timedelta(0), False),
        (timedelta(minutes=1), False),
        (timedelta(minutes=1, microseconds=1), True),
    ],
)
def test_a_firing_is_catching_up_only_when_it_is_late(late: timedelta, *, catch_up: bool) -> None:
    desk = Desk(Priority.HIGH)
    desk.acknowledge(NINE)

    desk.sweep(NINE + hours(2) + late)

    assert [e.catch_up for e in desk.escalations] == [catch_up]


@pytest.mark.parametrize("tier", [Tier.LEVEL_1, Tier.LEVEL_2, Tier.LEVEL_3])
def test_management_is_reached_from_whatever_tier_below(tier: Tier) -> None:
    """W4, A5."""
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(2))
    if tier is Tier.LEVEL_1:
        desk.deescalate(NINE + hours(3))
    if tier is Tier.LEVEL_3:
        desk.escalate(NINE + hours(3))

    desk.live_until(NINE + hours(4))

    last = desk.escalations[-1]
    assert (last.from_tier, last.to_tier, last.fired_at) == (
        tier,
        Tier.MANAGEMENT,
        NINE + hours(4),
    )


def test_a_policy_may_have_a_rung_for_the_third_level() -> None:
    """A5: the MANAGEMENT deadline does not depend on it."""
    desk = Desk(Priority.HIGH, policy=FOUR_TIERS)

    desk.live_until(NINE + hours(4))

    assert [(e.to_tier, e.fired_at) for e in desk.escalations] == [
        (Tier.LEVEL_2, NINE + hours(2)),
        (Tier.LEVEL_3, NINE + hours(3)),
        (Tier.MANAGEMENT, NINE + hours(4)),
    ]


@pytest.mark.parametrize("ending", ["resolve", "cancel"])
def test_only_an_ended_ticket_climbs_no_more(ending: str) -> None:
    """A3."""
    desk = Desk(Priority.HIGH)
    if ending == "resolve":
        desk.resolve(NINE + hours(1))
    else:
        desk.cancel(NINE + hours(1))

    assert desk.sweep(NINE + days(30)).steps == ()
    assert not any(row.armed for row in desk.ticket.deadlines)


def test_what_was_open_is_met_by_resolving_and_void_by_cancelling() -> None:
    """A3, A13."""
    resolved, cancelled = Desk(Priority.HIGH), Desk(Priority.HIGH)
    for desk in (resolved, cancelled):
        desk.acknowledge(NINE)
        desk.live_until(NINE + hours(2))
    resolved.resolve(NINE + hours(3))
    cancelled.cancel(NINE + hours(3))

    def states(desk: Desk) -> list[str]:
        return [row.state for row in desk.ticket.deadlines]

    assert states(resolved) == ["MET", "FIRED", "MET", "VOID", "VOID", "VOID"]
    assert states(cancelled) == ["MET", "FIRED", "VOID", "VOID", "VOID", "VOID"]


def test_resolving_at_the_very_moment_of_a_rung_comes_first() -> None:
    """A13."""
    desk = Desk(Priority.HIGH)
    desk.acknowledge(NINE)
    desk.live_until(NINE + hours(2), including=False)

    desk.resolve(NINE + hours(2))
    desk.sweep(NINE + hours(2))

    assert desk.escalations == []
    assert not desk.ticket.breached


def test_a_deadline_is_not_fired_early_nor_twice() -> None:
    """A13: the engine that tries has a bug, and learns of it."""
    desk = Desk(Priority.HIGH)
    with pytest.raises(AssertionError):
        fire(desk.ticket, DeadlineKind.LEVEL_2, at=NINE + hours(2) - SECOND)
    desk.live_until(NINE + hours(2))
    with pytest.raises(AssertionError):
        fire(desk.ticket, DeadlineKind.LEVEL_2, at=NINE + hours(2))


def test_an_empty_team_does_not_stop_the_ladder() -> None:
    """A22: the tier moves all the same; who is there is no fact of the ticket."""
    desk = Desk(Priority.HIGH)

    desk.live_until(NINE + hours(4))

    assert desk.ticket.assignees == ()
    assert desk.ticket.tier is Tier.MANAGEMENT


def test_an_escalation_belongs_to_the_moment_at_which_it_fired() -> None:
    """A24: due in one quarter, fired in the next."""
    start = NINE.replace(month=3, day=31, hour=21, minute=30)
    desk = Desk(Priority.HIGH, at=start)

    desk.sweep(start + hours(3))

    (escalation,) = desk.escalations
    assert (escalation.due_at.month, escalation.fired_at.month) == (3, 4)
