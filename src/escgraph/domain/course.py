"""What a policy's deadlines made of one ticket: the response, the rungs, and how late people were.

It is read off a timeline, so a ticket's record and a replay of it are compared like with like.
A rung that an engine fired late counts by the moment at which it was due.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from escgraph.domain.events import (
    Event,
    ManagementReminded,
    ResponseBreached,
    TicketAcknowledged,
    TicketEscalated,
    TicketResolved,
)
from escgraph.domain.terms import Tier, Trigger


@dataclass(frozen=True, slots=True)
class Missed:
    """A first response that did not come by `due_at`; `came_at` is None where it never did."""

    due_at: datetime
    came_at: datetime | None

    @property
    def late(self) -> timedelta | None:
        return None if self.came_at is None else self.came_at - self.due_at


@dataclass(frozen=True, slots=True)
class Rung:
    """A tier that no person moved the ticket to: a deadline did, or a reopening (A20).

    `resolved_at` is when it was resolved for the first time afterwards, None where it never was.
    """

    tier: Tier
    trigger: Trigger
    due_at: datetime
    resolved_at: datetime | None

    @property
    def late(self) -> timedelta | None:
        """How long after the deadline people resolved it."""
        return None if self.resolved_at is None else self.resolved_at - self.due_at


@dataclass(frozen=True, slots=True)
class Course:
    """`response` is None where it came in time; `rungs` are in the order in which they fired."""

    response: Missed | None
    rungs: tuple[Rung, ...]
    reminders: int

    @property
    def first_missed(self) -> Rung | None:
        """The first rung that a deadline fired."""
        return next((rung for rung in self.rungs if rung.trigger is Trigger.DEADLINE), None)


def course_of(timeline: Iterable[Event]) -> Course:
    """The course of the ticket whose events those are, in their order."""
    response: Missed | None = None
    rungs: list[TicketEscalated] = []
    resolved: list[tuple[int, datetime]] = []
    reminders = 0
    for event in timeline:
        if isinstance(event, ResponseBreached):
            response = Missed(event.due_at, None)
        elif isinstance(event, TicketAcknowledged):
            response = None if response is None else Missed(response.due_at, event.at)
        elif isinstance(event, TicketEscalated) and event.trigger is not Trigger.MANUAL:
            rungs.append(event)
        elif isinstance(event, TicketResolved):
            resolved.append((len(rungs), event.at))
        elif isinstance(event, ManagementReminded):
            reminders += 1
    return Course(response, _ended(rungs, resolved), reminders)


def _ended(rungs: list[TicketEscalated], resolved: list[tuple[int, datetime]]) -> tuple[Rung, ...]:
    """Each rung with the first resolution behind it; `resolved` says after how many rungs."""
    return tuple(
        Rung(
            tier=rung.to_tier,
            trigger=rung.trigger,
            due_at=rung.due_at,
            resolved_at=next((at for after, at in resolved if after > place), None),
        )
        for place, rung in enumerate(rungs)
    )
