"""A storm: every ticket of one owner is escalated at once, and the real loops do what they do."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from escgraph.clock import Clock
from escgraph.domain import work
from escgraph.domain.notice import ChannelKind
from escgraph.domain.policy import SOP
from escgraph.domain.terms import PersonId, Priority
from escgraph.jobs import notices, sending
from escgraph.jobs.composing import composer
from escgraph.jobs.deadlines import sweep
from escgraph.jobs.posting import Post, Rules
from escgraph.notify.links import Links
from escgraph.runtime import beside
from escgraph.store.database import fetch
from escgraph.store.values import moment, uuid
from escgraph.stream.doorbell import LocalDoorbell
from tests.crowd import multiply
from tests.jobs.post import Sending
from tests.jobs.telling import NAMES
from tests.store.ladders import ADA, AGENT, HOUR, opened, store

HEARERS = 3
"""Of each escalation to LEVEL_2: its owner, and the two who work there."""

RULES = Rules(
    send_timeout=timedelta(seconds=10),
    sends_at_once=4,
    retry_waits=(timedelta(seconds=10), timedelta(minutes=1)),
)


@dataclass(frozen=True)
class Weather:
    """How it went: the notices that arrived, how often, and by how many messages for each person.

    Attributes:
        subjects: of all messages, as they were sent.
        lateness: between the making of a message and its arrival, the longest.
    """

    notices: Counter[tuple[str, str]]
    messages: Counter[str]
    subjects: Sequence[str]
    lateness: timedelta


async def brew(tickets: int, *, at: datetime) -> None:
    """So many HIGH tickets of Ada's, which somebody works on; all reach LEVEL_2 at that moment."""
    opened_at = at - 2 * HOUR
    change = opened(Priority.HIGH, at=opened_at)
    change = change.then(work.acknowledge(change.ticket, by=AGENT, at=opened_at, policy=SOP))
    first = await store(change)
    assert first.owner == ADA.id
    await multiply(first.id, copies=tickets - 1, shift=lambda _: timedelta(0))


async def storm(tickets: int) -> Weather:
    """Let it break, with one notices loop and the senders of one process, until all have heard.

    Letters are composed as they always are; only the mail server is none.
    """
    await brew(tickets, at=Clock().now())
    clock, doorbell, way = Clock(), LocalDoorbell(), Sending()
    post = Post(
        clock=clock,
        ring=doorbell.ring,
        ways={ChannelKind.EMAIL: way},
        compose=composer(Links(None, ())),
        rules=RULES,
    )
    telling = notices.run(
        clock=clock, doorbell=doorbell, mail_is_set=True, stands_in=False, wake=post.wake.set
    )
    async with beside(telling, sending.run(post=post, stands_in=False)):
        swept = await sweep(now=clock.now())
        assert swept.fired == tickets
        await _heard_by_all(HEARERS * tickets)
    return await _seen([letter.subject for letter in way.sent])


async def _heard_by_all(count: int) -> None:
    while await _arrived() < count:  # noqa: ASYNC110 - what arrived is in the database
        await asyncio.sleep(0.1)


async def _arrived() -> int:
    (row,) = await fetch(
        "SELECT count(*) AS count FROM delivery d JOIN message m ON m.id = d.message_id "
        "WHERE m.state = 'DELIVERED'"
    )
    return int(row["count"])


async def _seen(subjects: Sequence[str]) -> Weather:
    notices_of = await fetch(
        "SELECT n.person_id, n.ticket_id, count(*) AS count FROM notice n "
        "JOIN delivery d ON d.notice_id = n.id JOIN message m ON m.id = d.message_id "
        "WHERE m.state = 'DELIVERED' AND n.kind = 'ESCALATED' GROUP BY n.person_id, n.ticket_id"
    )
    messages = await fetch("SELECT person_id, created_at, delivered_at FROM message")
    return Weather(
        Counter({(_name(row), str(row["ticket_id"])): row["count"] for row in notices_of}),
        Counter(map(_name, messages)),
        subjects,
        max(_moment(row["delivered_at"]) - _moment(row["created_at"]) for row in messages),
    )


def _name(row: dict[str, Any]) -> str:
    return NAMES[PersonId(uuid(row["person_id"]))]


def _moment(value: object) -> datetime:
    return cast("datetime", moment(value))
