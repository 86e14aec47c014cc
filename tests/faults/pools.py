"""Whether a web process has all connections of its pool, by having them work at once."""

import asyncio

import asyncpg

from tests.faults.desk import Desk, new_mark
from tests.faults.history import History, Outcome
from tests.faults.house import House
from tests.faults.programs import Program

POOL = 10
"""How many connections to PostgreSQL a process has."""


async def at_work_at_once(house: House, web: Program, agent: str, history: History) -> int:
    """How many connections of its pool work at once: as many acts wait for one ticket's lock."""
    async with Desk(house.url(web), agent, history) as desk:
        ticket = await desk.open()
        assert ticket is not None
        holder = await asyncpg.connect(house.database_url)
        try:
            async with holder.transaction():
                await holder.execute("SELECT 1 FROM ticket WHERE id = $1 FOR UPDATE", ticket["id"])
                acts = [asyncio.create_task(_noted(desk, ticket["id"])) for _ in range(POOL)]
                busy = await _waiting(house)
            outcomes = await asyncio.gather(*acts)
        finally:
            holder.terminate()
    return min(busy, outcomes.count(Outcome.OK))


async def _noted(desk: Desk, ticket: str) -> Outcome:
    mark = new_mark()
    loop = asyncio.get_running_loop()
    operation = desk.history.invoked(mark, "addNote", ticket, at=loop.time())
    answer = await desk.until_known(operation, ticketId=ticket, text=mark, visibility="INTERNAL")
    return answer.outcome


async def _waiting(house: House) -> int:
    """How many wait for a lock, at most; a pool that was hurt may have to connect anew first."""
    found = 0
    watcher = await asyncpg.connect(house.database_url)
    try:
        for _ in range(500):
            found = max(found, await watcher.fetchval(_LOCKED_OUT))
            if found >= POOL:
                break
            await asyncio.sleep(0.02)
    finally:
        watcher.terminate()
    return found


_LOCKED_OUT = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
