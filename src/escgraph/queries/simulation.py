"""What another policy would have made of the tickets of a period (Q5). It reads and never writes.

Page by page, each in a snapshot of its own: one over all of them would keep a connection for as
long as it takes. Between two tickets others get their turn.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.course import course_of
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.history import history_of
from escgraph.domain.policy import Policy
from escgraph.domain.policy_diff import differences
from escgraph.domain.replay import replay, replay_as_it_was
from escgraph.domain.ticket import Actor
from escgraph.domain.what_if import CAVEATS, Comparison, WhatIf
from escgraph.queries.candidates import Candidate, policy_of
from escgraph.queries.sight import simulates
from escgraph.store import histories, policies
from escgraph.store.histories import Past, Period
from escgraph.store.transactions import snapshot

__all__ = [
    "CAVEATS",
    "MOST_TICKETS",
    "Candidate",
    "Period",
    "Simulation",
    "answer",
    "simulate",
    "size",
]

MOST_TICKETS = 50_000
PAGE = 200

_one_at_a_time = asyncio.Semaphore(1)
"""A replay is all computation: two at once would only take from everybody else."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """Over a period, up to and including the moment `at`.

    Attributes:
        changes: what the policy changes from the one in force, in words.
        otherwise: the tickets whose own policy does not give what is recorded of them, since an
            engine was late. They count by their policy, not by their record.
    """

    period: Period
    at: datetime
    policy: Policy
    changes: tuple[str, ...]
    what_if: WhatIf
    otherwise: tuple[str, ...]


async def simulate(
    candidate: Candidate, period: Period, *, at: datetime, viewer: Actor
) -> Simulation:
    """The candidate beside the policies that were in force; `at` is the present.

    Raises:
        ForbiddenError: the viewer is neither a manager nor an administrator.
        InvalidInputError: the period is empty or holds too many tickets, or the candidate is no
            valid policy.
        NotFoundError: there is no such version.
    """
    simulates(viewer)
    return await answer(await policy_of(candidate, viewer=viewer), period, at=at)


async def answer(
    candidate: Policy,
    period: Period,
    *,
    at: datetime,
    progress: Callable[[], None] = lambda: None,
) -> Simulation:
    """The same for a person at the server's own terminal; calls `progress` once a ticket."""
    if period.since >= period.until:
        raise InvalidInputError(
            "the period ends before it begins; give a later end", field=("until",)
        )
    many = await size(period)
    if many > MOST_TICKETS:
        raise InvalidInputError(
            f"{many:,} tickets were opened in the period, and one simulation takes "
            f"{MOST_TICKETS:,}; choose a shorter period",
            field=("since",),
        )
    async with _one_at_a_time:
        return await _replayed(candidate, period, at=at, progress=progress)


async def size(period: Period) -> int:
    """How many tickets were opened in the period."""
    return await histories.count(period)


async def _replayed(
    candidate: Policy, period: Period, *, at: datetime, progress: Callable[[], None]
) -> Simulation:
    comparison = Comparison()
    otherwise: list[str] = []
    page = await _page(period, after=None)
    while page:
        for past in page:
            history = history_of(f"ESC-{past.number:06d}", past.opened, past.timeline)
            own = {version: await policies.of_version(version) for version in history.versions}
            was = replay_as_it_was(history, own, until=at)
            comparison.add(history, was=was, would_be=replay(history, candidate, until=at))
            if was != course_of(past.timeline):
                otherwise.append(history.name)
            progress()
            await asyncio.sleep(0)
        page = await _page(period, after=page[-1].place)
    changes = differences(await policies.in_force(), candidate)
    return Simulation(
        period=period,
        at=at,
        policy=candidate,
        changes=tuple(change.words for change in changes),
        what_if=comparison.result(),
        otherwise=tuple(otherwise),
    )


async def _page(period: Period, *, after: histories.Place | None) -> Sequence[Past]:
    return await snapshot(lambda: histories.page(period, after=after, limit=PAGE))
