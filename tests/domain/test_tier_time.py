"""The time that a ticket spent at each tier (D2)."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from escgraph.domain.calendar import ALWAYS
from escgraph.domain.terms import LIVE, Status, Tier
from escgraph.domain.tier_time import Standing, tier_time
from tests.domain.desk import NINE, Desk, hours

NOTHING = dict.fromkeys(Tier, timedelta(0))


def _spent(desk: Desk) -> dict[Tier, timedelta]:
    steps = [Standing(step.event.at, step.after.tier, step.after.status) for step in desk.steps]
    return {tier: spent for tier, spent in tier_time(steps, calendar=ALWAYS).items() if spent}


def test_a_ticket_solved_where_it_was_opened_spent_all_its_time_there() -> None:
    desk = Desk()
    desk.resolve(NINE + hours(3))

    assert _spent(desk) == {Tier.LEVEL_1: hours(3)}


def test_each_tier_has_the_time_from_one_move_to_the_next() -> None:
    desk = Desk()
    desk.escalate(NINE + hours(1), to_tier=Tier.LEVEL_3)
    desk.deescalate(NINE + hours(3), to_tier=Tier.LEVEL_1)
    desk.escalate(NINE + hours(6), to_tier=Tier.MANAGEMENT)
    desk.resolve(NINE + hours(10))

    assert _spent(desk) == {
        Tier.LEVEL_1: hours(1) + hours(3),
        Tier.LEVEL_3: hours(2),
        Tier.MANAGEMENT: hours(4),
    }


def test_a_hold_counts_since_the_tier_still_had_the_ticket() -> None:
    desk = Desk()
    desk.hold(NINE + hours(1))
    desk.resume(NINE + hours(5))
    desk.resolve(NINE + hours(6))

    assert _spent(desk) == {Tier.LEVEL_1: hours(6)}


def test_being_resolved_does_not_count_and_a_reopening_counts_on() -> None:
    desk = Desk()
    desk.resolve(NINE + hours(1))
    desk.reopen(NINE + hours(20))
    desk.resolve(NINE + hours(22))
    desk.close(NINE + hours(40))

    assert _spent(desk) == {Tier.LEVEL_1: hours(3)}


def test_a_clock_that_started_before_the_opening_gives_no_tier_time_that_it_did_not_have() -> None:
    desk = Desk(reported_at=NINE - hours(2))
    desk.resolve(NINE + hours(1))

    assert _spent(desk) == {Tier.LEVEL_1: hours(1)}


def test_without_a_second_standing_nothing_is_counted() -> None:
    assert tier_time([], calendar=ALWAYS) == NOTHING
    only = Standing(NINE, Tier.LEVEL_2, Status.OPEN)
    assert tier_time([only], calendar=ALWAYS) == NOTHING


def test_the_tiers_come_in_climbing_order() -> None:
    assert list(tier_time([], calendar=ALWAYS)) == list(Tier)


_ways = st.lists(
    st.tuples(st.integers(0, 500), st.sampled_from(Tier), st.sampled_from(Status)), max_size=12
)


@given(_ways)
def test_the_tiers_share_exactly_the_live_time(ways: Sequence[tuple[int, Tier, Status]]) -> None:
    standings = [
        Standing(NINE + timedelta(minutes=minute), tier, status)
        for minute, tier, status in sorted(ways, key=lambda way: way[0])
    ]

    spent = tier_time(standings, calendar=ALWAYS)

    live = [later.at - one.at for one, later in pairwise(standings) if one.status in LIVE]
    assert sum(spent.values(), timedelta(0)) == sum(live, timedelta(0))
