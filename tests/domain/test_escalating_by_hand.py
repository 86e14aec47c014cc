"""Escalating by hand: when it may be, what it counts as, and the double click (A15, A17, R1)."""

import pytest

from escgraph.domain.errors import DocumentsMissingError, InvalidInputError, StaleVersionError
from escgraph.domain.events import TicketEscalated
from escgraph.domain.terms import (
    DeadlineKind,
    DeadlineState,
    EscalationReason,
    Priority,
    Tier,
    Trigger,
)
from tests.domain.desk import NINE, Desk, hours
from tests.domain.people import AGENT, ENGINEER, MANAGER, SCRIPT


def state(desk: Desk, kind: DeadlineKind) -> DeadlineState:
    row = desk.ticket.deadline(kind)
    assert row is not None
    return row.state


def test_an_escalation_by_hand_is_recorded_with_its_reason() -> None:
    """R1, D1."""
    desk = Desk()
    desk.log(NINE)
    before = desk.ticket

    desk.escalate(NINE + hours(1), reason=EscalationReason.EXPERTISE_NEEDED, comment=" SQL ")

    assert desk.steps[-1].event == TicketEscalated(
        at=NINE + hours(1),
        by=AGENT.person,
        trigger=Trigger.MANUAL,
        kind=None,
        from_tier=Tier.LEVEL_1,
        to_tier=Tier.LEVEL_2,
        due_at=NINE + hours(1),
        catch_up=False,
        reason=EscalationReason.EXPERTISE_NEEDED,
        comment="SQL",
    )
    (escalation,) = desk.escalations
    assert escalation.ticket == before
    assert (escalation.trigger, escalation.kind, escalation.by, escalation.cycle) == (
        Trigger.MANUAL,
        None,
        AGENT.person,
        1,
    )
    assert (escalation.due_at, escalation.fired_at) == (NINE + hours(1), NINE + hours(1))
    assert desk.ticket.escalated_at == NINE + hours(1)
    assert not desk.ticket.breached


def test_the_rung_that_was_reached_by_hand_does_not_fire_again() -> None:
    """A15."""
    desk = Desk(Priority.HIGH)
    desk.escalate(NINE + hours(1))

    desk.live_until(NINE + hours(4))

    assert [(e.trigger, e.to_tier) for e in desk.escalations] == [
        (Trigger.MANUAL, Tier.LEVEL_2),
        (Trigger.DEADLINE, Tier.MANAGEMENT),
    ]
    assert state(desk, DeadlineKind.LEVEL_2) is DeadlineState.VOID


def test_rungs_that_were_passed_do_not_fire_either() -> None:
    """A15."""
    desk = Desk(Priority.HIGH)

    desk.escalate(NINE, to_tier=Tier.LEVEL_3)
    desk.live_until(NINE + hours(4))

    assert [e.to_tier for e in desk.escalations] == [Tier.LEVEL_3, Tier.MANAGEMENT]
    assert desk.escalations[-1].from_tier is Tier.LEVEL_3


def test_by_hand_to_management_ends_the_ladder() -> None:
    """A15."""
    desk = Desk(Priority.HIGH)

    desk.escalate(NINE, to_tier=Tier.MANAGEMENT)

    assert state(desk, DeadlineKind.LEVEL_2) is DeadlineState.VOID
    assert state(desk, DeadlineKind.MANAGEMENT) is DeadlineState.VOID
    assert state(desk, DeadlineKind.RESPONSE) is DeadlineState.ARMED


def test_by_hand_a_ticket_climbs_one_tier_at_a_time_unless_another_is_named() -> None:
    """A5: LEVEL_3 is reached by hand."""
    desk = Desk()

    for by in (AGENT, ENGINEER, MANAGER):
        desk.escalate(NINE, by=by)

    assert [e.to_tier for e in desk.escalations] == [
        Tier.LEVEL_2,
        Tier.LEVEL_3,
        Tier.MANAGEMENT,
    ]


def test_a_double_click_is_harmless() -> None:
    """A15."""
    desk = Desk()
    desk.escalate(NINE, expected_tier=Tier.LEVEL_1)

    again = desk.escalate(NINE, expected_tier=Tier.LEVEL_1)

    assert again.steps == ()
    assert desk.ticket.tier is Tier.LEVEL_2


