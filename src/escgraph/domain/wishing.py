"""How a person changes their wishes: what is said, and nothing else (§5)."""

from dataclasses import dataclass
from datetime import time
from enum import Enum
from typing import TypeVar
from zoneinfo import ZoneInfo

from escgraph.domain.calm import HOURLY_CAP, Wishes
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.quiet_hours import QuietHours

HIGHEST_CAP = 1_000
"""Messages in an hour; who wants more wants a webhook."""


class Kept(Enum):
    """What nobody said anything of."""

    KEPT = "kept"


KEPT = Kept.KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to be otherwise; None takes a wish back."""

    zone: ZoneInfo | Kept | None = KEPT
    quiet: QuietHours | Kept | None = KEPT
    digest_at: time | Kept | None = KEPT
    hourly_cap: int | Kept | None = KEPT


def changed(wishes: Wishes, changes: Changes) -> Wishes:
    """The wishes afterwards.

    Raises:
        InvalidInputError: there are times of day and no zone for them, or the cap is out of bounds.
    """
    cap = _said(changes.hourly_cap, wishes.hourly_cap)
    after = Wishes(
        zone=_said(changes.zone, wishes.zone),
        quiet=_said(changes.quiet, wishes.quiet),
        digest_at=_said(changes.digest_at, wishes.digest_at),
        hourly_cap=HOURLY_CAP if cap is None else cap,
    )
    _must_make_sense(after)
    return after


T = TypeVar("T")


def _said(change: T | Kept, before: T) -> T:
    return before if isinstance(change, Kept) else change


def _must_make_sense(wishes: Wishes) -> None:
    if wishes.zone is None and (wishes.quiet is not None or wishes.digest_at is not None):
        raise InvalidInputError(
            "quiet hours and a digest are times on a clock; say in which zone, such as "
            "Europe/Berlin",
            field=("zone",),
        )
    if not 1 <= wishes.hourly_cap <= HIGHEST_CAP:
        raise InvalidInputError(
            f"a cap is from 1 to {HIGHEST_CAP} messages an hour; choose one of them",
            field=("hourlyCap",),
        )
