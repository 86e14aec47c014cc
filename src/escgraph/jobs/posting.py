"""One attempt to send one message: compose the letter, send it, write down at once how it went."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from escgraph.clock import Clock
from escgraph.domain.errors import ConflictError
from escgraph.domain.notice import ChannelKind
from escgraph.domain.retrying import Sign, next_try
from escgraph.jobs.traces import trace
from escgraph.notify.letter import Letter
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.post_office import Ways
from escgraph.notify.target import Target
from escgraph.store import outcomes
from escgraph.store.database import DatabaseBusy, DatabaseUnavailable
from escgraph.store.notice_rows import Message
from escgraph.store.outcomes import Attempt
from escgraph.store.ways import ClosedWayError, way_of

COMPOSING = timedelta(seconds=5)
"""How long it may take to find the words and the address of a message."""

COMPOSED_AT_ONCE = 2
"""Letters, by one process. Composing is work: who composed all at once would let an answer that has
come wait for its turn, unwritten, and whoever dies then has sent a double."""

RECORDING = timedelta(seconds=5)
"""What is left of a lease, at least, to write down how the attempt ended."""

log = structlog.get_logger(__name__)

Ring = Callable[[int], Awaitable[None]]
Compose = Callable[[Message], Awaitable[Letter]]
"""The words of a message: the same however often they are asked for.

Raises UndeliveredError where there are none any more.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How messages are sent; see the settings of the same names."""

    send_timeout: timedelta
    sends_at_once: int
    retry_waits: Sequence[timedelta]

    @property
    def lease(self) -> timedelta:
        """How long a message is nobody else's."""
        return COMPOSING + self.send_timeout + RECORDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What the senders of a process need: the ways that are open, and who finds the words.

    Whoever writes messages sets `wake`, so that they need not be looked for.
    """

    clock: Clock
    ring: Ring
    ways: Ways
    compose: Compose
    rules: Rules
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    composing: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(COMPOSED_AT_ONCE)
    )

    @property
    def lease(self) -> timedelta:
        """By the clock of the post; networks and databases know real time only."""
        return self.clock.within(self.rules.lease)


class _Failed(Exception):  # noqa: N818 - the end of an attempt, and no error of ours
    """What is to be written down; `sign` is what it says of the circuit, None for nothing."""

    def __init__(self, error: UndeliveredError, sign: Sign | None) -> None:
        super().__init__(error.reason)
        self.error = error
        self.sign = sign


class _TooLateError(Exception):
    """So much of the lease is over that others may have the message before this try has ended."""


async def attempt(message: Message, *, post: Post) -> None:
    """Send it once. Never raises, but for a cancellation: then the lease runs out by itself."""
    began = post.clock.now()
    try:
        answer = await _sent(message, post)
    except _Failed as error:
        failed = error
        ended = _ended(message, post, began, failed.error.reason)
        await _recorded(lambda: _failed(ended, failed, post), message, post)
        log.info("message.failed", message=str(message.id), reason=failed.error.reason)
    except _TooLateError:
        log.warning("message.too_late", message=str(message.id))
    else:
        ended = _ended(message, post, began, answer)
        await _recorded(lambda: outcomes.delivered(ended), message, post)


async def _sent(message: Message, post: Post) -> str:
    """What was answered.

    Raises:
        _Failed: it did not arrive, or nobody can say so.
        _TooLateError: nothing was sent.
    """
    letter, target = await _composed(message, post)
    if message.kind is ChannelKind.LOG:
        return _logged(message, letter)
    send = post.ways.get(message.kind)
    if send is None:
        raise _Failed(UndeliveredError(_NO_WAY.format(kind=message.kind)), None)
    assert message.leased_until is not None
    if post.clock.now() + post.clock.within(post.rules.send_timeout) > message.leased_until:
        raise _TooLateError
    try:
        async with asyncio.timeout(post.rules.send_timeout.total_seconds()):
            return await send(letter, target, at=post.clock.now())
    except UndeliveredError as error:
        raise _Failed(error, Sign.FAILED if error.shared else Sign.ANSWERED) from None
    except TimeoutError:
        wait = post.rules.send_timeout.total_seconds()
        raise _Failed(UndeliveredError(f"no answer in {wait:g} s"), Sign.FAILED) from None
    except Exception as error:  # noqa: BLE001 - a channel's bug is an attempt that failed
        raise _bug(message, error) from None


async def _composed(message: Message, post: Post) -> tuple[Letter, Target]:
    """The words and the address, as they are now."""
    now = post.clock.now()
    try:
        async with post.composing, asyncio.timeout(COMPOSING.total_seconds()):
            way = await way_of(message, at=now)
            letter = await post.compose(message)
    except ClosedWayError as closed:
        raise _Failed(UndeliveredError(str(closed), again=False), None) from None
    except UndeliveredError as error:
        raise _Failed(error, None) from None
    except ConflictError as error:  # no key opens the address: whoever has one may send it
        raise _Failed(UndeliveredError(error.message), None) from None
    except (DatabaseBusy, DatabaseUnavailable, TimeoutError) as error:
        raise _Failed(UndeliveredError(f"not composed: {type(error).__name__}"), None) from None
    except Exception as error:  # noqa: BLE001 - what cannot be composed must not be tried for ever
        raise _bug(message, error) from None
    return letter, Target(way.name, way.address, way.secrets)


def _bug(message: Message, error: Exception) -> _Failed:
    """Of what went wrong here the name alone is kept: its words may hold what is secret."""
    log.error(
        "message.bug", message=str(message.id), error=type(error).__name__, trace=trace(error)
    )
    return _Failed(UndeliveredError(type(error).__name__), None)


def _logged(message: Message, letter: Letter) -> str:
    """The last way: whoever reads the log, or asks the API."""
    log.info(
        "notice",
        message=str(message.id),
        person=str(message.person),
        subject=letter.subject,
        headline=letter.headline,
    )
    return "logged"


def _ended(message: Message, post: Post, began: datetime, answer: str) -> Attempt:
    return Attempt(message=message, started_at=began, ended_at=post.clock.now(), answer=answer)


async def _failed(ended: Attempt, failed: _Failed, post: Post) -> None:
    error = failed.error
    due_at = None
    if error.again and not error.gone:
        due_at = next_try(
            attempts=ended.message.attempts,
            waits=post.rules.retry_waits,
            at=ended.ended_at,
            chance=random.random(),  # noqa: S311 - no secret
            asked=error.retry_after or timedelta(0),
        )
    if due_at is not None:
        await outcomes.failed(ended, sign=failed.sign, due_at=due_at)
        return
    position = await outcomes.died(ended, sign=failed.sign, gone=error.gone)
    if position is not None:
        await post.ring(position)


async def _recorded(write: Callable[[], Awaitable[object]], message: Message, post: Post) -> None:
    """Write it down, however often that takes while the lease lasts.

    A database that is away for a moment must not make us send again what has arrived.
    """
    assert message.leased_until is not None
    wait_s = 0.05
    while True:
        try:
            await write()
        except Exception as error:  # noqa: BLE001 - what cannot be written makes the lease run out
            if post.clock.now() >= message.leased_until:
                log.warning("message.not_recorded", message=str(message.id), error=repr(error))
                return
        else:
            return
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, 1.0)


_NO_WAY = "this process has no way for {kind}; see its settings"
