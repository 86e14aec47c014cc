"""Subscriptions to the board: a snapshot, then changes, computed once for all."""

import asyncio
from datetime import timedelta

from escgraph.api import boards
from escgraph.domain.terms import Priority
from escgraph.queries.views import Wanted
from escgraph.store.database import execute
from escgraph.stream.cursor import Cursor
from tests.api.counter import (
    done,
    heard,
    ring,
)
from tests.api.office import Json, Office
from tests.queries.house import NINE, hours, minutes, nobody

BOARD = """subscription {board {
  __typename ... on Heartbeat {cursor at}
  ... on BoardSnapshot {cursor board {cells {tier priority status count} dueSoon {title} cursor}}
  ... on BoardChange {
    cursor cells {tier priority status count} dueSoon {title} breached {title} breachedCount
  }
}}"""


async def test_the_board_is_a_snapshot_and_then_what_changed(any_office: Office) -> None:
    office = any_office
    ticket_id = await office.open("Search is slow")
    open_cell = {"tier": "LEVEL_1", "priority": "MEDIUM", "status": "OPEN"}
    async with office.listening(BOARD, by=office.wallboard) as answers:
        snapshot = await heard(answers)
        written = await done(office, "acknowledgeTicket", ticket_id)
        change = await heard(answers)
    assert snapshot["__typename"] == "BoardSnapshot"
    assert snapshot["cursor"] == snapshot["board"]["cursor"]
    assert snapshot["board"]["cells"] == [{**open_cell, "count": 1}]
    assert change == {
        "__typename": "BoardChange",
        "cursor": written["cursor"],
        "cells": [
            {**open_cell, "count": 0},
            {**open_cell, "status": "IN_PROGRESS", "count": 1},
        ],
        "dueSoon": [],
        "breached": [],
        "breachedCount": 0,
    }


async def test_the_board_shows_a_breach(office: Office) -> None:
    await office.open("Mail is down", Priority.HIGH)
    office.clock.moment = NINE + hours(2)
    async with office.listening(BOARD) as answers:
        snapshot = await heard(answers)
        await office.sweep(NINE + hours(2))
        await ring(office)
        change = await heard(answers)
    assert snapshot["board"]["dueSoon"] == [{"title": "Mail is down"}]
    assert change["breached"] == [{"title": "Mail is down"}]
    assert change["breachedCount"] == 1
    assert [cell["tier"] for cell in change["cells"]] == ["LEVEL_1", "LEVEL_2"]


AHEAD = """subscription {board {
  __typename ... on Heartbeat {at}
  ... on BoardSnapshot {board {...parts}}
  ... on BoardChange {
    cells {tier count} forecast {at toTier overdue ticket {title}} loadByTier {tier now then}
  }
}}
fragment parts on Board {forecast {at toTier overdue ticket {title}} loadByTier {tier now then}}
"""


def _entry(at: str, to_tier: str | None, *, overdue: bool = False) -> Json:
    return {
        "at": f"2026-03-02T{at}:00Z",
        "toTier": to_tier,
        "overdue": overdue,
        "ticket": {"title": "Mail is down"},
    }


async def test_the_board_carries_the_forecast_and_the_load(any_office: Office) -> None:
    office = any_office
    ticket_id = await office.open("Mail is down", Priority.HIGH)
    async with office.listening(AHEAD, by=office.wallboard) as answers:
        snapshot = (await heard(answers))["board"]
        await done(office, "acknowledgeTicket", ticket_id)
        change = await heard(answers)
    assert snapshot["forecast"] == [
        _entry("10:00", None),
        _entry("11:00", "LEVEL_2"),
        _entry("13:00", "MANAGEMENT"),
    ]
    assert snapshot["loadByTier"] == [
        {"tier": "LEVEL_1", "now": 1, "then": 0},
        {"tier": "LEVEL_2", "now": 0, "then": 0},
        {"tier": "LEVEL_3", "now": 0, "then": 0},
        {"tier": "MANAGEMENT", "now": 0, "then": 1},
    ]
    assert change["forecast"] == snapshot["forecast"][1:]
    assert change["loadByTier"] == snapshot["loadByTier"]


async def test_a_heartbeat_brings_what_comes_into_the_forecast_without_an_event(
    office: Office,
) -> None:
    """And what became overdue in it, since no engine fires it here."""
    office.beat_every(timedelta(milliseconds=50))
    await office.open("Mail is down", Priority.HIGH)
    office.clock.moment = NINE - hours(6.5)
    async with office.listening(AHEAD) as answers:
        snapshot = (await heard(answers))["board"]
        seen = []
        for moment in (NINE - hours(4.5), NINE + hours(1)):
            office.clock.moment = moment
            while (change := await heard(answers))["__typename"] == "Heartbeat":
                pass
            seen.append(change)
    assert snapshot["forecast"] == [_entry("10:00", None)]
    assert seen[0]["forecast"] == [_entry("10:00", None), _entry("11:00", "LEVEL_2")]
    assert seen[0]["loadByTier"][1] == {"tier": "LEVEL_2", "now": 0, "then": 1}
    assert seen[1]["forecast"][0] == _entry("10:00", None, overdue=True)
    assert [change["cells"] for change in seen] == [[], []]


