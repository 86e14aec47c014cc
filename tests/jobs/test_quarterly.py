"""Quarterly reviews open by themselves (Q1): once for each quarter, whoever slept at midnight."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from escgraph.commands.acting import Call
from escgraph.commands.ending import cancel_ticket, resolve_ticket
from escgraph.commands.quarterly import gather_cases
from escgraph.commands.reviews import add_review_action, complete_review_action
from escgraph.domain.policy import SOP
from escgraph.domain.policy_document import document
from escgraph.domain.terms import Priority, ResolutionCode, ReviewActionId
from escgraph.jobs.quarterly import open_due
from escgraph.store import database, simulation
from escgraph.store.database import execute, fetch
from escgraph.store.quarterly_reviews import busy
from escgraph.store.values import moment
from tests.queries.house import House, hours

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)
JULY = datetime(2026, 7, 1, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 10, 9, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@asynccontextmanager
async def moved_into(url: str) -> AsyncIterator[House]:
    await database.connect(url, pool_size=6)
    house = House()
    await house.move_in()
    yield house
    await database.close()


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async with moved_into(database_url) as house:
        yield house


@pytest.fixture
async def house_on_postgres(pg_url: str) -> AsyncIterator[House]:
    async with moved_into(pg_url) as house:
        yield house


async def in_the_zone(zone: str) -> None:
    """Let the policy in force be one of that zone."""
    policy = replace(SOP, version=2, zone=zone)
    await execute(
        "INSERT INTO policy (version, name, document, created_at, published_at) "
        "VALUES (2, 'x', $1, $2, $2)",
        document(policy),
        NEW_YEAR,
    )


async def escalated(house: House, *, at: datetime) -> None:
    """A ticket of which both rungs fired, the first two hours later and the last four hours."""
    await house.open(priority=Priority.HIGH, at=at)
    await house.sweep(at + hours(2))
    await house.sweep(at + hours(4))


async def reviews() -> list[tuple[str, datetime | None, datetime | None, int]]:
    rows = await fetch(
        "SELECT r.quarter, r.starts_at, r.ends_at, count(c.id) AS cases FROM review r "
        "LEFT JOIN review_case c ON c.review_id = r.id WHERE r.kind = 'QUARTERLY' "
        "GROUP BY r.quarter, r.starts_at, r.ends_at ORDER BY r.quarter"
    )
    return [
        (row["quarter"], moment(row["starts_at"]), moment(row["ends_at"]), row["cases"])
        for row in rows
    ]


async def test_nothing_opens_before_there_was_a_ticket(house: House) -> None:
    assert (await open_due(now=APRIL)).quarters == ()


async def test_a_quarters_review_opens_at_its_end_and_not_a_moment_before(house: House) -> None:
    """Q1, A24: with a case for each of its escalations."""
    await escalated(house, at=FEBRUARY)

    assert (await open_due(now=APRIL - INSTANT)).quarters == ()
    assert (await open_due(now=APRIL)).quarters == ("2026-Q1",)

    assert await reviews() == [("2026-Q1", NEW_YEAR, APRIL, 2)]


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("Asia/Kolkata", datetime(2026, 3, 31, 18, 30, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2026, 3, 31, 11, tzinfo=UTC)),
        ("America/St_Johns", datetime(2026, 4, 1, 2, 30, tzinfo=UTC)),
    ],
)
async def test_an_escalation_belongs_to_the_quarter_in_which_it_fired_where_the_organisation_is(
    house: House, zone: str, midnight: datetime
) -> None:
    """A24: one fires in the last moment of the quarter, one in the first of the next."""
    await in_the_zone(zone)
    await house.open(priority=Priority.HIGH, at=midnight - hours(2))
    await house.open(priority=Priority.HIGH, at=midnight - hours(2) - INSTANT)
    await house.sweep(midnight - INSTANT)
    await house.sweep(midnight)

    assert (await open_due(now=midnight - INSTANT)).quarters == ()
    assert (await open_due(now=midnight)).quarters == ("2026-Q1",)
    assert [(name, cases) for name, _, _, cases in await reviews()] == [("2026-Q1", 1)]

    await open_due(now=midnight + timedelta(days=92))

    (_, _, ends_at, _), (name, starts_at, _, cases) = await reviews()
    assert (name, cases) == ("2026-Q2", 1)
    assert starts_at == ends_at == midnight


async def test_twice_it_opens_nothing_twice(house: House) -> None:
    """Q1: idempotent; the second time there is nothing to tell either."""
    await escalated(house, at=FEBRUARY)
    first = await open_due(now=APRIL)
    again = await open_due(now=APRIL + hours(1))
    assert first.position is not None
    assert (again.quarters, again.position) == ((), None)
    assert len(await reviews()) == 1
    assert len(await fetch("SELECT 1 AS one FROM event WHERE kind = 'ReviewOpened'")) == 1


async def test_six_at_once_open_one_review(house_on_postgres: House) -> None:
    """Q1: whoever comes second finds it there, and no case is doubled."""
    await escalated(house_on_postgres, at=FEBRUARY)
    opened = await asyncio.gather(*(open_due(now=APRIL) for _ in range(6)))
    assert sorted(one.quarters for one in opened) == [()] * 5 + [("2026-Q1",)]
    assert await reviews() == [("2026-Q1", NEW_YEAR, APRIL, 2)]
    assert len(await fetch("SELECT 1 AS one FROM event WHERE kind = 'ReviewOpened'")) == 1


async def test_a_year_without_a_process_is_made_up_for(house: House) -> None:
    """Q1: a ticket that nobody resolved keeps every quarter worth a look."""
    await escalated(house, at=FEBRUARY)
    opened = await open_due(now=datetime(2027, 1, 2, tzinfo=UTC))
    assert opened.quarters == ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
    assert [cases for *_, cases in await reviews()] == [2, 0, 0, 0]


async def test_quarters_in_which_nothing_was_there_get_no_review(house: House) -> None:
    """A log of long ago that was played in leaves no empty reviews up to today."""
    ticket = await house.open(priority=Priority.HIGH, at=FEBRUARY)
    await house.sweep(FEBRUARY + hours(2))
    call = Call(by=house.manager, at=FEBRUARY + hours(3))
    await cancel_ticket(ticket, call=call, reason="the log ends here")
    assert (await open_due(now=datetime(2036, 1, 2, tzinfo=UTC))).quarters == ("2026-Q1",)


async def test_an_action_that_waits_brings_a_review_although_no_ticket_was_there(
    house: House,
) -> None:
    """Q4: carried into the next review until done."""
    ticket = await house.open(priority=Priority.HIGH, at=FEBRUARY)
    call = Call(by=house.manager, at=FEBRUARY + hours(1))
    await cancel_ticket(ticket, call=call, reason="no issue")
    await open_due(now=APRIL)
    (row,) = await fetch("SELECT id FROM review")
    await add_review_action(
        row["id"], call=Call(by=house.manager, at=APRIL + hours(1)), description="Train people"
    )
    assert (await open_due(now=datetime(2026, 7, 1, tzinfo=UTC))).quarters == ("2026-Q2",)


async def test_an_action_that_was_done_when_a_quarter_had_begun_waited_in_it(house: House) -> None:
    """Q4, A24: at its very beginning too, and not an instant before."""
    ticket = await house.open(priority=Priority.HIGH, at=FEBRUARY)
    call = Call(by=house.manager, at=FEBRUARY + hours(1))
    await cancel_ticket(ticket, call=call, reason="no issue")
    await open_due(now=APRIL)
    (row,) = await fetch("SELECT id FROM review")
    written = await add_review_action(
        row["id"], call=Call(by=house.manager, at=APRIL), description="Train people"
    )
    await execute("UPDATE review_action SET created_at = $1", APRIL - INSTANT)

    await complete_review_action(
        ReviewActionId(written.id), call=Call(by=house.manager, at=APRIL), outcome="Trained"
    )
    assert await busy(APRIL, JULY)
    await execute("UPDATE review_action SET done_at = $1", APRIL - INSTANT)
    assert not await busy(APRIL, JULY)


async def test_a_ticket_that_was_resolved_when_a_quarter_had_begun_was_live_in_it(
    house: House,
) -> None:
    """Q1, A24: at its very beginning too, and not an instant before."""
    ticket = await house.open(priority=Priority.LOW, at=APRIL - hours(1))
    call = Call(by=house.manager, at=APRIL)
    await resolve_ticket(
        ticket, call=call, summary="Fixed", code=ResolutionCode.FIXED, root_cause=""
    )

    assert await busy(APRIL, JULY)
    await execute("UPDATE ticket SET resolved_at = $1", APRIL - INSTANT)
    assert not await busy(APRIL, JULY)


async def test_a_database_into_which_a_log_is_being_played_is_left_alone(house: House) -> None:
    await escalated(house, at=FEBRUARY)
    await simulation.begin(at=APRIL)
    assert (await open_due(now=APRIL)).quarters == ()
    await simulation.end()
    assert (await open_due(now=APRIL)).quarters == ("2026-Q1",)


async def test_what_was_committed_after_the_review_opened_becomes_a_case_too(house: House) -> None:
    """Q1: every escalation of the quarter, also one whose engine was slow to commit."""
    await escalated(house, at=FEBRUARY)
    await open_due(now=APRIL)
    await escalated(house, at=FEBRUARY + hours(24))
    await open_due(now=APRIL + hours(1))
    assert [cases for *_, cases in await reviews()] == [4]


async def test_a_review_that_is_completed_gets_no_case_any_more(house: House) -> None:
    await escalated(house, at=FEBRUARY)
    await open_due(now=APRIL)
    await execute("UPDATE review SET state = 'COMPLETED', completed_at = $1", APRIL)
    await escalated(house, at=FEBRUARY + hours(24))
    await open_due(now=APRIL + hours(1))
    (row,) = await fetch("SELECT id FROM review")
    assert await gather_cases(row["id"]) == 0
    assert [cases for *_, cases in await reviews()] == [2]


async def test_where_the_zone_has_moved_no_escalation_is_in_two_quarters(house: House) -> None:
    """A24: a quarter begins where the one before ended, whatever the zone was then."""
    await house.open(priority=Priority.HIGH, at=APRIL - hours(5))
    await house.sweep(APRIL - hours(3))
    await open_due(now=APRIL)
    await in_the_zone("Asia/Kolkata")
    await open_due(now=datetime(2026, 7, 1, tzinfo=UTC))
    (_, _, ends_at, first), (_, starts_at, _, second) = await reviews()
    assert ends_at == starts_at == APRIL
    assert (first, second) == (1, 0)


async def test_it_is_due_in_twice_the_working_days_of_a_post_issue_review(house: House) -> None:
    """Q1: ten working days from the Wednesday on which it opened, over two weekends."""
    await escalated(house, at=FEBRUARY)
    await open_due(now=APRIL)
    (row,) = await fetch("SELECT due_at FROM review")
    assert moment(row["due_at"]) == datetime(2026, 4, 16, tzinfo=UTC)
