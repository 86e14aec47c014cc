"""Retention: what the stream need not hold moves to the archive, the oldest first, and no more."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from escgraph import worker
from escgraph.commands import webhooks as commands
from escgraph.commands import work
from escgraph.config import Settings
from escgraph.domain.events_policy import PolicyRetired
from escgraph.domain.terms import Priority, TicketId, Visibility
from escgraph.domain.ticket import Actor
from escgraph.jobs import periodic
from escgraph.jobs.notices import tell
from escgraph.jobs.periodic import PERIODIC
from escgraph.jobs.retention import archive
from escgraph.jobs.webhooks import GAP
from escgraph.store import database, readers, retention, sealing, simulation, stream
from escgraph.store.database import execute, fetch
from escgraph.store.event_tables import EVENTS
from escgraph.store.timeline import append_alone
from escgraph.store.transactions import unit_of_work
from escgraph.store.values import moment, uuid
from tests.hooks import arrive, claim, fan_out_all, hook, loaded, messages
from tests.jobs.archivists import archive_until_killed, killed_after
from tests.queries.house import NINE, House, hours, minutes

KEPT = timedelta(days=90)
MANY = 12
SMALL = 5
"""A page, so that several make up the whole."""


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async for house in _house(database_url):
        yield house


@pytest.fixture
async def house_on_sqlite(sqlite_url: str) -> AsyncIterator[House]:
    async for house in _house(sqlite_url):
        yield house


@pytest.fixture
async def house_on_postgres(pg_url: str) -> AsyncIterator[House]:
    async for house in _house(pg_url):
        yield house


async def _house(url: str) -> AsyncIterator[House]:
    """With a dozen events, which everybody was told of."""
    sealing.use_keys([sealing.new_key()])
    await database.connect(url, pool_size=8)
    house = House()
    await house.move_in()
    await house.open()
    retired = [
        PolicyRetired(at=NINE, by=None, version=n, successor=n + 1) for n in range(2, MANY + 1)
    ]
    await unit_of_work(lambda: append_alone(*retired))
    await readers.to_the_end(readers.NOTICES, at=NINE)
    yield house
    await database.close()
    sealing.use_keys([])


async def later() -> datetime:
    """When everything that was written by now is too old for the stream."""
    return await database.database_now() + KEPT + minutes(1)


async def archive_all(*, page: int = SMALL) -> int:
    return await archive(now=await later(), kept=KEPT, page=page)


async def kept() -> list[int]:
    return [event.position for event in await stream.read(0, limit=1000)]


async def archived() -> list[int]:
    rows = await fetch("SELECT position FROM event_archive ORDER BY position")
    return [row["position"] for row in rows]


async def ever() -> list[dict[str, Any]]:
    """Every event as it is written, wherever it lies."""
    return await fetch(f"SELECT * FROM {EVENTS} ORDER BY position")


async def set_active(who: Actor, *, active: bool) -> None:
    await execute("UPDATE person SET active = $2 WHERE id = $1", who.person, active)


async def make_young(position: int, column: str) -> None:
    await execute(
        f"UPDATE event SET {column} = $2 WHERE position = $1", position, await later() + KEPT
    )


async def test_what_is_old_moves_as_it_was_and_the_last_event_stays(house: House) -> None:
    """By the last one the end of the stream is known, to the version before as well."""
    before, now = await ever(), await later()

    assert await archive(now=now, kept=KEPT, page=SMALL) == MANY - 1

    assert (await archived(), await kept()) == ([*range(1, MANY)], [MANY])
    assert await ever() == before
    rows = await fetch("SELECT DISTINCT archived_at FROM event_archive")
    assert [moment(row["archived_at"]) for row in rows] == [now]


async def test_a_second_time_nothing_is_left_to_move_and_new_events_follow_later(
    house: House,
) -> None:
    await archive_all()
    assert await archive_all() == 0

    await house.open("Another")
    await readers.to_the_end(readers.NOTICES, at=NINE)

    assert await archive_all() == 1
    assert (await archived())[-1] == MANY


async def test_an_empty_stream_has_nothing_to_move(database_url: str) -> None:
    await database.connect(database_url)
    assert await archive_all() == 0
    await database.close()


@pytest.mark.parametrize("column", ["at", "recorded_at"])
async def test_it_stops_at_the_first_event_that_happened_or_was_written_since(
    house: House, column: str
) -> None:
    """What is older than that behind it stays as well: positions have no gap."""
    await make_young(8, column)

    assert await archive_all() == 7

    assert await kept() == [*range(8, MANY + 1)]


async def test_an_event_is_kept_for_exactly_so_long(house_on_sqlite: House) -> None:
    (last,) = await fetch("SELECT max(recorded_at) AS at FROM event")
    written = moment(last["at"])
    assert written is not None
    await execute("UPDATE event SET recorded_at = $1", written)

    assert await archive(now=written + KEPT, kept=KEPT) == 0
    assert await archive(now=written + KEPT + timedelta(milliseconds=1), kept=KEPT) == MANY - 1


async def test_what_the_reader_of_notices_has_not_read_stays(house: House) -> None:
    await execute("UPDATE reader SET position = 7 WHERE name = 'notices'")

    assert await archive_all() == 7
    assert await retention.limit() == retention.Limit(7, "the reader of notices")


async def test_what_a_webhook_was_not_given_yet_stays(house: House) -> None:
    await hook(house, after=4)
    await readers.to_the_end(readers.NOTICES, at=NINE)

    assert await archive_all() == 4
    assert await retention.limit() == retention.Limit(4, "the webhook ours")


@pytest.mark.parametrize("how", ["disabled", "removed", "owner left", "owner is an agent now"])
async def test_a_webhook_that_nothing_goes_to_holds_up_nothing(
    house_on_sqlite: House, how: str
) -> None:
    house = house_on_sqlite
    webhook = await hook(house, after=4)
    call = house.call(house.script, NINE)
    if how == "disabled":
        await commands.disable_webhook(webhook, call=call, reason="moving")
    elif how == "removed":
        await commands.remove_webhook(webhook, call=call)
    elif how == "owner left":
        await set_active(house.script, active=False)
    else:
        await execute(
            "UPDATE person SET role = 'LEVEL_1_AGENT', tier = 'LEVEL_1' WHERE id = $1",
            house.script.person,
        )
    await readers.to_the_end(readers.NOTICES, at=NINE)

    assert await archive_all() >= MANY


async def test_a_webhook_whose_place_was_archived_meanwhile_is_told_and_not_led_past_it(
    house: House,
) -> None:
    webhook = await hook(house, after=4)
    await set_active(house.script, active=False)
    await archive_all()
    await set_active(house.script, active=True)

    await fan_out_all()

    assert (await loaded(webhook)).disabled_reason == GAP
    assert (await loaded(webhook)).position == 4


async def test_what_a_message_on_its_way_to_a_webhook_tells_of_stays(house: House) -> None:
    webhook = await hook(house, after=0)
    await fan_out_all()
    await readers.to_the_end(readers.NOTICES, at=NINE)
    sent = await messages(webhook)
    for message in sent[:6]:
        assert await arrive(await claim(message, until=NINE + minutes(1)), at=NINE)
    await claim(sent[6], until=NINE + minutes(1))

    assert await archive_all() == 6
    assert (await retention.limit()).holder == "a message on its way"

    await execute(
        "UPDATE message SET state = 'WAITING', leased_until = NULL WHERE state = 'SENDING'"
    )
    assert await archive_all() == 0


async def test_what_is_held_for_a_disabled_webhook_holds_up_nothing(house_on_sqlite: House) -> None:
    house = house_on_sqlite
    webhook = await hook(house, after=0)
    await fan_out_all()
    await commands.disable_webhook(webhook, call=house.call(house.script, NINE), reason="moving")
    await readers.to_the_end(readers.NOTICES, at=NINE)

    assert await archive_all() > MANY


async def test_what_a_notice_on_its_way_tells_of_stays(house: House) -> None:
    ticket = await house.open("Told of", Priority.HIGH)
    await house.sweep(NINE + hours(1))
    await tell(now=NINE + hours(1), mail_is_set=True)
    call = house.call(house.agent, NINE + hours(1))
    await work.log_action(ticket, call=call, text="tried")
    await readers.to_the_end(readers.NOTICES, at=NINE)
    (first,) = await fetch("SELECT min(position) AS position FROM notice")

    assert await archive_all() == first["position"] - 1
    assert (await retention.limit()).holder == "a message on its way"

    await execute("UPDATE message SET state = 'DELIVERED', delivered_at = $1", NINE)
    assert await archive_all() > 0


async def test_what_the_archive_does_not_take_stays(house: House) -> None:
    """However a row is left out there: a trigger of somebody's, a rule, a full partition."""
    for statement in _LEAVES_ONE_OUT[database.dialect()]:
        await execute(statement)

    with pytest.raises(RuntimeError, match="all of them stay"):
        await archive(now=await later(), kept=KEPT)

    assert await fetch("SELECT count(*) AS n FROM event") == [{"n": MANY}]
    assert await fetch("SELECT count(*) AS n FROM event_archive") == [{"n": 0}]


