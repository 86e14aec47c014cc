"""What is a person's own changes one deed after another, whoever does it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from escgraph.domain.calm import NO_WISHES
from escgraph.domain.terms import PersonId
from escgraph.store import channels, people, preferences
from escgraph.store.transactions import unit_of_work
from tests.domain.desk import NINE
from tests.domain.people import AGENT

LOCKING: list[Callable[[PersonId], Awaitable[object]]] = [
    preferences.locked_of,
    channels.locked_of,
]


@pytest.mark.parametrize("locked_of", LOCKING)
async def test_who_has_read_what_is_a_persons_own_writes_it_before_anybody_reads_it_again(
    connected: str, locked_of: Callable[[PersonId], Awaitable[object]]
) -> None:
    """Else one of two changes would be lost, or an eleventh channel be added."""
    assert connected
    person = await _ada()
    was_read, go = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        await locked_of(person)
        was_read.set()
        await go.wait()

    async def quick() -> None:
        await locked_of(person)

    first = asyncio.create_task(unit_of_work(slow))
    await was_read.wait()
    second = asyncio.create_task(unit_of_work(quick))
    done, _ = await asyncio.wait({second}, timeout=0.2)
    go.set()
    await asyncio.gather(first, second)

    assert not done


async def test_wishes_come_back_as_they_were_put(connected: str) -> None:
    assert connected
    person = await _ada()
    few = replace(NO_WISHES, hourly_cap=5)

    assert await preferences.locked_of(person) == NO_WISHES
    await preferences.put(person, few, at=NINE)
    await preferences.put(person, NO_WISHES, at=NINE)

    assert await preferences.wishes_of([person]) == {person: NO_WISHES}


async def _ada() -> PersonId:
    ada = people.Person(
        id=AGENT.person,
        name="Ada",
        email="ada@example.org",
        role=AGENT.role,
        tier=AGENT.tier,
        lead=False,
        active=True,
        created_at=NINE,
    )
    await people.insert(ada)
    return ada.id
