"""Leases that have ended: whoever held them is gone, and their messages wait again.

The try is written down as lost: nobody knows whether it arrived. It counts as an attempt, so that
a message that kills whoever sends it is dead one day.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from escgraph.domain.retrying import next_try
from escgraph.store import outcomes
from escgraph.store.database import dialect, execute, fetch
from escgraph.store.notice_rows import Message, message_of
from escgraph.store.outcomes import LOST, Attempt
from escgraph.store.transactions import unit_of_work

SAID = "the sender ended before it knew whether it arrived"
AT_ONCE = 200
"""How many are taken back in one transaction at most."""


async def take_back(*, now: datetime, lease: timedelta, waits: Sequence[timedelta]) -> int | None:
    """Let all wait whose lease has ended at `now`; `lease` is how long it was.

    Returns the position of the event of the last that is dead, None without any.
    """
    if not await fetch(f"{_ENDED} LIMIT 1", now):  # costs nothing, as mostly there is none
        return None
    position, taken = None, AT_ONCE
    while taken == AT_ONCE:
        taken, found = await unit_of_work(lambda: _pass(now, lease, waits))
        position = found or position
    return position


async def _pass(
    now: datetime, lease: timedelta, waits: Sequence[timedelta]
) -> tuple[int, int | None]:
    """How many were taken back, and the position."""
    lock = "FOR UPDATE SKIP LOCKED" if dialect() == "postgres" else ""
    rows = await fetch(f"{_ENDED} ORDER BY leased_until LIMIT {AT_ONCE} {lock}", now)
    dead = []
    for message in map(message_of, rows):
        lost = _lost(message, now, lease)
        await outcomes.keep(lost, LOST)
        due_at = _next(message, now, waits)
        if due_at is None:
            await execute(_DEAD, message.id, now, SAID)
            dead.append(lost)
        else:
            await execute(_WAITING, message.id, due_at, SAID)
    position = await outcomes.tell_of_deaths(dead, disabled=False) if dead else None
    return len(rows), position


def _next(message: Message, now: datetime, waits: Sequence[timedelta]) -> datetime | None:
    """The first time at once: senders are stopped and started for many reasons."""
    if message.attempts == 1 and waits:
        return now
    return next_try(
        attempts=message.attempts,
        waits=waits,
        at=now,
        chance=random.random(),  # noqa: S311 - no secret
    )


def _lost(message: Message, now: datetime, lease: timedelta) -> Attempt:
    assert message.leased_until is not None
    return Attempt(
        message=message, started_at=message.leased_until - lease, ended_at=now, answer=SAID
    )


_ENDED = "SELECT * FROM message WHERE state = 'SENDING' AND leased_until <= $1"
_WAITING = (
    "UPDATE message SET state = 'WAITING', due_at = $2, leased_until = NULL, fault = $3 "
    "WHERE id = $1"
)
_DEAD = (
    "UPDATE message SET state = 'DEAD', died_at = $2, leased_until = NULL, fault = $3 WHERE id = $1"
)