_SKIP_3 = """
CREATE TRIGGER skip_3 BEFORE INSERT ON event_archive WHEN NEW.position = 3
BEGIN SELECT RAISE(IGNORE); END
"""
_NONE_OF_3 = """
CREATE FUNCTION none_of_3() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RETURN CASE WHEN NEW.position <> 3 THEN NEW END; END'
"""
_ASK_IT = """
CREATE TRIGGER skip_3 BEFORE INSERT ON event_archive FOR EACH ROW EXECUTE FUNCTION none_of_3()
"""
_LEAVES_ONE_OUT = {"sqlite": (_SKIP_3,), "postgres": (_NONE_OF_3, _ASK_IT)}


async def test_while_time_is_simulated_nothing_moves(house_on_sqlite: House) -> None:
    await simulation.begin(at=NINE)
    assert await archive_all() == 0

    await simulation.end()
    assert await archive_all() == MANY - 1


@pytest.mark.parametrize("statements", [1, 2, 3])
async def test_killed_after_any_statement_it_has_moved_whole_pages_and_nothing_twice(
    house: House, database_url: str, statements: int
) -> None:
    """Two write in each page: the copy and the removal."""
    before = await ever()

    assert await killed_after(statements, database_url, now=await later(), kept=KEPT, page=SMALL)

    done = (statements - 1) // 2 * SMALL
    assert await archived() == [*range(1, done + 1)]
    assert await kept() == [*range(done + 1, MANY + 1)]
    assert await ever() == before
    assert await archive_all() == MANY - 1 - done
    assert await ever() == before


