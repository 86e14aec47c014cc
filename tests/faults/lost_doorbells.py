"""Doorbells that get lost on their way to Redis, without a sign to those who rang."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from escgraph.stream.redis_doorbell import CHANNEL
from tests.faults.house import House, through
from tests.faults.proxy import FaultProxy
from tests.faults.report import Count

_RING = re.compile(rb"(PUBLISH\r\n\$\d+\r\n)" + re.escape(CHANNEL.encode()) + rb"(?=\r\n)")
_NOWHERE = b"x" * len(CHANNEL)


class LostDoorbells:
    """Has a share of the rings go to a channel that nobody listens to.

    The probes come through, so that every process believes that it would hear a ring.

    Attributes:
        share: of the rings, from 0 to 1.
        rung: how many there have been.
        lost: how many of them nobody was to hear.
        heard: how many Redis passed on all the same, by somebody who listens there.
    """

    def __init__(self, share: float) -> None:
        self.share = share
        self.rung = 0
        self.lost = 0
        self.heard = 0
        self._random = random.Random(30)

    @property
    def share_lost(self) -> float:
        """Of those that were rung."""
        return self.lost / self.rung if self.rung else 0.0

    @property
    def heard_though_lost(self) -> Count:
        """Rings that were heard beyond those that were let through."""
        return Count("lost doorbells heard", max(self.heard - (self.rung - self.lost), 0))

    async def listen(self, to: PubSub) -> None:
        """Count what is heard on the channel, for ever."""
        async for _ in to.listen():
            self.heard += 1

    def rewritten(self, said: bytes) -> bytes:
        return _RING.sub(self._perhaps, said)

    def _perhaps(self, ring: re.Match[bytes]) -> bytes:
        self.rung += 1
        if self._random.random() >= self.share:
            return ring[0]
        self.lost += 1
        return ring[1] + _NOWHERE


@asynccontextmanager
async def doorbells_lost(
    house: House, share: float, *, delay: float = 0
) -> AsyncIterator[LostDoorbells]:
    """So many get lost of what programs ring that are started from now on.

    Whatever travels between them and Redis takes `delay` seconds more, each way.
    """
    assert house.redis is not None
    lost = LostDoorbells(share)
    port = urlsplit(house.redis.url).port
    assert port is not None
    async with (
        FaultProxy(port) as road,
        Redis.from_url(house.redis.url) as redis,
        redis.pubsub(ignore_subscribe_messages=True) as heard,
    ):
        road.delay = delay
        road.rewriting = lost.rewritten
        house.settings["ESCGRAPH_REDIS_URL"] = through(house.redis.url, road.port)
        await heard.subscribe(CHANNEL)
        listening = asyncio.create_task(lost.listen(heard))
        try:
            yield lost
        finally:
            listening.cancel()
            await asyncio.wait({listening})
