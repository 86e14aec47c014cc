"""The board: live tickets by tier, priority and status, what falls due and what was missed."""

from escgraph.commands import ending
from escgraph.domain.terms import Priority, Status, Tier
from escgraph.queries.board import Board, board
from escgraph.queries.views import TicketView
from escgraph.store import stream
from tests.queries.house import NINE, House, hours, minutes


def _titles(views: tuple[TicketView, ...]) -> list[str]:
    return [view.facts.title for view in views]


def _counts(seen: Board) -> dict[tuple[str, str, str], int]:
    return {(cell.tier, cell.priority, cell.status): cell.count for cell in seen.cells}


async def test_live_tickets_are_counted_where_they_stand(house: House) -> None:
    await house.open("One", Priority.HIGH)
    await house.open("Two", Priority.LOW)
    await house.open("Three", Priority.LOW)
    over = await house.open("Over", Priority.LOW)
    call = house.call(house.agent, NINE + minutes(1))
    await ending.cancel_ticket(over, call=call, reason="Opened twice")
    await house.sweep(NINE + hours(2))

    seen = await board(at=NINE + hours(2), viewer=house.wallboard)

    assert _counts(seen) == {
        (Tier.LEVEL_2, Priority.HIGH, Status.OPEN): 1,
        (Tier.LEVEL_1, Priority.LOW, Status.OPEN): 2,
    }


async def test_what_is_due_within_the_hour_or_overdue_is_soon(house: House) -> None:
    await house.open("In an hour", Priority.HIGH, at=NINE + minutes(1))
    await house.open("Soon", Priority.HIGH)
    await house.open("Overdue", Priority.HIGH, at=NINE - hours(1))
    await house.open("Later", Priority.MEDIUM)

    seen = await board(at=NINE + minutes(0.5), viewer=house.wallboard)

    assert _titles(seen.due_soon) == ["Overdue", "Soon"]


async def test_live_tickets_that_missed_something_are_listed_and_counted(house: House) -> None:
    late = await house.open("Late", Priority.HIGH)
    await house.open("Late low", Priority.LOW, at=NINE - hours(24))
    await house.open("In time", Priority.LOW)
    await house.sweep(NINE + hours(1))

    seen = await board(at=NINE + hours(1), viewer=house.wallboard)
    call = house.call(house.agent, NINE + hours(1))
    await ending.cancel_ticket(late, call=call, reason="Opened twice")
    then = await board(at=NINE + hours(1), viewer=house.wallboard)

    assert _titles(seen.breached) == ["Late", "Late low"]
    assert seen.breached_count == 2
    assert _titles(then.breached) == ["Late low"]
    assert then.breached_count == 1


async def test_a_list_of_the_board_ends_at_fifty_and_the_count_does_not(house: House) -> None:
    for n in range(52):
        await house.open(f"{n}", Priority.HIGH, at=NINE + minutes(n))
    await house.sweep(NINE + hours(2))

    seen = await board(at=NINE + hours(2), viewer=house.wallboard)

    assert (len(seen.breached), len(seen.due_soon), seen.breached_count) == (50, 50, 52)


async def test_a_stakeholder_has_a_board_of_their_own_tickets(house: House) -> None:
    await house.open("Theirs", Priority.HIGH, stakeholders=(house.stakeholder.person,))
    await house.open("Others", Priority.HIGH)
    await house.sweep(NINE + hours(1))

    seen = await board(at=NINE + hours(1) + minutes(1), viewer=house.stakeholder)

    assert list(_counts(seen).values()) == [1]
    assert _titles(seen.due_soon) == _titles(seen.breached) == ["Theirs"]
    assert seen.breached_count == 1


async def test_a_board_says_at_which_position_of_the_stream_it_is_true(house: House) -> None:
    await house.open()
    head = await stream.head()

    seen = await board(at=NINE, viewer=house.wallboard)

    assert (seen.epoch, seen.position) == (head.epoch, head.position)