async def test_processes_that_archive_at_once_and_are_killed_lose_and_double_nothing(
    house_on_postgres: House, pg_url: str
) -> None:
    """Beside people who go on writing, and a reader who sees no event missing at any moment."""
    house, now = house_on_postgres, await later()
    over = asyncio.Event()
    watching = asyncio.create_task(_watch(over))
    for kill in range(3):
        killing = [archive_until_killed(pg_url, now=now, kept=KEPT, page=2) for _ in range(2)]
        tickets = [await house.open(f"In storm {kill} {n}") for n in range(4)]
        for ticket in tickets:
            await work.add_note(
                ticket,
                call=house.call(house.agent, NINE),
                text="so",
                visibility=Visibility.INTERNAL,
            )
        await readers.to_the_end(readers.NOTICES, at=NINE)
        await _until_archived((await stream.head()).position - 5)
        for process in killing:
            process.kill()
            process.join()
    over.set()
    seen = await watching

    last = (await stream.head()).position
    await archive_all()
    assert [row["position"] for row in await ever()] == [*range(1, last + 1)]
    assert len({row["id"] for row in await ever()}) == last
    assert await archived() == [*range(1, last)]
    assert seen > 1


async def _until_archived(position: int) -> None:
    async with asyncio.timeout(30):
        while (await archived() or [0])[-1] < position:  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.001)


async def _watch(over: asyncio.Event) -> int:
    """What lies where at each moment: all of it, without a gap in either; how often it looked."""
    looks = 0
    while not over.is_set():
        (row,) = await fetch(
            "SELECT (SELECT position FROM stream) AS head, "
            "(SELECT coalesce(max(position), 0) FROM event_archive) AS archived, "
            "(SELECT count(*) FROM event_archive) AS many_archived, "
            "(SELECT min(position) FROM event) AS first, (SELECT count(*) FROM event) AS many"
        )
        assert row["archived"] == row["many_archived"] == row["first"] - 1
        assert row["many"] == row["head"] - row["archived"]
        looks += 1
        await asyncio.sleep(0.002)
    return looks


@pytest.mark.usefixtures("house_on_postgres")
async def test_while_a_page_moves_nobody_waits_who_writes_and_another_archivist_finds_nothing(
    house_on_postgres: House,
) -> None:
    """The page names tickets that people write to: not even their keys are locked."""
    house, now = house_on_postgres, await later()
    (first,) = await fetch("SELECT ticket_id FROM event WHERE position = 1")
    moved, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> int:
        many = await retention.move(before=now - KEPT, at=now, most=SMALL)
        moved.set()
        await go_on.wait()
        return many

    moving = asyncio.create_task(unit_of_work(slowly))
    await moved.wait()

    await work.log_action(
        TicketId(uuid(first["ticket_id"])), call=house.call(house.agent, NINE), text="tried"
    )
    assert await archive_all() == 0
    assert not moving.done()
    go_on.set()

    assert await moving == SMALL
    assert await archive_all() == MANY - SMALL


def test_it_is_periodic_work_where_events_are_not_kept_for_ever() -> None:
    assert periodic.jobs(events_kept=None) == PERIODIC
    (job,) = set(periodic.jobs(events_kept=KEPT)) - set(PERIODIC)

    assert job.name == "archive_events"
    assert job.every == timedelta(hours=1)


async def test_the_periodic_work_archives_and_rings_for_nothing(house: House) -> None:
    (job,) = set(periodic.jobs(events_kept=KEPT)) - set(PERIODIC)

    assert await job.work(now=await later()) is None

    assert await archived() == [*range(1, MANY)]


def test_arq_has_it_too_where_the_setting_says_so() -> None:
    def names(days: int | None) -> list[str]:
        settings = Settings(redis_url="redis://localhost:6379/0", event_days=days)
        return [job.name for job in worker._options(settings)["cron_jobs"]]

    assert "cron:archive_events" not in names(None)
    assert "cron:archive_events" in names(90)