async def test_who_asks_for_no_forecast_is_not_told_of_one(office: Office) -> None:
    """Those who see the same and want the same share a board; these want another."""
    with (
        office.surroundings.boards.watched(office.agent, Wanted.NOTHING) as bare,
        office.surroundings.boards.watched(office.agent, Wanted.FORECAST) as ahead,
    ):
        await office.open("Mail is down", Priority.HIGH)
        assert (await bare.recent(hours(1), clock=office.clock)).forecast == ()
        assert len((await ahead.recent(hours(1), clock=office.clock)).forecast) == 3


async def test_what_leaves_the_board_as_it_is_is_not_told(office: Office) -> None:
    ticket_id = await office.open()
    async with office.listening(BOARD) as answers:
        await heard(answers)
        await done(office, "logAction", ticket_id, text="Looked")
        await done(office, "acknowledgeTicket", ticket_id)
        change = await heard(answers)
    assert [cell["status"] for cell in change["cells"]] == ["OPEN", "IN_PROGRESS"]


async def test_a_stakeholders_board_counts_what_names_them(office: Office) -> None:
    await office.open("Theirs", stakeholders=(office.stakeholder.person,))
    await office.open("Not theirs")
    async with (
        office.listening(BOARD, by=office.stakeholder) as theirs,
        office.listening(BOARD, by=office.wallboard) as everybodys,
    ):
        counts = [
            (await heard(answers))["board"]["cells"][0]["count"] for answers in (theirs, everybodys)
        ]
    assert counts == [1, 2]


async def test_a_burst_of_changes_costs_few_boards_however_many_watch(office: Office) -> None:
    """Each watcher sees the last state, and the board is not computed for each of them."""
    watchers, tickets = 20, 30
    shared = office.surroundings.boards
    with shared.watched(office.wallboard, Wanted.NOTHING) as one:

        async def watch(ready: asyncio.Event) -> int:
            async with office.listening(BOARD, by=office.wallboard) as answers:
                count: int = sum(cell["count"] for cell in (await heard(answers))["board"]["cells"])
                ready.set()
                while count < tickets:
                    (cell,) = (await heard(answers))["cells"]
                    count = cell["count"]
                return count

        events = [asyncio.Event() for _ in range(watchers)]
        tasks = [asyncio.create_task(watch(ready)) for ready in events]
        for ready in events:
            await ready.wait()
        for _ in range(tickets):
            await office.open()
            await ring(office)
        assert await asyncio.gather(*tasks) == [tickets] * watchers
        assert one.watchers == 1
        assert one.computed < watchers


async def test_a_board_that_nobody_watches_is_forgotten(office: Office) -> None:
    async with office.listening(BOARD) as answers:
        await heard(answers)
    assert office.surroundings.boards._shared == {}


async def test_a_watcher_that_goes_away_in_the_middle_leaves_the_others_their_board(
    office: Office,
) -> None:
    with office.surroundings.boards.watched(office.agent, Wanted.NOTHING) as shared:
        await shared.recent(boards.APART, clock=office.clock)
        await office.open()
        here = Cursor((await shared.recent(hours(1), clock=office.clock)).epoch, 1)
        gone = asyncio.create_task(shared.behind(here, clock=office.clock))
        await asyncio.sleep(0)
        gone.cancel()
        board = await shared.behind(here, clock=office.clock)
    assert [cell.count for cell in board.cells] == [1]


async def test_after_a_restored_database_the_board_begins_anew(office: Office) -> None:
    await office.open()
    async with office.listening(BOARD) as answers:
        first = await heard(answers)
        await execute("UPDATE stream SET epoch = $1", str(nobody()))
        await ring(office)
        second = await heard(answers)
    assert first["__typename"] == second["__typename"] == "BoardSnapshot"
    assert Cursor.parse(second["cursor"]).epoch == str(nobody())


async def test_a_heartbeat_brings_what_fell_due_without_an_event(office: Office) -> None:
    office.beat_every(timedelta(milliseconds=50))
    await office.open("Soon due", Priority.HIGH)
    office.clock.moment = NINE - minutes(5)
    async with office.listening(BOARD) as answers:
        snapshot = await heard(answers)
        quiet = await heard(answers)
        office.clock.moment = NINE + minutes(30)
        while (change := await heard(answers))["__typename"] == "Heartbeat":
            pass
    assert snapshot["board"]["dueSoon"] == []
    assert quiet["__typename"] == "Heartbeat"
    assert quiet["at"] == "2026-03-02T08:55:00Z"
    assert change["dueSoon"] == [{"title": "Soon due"}]
    assert change["cells"] == []


async def test_two_computations_of_a_board_lie_a_moment_apart(office: Office) -> None:
    with office.surroundings.boards.watched(office.agent, Wanted.NOTHING) as shared:
        epoch = (await shared.recent(hours(1), clock=office.clock)).epoch
        before = shared._computed_at
        await office.open()
        await shared.behind(Cursor(epoch, 1), clock=office.clock)
        assert shared.computed == 2
        assert shared._computed_at - before >= boards.APART.total_seconds()
