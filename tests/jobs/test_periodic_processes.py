"""The real processes do the periodic work: the worker, and the server where there is none (D3)."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from escgraph import worker
from escgraph.clock import Clock
from escgraph.commands import ending, opening
from escgraph.commands.acting import Call
from escgraph.domain.opening import Report
from escgraph.domain.terms import Priority, ResolutionCode, ReviewId, TicketId
from escgraph.jobs.periodic import PERIODIC
from escgraph.store import database, readers, review_search, reviews, stream
from escgraph.store.database import execute
from tests.conftest import StartService
from tests.processes import free_port
from tests.store.ladders import AGENT, move_in

ESCGRAPH = Path(sys.executable).with_name("escgraph")


async def late_review() -> ReviewId:
    """The review of a critical ticket that was resolved a month ago."""
    at = Clock().now() - timedelta(days=30)
    report = Report(
        title="Mail is down",
        description="Nobody gets mail",
        category="system-outage",
        component="mail",
        priority=Priority.HIGH,
        reporter="Ann Example",
        critical=True,
    )
    written = await opening.open_ticket(report, call=Call(by=AGENT, at=at))
    ticket_id = TicketId(written.id)
    await ending.resolve_ticket(
        ticket_id,
        call=Call(by=AGENT, at=at),
        summary="New disk",
        code=ResolutionCode.FIXED,
        root_cause="",
    )
    (review,) = (await review_search.of_tickets([ticket_id]))[ticket_id]
    return review.id


async def until_overdue(review_id: ReviewId) -> None:
    async with asyncio.timeout(60):
        while not (await reviews.load(review_id)).overdue:  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.05)


async def test_a_worker_marks_what_is_overdue(house: str, start_service: StartService) -> None:
    """D3: on either engine, without Redis."""
    review_id = await late_review()

    start_service([ESCGRAPH, "worker"], {"ESCGRAPH_DATABASE_URL": house})

    await until_overdue(review_id)


async def test_a_server_without_a_worker_marks_what_is_overdue(
    house: str, start_service: StartService
) -> None:
    """D3."""
    review_id = await late_review()
    port = str(free_port())

    start_service(
        [ESCGRAPH, "serve"], {"ESCGRAPH_DATABASE_URL": house, "ESCGRAPH_PORT": port}, name="web"
    )

    await until_overdue(review_id)


@pytest.mark.usefixtures("house")
async def test_arq_s_tick_marks_what_is_overdue_and_rings() -> None:
    """D3: whatever the loop beside it does."""
    review_id = await late_review()
    rang: list[int] = []

    async def ring(position: int) -> None:
        rang.append(position)

    runtime = SimpleNamespace(clock=Clock(), doorbell=SimpleNamespace(ring=ring))
    (job,) = [job for job in PERIODIC if job.name == "mark_overdue_reviews"]

    await worker._cron(job).coroutine({"runtime": runtime})

    assert (await reviews.load(review_id)).overdue
    assert rang == [(await stream.head()).position]


@pytest.mark.parametrize("program", ["worker", "serve"])
async def test_either_archives_what_is_older_than_the_stream_is_kept(
    program: str, sqlite_url: str, start_service: StartService
) -> None:
    await database.connect(sqlite_url)
    await move_in()
    await late_review()
    await execute("UPDATE event SET recorded_at = at")
    await readers.to_the_end(readers.NOTICES, at=Clock().now())
    environ = {"ESCGRAPH_DATABASE_URL": sqlite_url, "ESCGRAPH_PORT": str(free_port())}

    start_service([ESCGRAPH, program], {**environ, "ESCGRAPH_EVENT_DAYS": "29"})

    async with asyncio.timeout(60):
        while await stream.oldest() == 1:  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.05)
    await database.close()
