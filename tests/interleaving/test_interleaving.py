"""Two at one ticket, in any order of their statements: as if one had come after the other."""

import os
import random
from collections.abc import AsyncIterator

import asyncpg
import pytest

from escgraph.queries.consistency import contradictions
from escgraph.store import database
from escgraph.store.firing import Fired
from escgraph.store.postgres_client import Client, Transaction
from tests.interleaving.acts import ACTS, POLICY, TWICE, engine, hold, park
from tests.interleaving.gate import HeldConnection, apart
from tests.interleaving.table import Table
from tests.servers import named, psql
from tests.store.ladders import move_in, publish

SHARE = float(os.environ.get("ESCGRAPH_TEST_INTERLEAVINGS", "0.2"))
"""Which share of all interleavings is tried, by a fixed seed; 1 for every one."""

FINER = 400
"""How many of those with several switches there are in all."""

PAIRS = [(a, b) for a in ACTS.values() for b in ACTS.values()]
"""Each act with each other, in either role."""

TO_THE_END = 40
"""More statements than any act has."""


@pytest.fixture
async def table(pg_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Table]:
    name = pg_url.rpartition("/")[2]
    psql(named(pg_url, "postgres"), f"ALTER DATABASE \"{name}\" SET deadlock_timeout = '50ms'")
    monkeypatch.setattr(Client, "connection_class", HeldConnection)
    monkeypatch.setattr(Transaction, "take_turn", apart)
    await database.connect(pg_url, pool_size=4)
    await move_in()
    await publish(POLICY)
    observer = await asyncpg.connect(pg_url)
    yield Table(observer)
    await observer.close()
    await database.close()


async def test_an_act_that_comes_between_two_statements_of_another_comes_before_or_after_it(
    table: Table,
) -> None:
    """A stops before each of its statements, and B goes on to its end or to a lock of A's."""
    chance = random.Random(1)
    for acts in PAIRS:
        serial = await table.serially(acts)
        for stop in range(1, serial.statements):
            if chance.random() < SHARE:
                turns = [0] * stop + [1] * TO_THE_END
                await table.must_be_serial(acts, turns, serial)
    assert await contradictions() == []


async def test_acts_that_take_turns_statement_by_statement_come_one_after_the_other(
    table: Table,
) -> None:
    chance = random.Random(2)
    for _ in range(int(FINER * SHARE)):
        acts = chance.choice(PAIRS)
        turns = [chance.randrange(2) for _ in range(TO_THE_END)]
        await table.must_be_serial(acts, turns, await table.serially(acts))
    assert await contradictions() == []


async def test_a_double_click_under_one_key_is_one_act_wherever_the_second_comes_in(
    table: Table,
) -> None:
    statements = (await table.serially((TWICE, TWICE))).statements
    for stop in range(1, statements):
        turns = [0] * stop + [1] * TO_THE_END
        came, (first, second) = await table.meet((TWICE, TWICE), turns)
        assert (first.told, second.told) == ("done", "done")
        assert first.answer == second.answer
        assert sum("Resolved" in line for line in came.left) == 1


async def test_an_engine_goes_past_a_ticket_that_somebody_holds(table: Table) -> None:
    """It waits only for those who are at their very end, where the stream's counter is locked."""
    statements = (await table.serially((hold, engine))).statements
    for stop in range(1, statements):
        _, (person, due) = await table.meet((hold, engine), [0] * stop + [1] * TO_THE_END)
        counts = any("UPDATE stream" in line for line in person.log[:stop])
        assert not due.held_up or counts, "\n".join(person.log)


async def test_an_engine_goes_past_a_deadline_that_another_engine_parks(table: Table) -> None:
    _, (other, late) = await table.meet((park, engine), [0] * 3 + [1] * TO_THE_END)

    assert [line.split()[1] for line in other.log[1:5]] == ["BEGIN;", "UPDATE", "WITH", "COMMIT;"]
    assert late.answer == Fired(0, None)
    assert not late.held_up
