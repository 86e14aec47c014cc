"""A gale of notices: thousands of messages to receivers that fail, by senders that are killed.

Everything is real but the network: the letters are composed from events, signed and sent by HTTP
to a receiver on loopback, by processes that are wired as workers are. What came of it is read off
what the receiver got and what the database says.
"""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from multiprocessing.process import BaseProcess
from typing import Self

from standardwebhooks import Webhook

from escgraph.clock import Clock
from escgraph.domain.terms import ChannelId
from escgraph.jobs.posting import RECORDING
from escgraph.store import sealing
from escgraph.store.database import execute, fetch
from escgraph.store.transactions import unit_of_work
from escgraph.store.values import uuid
from tests.jobs.senders import start_sender
from tests.receiver import Choose, Receiver, answer, by_chance, hang, reset
from tests.store.ladders import ADA, escalated_by_hand, store
from tests.store.letterbox import SECRET, a_channel

TICKETS = 10
"""Of which the notices tell: each of an escalation."""

SEND_TIMEOUT_S = 1.0
WAITS = ",".join(["1s"] * 20)
"""So many that nothing dies: three of ten attempts fail."""

ARRIVED = "200"


def failing(seed: int) -> Choose:
    """A third each of 30 %: an error, a connection torn down, no answer at all."""
    return by_chance(seed, (0.1, answer(500)), (0.1, reset()), (0.1, hang()))


def environ(url: str, key: str) -> dict[str, str]:
    """The settings of a sender that may reach this machine, in a hurry."""
    return {
        "ESCGRAPH_DATABASE_URL": url,
        "ESCGRAPH_SECRET_KEYS": key,
        "ESCGRAPH_PUBLIC_URL": "https://escgraph.example.org",
        "ESCGRAPH_ALLOWED_NETWORKS": "127.0.0.0/8",
        "ESCGRAPH_SEND_TIMEOUT": str(SEND_TIMEOUT_S),
        "ESCGRAPH_RETRY_WAITS": WAITS,
        "ESCGRAPH_POOL_SIZE": "5",
    }


def new_key() -> str:
    """One that this process seals with, too."""
    key = sealing.new_key()
    sealing.use_keys([key])
    return key


async def places(receiver: Receiver, count: int, *, first: int = 0) -> list[ChannelId]:
    """Channels of Ada, each to a path of its own: `/0` and so on."""
    return [
        await a_channel(url=receiver.url(f"/{number}")) for number in range(first, first + count)
    ]


async def tell(channels: Sequence[ChannelId], messages: int) -> None:
    """So many notices more, each in a message of its own, which is due; to each channel as many."""
    for _ in range(TICKETS):
        await store(escalated_by_hand())
    now = Clock().now()

    async def work() -> None:
        await execute(_NOTICES, messages, ADA.id, now)
        await execute(_MESSAGES, list(map(str, channels)), now)
        await execute(_DELIVERIES)

    await unit_of_work(work)


async def left() -> int:
    """Messages that have not ended."""
    (row,) = await fetch("SELECT count(*) AS n FROM message WHERE state IN ('WAITING', 'SENDING')")
    return int(row["n"])


class Senders:
    """Processes that send, of which now and then one dies as kill -9 does, and starts anew."""

    def __init__(
        self, settings: Mapping[str, str], *, count: int, slack: timedelta = RECORDING
    ) -> None:
        self.kills = 0
        self._start = partial(start_sender, settings, slack=slack)
        self._chance = random.Random(count)
        self._processes = [self._start() for _ in range(count)]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        for process in self._processes:
            await asyncio.to_thread(_kill, process)

    async def kill_one(self) -> None:
        n = self._chance.randrange(len(self._processes))
        await asyncio.to_thread(_kill, self._processes[n])
        self._processes[n] = self._start()
        self.kills += 1

    async def until_all_ended(self, *, kills: int, seconds: float) -> None:
        """Kill one each second while messages wait, but no more than that."""
        async with asyncio.timeout(seconds):
            while await left():
                await asyncio.sleep(1.0 if self.kills < kills else 0.1)
                if self.kills < kills:
                    await self.kill_one()


def _kill(process: BaseProcess) -> None:
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL


@dataclass(frozen=True, slots=True)
class Account:
    """What came of a gale. `doubles` are arrivals beyond the first, `requests` all that came."""

    messages: int
    undelivered: int
    arrived: int
    doubles: int
    requests: int
    outcomes: Mapping[str, int]


async def account(receiver: Receiver) -> Account:
    """Count, and check every request that came in: its signature, and its id by its content.

    Raises:
        WebhookVerificationError: the reference library does not accept a request.
    """
    sent = {str(uuid(row["id"])) for row in await fetch("SELECT id FROM message")}
    contents: dict[str, set[bytes]] = {}
    for request in receiver.requests:
        Webhook(SECRET).verify(request.body, dict(request.headers))
        contents.setdefault(request.headers["webhook-id"], set()).add(request.body)
    bodies = [body for those in contents.values() for body in those]
    assert set(contents) <= sent
    assert len(bodies) == len(set(bodies)) == len(contents), "one id, one content, at each attempt"
    arrivals = Counter(
        request.headers["webhook-id"] for request in receiver.requests if request.outcome == ARRIVED
    )
    rows = await fetch("SELECT outcome, count(*) AS n FROM attempt GROUP BY outcome")
    states = await fetch("SELECT 1 FROM message WHERE state <> 'DELIVERED'")
    return Account(
        messages=len(sent),
        undelivered=len(states),
        arrived=len(arrivals),
        doubles=arrivals.total() - len(arrivals),
        requests=len(receiver.requests),
        outcomes={row["outcome"]: row["n"] for row in rows},
    )


_NOTICES = """
INSERT INTO notice (id, key, kind, person_id, hearer, ticket_id, priority, pressing, position,
                    positions, created_at)
SELECT gen_random_uuid(), 'gale ' || gen_random_uuid(), 'ESCALATED', $2, 'OWNER', e.ticket_id,
       'MEDIUM', true, e.position, jsonb_build_array(e.position), $3
FROM generate_series(0, $1::int - 1) n
JOIN (SELECT ticket_id, position, row_number() OVER (ORDER BY position DESC) - 1 AS number
      FROM event WHERE kind = 'TicketEscalated') e ON e.number = n % 10
"""
_MESSAGES = """
INSERT INTO message (id, person_id, channel_id, kind, pace, circuit, state, created_at, due_at,
                     attempts, fence)
SELECT id, person_id, ($1::uuid[])[1 + number % cardinality($1::uuid[])], 'WEBHOOK', 'AT_ONCE',
       'WEBHOOK:' || ($1::text[])[1 + number % cardinality($1::text[])], 'WAITING', $2, $2, 0, 0
FROM (SELECT n.*, row_number() OVER (ORDER BY n.id) AS number FROM notice n
      WHERE n.key LIKE 'gale %' AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = n.id)) fresh
"""
_DELIVERIES = """
INSERT INTO delivery (id, notice_id, message_id, via, created_at)
SELECT gen_random_uuid(), m.id, m.id, m.channel_id::text, m.created_at
FROM message m JOIN notice n ON n.id = m.id
WHERE n.key LIKE 'gale %' AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.notice_id = m.id)
"""
