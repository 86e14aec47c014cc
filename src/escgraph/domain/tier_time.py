"""How long a ticket was worked on at each tier, for the resolution log (D2, P4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from escgraph.domain.calendar import Calendar
from escgraph.domain.terms import LIVE, Status, Tier


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a ticket stood from `at` on, until the next standing."""

    at: datetime
    tier: Tier
    status: Status


def tier_time(standings: Sequence[Standing], *, calendar: Calendar) -> Mapping[Tier, timedelta]:
    """The time that counts at each tier, in climbing order, while the ticket was live.

    A hold counts, since the tier still had the ticket; being resolved, closed or cancelled does
    not. `standings` are in the order in which they came, and the last one ends the count.
    """
    spent = dict.fromkeys(Tier, timedelta(0))
    for standing, later in pairwise(standings):
        if standing.status in LIVE:
            spent[standing.tier] += calendar.elapsed(standing.at, later.at)
    return spent
