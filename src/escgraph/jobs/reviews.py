"""Reviews and actions that are late: each is marked once, with an event that says who is told."""

from collections.abc import Sequence
from datetime import datetime

from escgraph.domain.event import Event
from escgraph.domain.events_review import ReviewActionOverdue, ReviewOverdue
from escgraph.domain.terms import PersonId, Role
from escgraph.domain.working_days import civil_day
from escgraph.store import overdue, people, policies, timeline
from escgraph.store.overdue import LateAction, LateReview
from escgraph.store.transactions import unit_of_work

BATCH = 200
"""How many are marked in one transaction at most."""


async def mark_overdue(*, now: datetime, batch: int = BATCH, simulated: bool = False) -> int | None:
    """Mark every review and action whose time is over; the position of the last event, if any.

    Any number of processes may do it at once, and doing it again does nothing (D3, Q4). Only a
    `simulated` pass works in a database that holds simulated time.
    """
    position = None
    while True:
        found = await unit_of_work(lambda: _pass(now=now, batch=batch, simulated=simulated))
        if found is None:
            return position
        position = found


async def _pass(*, now: datetime, batch: int, simulated: bool) -> int | None:
    today = civil_day(now, await policies.in_force())
    reviews = await overdue.mark_reviews(now=now, limit=batch, simulated=simulated)
    actions = await overdue.mark_actions(now=now, today=today, limit=batch, simulated=simulated)
    if not reviews and not actions:
        return None
    managers = await people.of_role(Role.MANAGER)
    events: list[Event] = [_review_overdue(late, managers, now=now) for late in reviews]
    events += [_action_overdue(late, managers, now=now) for late in actions]
    return await timeline.append_alone(*events)


def _review_overdue(
    late: LateReview, managers: Sequence[PersonId], *, now: datetime
) -> ReviewOverdue:
    review = late.review
    return ReviewOverdue(
        at=now,
        by=None,
        review=review.id,
        version=review.version,
        ticket=review.ticket,
        review_kind=review.kind,
        due_at=review.due_at,
        told=_each_once(late.ticket_owner, *managers),
    )


def _action_overdue(
    late: LateAction, managers: Sequence[PersonId], *, now: datetime
) -> ReviewActionOverdue:
    action, review = late.action, late.review
    return ReviewActionOverdue(
        at=now,
        by=None,
        review=review.id,
        version=review.version,
        ticket=review.ticket,
        action=action.id,
        description=action.description,
        owner=action.owner,
        due_on=action.due_on,
        told=_each_once(action.owner, late.ticket_owner, *managers),
    )


def _each_once(*people_ids: PersonId | None) -> tuple[PersonId, ...]:
    return tuple(dict.fromkeys(person for person in people_ids if person is not None))
