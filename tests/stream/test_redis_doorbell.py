"""The doorbell on a real Redis: heard everywhere, and never in anybody's way when Redis is gone."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta

import pytest
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from structlog.testing import capture_logs

from escgraph.stream.hub import Hub
from escgraph.stream.redis_doorbell import CHANNEL, RedisDoorbell
from tests.servers import RedisServer
from tests.stream.ledger import PATIENCE_S, Ledger, everything, take, until
from tests.stream.proxy import DeafProxy

SOON = timedelta(milliseconds=50)

StartDoorbell = Callable[[str], Awaitable[RedisDoorbell]]


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis that the test may kill."""
    with RedisServer() as server:
        yield server


@pytest.fixture
async def start() -> AsyncIterator[StartDoorbell]:
    """Start a doorbell that probes often."""
    running: list[RedisDoorbell] = []

    async def started(url: str) -> RedisDoorbell:
        doorbell = RedisDoorbell(url, probe=SOON, echo=4 * SOON)
        running.append(doorbell)
        await doorbell.start()
        return doorbell

    yield started
    await asyncio.gather(*(doorbell.stop() for doorbell in running))


async def test_a_ring_is_heard_here_at_once_and_elsewhere_through_redis(
    redis_url: str, start: StartDoorbell
) -> None:
    here, there = await start(redis_url), await start(redis_url)
    await until(lambda: here.health.connected and there.health.connected)
    heard_here: list[int] = []
    heard_there: list[int] = []

    with here.listen(heard_here.append), there.listen(heard_there.append):
        await here.ring(7)
        assert heard_here == [7]
        await until(lambda: heard_there == [7])
        await there.ring(8)
        await until(lambda: 8 in heard_here)

    await here.ring(9)
    await until(lambda: not here._rung.is_set())
    assert 9 not in heard_here + heard_there


async def test_a_burst_of_rings_is_passed_on_as_a_few_and_the_last_one_always(
    redis_url: str, start: StartDoorbell
) -> None:
    here, there = await start(redis_url), await start(redis_url)
    await until(lambda: here.health.connected and there.health.connected)
    heard: list[int] = []

    with there.listen(heard.append):
        for position in range(1, 1_001):
            await here.ring(position)
            await asyncio.sleep(0)  # so that some come while Redis is about to answer
        await until(lambda: 1_000 in heard)

    assert len(heard) < 1_000


async def test_the_channel_carries_the_stream_and_the_position_and_nothing_else(
    redis_url: str, start: StartDoorbell
) -> None:
    doorbell = await start(redis_url)
    async with Redis.from_url(redis_url) as redis, redis.pubsub() as pubsub:
        await pubsub.subscribe(CHANNEL)
        await pubsub.get_message(timeout=5)

        await doorbell.ring(41)

        message = await pubsub.get_message(timeout=5)
    assert message is not None
    assert message["data"] == b'{"stream":"main","position":41}'


@pytest.mark.parametrize(
    "noise",
    [b"", b"\xff", b"7", b"{}", b'{"stream":"notices","position":7}', b'{"stream":"main"}', b"["],
)
async def test_noise_on_the_channel_is_not_heard(
    noise: bytes, redis_url: str, start: StartDoorbell
) -> None:
    doorbell = await start(redis_url)
    await until(lambda: doorbell.health.connected)
    heard: list[int] = []

    with doorbell.listen(heard.append):
        async with Redis.from_url(redis_url) as redis:
            await redis.publish(CHANNEL, noise)
            await redis.publish(CHANNEL, b'{"stream":"main","position":8}')
        await until(lambda: heard)

    assert heard == [8]
    assert doorbell.health.connected


async def test_without_redis_a_ring_is_heard_here_and_nobody_waits_or_fails(
    redis_server: RedisServer, start: StartDoorbell
) -> None:
    redis_server.kill()
    doorbell = await start(redis_server.url)
    heard: list[int] = []
    await until(lambda: doorbell.health.fault.startswith("ConnectionError"))

    with doorbell.listen(heard.append):
        for position in range(1, 101):
            await doorbell.ring(position)

    assert heard == list(range(1, 101))
    assert not doorbell.health.connected
    assert doorbell.health.echo_age is None


async def test_a_redis_that_was_killed_and_started_again_is_found_again_with_the_last_ring(
    redis_server: RedisServer, start: StartDoorbell
) -> None:
    here, there = await start(redis_server.url), await start(redis_server.url)
    await until(lambda: here.health.connected and there.health.connected)
    heard: list[int] = []

    with there.listen(heard.append):
        redis_server.kill()
        await until(lambda: not here.health.connected and not there.health.connected)
        await here.ring(5)
        redis_server.start()
        await until(lambda: here.health.connected and there.health.connected)
        await here.ring(6)
        await until(lambda: 6 in heard)

    assert here.health.fault == ""
    assert here.health.echo_age is not None


async def test_a_redis_that_hangs_is_noticed_and_found_again(
    redis_server: RedisServer, start: StartDoorbell
) -> None:
    doorbell = await start(redis_server.url)
    await until(lambda: doorbell.health.connected)

    os.kill(redis_server.pid, signal.SIGSTOP)
    try:
        await until(lambda: not doorbell.health.connected)
    finally:
        os.kill(redis_server.pid, signal.SIGCONT)

    await until(lambda: doorbell.health.connected)


