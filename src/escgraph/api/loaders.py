"""What hangs on single objects, gathered over a level of the answer and read in one statement."""

from datetime import datetime

from strawberry.dataloader import DataLoader

from escgraph.api.loaders_notices import NoticeLoaders
from escgraph.domain.terms import EscalationId, PersonId, ReviewId, TicketId
from escgraph.domain.ticket import Actor
from escgraph.queries import (
    escalations,
    people,
    policies,
    policy_drafts,
    quarterly,
    review_cases,
    reviews,
    tickets,
    timeline,
)
from escgraph.queries.people import Person
from escgraph.queries.policies import PolicyVersion
from escgraph.queries.policy_drafts import Draft
from escgraph.queries.quarterly import QuarterlyFacts
from escgraph.queries.review_cases import CaseCounts
from escgraph.queries.reviews import Review
from escgraph.queries.timeline import TimelinePage
from escgraph.queries.views import EscalationRow, TicketView, Wanted


class Loaders:
    """What one viewer may see; None stands for what does not exist, or not for them."""

    def __init__(self, viewer: Actor) -> None:
        self._viewer = viewer
        self.telling = NoticeLoaders(viewer)
        self.people: DataLoader[PersonId, Person | None] = DataLoader(self._people)
        self.tickets: DataLoader[tuple[TicketId, Wanted], TicketView | None] = DataLoader(
            self._tickets
        )
        self.duplicates: DataLoader[tuple[TicketId, Wanted], tuple[TicketView, ...]] = DataLoader(
            self._duplicates
        )
        self.timelines: DataLoader[tuple[TicketId, int], TimelinePage | None] = DataLoader(
            self._timelines
        )
        self.reviews: DataLoader[ReviewId, Review | None] = DataLoader(self._reviews)
        self.cases: DataLoader[ReviewId, CaseCounts | None] = DataLoader(self._cases)
        self.unread: DataLoader[ReviewId, tuple[str, ...]] = DataLoader(self._unread)
        self.quarters: DataLoader[tuple[Review, datetime], QuarterlyFacts] = DataLoader(
            self._quarters, cache_key_fn=_review_of
        )
        self.policies_of_reviews: DataLoader[ReviewId, list[PolicyVersion]] = DataLoader(
            self._policies_of_reviews
        )
        self.drafts_of_reviews: DataLoader[ReviewId, list[Draft]] = DataLoader(
            self._drafts_of_reviews
        )
        self.reviews_of_tickets: DataLoader[TicketId, list[Review]] = DataLoader(
            self._reviews_of_tickets
        )
        self.actions: DataLoader[EscalationRow, str] = DataLoader(
            self._actions, cache_key_fn=_id_of
        )

    async def _people(self, ids: list[PersonId]) -> list[Person | None]:
        found = await people.by_ids(ids, viewer=self._viewer)
        return [found.get(person) for person in ids]

    async def _tickets(self, keys: list[tuple[TicketId, Wanted]]) -> list[TicketView | None]:
        """A statement for each level that any of them wants: most often all want the same."""
        ids, wanted = _together(keys)
        found = await tickets.by_ids(ids, viewer=self._viewer, wanted=wanted)
        return [found.get(ticket_id) for ticket_id, _ in keys]

    async def _duplicates(
        self, keys: list[tuple[TicketId, Wanted]]
    ) -> list[tuple[TicketView, ...]]:
        ids, wanted = _together(keys)
        found = await tickets.duplicates(ids, viewer=self._viewer, wanted=wanted)
        return [found.get(ticket_id, ()) for ticket_id, _ in keys]

    async def _timelines(self, keys: list[tuple[TicketId, int]]) -> list[TimelinePage | None]:
        pages = {
            first: await timeline.first_of_each(
                [ticket_id for ticket_id, size in keys if size == first],
                first=first,
                viewer=self._viewer,
            )
            for first in dict.fromkeys(size for _, size in keys)
        }
        return [pages[first].get(ticket_id) for ticket_id, first in keys]

    async def _reviews(self, ids: list[ReviewId]) -> list[Review | None]:
        found = await reviews.by_ids(ids, viewer=self._viewer)
        return [found.get(review_id) for review_id in ids]

    async def _cases(self, ids: list[ReviewId]) -> list[CaseCounts | None]:
        found = await review_cases.counts(ids, viewer=self._viewer)
        return [found.get(review_id) for review_id in ids]

    async def _unread(self, ids: list[ReviewId]) -> list[tuple[str, ...]]:
        found = await review_cases.unread(ids, viewer=self._viewer)
        return [found.get(review_id, ()) for review_id in ids]

    async def _quarters(self, keys: list[tuple[Review, datetime]]) -> list[QuarterlyFacts]:
        return [await quarterly.facts(row, at=at, viewer=self._viewer) for row, at in keys]

    async def _policies_of_reviews(self, ids: list[ReviewId]) -> list[list[PolicyVersion]]:
        found = await policies.versions(viewer=self._viewer)
        return [[one for one in found if one.review == review_id] for review_id in ids]

    async def _drafts_of_reviews(self, ids: list[ReviewId]) -> list[list[Draft]]:
        found = await policy_drafts.of_reviews(viewer=self._viewer)
        return [[one for one in found if one.review == review_id] for review_id in ids]

    async def _reviews_of_tickets(self, ids: list[TicketId]) -> list[list[Review]]:
        found = await reviews.of_tickets(ids, viewer=self._viewer)
        return [found.get(ticket_id, []) for ticket_id in ids]

    async def _actions(self, rows: list[EscalationRow]) -> list[str]:
        tried = await escalations.actions_taken(rows, viewer=self._viewer)
        return [tried[row.id] for row in rows]


def _together(keys: list[tuple[TicketId, Wanted]]) -> tuple[list[TicketId], Wanted]:
    """The tickets, each once, and all that any of them wants."""
    wanted = Wanted.NOTHING
    for _, levels in keys:
        wanted |= levels
    return list(dict.fromkeys(ticket_id for ticket_id, _ in keys)), wanted


def _id_of(row: EscalationRow) -> EscalationId:
    return row.id


def _review_of(key: tuple[Review, datetime]) -> ReviewId:
    return key[0].id
