"""How people want to be told, at rest; who has no row has no wishes."""

from collections.abc import Sequence
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from escgraph.domain.calm import HOURLY_CAP, Wishes
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.quiet_hours import QuietHours
from escgraph.domain.terms import PersonId
from escgraph.domain.zones import zone_named
from escgraph.store.bulk import among
from escgraph.store.database import fetch
from escgraph.store.values import uuid


async def wishes_of(people: Sequence[PersonId]) -> dict[PersonId, Wishes]:
    """What each of those wants who has said so."""
    rows = await fetch(
        f"SELECT * FROM preference WHERE {among('person_id', '$1')}",  # noqa: S608 - our own names
        list(people),
    )
    return {PersonId(uuid(row["person_id"])): wishes_in(row) for row in rows}


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


def _zone(name: str) -> ZoneInfo | None:
    """None for one that there is no more: times of day are told in UTC then."""
    try:
        return zone_named(name)
    except InvalidInputError:
        return None
