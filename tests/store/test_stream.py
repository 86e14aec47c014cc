"""The stream in the database: positions follow the commits, and a reader misses nothing."""

import asyncio
import contextlib
from datetime import timedelta

import pytest
from uuid_utils.compat import uuid7

from escgraph.store import postgres_client, stream
from escgraph.store.database import DatabaseBusy, database_now, execute, fetch
from escgraph.store.database import connected as connected_client
from escgraph.store.transactions import unit_of_work
from tests.store.rows import NINE, add, add_a_ticket


async def _write(kind: str, *, count: int = 1) -> int:
    """Events of that kind, as the last thing in their unit; the position of the first."""

    async def append() -> int:
        first = await stream.take_positions(count)
        for position in range(first, first + count):
            await add("event", position=position, id=uuid7(), kind=kind, at=NINE, payload={})
        return first

    return await unit_of_work(append)


async def test_positions_begin_at_one_and_go_on_from_the_last(connected: str) -> None:
    assert await _write("A", count=3) == 1
    assert await _write("B") == 4
    assert (await stream.head()).position == 4


async def test_a_unit_that_fails_takes_no_position(connected: str) -> None:
    async def fails() -> None:
        await stream.take_positions(5)
        raise LookupError("no")

    with pytest.raises(LookupError):
        await unit_of_work(fails)

    assert await _write("A") == 1


async def test_the_epoch_stays_and_a_new_one_is_seen(connected: str) -> None:
    first = await stream.head()
    await _write("A")
    assert (await stream.head()).epoch == first.epoch

    await execute("UPDATE stream SET epoch = 'restored'")

    assert await stream.head() == stream.Head("restored", 1)


async def test_a_page_holds_what_lies_behind_a_position(connected: str) -> None:
    for kind in "ABCDE":
        await _write(kind)

    async def kinds(after: int, *, limit: int, until: int | None = None) -> str:
        events = await stream.read(after, limit=limit, until=until)
        return "".join(event.kind for event in events)

    assert await kinds(0, limit=10) == "ABCDE"
    assert await kinds(2, limit=10) == "CDE"
    assert await kinds(0, limit=2) == "AB"
    assert await kinds(1, limit=10, until=3) == "BC"
    assert await kinds(5, limit=10) == ""


async def test_an_event_is_read_as_it_was_written(connected: str) -> None:
    ticket = await add_a_ticket()
    ada = (await fetch("SELECT id FROM person"))[0]["id"]
    identity = uuid7()
    before = await database_now()
    await add(
        "event",
        position=2,
        id=identity,
        kind="NoteAdded",
        ticket_id=ticket,
        ticket_version=2,
        at=NINE + timedelta(seconds=1),
        by_id=ada,
        payload={"text": "ü"},
        state={"tier": "LEVEL_1"},
    )

    opened, noted = await stream.read(0, limit=10)

    assert (noted.position, noted.id, noted.kind) == (2, identity, "NoteAdded")
    assert (noted.ticket_id, noted.ticket_version, str(noted.by)) == (ticket, 2, str(ada))
    assert noted.at == NINE + timedelta(seconds=1)
    assert (noted.payload, noted.state) == ({"text": "ü"}, {"tier": "LEVEL_1"})
    assert before <= noted.recorded_at <= await database_now()
    assert (opened.by, opened.state) == (None, None)


async def test_an_event_of_no_ticket_is_read_as_such(connected: str) -> None:
    await _write("PersonCreated")

    (event,) = await stream.read(0, limit=1)

    assert (event.ticket_id, event.ticket_version) == (None, None)


async def test_the_oldest_position_follows_what_was_forgotten(connected: str) -> None:
    assert await stream.oldest() == 0
    await _write("A", count=5)
    assert await stream.oldest() == 1

    await execute("DELETE FROM event WHERE position < $1", 4)

    assert await stream.oldest() == 4
    assert (await stream.head()).position == 5


async def test_where_no_event_is_stored_any_more_the_oldest_is_the_one_to_come(
    connected: str,
) -> None:
    await _write("A", count=5)
    await execute("DELETE FROM event WHERE position > 0")

    assert await stream.oldest() == 6


async def test_a_reader_beside_many_writers_misses_nothing(connected: str) -> None:
    writers, each = 8, 12
    over = asyncio.Event()
    reading = asyncio.create_task(_read_until(over))

    await asyncio.gather(*(_write_and_fail(str(name), times=each) for name in range(writers)))
    over.set()
    seen = await reading

    assert [event.position for event in seen] == list(range(1, writers * each + 1))
    assert len({event.kind for event in seen}) == writers * each


async def _write_and_fail(name: str, *, times: int) -> None:
    """Write so many events, with a unit before every third that takes a position and fails."""

    async def fails() -> None:
        await stream.take_positions(1)
        await asyncio.sleep(0)
        raise LookupError(name)

    for n in range(times):
        if n % 3 == 0:
            with contextlib.suppress(LookupError):
                await unit_of_work(fails)
        await _write(f"{name}:{n}")


async def _read_until(over: asyncio.Event) -> list[stream.StoredEvent]:
    """Everything, in small pages, read again and again as a web process does."""
    seen: list[stream.StoredEvent] = []
    while True:
        last = over.is_set()
        page = await stream.read(seen[-1].position if seen else 0, limit=5)
        seen += page
        if last and not page:
            return seen
        await asyncio.sleep(0)


async def test_a_process_stands_in_line_at_the_counter_once_and_loses_it_when_it_freezes(
    on_postgres: str,
) -> None:
    """Were all of its writers in that line, each would take the counter in turn, and freeze."""
    taken, go_on = asyncio.Event(), asyncio.Event()
    limits: list[str] = []

    async def first() -> None:
        limits.append(await _idle_limit())
        await stream.take_positions(1)
        limits.append(await _idle_limit())
        taken.set()
        await go_on.wait()

    async def second() -> int:
        return await stream.take_positions(1)

    writing = asyncio.create_task(unit_of_work(first))
    await taken.wait()
    waiting = asyncio.create_task(unit_of_work(second))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(waiting), timeout=0.1)
    in_line = await fetch(
        "SELECT count(*) AS n FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    go_on.set()

    await writing
    assert (await waiting, in_line) == (2, [{"n": 0}])
    assert [*limits, await _idle_limit()] == ["1500ms", "1s", "5s"]


async def test_a_migration_may_think_longer_between_two_statements(on_postgres: str) -> None:
    async with connected_client().transaction("migrate") as migration:
        (row,) = await migration.rows("SHOW idle_in_transaction_session_timeout", ())

    assert row == {"idle_in_transaction_session_timeout": "5s"}, "what its session has"


async def test_who_waits_too_long_for_others_of_its_process_is_told_that_nothing_was_written(
    on_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_client, "TURN_S", 0.02)
    taken, go_on = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        await stream.take_positions(1)
        taken.set()
        await go_on.wait()

    writing = asyncio.create_task(unit_of_work(first))
    await taken.wait()
    with pytest.raises(DatabaseBusy, match="others of this process"):
        await unit_of_work(lambda: stream.take_positions(1))
    go_on.set()
    await writing

    assert await unit_of_work(lambda: stream.take_positions(1)) == 2


async def _idle_limit() -> str:
    (row,) = await fetch("SHOW idle_in_transaction_session_timeout")
    return str(row["idle_in_transaction_session_timeout"])
