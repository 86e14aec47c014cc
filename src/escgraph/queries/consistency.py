"""Whether the database contradicts itself: everything that is recorded twice, compared.

All of it is read in one snapshot, so that what others write meanwhile is neither seen half nor
missed. It is read in small pages, and between two of them others get their turn.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing

from escgraph.domain.contradiction import About, Contradiction
from escgraph.domain.policy import Policy
from escgraph.domain.recorded_rows import rows_against
from escgraph.domain.recount import Recount
from escgraph.store import consistency, consistency_notices, consistency_stream
from escgraph.store.consistency import Page, name_of
from escgraph.store.transactions import snapshot

__all__ = ["About", "Contradiction", "contradictions", "seen_from_here", "size"]


async def contradictions(
    *, limit: int = 100, progress: Callable[[], None] = lambda: None
) -> list[Contradiction]:
    """What is wrong, up to `limit` of it; empty means consistent. Calls `progress` once a ticket.

    It may not be asked for inside of a unit of work.
    """
    return await snapshot(lambda: seen_from_here(limit=limit, progress=progress))


async def seen_from_here(
    *, limit: int = 100, progress: Callable[[], None] = lambda: None
) -> list[Contradiction]:
    """The same as the transaction sees it that this task runs."""
    found: list[Contradiction] = []
    await consistency.be_patient()
    async with aclosing(_everything(progress)) as everything:
        async for contradiction in everything:
            found.append(contradiction)
            if len(found) >= limit:
                break
    return found


async def size() -> int:
    """How many tickets there are to compare."""
    return await consistency.count()


async def _everything(progress: Callable[[], None]) -> AsyncGenerator[Contradiction, None]:
    for part in (
        consistency_stream.missing_indexes,
        consistency_stream.positions,
        consistency_stream.doubled,
    ):
        async for found in part():
            yield found
    policies = await consistency.every_policy()
    async for page in consistency.pages():
        async for found in _of_page(page, policies):
            yield found
        for _ in (*page.records, *page.unreadable):
            progress()
    for part in (
        consistency_notices.readers,
        consistency_notices.notices,
        consistency_notices.messages,
        consistency_notices.results,
    ):
        async for found in part():
            yield found


async def _of_page(page: Page, policies: Mapping[int, Policy]) -> AsyncIterator[Contradiction]:
    for found in page.unreadable:
        yield found
    recounts = {
        record.ticket.id: Recount(
            record.ticket.id, name=name_of(record.ticket.number), policies=policies
        )
        for record in page.records
    }
    unheard = set()
    async for ticket, told in consistency.events(page.records):
        if isinstance(told, Contradiction):
            unheard.add(ticket)
            yield told
        elif ticket not in unheard:
            for found in recounts[ticket].hear(told):
                yield found
    for record in page.records:
        if record.ticket.id not in unheard:
            name = name_of(record.ticket.number)
            for found in rows_against(record, recounts[record.ticket.id], name=name):
                yield found
        await asyncio.sleep(0)
