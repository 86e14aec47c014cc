"""The lives of a database: whatever shows that it is another one begins a new epoch, once."""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest
from uuid_utils.compat import uuid7

from escgraph.store import database, lives, stream
from escgraph.store.database import execute, fetch
from escgraph.store.transactions import snapshot
from tests.servers import new_database, psql
from tests.store.rows import NINE, add


async def _write(count: int = 1) -> None:
    first = await stream.take_positions(count)
    for position in range(first, first + count):
        await add("event", position=position, id=uuid7(), kind="A", at=NINE, payload={})


async def _life() -> str | None:
    (row,) = await fetch("SELECT life FROM stream")
    life: str | None = row["life"]
    return life


async def test_a_database_from_before_there_were_lives_takes_the_one_that_it_has(
    connected: str,
) -> None:
    before = await stream.head()
    assert await _life() is None

    await lives.settle()

    assert await _life() == (await lives.look(0)).now
    assert await stream.head() == before


async def test_looking_again_changes_nothing(connected: str) -> None:
    await lives.settle()
    before = await fetch("SELECT * FROM stream")
    watch = lives.Watch()

    for _ in range(3):
        await _write()
        await watch.head()

    (row,) = await fetch("SELECT * FROM stream")
    assert row == {**before[0], "position": before[0]["position"] + 3}


async def test_another_life_begins_a_new_epoch(connected: str) -> None:
    await lives.settle()
    before = await stream.head()
    now = await _life()
    await execute("UPDATE stream SET life = 'another'")
    assert not (await lives.look(0)).settled

    head = await lives.Watch().head()

    assert head.epoch != before.epoch
    assert head.position == before.position
    assert await _life() == now


async def test_of_processes_that_see_it_at_once_one_begins_the_epoch(connected: str) -> None:
    await lives.settle()
    await execute("UPDATE stream SET life = 'another'")

    heads = await asyncio.gather(*(lives.Watch().head() for _ in range(8)))

    assert {head.epoch for head in heads} == {(await stream.head()).epoch}


SINCE = (
    ("life = 'another'", "epoch = 'theirs'"),
    ("life = NULL", "epoch = 'theirs again'"),
    ("life = NULL", "life = 'theirs'"),
)


async def test_what_others_wrote_since_the_look_stays(
    connected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or each process would begin an epoch of its own, and send all listeners to read anew."""
    for before, others in SINCE:
        await execute(f"UPDATE stream SET {before}")
        with monkeypatch.context() as patch:
            _let_others_write_after_a_look(others, patch)
            await lives.Watch().head()

        (row,) = await fetch("SELECT * FROM stream")
        assert others in {f"{name} = '{row[name]}'" for name in ("epoch", "life")}
        assert row["life"] != await _life_now() or "life" in others


def _let_others_write_after_a_look(others: str, patch: pytest.MonkeyPatch) -> None:
    look = lives.look

    async def and_then_others_write(position: int) -> lives.Look:
        seen = await look(position)
        patch.setattr(lives, "look", look)
        await execute(f"UPDATE stream SET {others}")
        return seen

    patch.setattr(lives, "look", and_then_others_write)


async def _life_now() -> str:
    return (await lives.look(0)).now


async def test_a_head_that_went_back_begins_a_new_epoch_for_all(connected: str) -> None:
    one, two = lives.Watch(), lives.Watch()
    await _write(5)
    before = await one.head()
    await two.head()
    await execute("DELETE FROM event WHERE position > 3")
    await execute("UPDATE stream SET position = 3")

    after = await one.head()

    assert (after.position, after.epoch != before.epoch) == (3, True)
    assert await two.head() == after
    assert await one.head() == after


async def test_another_event_where_the_last_one_was_begins_a_new_epoch(connected: str) -> None:
    """The tail was lost and written anew, and the head is further than it ever was."""
    watch = lives.Watch()
    await _write(5)
    before = await watch.head()
    await execute("DELETE FROM event WHERE position > 3")
    await execute("UPDATE stream SET position = 3")
    await _write(4)

    after = await watch.head()

    assert (after.position, after.epoch != before.epoch) == (7, True)


async def test_an_event_that_retention_took_away_begins_none(connected: str) -> None:
    watch = lives.Watch()
    await _write(5)
    before = await watch.head()
    await execute("DELETE FROM event")

    assert await watch.head() == before


async def test_somebody_who_says_so_begins_a_new_epoch(connected: str) -> None:
    await _write(2)

    before, after = await lives.begin_anew()

    assert before.position == after.position == 2
    assert before.epoch != after.epoch == (await stream.head()).epoch
    assert await lives.Watch().head() == after


async def test_a_snapshot_may_look(connected: str) -> None:
    await lives.settle()

    seen = await snapshot(lambda: lives.look(0))

    assert seen.settled


@pytest.fixture
def at_the_copy(pg_url: str, postgres_url: str) -> Iterator[str]:
    """The address of a copy of the database, which was in use before."""
    asyncio.run(_used(pg_url))
    with new_database(postgres_url, template=urlsplit(pg_url).path[1:]) as url:
        yield url


async def _used(url: str) -> None:
    await database.connect(url)
    await lives.settle()
    await database.close()


async def test_a_copy_of_a_database_has_a_life_of_its_own(at_the_copy: str) -> None:
    await database.connect(at_the_copy)
    before = await stream.head()

    after = await lives.Watch().head()

    assert before.epoch != after.epoch
    await database.close()


@pytest.fixture
def as_a_guest(pg_url: str) -> Iterator[str]:
    """The address of a database whose signs its user may not read, as where others run it."""
    name = f"guest_{urlsplit(pg_url).path[1:]}"
    psql(
        pg_url,
        f"CREATE ROLE {name} LOGIN PASSWORD 'guest';"
        f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name};"
        "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC;"
        "REVOKE EXECUTE ON FUNCTION pg_current_wal_insert_lsn() FROM PUBLIC",
    )
    parts = urlsplit(pg_url)
    place = parts.netloc.rpartition("@")[2]
    yield urlunsplit(parts._replace(netloc=f"{name}:guest@{place}"))
    psql(pg_url, f"DROP OWNED BY {name}; DROP ROLE {name}")


async def test_signs_that_may_not_be_read_are_left_out(as_a_guest: str, pg_url: str) -> None:
    await database.connect(as_a_guest)
    await lives.settle()
    alone = await _life()
    epoch = (await stream.head()).epoch
    await database.close()

    assert alone is not None
    assert alone.startswith("-/-/")
    await database.connect(pg_url)
    await lives.settle()
    whole = await _life()
    assert whole is not None
    assert whole.endswith(alone.removeprefix("-/-"))
    assert "-" not in whole
    await database.close()

    await database.connect(as_a_guest)
    await lives.settle()
    assert (await _life(), (await stream.head()).epoch) == (whole, epoch)
    await database.close()


def test_ids_of_the_suite_are_told_apart_by_their_tags() -> None:
    """Those that one process makes one after the other, and those that one statement numbers."""
    assert len({stream.tag_of(uuid7()) for _ in range(100)}) == 100
    first, second = (f"{str(uuid7())[:-4]}0001" for _ in range(2))
    assert stream.tag_of(first) != stream.tag_of(second)
