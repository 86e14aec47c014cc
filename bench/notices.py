"""Whether every notice arrives while senders are killed, and what one endpoint that hangs costs.

- The gale: 5,000 messages over 20 endpoints, of which 30 % of all requests fail, by 4 senders of
  which one is killed each second and started anew, to the end. Every signature is checked by the
  reference library.
- The window: from the receiver's answer until our commit. Who dies in it has sent a double.
- The hanging endpoint: how long messages to 19 endpoints take, alone and beside one that never
  answers, by turns.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from statistics import median

from bench.figures import percentile, say, timed
from bench.houses import house, settle
from escgraph.clock import Clock
from escgraph.config import load_settings
from escgraph.domain.terms import ChannelId
from escgraph.jobs.posting import Post, attempt
from escgraph.runtime import Runtime, posting
from escgraph.store import outbox
from escgraph.store.database import fetch
from escgraph.store.notice_rows import Message
from escgraph.stream.doorbell import LocalDoorbell
from tests.jobs.gale import Senders, account, environ, failing, new_key, places, tell
from tests.receiver import Receiver, hang

MESSAGES = 5_000
PLACES = 20
SENDERS = 4
AT_ONCE = 16
WINDOWS = 400
PAIRS = 3
EACH = 15
"""Messages to each endpoint in one turn of the hanging one."""

MOST_DOUBLES = 0.01
MOST_SLOWER = 1.2


async def measure() -> None:
    await _gale()
    await _window()
    await _hanging()


async def _gale() -> None:
    async with house("postgres") as url:
        settings = environ(url, new_key())
        with Receiver() as receiver:
            for n in range(PLACES):
                receiver.behave(f"/{n}", failing(n))
            await tell(await places(receiver, PLACES), MESSAGES)
            await settle()
            async with timed() as watch, Senders(settings, count=SENDERS) as senders:
                await senders.until_all_ended(kills=10_000, seconds=900)
            told = await account(receiver)
    assert told.undelivered == 0
    assert told.arrived == told.messages == MESSAGES
    assert told.doubles <= MOST_DOUBLES * MESSAGES
    ways = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(told.outcomes.items()))
    say(
        "notices, killed senders",
        f"{told.arrived:,} of {MESSAGES:,} arrived",
        f"{told.doubles} doubles ({told.doubles / MESSAGES:.2%}), each with the same id; "
        f"{senders.kills} kills of {SENDERS} senders in {watch.seconds:.0f} s, "
        f"{MESSAGES / watch.seconds:.0f}/s; {told.requests:,} requests, all signatures good; "
        f"attempts: {ways}",
    )


async def _window() -> None:
    """From when the receiver has a request whole until the commit of what it answered."""
    ended: dict[str, datetime] = {}
    async with house("postgres") as url:
        settings = load_settings(environ(url, new_key()))
        runtime = Runtime("bench", Clock(), LocalDoorbell())
        with Receiver() as receiver:
            await tell(await places(receiver, PLACES), WINDOWS)
            async with posting(settings, runtime) as post:
                while len(ended) < WINDOWS:
                    await asyncio.gather(
                        *(_timed(one, post, ended) for one in await _claimed(post))
                    )
            windows = [
                (ended[request.headers["webhook-id"]] - request.at).total_seconds() * 1000
                for request in receiver.requests
            ]
    say(
        "notices, answer to commit",
        f"p50 {median(windows):.1f} ms, p99 {percentile(windows, 99):.1f} ms",
        f"{WINDOWS} messages, {AT_ONCE} at once in one process; worst {max(windows):.1f} ms",
    )


async def _claimed(post: Post) -> list[Message]:
    rules = post.rules
    return await outbox.claim(
        now=post.clock.now(), lease=post.lease, most=AT_ONCE, at_once=rules.sends_at_once
    )


async def _timed(message: Message, post: Post, ended: dict[str, datetime]) -> None:
    await attempt(message, post=post)
    ended[str(message.id)] = Clock.host()


async def _hanging() -> None:
    alone, beside_it = [], []
    async with house("postgres") as url:
        with Receiver() as receiver:
            settings = environ(url, new_key()) | {"ESCGRAPH_SEND_TIMEOUT": "10"}
            receiver.behave("/0", hang())
            hanging, *others = await places(receiver, PLACES)
            async with Senders(settings, count=2):
                await _took(others)  # so that all have started, and every circuit is there
                for _ in range(PAIRS):
                    alone.append(await _took(others))
                    await tell([hanging], EACH)
                    beside_it.append(await _took(others))
    ratios = [slow / quick for slow, quick in zip(beside_it, alone, strict=True)]
    say(
        "notices, one of 20 hangs",
        f"the others take x {median(ratios):.2f}",
        f"median of {PAIRS} pairs, {EACH} messages to each of {len(others)}; "
        f"{median(alone):.1f} s alone, {median(beside_it):.1f} s beside it",
    )
    assert median(ratios) <= MOST_SLOWER


async def _took(channels: Sequence[ChannelId]) -> float:
    """Seconds until each of them has its messages."""
    await tell(channels, EACH * len(channels))
    async with timed() as watch:
        while await fetch(_TO_OTHERS, list(map(str, channels))):  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.01)
    return watch.seconds


_TO_OTHERS = (
    "SELECT 1 FROM message WHERE state <> 'DELIVERED' AND channel_id = ANY($1::uuid[]) LIMIT 1"
)
