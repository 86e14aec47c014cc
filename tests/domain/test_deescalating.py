"""Handing a ticket down: by whom, with a reason, and without a second climb (A21)."""

import pytest

from escgraph.domain.errors import ForbiddenError, InvalidInputError, StaleVersionError
from escgraph.domain.events import TicketDeescalated
from escgraph.domain.terms import Priority, Tier
from escgraph.domain.ticket import Actor
from tests.domain.desk import NINE, Desk, hours
from tests.domain.people import AGENT, ENGINEER, MANAGER, SPECIALIST


@pytest.mark.parametrize("by", [ENGINEER, MANAGER])
def test_the_tier_that_holds_it_and_managers_hand_it_down(by: Actor) -> None:
    desk = Desk(tier=Tier.LEVEL_2)

    desk.deescalate(NINE, by=by, reason=" a known issue ")

    assert desk.steps[-1].event == TicketDeescalated(
        at=NINE,
        by=by.person,
        from_tier=Tier.LEVEL_2,
        to_tier=Tier.LEVEL_1,
        reason="a known issue",
    )
    assert (desk.ticket.tier, desk.ticket.reached) == (Tier.LEVEL_1, Tier.LEVEL_2)


@pytest.mark.parametrize("by", [AGENT, SPECIALIST])
def test_other_tiers_do_not(by: Actor) -> None:
    desk = Desk(tier=Tier.LEVEL_2)

    with pytest.raises(ForbiddenError, match="the tier that holds the ticket"):
        desk.deescalate(NINE, by=by)


def test_the_ladder_does_not_fire_those_rungs_again() -> None:
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(2))
    desk.deescalate(NINE + hours(2), by=ENGINEER)

    desk.live_until(NINE + hours(40))

    assert [(e.from_tier, e.to_tier) for e in desk.escalations] == [
        (Tier.LEVEL_1, Tier.LEVEL_2),
        (Tier.LEVEL_1, Tier.MANAGEMENT),
    ]


def test_down_from_management_nothing_fires_any_more() -> None:
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(4))
    desk.deescalate(NINE + hours(4), to_tier=Tier.LEVEL_1)

    assert desk.sweep(NINE + hours(100)).steps == ()


def test_it_goes_down_one_tier_unless_another_is_named() -> None:
    one, two = Desk(tier=Tier.LEVEL_3), Desk(tier=Tier.LEVEL_3)

    one.deescalate(NINE)
    two.deescalate(NINE, to_tier=Tier.LEVEL_1)

    assert one.ticket.tier is Tier.LEVEL_2
    assert two.ticket.tier is Tier.LEVEL_1


@pytest.mark.parametrize("to_tier", [Tier.LEVEL_2, Tier.LEVEL_3])
def test_down_is_not_up_nor_level(to_tier: Tier) -> None:
    with pytest.raises(InvalidInputError, match=f"from LEVEL_2 to {to_tier}") as refused:
        Desk(tier=Tier.LEVEL_2).deescalate(NINE, to_tier=to_tier)

    assert refused.value.field == ("toTier",)


def test_below_the_first_level_there_is_nobody() -> None:
    with pytest.raises(InvalidInputError, match="from LEVEL_1 to a tier below"):
        Desk().deescalate(NINE)


def test_handing_down_says_why() -> None:
    with pytest.raises(InvalidInputError) as refused:
        Desk(tier=Tier.LEVEL_2).deescalate(NINE, reason="")

    assert refused.value.field == ("reason",)


@pytest.mark.parametrize("by", [ENGINEER, MANAGER])
def test_a_second_click_hands_it_down_no_further(by: Actor) -> None:
    """The engineer's tier holds it no longer then, but did when the engineer saw it."""
    desk = Desk(tier=Tier.LEVEL_2)
    desk.deescalate(NINE, by=by, expected_tier=Tier.LEVEL_2)

    change = desk.deescalate(NINE, by=by, expected_tier=Tier.LEVEL_2)

    assert change.steps == ()
    assert desk.ticket.tier is Tier.LEVEL_1


def test_two_clicks_at_level_3_go_down_one_tier() -> None:
    desk = Desk(tier=Tier.LEVEL_3)

    desk.deescalate(NINE, expected_tier=Tier.LEVEL_3)
    desk.deescalate(NINE, expected_tier=Tier.LEVEL_3)

    assert desk.ticket.tier is Tier.LEVEL_2


def test_one_that_went_up_meanwhile_is_not_handed_down() -> None:
    desk = Desk(tier=Tier.LEVEL_3)

    with pytest.raises(StaleVersionError, match="at LEVEL_3, not at LEVEL_2") as refused:
        desk.deescalate(NINE, expected_tier=Tier.LEVEL_2)

    assert refused.value.field == ("expectedTier",)


def test_whoever_saw_it_at_another_tier_has_no_right_by_saying_so() -> None:
    """A21: an agent of LEVEL_1 who claims to have seen it there."""
    with pytest.raises(ForbiddenError):
        Desk(tier=Tier.LEVEL_2).deescalate(NINE, by=AGENT, expected_tier=Tier.LEVEL_1)
