"""R15: sockets are torn down right behind the mutation that was sent on them, by the hundred."""

import asyncio
import json
import random
import socket
import sqlite3
import struct
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from escgraph.domain.terms import Role, Tier
from escgraph.store import stream
from escgraph.store.database import dialect
from tests.end_to_end.client import mutation
from tests.faults.consistent import consistent
from tests.faults.desk import Desk, Json, new_mark
from tests.faults.held import Held, held, leaked_by
from tests.faults.history import History, Outcome, added, check, marks
from tests.faults.house import Ground, House, on_postgres, on_sqlite
from tests.faults.pools import POOL, at_work_at_once
from tests.faults.programs import Program
from tests.faults.report import Count, Figure, Report
from tests.faults.sessions import left_in_transaction

LATEST_S = 0.03
"""By when a socket is torn down, counted from the sending of the mutation; half of them by an
eighth of that."""

SITS_S = 2.0
"""How long a transaction on SQLite may still be open before it counts as left."""

AT_ONCE = 8
"""How many sockets are open at once."""

TICKETS = 20
FEW = 20
"""At least one in so many took effect, and at least one in so many did not."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How many sockets on each engine, half of them WebSockets."""

    sockets: int


FULL = Scale(sockets=1_000)
REDUCED = Scale(sockets=60)


@dataclass(frozen=True, slots=True)
class Drop:
    """What one engine made of it.

    Attributes:
        leaked: what the server holds in the end and did not hold before.
        stuck: database connections that are left in a transaction.
        free: how many connections of its pool work at once afterwards, where it has a pool.
        next_s: how long the transaction took that came right behind the last drop, in seconds.
        effects, none: how many of the dropped mutations took effect, and did not.
    """

    counts: tuple[Count, ...]
    leaked: Held
    stuck: int
    free: int
    next_s: float
    effects: int
    none: int


async def run(scale: Scale, ground: Ground) -> Report:
    drops = {}
    for engine, house in (("SQLite", on_sqlite(ground.home)), ("PostgreSQL", on_postgres(ground))):
        async with house as opened:
            drops[engine] = await _drop(scale, opened)
    both, few = drops.values(), scale.sockets // FEW
    told = ", ".join(f"{one.effects} took effect on {engine}" for engine, one in drops.items())
    return Report(
        (
            *added(one.counts for one in both),
            Count("connections left in a transaction", sum(one.stuck for one in both)),
            Count("descriptors leaked", sum(one.leaked.descriptors for one in both)),
            Count("tasks leaked", sum(one.leaked.tasks for one in both)),
        ),
        (
            Figure("next transaction", max(one.next_s for one in both), 1.0),
            _at_least("connections of the pool at work at once", drops["PostgreSQL"].free, POOL),
            _at_least("dropped that took effect", min(one.effects for one in both), few),
            _at_least("dropped that did not", min(one.none for one in both), few),
        ),
        f"{scale.sockets:,} sockets on each engine, half of them WebSockets; {told}",
    )


async def _drop(scale: Scale, house: House) -> Drop:
    history = History()
    web = house.web(ESCGRAPH_ENGINE="auto" if dialect() == "sqlite" else "off")
    agent = await house.hire(Role.LEVEL_1_AGENT, Tier.LEVEL_1)
    tearing = Tearing(house, web, agent, history)
    async with Desk(house.url(web), agent, history) as desk:
        for _ in range(TICKETS):
            ticket = await desk.open()
            assert ticket is not None
            tearing.tickets.append(ticket["id"])
        await asyncio.gather(*(desk.note(tearing.tickets[0]) for _ in range(POOL)))
    await tearing.tear(AT_ONCE)  # what a server keeps for ever, it has now
    before = await held(web)
    await tearing.tear(scale.sockets)
    async with Desk(house.url(web), agent, history) as desk:
        answer = await desk.note(tearing.tickets[0])
        (next_s,) = desk.took
        assert answer.outcome is Outcome.OK
    leaked = await leaked_by(web, before)
    if dialect() == "sqlite":
        free, stuck = 1, await asyncio.to_thread(_in_transaction, house)
    else:
        free = await at_work_at_once(house, web, agent, history)
        stuck = await left_in_transaction(house.database_url)
    events = await stream.read(0, limit=100_000)
    dropped = {one.mark for one in history.operations if one.outcome is Outcome.UNKNOWN}
    effects = len(dropped & {text for event in events for text in marks(event.payload)})
    counts = (*check(history, events), await consistent())
    return Drop(counts, leaked, stuck, free, next_s, effects, len(dropped) - effects)


def _in_transaction(house: House) -> int:
    """Whether somebody reads or writes in a transaction on SQLite, and does not end it.

    Such a one keeps the log from being taken over whole.
    """
    _, _, file = house.database_url.partition("://")
    with closing(sqlite3.connect(file, timeout=SITS_S)) as own:
        busy, _, _ = own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return int(busy)


def _at_least(what: str, found: int, floor: int) -> Figure:
    return Figure(what, found, floor, "", least=True)


class Tearing:
    """Sends mutations and tears their connections down, without a farewell (RST)."""

    def __init__(self, house: House, web: Program, token: str, history: History) -> None:
        self.tickets: list[str] = []
        self._url = house.url(web)
        self._socket_url = house.socket_url(web)
        self._token = token
        self._history = history
        self._random = random.Random(15)

    async def tear(self, sockets: int) -> None:
        """So many of them, a few at once; every other one is a WebSocket."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> None:
            async with gate:
                await (self._websocket() if number % 2 else self._http())

        await asyncio.gather(*(one(number) for number in range(sockets)))

    async def _http(self) -> None:
        at = urlsplit(self._url)
        body = json.dumps(self._note())
        request = (
            f"POST {at.path} HTTP/1.1\r\nHost: {at.netloc}\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self._token}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
        _, to_server = await asyncio.open_connection(at.hostname, at.port)
        to_server.write(request.encode())
        await asyncio.sleep(self._moment())
        _torn(to_server.transport)

    async def _websocket(self) -> None:
        protocols = [Subprotocol("graphql-transport-ws")]
        socket = await connect(
            self._socket_url, subprotocols=protocols, ping_interval=None, compression=None
        )
        greeting = {"Authorization": f"Bearer {self._token}"}
        await _say(socket, {"type": "connection_init", "payload": greeting})
        await socket.recv()
        await _say(socket, {"id": "1", "type": "subscribe", "payload": self._note()})
        await asyncio.sleep(self._moment())
        _torn(socket.transport)
        await socket.wait_closed()

    def _note(self) -> Json:
        mark, ticket = new_mark(), self._random.choice(self.tickets)
        now = asyncio.get_running_loop().time()
        self._history.invoked(mark, "addNote", ticket, at=now)
        given = {"ticketId": ticket, "text": mark, "visibility": "INTERNAL", "idempotencyKey": mark}
        return {"query": mutation("addNote"), "variables": {"input": given}}

    def _moment(self) -> float:
        return LATEST_S * self._random.random() ** 3


async def _say(socket: ClientConnection, message: Json) -> None:
    await socket.send(json.dumps(message))


def _torn(transport: asyncio.Transport | asyncio.WriteTransport) -> None:
    raw = transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
