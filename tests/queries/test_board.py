"""The board: live tickets by tier, priority and status, what falls due and what was missed."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from typing import ParamSpec, TypeVar

import pytest

from escgraph.commands import ending
from escgraph.domain.terms import Priority, Status, Tier
from escgraph.queries.board import Board, board
from escgraph.queries.views import TicketView
from escgraph.store import board as rows
from escgraph.store import search, stream
from tests.queries.house import NINE, House, hours, minutes

P = ParamSpec("P")
T = TypeVar("T")


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


async def test_a_board_is_of_one_moment_with_its_position_although_others_write_between_its_reads(
    house_on_postgres: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite there is one connection: whoever writes waits until all is read."""
    others = _Others(house_on_postgres)
    for module, name in READS:
        monkeypatch.setattr(module, name, others.around(getattr(module, name)))

    seen = await board(at=NINE, viewer=house_on_postgres.wallboard)
    monkeypatch.undo()

    events = await stream.read(0, limit=1000, until=seen.position)
    states = {event.ticket_id: event.state for event in events if event.state is not None}
    late = [state["number"] for state in states.values() if state["breached"]]
    assert others.written == 2 * (len(READS) + 1), "the tickets of two lists are read"
    assert sum(_counts(seen).values()) == len(states)
    assert sorted(view.facts.number for view in seen.breached) == sorted(late)
    assert sorted(view.facts.number for view in seen.due_soon) == sorted(late)
    assert seen.breached_count == len(late)


READS = ((stream, "head"), (rows, "cells"), (search, "found"), (search, "count"))
"""What a board reads."""


class _Others:
    """They open tickets that are late and due soon, before and after each read of somebody else."""

    def __init__(self, house: House) -> None:
        self.written = 0
        self._house = house
        self._outside = copy_context()

    def around(self, read: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        async def surrounded(*args: P.args, **given: P.kwargs) -> T:
            await self._write()
            found = await read(*args, **given)
            await self._write()
            return found

        return surrounded

    async def _write(self) -> None:
        await asyncio.create_task(self._open(), context=self._outside)
        self.written += 1

    async def _open(self) -> None:
        await self._house.open(priority=Priority.HIGH, at=NINE - minutes(90))
        await self._house.sweep(NINE)