def test_a_click_on_a_tier_that_the_ticket_has_left_downwards_is_refused() -> None:
    """A15."""
    desk = Desk()
    desk.escalate(NINE)
    desk.deescalate(NINE)

    with pytest.raises(StaleVersionError) as refused:
        desk.escalate(NINE, expected_tier=Tier.LEVEL_2)

    assert refused.value.current == desk.ticket.version
    assert refused.value.field == ("expectedTier",)


@pytest.mark.parametrize("to_tier", [Tier.LEVEL_1, Tier.LEVEL_2])
def test_up_is_not_down_nor_level(to_tier: Tier) -> None:
    desk = Desk(tier=Tier.LEVEL_2)

    with pytest.raises(InvalidInputError, match=f"from LEVEL_2 to {to_tier}") as refused:
        desk.escalate(NINE, by=ENGINEER, to_tier=to_tier)

    assert refused.value.field == ("toTier",)


@pytest.mark.parametrize("to_tier", [None, Tier.MANAGEMENT])
def test_above_management_there_is_nobody(to_tier: Tier | None) -> None:
    desk = Desk(tier=Tier.MANAGEMENT)

    with pytest.raises(InvalidInputError, match="the top"):
        desk.escalate(NINE, by=MANAGER, to_tier=to_tier)


@pytest.mark.parametrize("reason", [EscalationReason.UNRESOLVED, EscalationReason.EXPERTISE_NEEDED])
def test_the_first_level_must_have_tried(reason: EscalationReason) -> None:
    """A17."""
    desk = Desk()

    with pytest.raises(DocumentsMissingError) as refused:
        desk.escalate(NINE, reason=reason)
    assert refused.value.missing == ("a troubleshooting action",)

    desk.log(NINE)
    desk.escalate(NINE, reason=reason)
    assert desk.ticket.tier is Tier.LEVEL_2


def test_what_a_script_tried_is_no_attempt_of_the_first_level() -> None:
    """A17: it is written down all the same."""
    desk = Desk()
    desk.log(NINE, by=SCRIPT)

    with pytest.raises(DocumentsMissingError):
        desk.escalate(NINE, reason=EscalationReason.UNRESOLVED)

    assert desk.heard[-1] == "ActionLogged"
    assert desk.ticket.actions_logged == 0
    desk.log(NINE)
    desk.escalate(NINE, reason=EscalationReason.UNRESOLVED)
    assert desk.ticket.tier is Tier.LEVEL_2


@pytest.mark.parametrize("reason", [EscalationReason.NO_ACCESS, EscalationReason.CRITICAL])
def test_two_reasons_excuse_the_first_level_from_trying(reason: EscalationReason) -> None:
    """A17."""
    desk = Desk()

    desk.escalate(NINE, reason=reason)

    assert desk.ticket.tier is Tier.LEVEL_2


def test_the_second_level_may_escalate_without_an_action_of_its_own() -> None:
    """A17, R2."""
    desk = Desk(tier=Tier.LEVEL_2)

    desk.escalate(
        NINE, by=ENGINEER, to_tier=Tier.MANAGEMENT, reason=EscalationReason.EXPERTISE_NEEDED
    )

    assert desk.ticket.tier is Tier.MANAGEMENT


def test_the_deadline_is_never_blocked_by_what_was_not_tried() -> None:
    """A17, C3."""
    desk = Desk(Priority.HIGH)

    desk.live_until(NINE + hours(2))

    assert desk.ticket.actions_logged == 0
    assert desk.ticket.tier is Tier.LEVEL_2


def test_escalating_by_hand_leaves_the_other_deadlines_where_they_were() -> None:
    """A1, A15."""
    desk = Desk(Priority.MEDIUM)

    desk.escalate(NINE + hours(1))

    assert desk.due(DeadlineKind.RESPONSE) == NINE + hours(4)
    assert desk.due(DeadlineKind.MANAGEMENT) == NINE + hours(16)


def test_climbing_again_after_a_step_down_keeps_the_highest_tier_as_reached() -> None:
    """A15, A21."""
    desk = Desk(tier=Tier.LEVEL_3)
    desk.deescalate(NINE, to_tier=Tier.LEVEL_1)

    desk.escalate(NINE)

    assert (desk.ticket.tier, desk.ticket.reached) == (Tier.LEVEL_2, Tier.LEVEL_3)
