"""How people want to be told, at rest; who has no row has no wishes.

Lock order: idempotency key, person, counter.
"""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from uuid_utils.compat import uuid7

from escgraph.domain.calm import HOURLY_CAP, NO_WISHES, Wishes
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.quiet_hours import QuietHours
from escgraph.domain.terms import PersonId
from escgraph.domain.times_of_day import written
from escgraph.domain.zones import zone_named
from escgraph.store.bulk import among
from escgraph.store.database import execute, fetch
from escgraph.store.people import lock
from escgraph.store.values import uuid


async def wishes_of(people: Sequence[PersonId]) -> dict[PersonId, Wishes]:
    """What each of those wants who has said so."""
    rows = await fetch(
        f"SELECT * FROM preference WHERE {among('person_id', '$1')}",  # noqa: S608 - our own names
        list(people),
    )
    return {PersonId(uuid(row["person_id"])): wishes_in(row) for row in rows}


async def locked_of(person: PersonId) -> Wishes:
    """What the person wants; nobody else changes it in this unit."""
    await lock(person)
    return (await wishes_of([person])).get(person, NO_WISHES)


async def put(person: PersonId, wishes: Wishes, *, at: datetime) -> None:
    """Let the person want that and nothing else."""
    quiet = wishes.quiet
    await execute(
        _PUT,
        uuid7(),
        person,
        None if wishes.zone is None else wishes.zone.key,
        None if quiet is None else written(quiet.since),
        None if quiet is None else written(quiet.until),
        None if wishes.digest_at is None else written(wishes.digest_at),
        wishes.hourly_cap,
        at,
    )


_PUT = """
INSERT INTO preference (
  id, person_id, zone, quiet_from, quiet_until, digest_at, hourly_cap, updated_at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (person_id) DO UPDATE SET
  zone = excluded.zone, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
  digest_at = excluded.digest_at, hourly_cap = excluded.hourly_cap,
  updated_at = excluded.updated_at
"""


def wishes_in(row: dict[str, Any]) -> Wishes:
    cap = row["hourly_cap"]
    return Wishes(
        zone=_zone(row["zone"]),
        quiet=_quiet(row["quiet_from"], row["quiet_until"]),
        digest_at=_time(row["digest_at"]),
        hourly_cap=HOURLY_CAP if cap is None else cap,
    )


def _quiet(since: str | None, until: str | None) -> QuietHours | None:
    if since is None or until is None:
        return None
    return QuietHours(time.fromisoformat(since), time.fromisoformat(until))


def _time(written: str | None) -> time | None:
    return None if written is None else time.fromisoformat(written)


def _zone(name: str | None) -> ZoneInfo | None:
    """None for one that there is no more: times of day are told in UTC then."""
    if name is None:
        return None
    try:
        return zone_named(name)
    except InvalidInputError:
        return None