async def test_a_connection_that_went_deaf_is_noticed_by_the_missing_echo(
    redis_url: str, start: StartDoorbell
) -> None:
    async with DeafProxy(redis_url) as proxy:
        doorbell = await start(proxy.url)
        await until(lambda: doorbell.health.connected)
        before = proxy.subscribers

        proxy.deaf = True
        await until(lambda: not doorbell.health.connected)
        assert doorbell.health.fault == "SilenceError: no echo within 0.2 s"
        proxy.deaf = False

        await until(lambda: doorbell.health.connected)
        assert proxy.subscribers > before
        await doorbell.stop()


async def test_the_last_ring_before_stopping_is_passed_on(
    redis_url: str, start: StartDoorbell
) -> None:
    there = await start(redis_url)
    await until(lambda: there.health.connected)
    heard: list[int] = []

    with there.listen(heard.append):
        brief = RedisDoorbell(redis_url)
        await brief.start()
        await brief.ring(12)
        await brief.stop()
        await until(lambda: heard == [12])


async def test_stopping_ends_it_whatever_it_is_doing_at_that_moment(redis_url: str) -> None:
    """A cancellation that got lost in the client would leave it waiting for an hour."""
    async with asyncio.timeout(PATIENCE_S):
        for position in range(100):
            doorbell = RedisDoorbell(redis_url, echo=timedelta(hours=1))
            await doorbell.start()
            await doorbell.ring(position)
            await doorbell.stop()


async def test_stopping_never_waits_for_a_redis_that_hangs(
    redis_server: RedisServer, start: StartDoorbell
) -> None:
    doorbell = await start(redis_server.url)
    await until(lambda: doorbell.health.connected)
    os.kill(redis_server.pid, signal.SIGSTOP)
    try:
        await doorbell.ring(3)
        async with asyncio.timeout(5):
            await doorbell.stop()
    finally:
        os.kill(redis_server.pid, signal.SIGCONT)
    assert doorbell.health.fault == "stopped"


async def test_neither_log_nor_health_shows_the_password(
    redis_server: RedisServer, start: StartDoorbell
) -> None:
    async with Redis.from_url(redis_server.url) as redis:
        await redis.config_set("requirepass", "the-right-one")
    with capture_logs() as logs:
        doorbell = await start(redis_server.url.replace("redis://", "redis://:s3cret-w0rd@"))
        await until(lambda: logs)

    assert "s3cret-w0rd" not in str(logs)
    assert "s3cret-w0rd" not in str(doorbell.health)
    assert doorbell.health.fault.startswith("AuthenticationError: ")


async def test_subscribers_hear_what_another_process_wrote_while_redis_comes_and_goes(
    ledger: Ledger, redis_server: RedisServer, start: StartDoorbell
) -> None:
    """With the doorbell at once, without it by the poll; none lost, none twice."""
    ours, theirs = await start(redis_server.url), await start(redis_server.url)
    await until(lambda: ours.health.connected and theirs.health.connected)
    hub = Hub(read=ledger.read, head=ledger.head, oldest=ledger.oldest, doorbell=ours, poll=SOON)
    await hub.start()
    items = hub.subscribe(None, accept=everything)
    await take(items, 1)

    await theirs.ring(ledger.append(2))
    assert await take(items, 2) == [1, 2]
    redis_server.kill()
    await theirs.ring(ledger.append(2))
    assert await take(items, 2) == [3, 4]
    redis_server.start()
    await until(lambda: ours.health.connected and theirs.health.connected)
    await theirs.ring(ledger.append(2))
    assert await take(items, 2) == [5, 6]

    await hub.stop()


async def test_the_hub_is_woken_by_another_process_long_before_its_poll(
    ledger: Ledger, redis_url: str, start: StartDoorbell
) -> None:
    ours, theirs = await start(redis_url), await start(redis_url)
    await until(lambda: ours.health.connected and theirs.health.connected)
    hour = timedelta(hours=1)
    hub = Hub(read=ledger.read, head=ledger.head, oldest=ledger.oldest, doorbell=ours, poll=hour)
    await hub.start()
    items = hub.subscribe(None, accept=everything)
    await take(items, 1)

    await theirs.ring(ledger.append())

    assert await take(items, 1) == [1]
    await hub.stop()


@pytest.mark.parametrize("place", ["get_message", "publish", "subscribe"])
async def test_a_client_that_gives_up_by_itself_ends_no_doorbell(
    place: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library cancels what it waits for now and then, and nobody asked it to."""
    kind: type[object] = Redis if place == "publish" else PubSub
    gave_up = _gives_up_once(kind, place, monkeypatch)
    bell = RedisDoorbell(redis_url, probe=timedelta(seconds=0.1))
    await bell.start()
    try:
        async with asyncio.timeout(10):
            await gave_up.wait()
            while not bell.health.connected:  # noqa: ASYNC110 - it has a state, and no event
                await asyncio.sleep(0.01)
            await bell.ring(7)
            await bell._told.wait()
    finally:
        await bell.stop()


def _gives_up_once(kind: type[object], name: str, patch: pytest.MonkeyPatch) -> asyncio.Event:
    done, method = asyncio.Event(), getattr(kind, name)

    async def broken(*words: object, **more: object) -> object:
        if not done.is_set():
            done.set()
            raise asyncio.CancelledError
        return await method(*words, **more)

    patch.setattr(kind, name, broken)
    return done
