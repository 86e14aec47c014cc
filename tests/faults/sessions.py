"""What PostgreSQL says of its sessions, asked by a connection of one's own.

No pool that was hurt has a part in it.
"""

import asyncio
from typing import Any

import asyncpg


async def asked(url: str, sql: str, *values: object) -> Any:  # noqa: ANN401 - of any type
    """The one value that the statement gives."""
    connection = await asyncpg.connect(url, timeout=5)
    try:
        return await connection.fetchval(sql, *values)
    finally:
        connection.terminate()


async def left_in_transaction(url: str) -> int:
    """How many sessions of that database sit in a transaction and do nothing, for a while."""
    first = set(await asked(url, _SITTING))
    await asyncio.sleep(0.5)
    return len(first & set(await asked(url, _SITTING)))


_SITTING = """
SELECT coalesce(array_agg(pid || ' ' || xact_start), '{}') FROM pg_stat_activity
WHERE datname = current_database() AND state LIKE 'idle in transaction%'
"""
