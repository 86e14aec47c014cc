"""Opening tickets."""

from datetime import datetime

import strawberry

from escgraph.api.acting import (
    Given,
    KeyedInput,
    TicketPayload,
    attempt,
    may_read,
    with_ticket,
)
from escgraph.api.context import Info
from escgraph.api.identifiers import read_ids
from escgraph.api.typed import field, mutation
from escgraph.api.types_similar import SimilarTicket, similar_tickets
from escgraph.commands import opening
from escgraph.commands.acting import Call, Written
from escgraph.domain.opening import Report
from escgraph.domain.permissions import Act
from escgraph.domain.terms import PersonId, Priority, TicketId
from escgraph.queries.duplicates import Subject
from escgraph.queries.views import TicketView, Wanted


@strawberry.input(description="What whoever opens a ticket says about the issue.")
class OpenTicketInput(KeyedInput):
    title: str = strawberry.field(description="The issue in one line, 200 characters at most.")
    description: str = strawberry.field(description="The issue as it was reported.")
    category: str = strawberry.field(description="Key of the kind of issue; see `categories`.")
    priority: Priority = strawberry.field(
        description="How fast the ladder climbs; the category suggests one."
    )
    reporter: str = strawberry.field(description="Who reported it.")
    component: str = strawberry.field(
        default="", description="What is affected; empty where unknown."
    )
    reported_at: datetime | None = strawberry.field(
        default=None,
        description="When it was reported, from which every target is counted: the past only, and "
        "not further than the policy allows. Null for now.",
    )
    urgent: bool = strawberry.field(default=False, description="Flag it as urgent.")
    critical: bool = strawberry.field(
        default=False, description="Mark it so that management knows at once; HIGH only."
    )
    stakeholder_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Who hears of it."
    )


@strawberry.type(description="What came of opening.")
class OpenTicketPayload(TicketPayload):
    @field(
        description="Tickets that may be of the same issue, likest first, 5 at most: see whether "
        "to merge. Null where nothing was written, or where the token lacks the scope READ."
    )
    async def similar(self, info: Info) -> list[SimilarTicket] | None:
        if self.written is None or not may_read(info):
            return None
        opened = TicketId(self.written.id)
        view = await info.context.loaders.tickets.load((opened, Wanted.NOTHING))
        return [] if view is None else await similar_tickets(info, _subject(view), but=opened)


@strawberry.type
class OpeningMutations:
    @mutation(
        description="Open a ticket: with its tier, its owner and every deadline from its first "
        "second. What a script opens, a routing rule gives an owner."
    )
    async def open_ticket(self, info: Info, given: Given[OpenTicketInput]) -> OpenTicketPayload:
        async def act(call: Call) -> Written:
            return await opening.open_ticket(_report(given), call=call)

        outcome = await attempt(info, Act.OPEN, given, act)
        return await with_ticket(info, outcome, OpenTicketPayload)


def _subject(view: TicketView) -> Subject:
    facts = view.facts
    return Subject(
        title=facts.title,
        description=facts.description,
        category=facts.category,
        component=facts.component,
    )


def _report(given: OpenTicketInput) -> Report:
    ids = read_ids(given.stakeholder_ids, field="stakeholderIds")
    return Report(
        title=given.title,
        description=given.description,
        category=given.category,
        component=given.component,
        priority=given.priority,
        reporter=given.reporter,
        reported_at=given.reported_at,
        flagged=given.urgent,
        critical=given.critical,
        stakeholders=tuple(PersonId(person) for person in ids),
    )
