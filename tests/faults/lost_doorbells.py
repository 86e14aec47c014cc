"""Doorbells that get lost on their way to Redis, without a sign to those who rang."""

import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from escgraph.stream.redis_doorbell import CHANNEL
from tests.faults.house import House, through
from tests.faults.proxy import FaultProxy

_RING = re.compile(rb"(PUBLISH\r\n\$\d+\r\n)" + re.escape(CHANNEL.encode()) + rb"(?=\r\n)")
_NOWHERE = b"x" * len(CHANNEL)


class LostDoorbells:
    """Has a share of the rings go to a channel that nobody listens to.

    The probes come through, so that every process believes that it would hear a ring.

    Attributes:
        share: of the rings, from 0 to 1.
        rung: how many there have been.
        lost: how many of them nobody heard.
    """

    def __init__(self, share: float) -> None:
        self.share = share
        self.rung = 0
        self.lost = 0
        self._random = random.Random(30)

    def rewritten(self, said: bytes) -> bytes:
        return _RING.sub(self._perhaps, said)

    def _perhaps(self, ring: re.Match[bytes]) -> bytes:
        self.rung += 1
        if self._random.random() >= self.share:
            return ring[0]
        self.lost += 1
        return ring[1] + _NOWHERE


@asynccontextmanager
async def doorbells_lost(house: House, share: float) -> AsyncIterator[LostDoorbells]:
    """So many get lost of what programs ring that are started from now on."""
    assert house.redis is not None
    lost = LostDoorbells(share)
    port = urlsplit(house.redis.url).port
    assert port is not None
    async with FaultProxy(port) as road:
        road.rewriting = lost.rewritten
        house.settings["ESCGRAPH_REDIS_URL"] = through(house.redis.url, road.port)
        yield lost
