"""Two acts that meet elsewhere than at a ticket: at what, and what they leave there."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from escgraph.commands.acting import Call
from escgraph.store.database import execute, fetch
from tests.queries.house import NINE, House, hours

TEN = NINE + hours(1)
LEASE = timedelta(seconds=20)


@dataclass(frozen=True)
class Thing:
    """What two meet at, made anew for each meeting; `more` is what their acts need beside it."""

    house: House
    id: Any
    more: Any = None

    @property
    def administrator(self) -> Call:
        return Call(by=self.house.administrator, at=TEN)

    @property
    def manager(self) -> Call:
        return Call(by=self.house.manager, at=TEN)


Doing = Callable[[Thing], Awaitable[object]]


@dataclass(frozen=True)
class Meeting:
    """Two acts on one thing.

    Attributes:
        left: SQL that tells what is there, $1 being the thing's id.
        then: what is done by somebody in any case, where an act may pass over what others are at.
    """

    made: Callable[[House], Awaitable[Thing]]
    first: Doing
    second: Doing
    left: str
    then: Doing | None = None


async def clear() -> None:
    """Away with what was met at before, which acts that look for work would find."""
    for rows in _MET_AT:
        await execute(f"DELETE FROM {rows}")


PATTERN = "the pattern"
"""A draft that others are copies of."""

_MET_AT = (
    "attempt",
    "message",
    "webhook",
    "review_action",
    "review_case",
    "review",
    f"policy_draft WHERE name <> '{PATTERN}'",
)


async def what_is_left(meeting: Meeting, thing: Thing) -> tuple[str, ...]:
    return tuple(plain(dict(row)) for row in await fetch(meeting.left, thing.id))


def plain(value: object) -> str:
    """Without the ids, which are others each time."""
    return _ID.sub("an id", str(value))


_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
