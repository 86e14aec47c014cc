"""What a review wants done: added while it is open, followed until it is done (D3, Q4)."""

from dataclasses import replace
from datetime import date, datetime

from escgraph.domain.errors import InvalidInputError, NotFoundError, WrongStatusError
from escgraph.domain.events_review import ReviewActionAdded, ReviewActionDone, ReviewActionRevised
from escgraph.domain.permissions import Act, permit
from escgraph.domain.review import Action, Review, ReviewChange, following, must_be_open
from escgraph.domain.terms import PersonId, ReviewActionId
from escgraph.domain.texts import prose
from escgraph.domain.ticket import Actor


def add_action(
    review: Review,
    action_id: ReviewActionId,
    *,
    by: Actor,
    at: datetime,
    today: date,
    description: str,
    owner: PersonId | None,
    due_on: date | None,
) -> ReviewChange:
    """Say what is to be done; who does it, and by when, may be said later."""
    permit(by, Act.ADD_REVIEW_ACTION)
    must_be_open(review, "add an action to")
    action = Action(
        id=action_id,
        ordinal=len(review.actions) + 1,
        description=prose(description, "description"),
        owner=owner,
        due_on=_from(today, due_on),
        created_at=at,
        created_by=by.person,
    )
    after = following(review, at=at, actions=(*review.actions, action))
    event = ReviewActionAdded(
        at=at,
        by=by.person,
        review=review.id,
        version=after.version,
        ticket=review.ticket,
        action=action.id,
        description=action.description,
        owner=owner,
        due_on=due_on,
    )
    return ReviewChange(after, event)


def revise_action(
    review: Review,
    action_id: ReviewActionId,
    *,
    by: Actor,
    at: datetime,
    today: date,
    description: str | None = None,
    owner: PersonId | None = None,
    due_on: date | None = None,
) -> ReviewChange:
    """Put an action that is not done another way; what is None stays.

    A completed review keeps what it wanted done, so only owner and day move there. Another day
    takes back that it was overdue: it may become so again.
    """
    permit(by, Act.REVISE_REVIEW_ACTION)
    action = action_of(review, action_id)
    _must_not_be_done(action, "revise")
    if description is not None:
        must_be_open(review, "put another way an action of")
    moved = due_on is not None and due_on != action.due_on
    revised = replace(
        action,
        description=action.description
        if description is None
        else prose(description, "description"),
        owner=owner or action.owner,
        due_on=_from(today, due_on) if moved else action.due_on,
        overdue_at=None if moved else action.overdue_at,
    )
    if revised == action:
        return ReviewChange(review, None)
    after = _with_action(review, revised, at=at)
    event = ReviewActionRevised(
        at=at,
        by=by.person,
        review=review.id,
        version=after.version,
        ticket=review.ticket,
        action=action.id,
        description=revised.description,
        owner=revised.owner,
        due_on=revised.due_on,
    )
    return ReviewChange(after, event)


def complete_action(
    review: Review, action_id: ReviewActionId, *, by: Actor, at: datetime, outcome: str
) -> ReviewChange:
    """Say that it is done and what came of it, before the review is completed or long after."""
    permit(by, Act.COMPLETE_REVIEW_ACTION)
    action = action_of(review, action_id)
    _must_not_be_done(action, "complete")
    done = replace(action, done_at=at, done_by=by.person, outcome=prose(outcome, "outcome"))
    after = _with_action(review, done, at=at)
    event = ReviewActionDone(
        at=at,
        by=by.person,
        review=review.id,
        version=after.version,
        ticket=review.ticket,
        action=action.id,
        outcome=done.outcome,
    )
    return ReviewChange(after, event)


def action_of(review: Review, action_id: ReviewActionId) -> Action:
    """The review's action of that id.

    Raises:
        NotFoundError: it has none.
    """
    for action in review.actions:
        if action.id == action_id:
            return action
    raise unknown_action(action_id)


def unknown_action(action_id: ReviewActionId) -> NotFoundError:
    return NotFoundError(
        f"there is no review action with the id {action_id}; see reviewActions",
        field=("actionId",),
    )


def _from(today: date, due_on: date | None) -> date | None:
    if due_on is not None and due_on < today:
        raise InvalidInputError(
            f"an action would have been due on {due_on}, before today; give a day from {today} on",
            field=("dueOn",),
        )
    return due_on


def _must_not_be_done(action: Action, doing: str) -> None:
    if action.done_at is not None:
        raise WrongStatusError(
            f"cannot {doing} an action that is DONE; add another one for what remains"
        )


def _with_action(review: Review, action: Action, *, at: datetime) -> Review:
    actions = tuple(action if one.id == action.id else one for one in review.actions)
    return following(review, at=at, actions=actions)
