"""Tickets that move to a version while another one comes into force (P5, Q5)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from escgraph.commands import moving
from escgraph.commands.acting import Call
from escgraph.commands.moving import Chosen, Found, Moves, TicketFilter, move_tickets
from escgraph.commands.policies import publish_at_once
from escgraph.commands.policy_drafts import Text
from escgraph.documents.policy_yaml import written
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import SOP
from escgraph.domain.ticket import Change, Ticket
from escgraph.store import database, policies, stream, tickets
from escgraph.store.policy_moves import Selection, selection
from tests.domain.desk import days
from tests.queries.house import NINE, House, hours
from tests.queries.published import publish

SECOND = replace(SOP, version=2, hold_cap=days(7))
THIRD = replace(SOP, version=3, hold_cap=days(6))


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    await database.connect(database_url, pool_size=6)
    house = House()
    await house.move_in()
    yield house
    await database.close()


@pytest.fixture
async def house_on_postgres(pg_url: str) -> AsyncIterator[House]:
    await database.connect(pg_url, pool_size=6)
    house = House()
    await house.move_in()
    yield house
    await database.close()


async def move(house: House) -> Moves:
    call = Call(by=house.administrator, at=NINE + hours(1))
    return await move_tickets(Found(TicketFilter()), version=2, reason="Tightened", call=call)


async def publish_third() -> int:
    return await publish_at_once(
        Text(written(THIRD), THIRD),
        author=None,
        reason="Agreed",
        review=None,
        expected_version=2,
        at=NINE + hours(1),
    )


async def until_it_waits(task: asyncio.Task[Any]) -> None:
    """Return as soon as its session waits for a lock, or when it is done."""
    waiting = 0
    while not (waiting or task.done()):
        await asyncio.sleep(0.005)
        (row,) = await database.fetch(
            "SELECT count(*) AS count FROM pg_stat_activity "
            "WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        waiting = row["count"]


async def test_a_chosen_ticket_stays_if_another_version_came_into_force_before_its_turn(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P5: the transaction of each ticket asks again."""
    ticket_id = await house.open()
    await publish(SECOND, at=NINE)

    async def chosen_just_before(chosen: Chosen, *, version: int) -> Selection:
        wanted = await selection(chosen, version=version)
        await publish(THIRD, at=NINE)
        return wanted

    monkeypatch.setattr(moving, "selection", chosen_just_before)

    moves = await move(house)

    assert moves.moved == []
    (refused,) = moves.refused
    assert refused.id == ticket_id
    assert isinstance(refused.error, InvalidInputError)
    assert str(refused.error).startswith("version 2 of the policy is not in force")
    assert (await tickets.load(ticket_id)).policy_version == 1


async def test_a_version_is_not_retired_while_a_ticket_moves_to_it(
    house_on_postgres: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P5: who publishes waits, and holds nothing meanwhile that the move still needs."""
    house = house_on_postgres
    await house.open()
    await publish(SECOND, at=NINE)
    saving, going_on = asyncio.Event(), asyncio.Event()
    save = tickets.save

    async def slowly(before: Ticket, change: Change) -> int:
        saving.set()
        await going_on.wait()
        return await save(before, change)

    monkeypatch.setattr("escgraph.store.transactions.ATTEMPTS", 1)
    monkeypatch.setattr(tickets, "save", slowly)
    mover = asyncio.create_task(move(house))
    await saving.wait()
    publisher = asyncio.create_task(publish_third())
    await until_it_waits(publisher)
    going_on.set()
    moves, version = await asyncio.gather(mover, publisher)

    assert (len(moves.moved), moves.refused, version) == (1, [], 3)
    kinds = [event.kind for event in await stream.read(0, limit=100)]
    assert kinds[-5:] == [
        "TicketMovedToPolicy",
        "PolicyDrafted",
        "PolicyDraftValidated",
        "PolicyPublished",
        "PolicyRetired",
    ]


async def test_a_move_that_waited_for_a_publication_finds_its_version_retired(
    house_on_postgres: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P5."""
    house = house_on_postgres
    ticket_id = await house.open()
    await publish(SECOND, at=NINE)
    publishing, going_on = asyncio.Event(), asyncio.Event()
    put_in_force = policies.publish

    async def slowly(*given: object, **more: object) -> None:
        await put_in_force(*given, **more)  # type: ignore[arg-type]  # passed on as it came
        publishing.set()
        await going_on.wait()

    monkeypatch.setattr(policies, "publish", slowly)
    publisher = asyncio.create_task(publish_third())
    await publishing.wait()
    mover = asyncio.create_task(move(house))
    await until_it_waits(mover)
    going_on.set()
    moves, _ = await asyncio.gather(mover, publisher)

    assert [one.id for one in moves.refused] == [ticket_id]
    assert (await tickets.load(ticket_id)).policy_version == 1
