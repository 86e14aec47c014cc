"""Several notices jobs at once, killed at any moment: each row exists once and none is missing."""

import asyncio
import random
import signal
from collections import Counter
from datetime import timedelta
from multiprocessing.process import BaseProcess

import pytest

from escgraph.domain.notice import ChannelKind
from escgraph.domain.terms import Priority
from escgraph.jobs.deadlines import sweep
from escgraph.jobs.notices import Told, tell
from escgraph.jobs.reaching import PATIENCE, reach
from escgraph.store import readers, stream
from escgraph.store.database import execute, fetch
from escgraph.store.transactions import unit_of_work
from tests.crowd import multiply
from tests.jobs import telling
from tests.jobs.tellers import start_teller
from tests.jobs.telling import NAMES, all_notices, counts
from tests.store.ladders import ADA, HOUR, NINE, opened, store

TELLERS = 2
TICKETS = 60
MOST_S = 0.05
"""How long those who make progress go on until one of them is killed, at most."""

AT = NINE + HOUR
"""When each first response is missed, and told to Ada and Liz."""

LATER = AT + PATIENCE
"""When each notice is sent another way, or passed on."""


async def _a_storm(tickets: int) -> None:
    first = await store(opened(Priority.HIGH, at=NINE))
    await multiply(first.id, copies=tickets - 1, shift=lambda _: timedelta(0))
    swept = await sweep(now=AT)
    assert swept.fired == tickets


async def test_each_notice_goes_each_way_once_however_the_jobs_die(house_on_postgres: str) -> None:
    """C2: two at once, one of them killed again and again, by kill -9."""
    await telling.channels(ADA.id, ChannelKind.NTFY, ChannelKind.SLACK)
    await _a_storm(TICKETS)

    kills = await _kill_until_all_is_told(house_on_postgres)

    assert kills >= TELLERS
    notices = await all_notices()
    assert Counter((NAMES[one.person], one.kind.value) for one in notices) == {
        ("Ada", "RESPONSE_BREACHED"): TICKETS,
        ("Liz", "RESPONSE_BREACHED"): TICKETS,
        ("Ben", "UNREACHED"): TICKETS,
        ("Mia", "UNREACHED"): TICKETS,
    }
    assert len({(one.person, one.ticket, one.kind) for one in notices}) == len(notices)
    assert await _ways() == {
        ("Ada", "NTFY"): TICKETS,
        ("Ada", "SLACK"): TICKETS,
        **dict.fromkeys([("Liz", "EMAIL"), ("Ben", "EMAIL"), ("Mia", "EMAIL")], TICKETS),
    }
    assert await _empty_messages() == 0


async def _kill_until_all_is_told(url: str) -> int:
    """How many jobs died on the way."""
    tellers = [start_teller(url, told_at=AT, reached_at=LATER) for _ in range(TELLERS)]
    kills = 0
    chance = random.Random(4)
    async with asyncio.timeout(120):
        while not await _all_is_told():
            await _progress()
            await asyncio.sleep(chance.uniform(0, MOST_S))
            n = kills % TELLERS
            await asyncio.to_thread(_kill, tellers[n])
            tellers[n] = start_teller(url, told_at=AT, reached_at=LATER)
            kills += 1
    for teller in tellers:
        await asyncio.to_thread(_kill, teller)
    return kills


async def _progress() -> None:
    """However slow the machine is: one of them has begun its work and written something."""
    before = await _written()
    while await _written() == before and not await _all_is_told():  # noqa: ASYNC110 - the database is asked
        await asyncio.sleep(0.005)


async def _written() -> tuple[object, ...]:
    (row,) = await fetch(
        "SELECT (SELECT position FROM reader WHERE name = 'notices') AS position, "
        "(SELECT count(*) FROM delivery) AS ways, "
        "(SELECT count(*) FROM notice WHERE settled_at IS NOT NULL) AS settled"
    )
    return tuple(row.values())


def _kill(teller: BaseProcess) -> None:
    teller.kill()
    teller.join()
    assert teller.exitcode == -signal.SIGKILL


async def _all_is_told() -> bool:
    """The stream is read to its end, and nobody is left whom another way might reach."""
    (reader,) = await fetch("SELECT position FROM reader WHERE name = 'notices'")
    if reader["position"] < (await stream.head()).position:
        return False
    (row,) = await fetch(
        "SELECT count(*) AS count FROM notice n WHERE n.settled_at IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM delivery d WHERE d.notice_id = n.id AND d.created_at = $1)",
        LATER,
    )
    return bool(row["count"] == 0)


async def _ways() -> Counter[tuple[str, str]]:
    """How many notices went to whom by which way."""
    rows = await fetch(
        "SELECT n.person_id, m.kind FROM delivery d JOIN notice n ON n.id = d.notice_id "
        "JOIN message m ON m.id = d.message_id AND m.person_id = n.person_id"
    )
    return Counter((NAMES[row["person_id"]], row["kind"]) for row in rows)


async def _empty_messages() -> int:
    rows = await fetch(
        "SELECT 1 FROM message m "
        "WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.message_id = m.id)"
    )
    return len(rows)


async def test_while_one_tells_another_finds_nothing_to_do(house_on_postgres: str) -> None:
    """The reader's row is what only one of them has."""
    assert house_on_postgres
    await _a_storm(3)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        assert await readers.locked(readers.NOTICES) == 0
        begun.set()
        await go_on.wait()

    holding = asyncio.create_task(unit_of_work(hold))
    await begun.wait()
    assert await tell(now=AT, mail_is_set=True) == Told()
    go_on.set()
    await holding

    assert (await tell(now=AT, mail_is_set=True)).notices == 6


async def test_those_who_look_at_once_send_each_notice_one_more_way(house_on_postgres: str) -> None:
    assert house_on_postgres
    await telling.channels(ADA.id, ChannelKind.NTFY, ChannelKind.SLACK)
    await _a_storm(60)
    await tell(now=AT, mail_is_set=True)

    await asyncio.gather(*(reach(now=LATER, mail_is_set=True, batch=10) for _ in range(4)))

    ways = await _ways()
    assert (ways["Ada", "NTFY"], ways["Ada", "SLACK"], ways["Ada", "EMAIL"]) == (60, 60, 0)
    assert (ways["Ben", "EMAIL"], ways["Mia", "EMAIL"]) == (60, 60)


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("table", ["notice", "message", "delivery"])
async def test_a_pass_that_breaks_anywhere_has_told_nobody_and_the_next_tells_all(
    table: str,
) -> None:
    await store(opened(Priority.HIGH, at=NINE))
    await sweep(now=AT)
    await execute(f"ALTER TABLE {table} RENAME TO elsewhere")
    with pytest.raises(Exception, match=rf"{table}|elsewhere"):
        await tell(now=AT, mail_is_set=True)

    await execute(f"ALTER TABLE elsewhere RENAME TO {table}")
    assert await counts() == {"notice": 0, "delivery": 0, "message": 0}
    assert (await fetch("SELECT position FROM reader WHERE name = 'notices'"))[0]["position"] == 0
    await tell(now=AT, mail_is_set=True)
    assert await counts() == {"notice": 2, "delivery": 2, "message": 2}
