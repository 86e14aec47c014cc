"""The forecast on real databases: what comes, in the order in which the engine then does it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from escgraph.commands import ending, ladder, merging, work
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import EscalationReason, HoldReason, Priority, Tier
from escgraph.domain.ticket import Actor
from escgraph.queries import events
from escgraph.queries.board import board
from escgraph.queries.forecast import Expected, TierLoad, forecast, load_by_tier
from escgraph.queries.views import Wanted
from tests.queries.house import NINE, House, hours, minutes


async def _coming(
    house: House,
    within: timedelta,
    *,
    at: datetime = NINE,
    first: int = 50,
    viewer: Actor | None = None,
) -> list[tuple[str, str, timedelta]]:
    seen = await forecast(within, at=at, first=first, viewer=viewer or house.wallboard)
    return [(one.view.facts.title, str(one.kind), one.at - NINE) for one in seen]


def _sums(loads: Sequence[TierLoad]) -> dict[Tier, tuple[int, int]]:
    return {load.tier: (sum(load.now.values()), sum(load.then.values())) for load in loads}


async def test_every_response_and_rung_is_foretold_in_the_order_of_firing(house: House) -> None:
    """T1 to T9: a ticket stands there once for each rung that is left; reminders do not."""
    await house.open("High", Priority.HIGH)
    await house.open("Medium", Priority.MEDIUM, at=NINE + minutes(30))

    assert await _coming(house, hours(24)) == [
        ("High", "RESPONSE", hours(1)),
        ("High", "LEVEL_2", hours(2)),
        ("High", "MANAGEMENT", hours(4)),
        ("Medium", "RESPONSE", hours(4.5)),
        ("Medium", "LEVEL_2", hours(8.5)),
        ("Medium", "MANAGEMENT", hours(16.5)),
    ]


async def test_what_is_due_at_the_very_end_of_the_window_is_in_it(house: House) -> None:
    """A13."""
    await house.open("High", Priority.HIGH)

    assert len(await _coming(house, hours(2))) == 2
    assert len(await _coming(house, hours(2) - timedelta(microseconds=1))) == 1


async def test_what_is_overdue_comes_first_and_says_so(house: House) -> None:
    await house.open("Soon", Priority.HIGH, at=NINE)
    await house.open("Overdue", Priority.HIGH, at=NINE - hours(1))

    seen = await forecast(hours(1), at=NINE, first=50, viewer=house.wallboard)

    assert [(one.view.facts.title, str(one.kind), one.overdue) for one in seen] == [
        ("Overdue", "RESPONSE", True),
        ("Soon", "RESPONSE", False),
        ("Overdue", "LEVEL_2", False),
    ]


async def test_a_response_moves_no_tier_and_a_rung_says_where_to(house: House) -> None:
    """A4."""
    await house.open("High", Priority.HIGH)

    seen = await forecast(hours(4), at=NINE, first=50, viewer=house.wallboard)

    assert [one.to_tier for one in seen] == [None, Tier.LEVEL_2, Tier.MANAGEMENT]


async def test_what_an_act_has_settled_is_foretold_no_longer(house: House) -> None:
    """A3, A15: answered, climbed by hand, resolved, merged."""
    call = house.call(house.agent, NINE)
    answered = await house.open("Answered", Priority.HIGH)
    await work.acknowledge_ticket(answered, call=call)
    climbed = await house.open("Climbed", Priority.HIGH)
    await ladder.escalate_ticket(
        climbed, call=call, expected_tier=Tier.LEVEL_1, reason=EscalationReason.CRITICAL
    )
    cancelled = await house.open("Cancelled", Priority.HIGH)
    await ending.cancel_ticket(cancelled, call=call, reason="x")
    await merging.merge_tickets(
        await house.open("Merged", Priority.HIGH), answered, call=call, reason="x"
    )

    assert await _coming(house, hours(3)) == [
        ("Climbed", "RESPONSE", hours(1)),
        ("Answered", "LEVEL_2", hours(2)),
    ]


async def test_if_nobody_acts_a_hold_ends_by_its_cap(house: House) -> None:
    """A7: its rungs are foretold for the cap and what remained."""
    ticket = await house.open("Held", Priority.LOW)
    await work.acknowledge_ticket(ticket, call=house.call(house.agent, NINE))
    await ladder.hold_ticket(
        ticket, call=house.call(house.agent, NINE + hours(1)), reason=HoldReason.AWAITING_VENDOR
    )

    assert await _coming(house, hours(24 * 14)) == []
    assert await _coming(house, hours(24 * 17)) == [
        ("Held", "LEVEL_2", hours(24 * 14 + 48)),
        ("Held", "MANAGEMENT", hours(24 * 14 + 72)),
    ]


async def test_what_was_foretold_is_what_the_engine_does(house: House) -> None:
    """W3, W4: if nobody acts."""
    for n, priority in enumerate((*Priority, *Priority)):
        await house.open(f"{n}", priority, at=NINE + minutes(7 * n))
    foretold = [(title, kind) for title, kind, _ in await _coming(house, hours(20))]
    until = NINE + hours(20)

    for quarter in range(0, 20 * 60, 5):
        await house.sweep(NINE + minutes(quarter))
    await house.sweep(until)

    heard = await events.read(None, first=200, viewer=house.agent)
    fired = [
        (event.state["title"], "RESPONSE" if "Breach" in event.kind else event.payload["kind"])
        for event in heard.events
        if event.state and event.kind in {"ResponseBreached", "TicketEscalated"}
    ]
    assert fired == foretold


async def test_the_first_of_many_and_bounds_that_are_named(house: House) -> None:
    await house.open("High", Priority.HIGH)

    assert len(await _coming(house, hours(24), first=2)) == 2
    for within in (timedelta(0), -hours(1), timedelta(days=367)):
        with pytest.raises(InvalidInputError, match="366 days") as refused:
            await _coming(house, within)
        assert refused.value.field == ("within",)
        with pytest.raises(InvalidInputError, match="366 days"):
            await load_by_tier(within, at=NINE, viewer=house.agent)


async def test_a_stakeholder_foresees_their_own_tickets_only(house: House) -> None:
    """P2."""
    await house.open("Others", Priority.HIGH)
    await house.open("Theirs", Priority.HIGH, stakeholders=(house.stakeholder.person,))
    await house.open("Others", Priority.HIGH)

    seen = await _coming(house, hours(1), viewer=house.stakeholder)
    loads = await load_by_tier(hours(4), at=NINE, viewer=house.stakeholder)

    assert seen == [("Theirs", "RESPONSE", hours(1))]
    assert await _coming(house, hours(1), viewer=house.stakeholder, first=1) == seen
    assert _sums(loads) == {
        Tier.LEVEL_1: (1, 0),
        Tier.LEVEL_2: (0, 0),
        Tier.LEVEL_3: (0, 0),
        Tier.MANAGEMENT: (0, 1),
    }


async def test_each_tier_has_its_load_now_and_then(house: House) -> None:
    """Each ticket is counted once, where it stands last; what no rung reaches stays."""
    await house.open("High", Priority.HIGH)
    await house.open("Medium", Priority.MEDIUM)
    await house.open("Low", Priority.LOW)
    climbed = await house.open("By hand", Priority.LOW)
    await ladder.escalate_ticket(
        climbed,
        call=house.call(house.agent, NINE),
        expected_tier=Tier.LEVEL_1,
        reason=EscalationReason.CRITICAL,
        to_tier=Tier.LEVEL_3,
    )

    loads = await load_by_tier(hours(8), at=NINE, viewer=house.wallboard)

    assert _sums(loads) == {
        Tier.LEVEL_1: (3, 1),
        Tier.LEVEL_2: (0, 1),
        Tier.LEVEL_3: (1, 1),
        Tier.MANAGEMENT: (0, 1),
    }
    assert [load.tier for load in loads] == list(Tier)
    assert loads[1].then == {Priority.HIGH: 0, Priority.MEDIUM: 1, Priority.LOW: 0}
    assert loads[3].then == {Priority.HIGH: 1, Priority.MEDIUM: 0, Priority.LOW: 0}


async def test_the_load_that_was_foretold_is_the_load_that_comes(house: House) -> None:
    for n in range(9):
        await house.open(f"{n}", list(Priority)[n % 3], at=NINE + minutes(20 * n))
    before = await load_by_tier(hours(9), at=NINE, viewer=house.agent)

    for quarter in range(37):
        await house.sweep(NINE + minutes(15 * quarter))
    after = await load_by_tier(hours(1), at=NINE + hours(9), viewer=house.agent)

    assert [load.then for load in before] == [load.now for load in after]


async def test_the_board_looks_a_shift_ahead_where_that_is_wanted(house: House) -> None:
    await house.open("Within", Priority.MEDIUM)
    await house.open("Beyond", Priority.MEDIUM, at=NINE + minutes(1))

    both = Wanted.FORECAST | Wanted.LOADS
    seen = await board(at=NINE, viewer=house.wallboard, wanted=both)
    bare = await board(at=NINE, viewer=house.wallboard)

    def shown(expected: Sequence[Expected]) -> list[tuple[str, str]]:
        return [(one.view.facts.title, str(one.kind)) for one in expected]

    assert shown(seen.forecast) == [
        ("Within", "RESPONSE"),
        ("Beyond", "RESPONSE"),
        ("Within", "LEVEL_2"),
    ]
    assert _sums(seen.load_by_tier)[Tier.LEVEL_2] == (0, 1)
    assert (bare.forecast, bare.load_by_tier) == ((), ())
