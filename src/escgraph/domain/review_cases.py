"""A quarterly review from its opening to the last case that was read (Q1)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from escgraph.domain.errors import InvalidInputError, NotFoundError
from escgraph.domain.events_review import ReviewCasesRead
from escgraph.domain.permissions import Act, permit
from escgraph.domain.policy import Policy
from escgraph.domain.quarter import Quarter
from escgraph.domain.review import Review, ReviewChange, following, must_be_open, opened
from escgraph.domain.terms import EscalationId, ReviewId, ReviewKind, ReviewState
from escgraph.domain.texts import called, prose
from escgraph.domain.ticket import Actor
from escgraph.domain.working_days import working_days_after

TIMES = 2
"""A quarter's review has so many times the working days of a post-issue review."""

MOST_AT_ONCE = 200
"""So many cases are read with one finding in one act at most."""


def open_quarterly(
    review_id: ReviewId, quarter: Quarter, *, starts_at: datetime, at: datetime, policy: Policy
) -> ReviewChange:
    """The review of a quarter that is over. However late it opens, it gets its whole time.

    `starts_at` is where the quarter before ended, whatever the zone was then: no escalation is in
    two quarters or in none.
    """
    review = Review(
        id=review_id,
        kind=ReviewKind.QUARTERLY,
        version=1,
        state=ReviewState.OPEN,
        opened_at=at,
        due_at=working_days_after(at, days=TIMES * policy.review_working_days, policy=policy),
        updated_at=at,
        quarter=quarter.name,
        starts_at=starts_at,
        ends_at=quarter.ends_at(policy.zone),
    )
    return ReviewChange(review, opened(review, by=None))


def read_cases(
    review: Review,
    findings: Mapping[EscalationId, str],
    escalations: Sequence[EscalationId],
    *,
    by: Actor,
    at: datetime,
    finding: str,
    unread: int,
) -> ReviewChange:
    """Mark those escalations read, all with one finding; while the review is open, also anew.

    `findings` are those of the cases among them so far, empty where nobody has read one; `unread`
    is how many cases of the whole review nobody has.

    Raises:
        ForbiddenError: the actor is no manager.
        WrongStatusError: the review is completed.
        NotFoundError: an escalation is none of its cases.
        InvalidInputError: no finding, no escalation, or too many.
    """
    permit(by, Act.MARK_CASES_READ)
    must_be_quarterly(review)
    must_be_open(review, "mark cases of")
    _check(review, findings, escalations)
    text = prose(finding, "finding")
    changed = tuple(one for one in dict.fromkeys(escalations) if findings[one] != text)
    if not changed:
        return ReviewChange(review, None)
    after = following(review, at=at)
    event = ReviewCasesRead(
        at=at,
        by=by.person,
        review=review.id,
        version=after.version,
        ticket=None,
        escalations=changed,
        finding=text,
        unread=unread - sum(not findings[one] for one in changed),
    )
    return ReviewChange(after, event)


def must_be_quarterly(review: Review) -> None:
    """Pass if the review has cases at all.

    Raises:
        InvalidInputError: it is one of a ticket.
    """
    if review.kind is not ReviewKind.QUARTERLY:
        raise InvalidInputError(
            f"a {review.kind} review has no cases; name a {ReviewKind.QUARTERLY} one",
            field=("reviewId",),
        )


NAMED = 5
"""So many of the tickets whose cases wait are named where one asks what is missing."""


def unread_words(unread: int, *, first: Sequence[int]) -> tuple[str, ...]:
    """What completing wants of the cases, in words; `first` are numbers of tickets that wait."""
    if not unread:
        return ()
    cases = "1 case" if unread == 1 else f"{unread} cases"
    named = ", ".join(called(number) for number in first)
    return (f"a finding on {cases} ({named}{', …' if unread > len(first) else ''})",)


def _check(
    review: Review, findings: Mapping[EscalationId, str], escalations: Sequence[EscalationId]
) -> None:
    if not 1 <= len(escalations) <= MOST_AT_ONCE:
        raise InvalidInputError(
            f"{len(escalations)} escalations are named; name 1 to {MOST_AT_ONCE} at once",
            field=("escalationIds",),
        )
    for one in escalations:
        if one not in findings:
            raise NotFoundError(
                f"the escalation {one} is no case of the review of {review.quarter}; see its cases",
                field=("escalationIds",),
            )
