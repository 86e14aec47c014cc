"""Writing a review and confirming that it is whole (D3)."""

from collections.abc import Sequence
from datetime import datetime

from escgraph.domain.errors import DocumentsMissingError, InvalidInputError
from escgraph.domain.events_review import ReviewCompleted, ReviewSectionWritten
from escgraph.domain.permissions import Act, permit, permit_completing
from escgraph.domain.review import SECTIONS, Review, ReviewChange, following, must_be_open
from escgraph.domain.terms import ReviewSection, ReviewState
from escgraph.domain.texts import prose
from escgraph.domain.ticket import Actor, Ticket

_NO_ACTIONS = 'an action, or an explicit "none" as noActions'


def write_section(
    review: Review, *, by: Actor, at: datetime, section: ReviewSection, text: str
) -> ReviewChange:
    """Write a section, or write it anew."""
    permit(by, Act.WRITE_REVIEW_SECTION)
    must_be_open(review, "write a section of")
    wanted = SECTIONS[review.kind]
    if section not in wanted:
        raise InvalidInputError(
            f"a {review.kind} review has no section {section}; write {' or '.join(wanted)}",
            field=("section",),
        )
    written = prose(text, "text")
    if review.sections.get(section) == written:
        return ReviewChange(review, None)
    after = following(review, at=at, sections={**review.sections, section: written})
    event = ReviewSectionWritten(
        at=at,
        by=by.person,
        review=review.id,
        version=after.version,
        ticket=review.ticket,
        section=section,
        text=written,
    )
    return ReviewChange(after, event)


def complete(
    review: Review,
    *,
    by: Actor,
    at: datetime,
    ticket: Ticket | None,
    no_actions: bool,
    unread: Sequence[str] = (),
) -> ReviewChange:
    """Confirm that the review is whole; `ticket` is what it looks back on.

    `unread` says in words which cases of a quarter nobody has read (Q1).

    Raises:
        ForbiddenError: the actor is neither a manager nor, of a post-issue review, the owner.
        DocumentsMissingError: names every unread case, every empty section and every action
            without owner or day.
    """
    permit_completing(by, review.kind, ticket)
    must_be_open(review, "complete")
    _check_whole(review, no_actions=no_actions, unread=unread)
    after = following(
        review, at=at, state=ReviewState.COMPLETED, completed_at=at, completed_by=by.person
    )
    event = ReviewCompleted(
        at=at,
        by=by.person,
        review=review.id,
        version=after.version,
        ticket=review.ticket,
        review_kind=review.kind,
        no_actions=no_actions,
    )
    return ReviewChange(after, event)


def _check_whole(review: Review, *, no_actions: bool, unread: Sequence[str]) -> None:
    if no_actions and review.actions:
        raise InvalidInputError(
            f"noActions says that there are none, and the review has {len(review.actions)}; "
            "leave noActions out",
            field=("noActions",),
        )
    undecided = () if review.actions or no_actions else (_NO_ACTIONS,)
    missing = (*unread, *review.unwritten, *undecided)
    if missing:
        raise DocumentsMissingError(
            f"cannot complete a review that lacks {', '.join(missing)}; add what is missing",
            missing=missing,
            field=("noActions",) if missing == undecided else (),
        )
