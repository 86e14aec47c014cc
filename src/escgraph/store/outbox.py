"""The outbox: messages that wait are claimed by whoever sends, each by one at a time.

A claim is a lease: it ends by itself, and then the message is claimed again. Its `fence` is a new
number each time, and no outcome is written for an older one (see `outcomes`). Senders of any number
of processes may claim at once; `outbox_statement` says why they get in nobody's way.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from escgraph.store.database import dialect, execute, fetch
from escgraph.store.notice_rows import Message, message_of
from escgraph.store.outbox_statement import CLAIM, FIRST, NEXT_DUE, ROOMS
from escgraph.store.transactions import unit_of_work
from escgraph.store.values import moment


async def claim(*, now: datetime, lease: timedelta, most: int, at_once: int) -> list[Message]:
    """Up to `most` messages that are due at `now`, taken until the lease ends, the urgent first.

    Of each circuit, `at_once` are under way at most, by all processes together; from one that is
    open none are taken, from one that is half open one. Where several are due, each circuit gets
    its first before any gets its second.

    What another process claims from at this moment is passed over: nothing claimed does not mean
    that nothing is due.
    """
    if dialect() == "postgres":
        rows = await fetch(CLAIM, now, now + lease, most, at_once)
        return [message_of(row) for row in rows]
    return await unit_of_work(lambda: _claim_alone(now, now + lease, most, at_once))


async def next_due(*, now: datetime) -> datetime | None:
    """When something is to be sent next, by what waits now; None where nothing waits.

    A circuit that is open is waited for; one that has no room counts, as it may have soon.
    """
    (row,) = await fetch(NEXT_DUE, now)
    return moment(row["due_at"])


async def _claim_alone(now: datetime, until: datetime, most: int, at_once: int) -> list[Message]:
    """The steps of the statement, under SQLite's one lock."""
    rooms = await fetch(ROOMS, now, at_once)
    candidates: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for room in rooms:
        taken = candidates[room["circuit"]]
        left = room["room"] - len(taken)
        found = await fetch(FIRST, room["circuit"], room["pace"], now, left) if left else []
        taken += [
            {**row, "turn": room["leases"] + turn} for turn, row in enumerate(found, len(taken) + 1)
        ]
    ranked = sorted(
        (row for taken in candidates.values() for row in taken),
        key=lambda row: (row["pace"], row["turn"], row["due_at"], row["id"]),
    )
    return [await _claimed(row["id"], now=now, until=until) for row in islice(ranked, most)]


async def _claimed(message_id: object, *, now: datetime, until: datetime) -> Message:
    (row,) = await fetch(_TAKE, now, until, message_id)
    await execute(_COUNT, row["circuit"], now)
    return message_of(row)


_TAKE = """
UPDATE message SET
    state = 'SENDING', fence = fence + 1, attempts = attempts + 1, leased_until = $2,
    first_attempt_at = coalesce(first_attempt_at, $1)
WHERE id = $3
RETURNING *
"""
_COUNT = """
INSERT INTO circuit (key, failures, open_until, claims, updated_at) VALUES ($1, 0, NULL, 1, $2)
ON CONFLICT (key) DO UPDATE SET claims = claims + 1
"""
