"""The road on which anything may happen does what it says, with a real PostgreSQL at its end."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.faults.house import through
from tests.faults.proxy import FaultProxy

CLOCK_S = 0.001
"""A loop may wake that much too early: the resolution of its clock."""


@pytest.fixture
async def road(pg_url: str) -> AsyncIterator[FaultProxy]:
    async with FaultProxy(urlsplit(pg_url).port or 0) as proxy:
        yield proxy


@pytest.fixture
async def there(road: FaultProxy, pg_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(through(pg_url, road.port))
    yield connection
    connection.terminate()


async def test_it_passes_on_what_both_say(road: FaultProxy, there: asyncpg.Connection) -> None:
    assert await there.fetchval("SELECT 1") == 1
    assert road.roads == road.connections == 1


async def test_a_reset_is_noticed_at_once_and_a_new_connection_works(
    road: FaultProxy, there: asyncpg.Connection, pg_url: str
) -> None:
    road.reset()

    with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError)):
        await there.fetchval("SELECT 1")
    again = await asyncpg.connect(through(pg_url, road.port))
    assert await again.fetchval("SELECT 2") == 2
    await again.close()


async def test_a_black_hole_swallows_what_is_said_and_spares_new_connections(
    road: FaultProxy, there: asyncpg.Connection, pg_url: str
) -> None:
    road.blackhole()

    with pytest.raises(TimeoutError):
        await there.fetchval("SELECT 1", timeout=0.2)
    again = await asyncpg.connect(through(pg_url, road.port))
    assert await again.fetchval("SELECT 2") == 2
    await again.close()


async def test_a_commit_that_is_cut_was_carried_out_and_is_not_heard_of(
    road: FaultProxy, there: asyncpg.Connection, pg_url: str
) -> None:
    await there.execute("CREATE TABLE note (text text)")
    road.cutting = lambda: True

    with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError)):
        async with there.transaction():
            await there.execute("INSERT INTO note VALUES ('kept')")

    assert road.cuts == 1
    direct = await asyncpg.connect(pg_url)
    assert await direct.fetchval("SELECT text FROM note") == "kept"
    await direct.close()


async def test_what_is_delayed_waits_on_the_way_there_and_on_the_way_back() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        there.set_result(loop.time())
        writer.write(b"!")

    loop = asyncio.get_running_loop()
    there: asyncio.Future[float] = loop.create_future()
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server, FaultProxy(server.sockets[0].getsockname()[1]) as road:
        road.delay = 0.05
        reader, writer = await asyncio.open_connection("127.0.0.1", road.port)
        said = loop.time()
        writer.write(b"?")
        assert await reader.readexactly(1) == b"!"
        heard = loop.time()
        writer.close()

    assert there.result() - said >= road.delay - CLOCK_S
    assert heard - there.result() >= road.delay - CLOCK_S


async def test_a_closed_road_takes_nobody(road: FaultProxy, pg_url: str) -> None:
    road.closed = True

    with pytest.raises((asyncpg.PostgresConnectionError, OSError)):
        await asyncpg.connect(through(pg_url, road.port), timeout=5)


async def test_what_hangs_is_accepted_and_never_answered(road: FaultProxy, pg_url: str) -> None:
    road.hanging = True

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await asyncpg.connect(through(pg_url, road.port))
