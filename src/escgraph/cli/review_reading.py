"""What the commands on reviews read: reviews with the ticket and the people that they name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from escgraph.api.identifiers import read_number
from escgraph.cli.running import Refusal
from escgraph.domain.errors import InvalidInputError, NotFoundError
from escgraph.domain.quarter import named as quarter_named
from escgraph.domain.review import Action, Review
from escgraph.domain.review_facts import Facts
from escgraph.domain.terms import PersonId, ReviewId
from escgraph.domain.ticket import Ticket
from escgraph.store import (
    people,
    quarterly_reviews,
    review_cases,
    review_facts,
    review_search,
    reviews,
    search,
)
from escgraph.store.people import Person
from escgraph.store.review_search import ActionFilter, ReviewFilter
from escgraph.store.transactions import snapshot


@dataclass(frozen=True, slots=True)
class Shown:
    """A review with its ticket, and who is who; the facts where all of it is shown.

    `unread` says what completing it wants of its cases, in words.
    """

    review: Review
    ticket: Ticket | None
    people: Mapping[PersonId, Person]
    unread: tuple[str, ...] = ()
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """An action with the review that made it, its ticket, and who does it."""

    action: Action
    review: Review
    ticket: Ticket | None
    owner: Person | None


async def listed(wanted: ReviewFilter, *, limit: int) -> list[Shown]:
    """The latest reviews that pass."""

    async def read() -> list[Shown]:
        found = await review_search.found(wanted, limit=limit, after=None)
        return await _with_names([one.review for one in found])

    return await snapshot(read)


async def shown(review_id: ReviewId) -> Shown:
    """The review of that id, whole.

    Raises:
        NotFoundError: there is none.
    """

    async def read() -> Shown:
        (found,) = await _with_names([await reviews.load(review_id)])
        return replace(found, people=await _everybody(found), facts=await _facts(found))

    return await snapshot(read)


async def review_named(which: str) -> ReviewId:
    """A review by its id, its quarter, or the number of its ticket, whose latest it is then.

    Raises:
        NotFoundError: there is no review of that quarter or ticket.
        Refusal: it is none of the three.
    """
    try:
        return ReviewId(UUID(which))
    except ValueError:
        pass
    try:
        return await _of_quarter(quarter_named(which.upper()).name)
    except InvalidInputError:
        pass
    try:
        return await _latest_of(read_number(which))
    except InvalidInputError:
        raise Refusal(
            f"{which!r} is neither the id of a review, nor a quarter, as 2026-Q1, nor the number "
            "of a ticket, as ESC-000123; see: escgraph review list",
            code=2,
        ) from None


async def to_do(wanted: ActionFilter, *, limit: int) -> list[Followed]:
    """The actions that pass, those due first at the beginning."""

    async def read() -> list[Followed]:
        found = await review_search.found_actions(wanted, limit=limit, after=None)
        made_by = await review_search.of_ids([one.review for one in found])
        known = {one.review.id: one for one in await _with_names(list(made_by.values()))}
        return [
            Followed(
                action=one.action,
                review=known[one.review].review,
                ticket=known[one.review].ticket,
                owner=_person(known[one.review], one.action.owner),
            )
            for one in found
        ]

    return await snapshot(read)


async def _of_quarter(name: str) -> ReviewId:
    found = await quarterly_reviews.of_quarter(name)
    if found is None:
        raise NotFoundError(
            f"there is no review of {name}; see: escgraph review list, "
            "or open what is due: escgraph review due"
        )
    return found


async def _latest_of(number: int) -> ReviewId:
    for ticket in await search.of_number(number) if number < 2**63 else ():
        found = (await review_search.of_tickets([ticket.id]))[ticket.id]
        if found:
            return found[-1].id
    raise NotFoundError(
        f"there is no review of a ticket ESC-{number:06d}; see: escgraph review list"
    )


async def _with_names(found: Sequence[Review]) -> list[Shown]:
    ids = [review.ticket for review in found if review.ticket is not None]
    tickets = {ticket.id: ticket for ticket in await search.of_ids(ids)}
    named = await people.by_ids(list(_named(found)))
    unread = await review_cases.unread([one.id for one in found if one.open])
    return [
        Shown(
            review,
            None if review.ticket is None else tickets[review.ticket],
            named,
            unread.get(review.id, ()),
        )
        for review in found
    ]


def _named(found: Iterable[Review]) -> set[PersonId]:
    ids = {person for one in found for action in one.actions for person in _of_action(action)}
    ids |= {one.completed_by for one in found}
    return {person for person in ids if person is not None}


def _of_action(action: Action) -> tuple[PersonId | None, ...]:
    return action.owner, action.done_by


def _person(found: Shown, person_id: PersonId | None) -> Person | None:
    return None if person_id is None else found.people[person_id]


async def _facts(found: Shown) -> Facts | None:
    ticket_id = found.review.ticket
    if ticket_id is None:
        return None
    return await review_facts.frozen(found.review.id) or await review_facts.gathered(ticket_id)


async def _everybody(found: Shown) -> Mapping[PersonId, Person]:
    facts = await _facts(found)
    more = () if facts is None else (facts.owner, *facts.people)
    return {**found.people, **await people.by_ids(list(more))}
