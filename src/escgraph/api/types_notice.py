"""A notice as a type: what one person was told of one happening, and whether it arrived."""

from datetime import datetime

import strawberry

from escgraph.api.context import Info
from escgraph.api.events import event_of
from escgraph.api.identifiers import id_text
from escgraph.api.review_link import ReviewLink, linked_review
from escgraph.api.ticket_link import TicketLink, linked_ticket
from escgraph.api.typed import field
from escgraph.api.types_delivery import Delivery, delivery_of
from escgraph.api.types_event import Event
from escgraph.api.types_node import Node
from escgraph.api.types_people import Person, person
from escgraph.domain.notice import Hearer, NoticeKind
from escgraph.domain.terms import Priority
from escgraph.queries import notices


@strawberry.type(description="What one person was told of one happening: once, by whatever way.")
class Notice(Node):
    row: strawberry.Private[notices.Notice]
    kind: NoticeKind = strawberry.field(description="What it is about.")
    hearer: Hearer = strawberry.field(description="As what its person hears of it.")
    priority: Priority | None = strawberry.field(
        description="The ticket's priority then; null where it is about none."
    )
    pressing: bool = strawberry.field(
        description="HIGH or critical: neither quiet hours nor caps hold it up."
    )
    created_at: datetime = strawberry.field(description="When it was decided that they are told.")

    @field(description="Who is told.")
    async def person(self, info: Info) -> Person:
        return await person(info, self.row.person)

    @field(
        description="The ticket that it is about; null where it is about none, or where you may no "
        "longer see it."
    )
    async def ticket(self, info: Info) -> TicketLink | None:
        return None if self.row.ticket is None else await linked_ticket(info, self.row.ticket)

    @field(
        description="The review that it is about; null where it is about none, or where you do not "
        "work on tickets."
    )
    async def review(self, info: Info) -> ReviewLink | None:
        return None if self.row.review is None else await linked_review(info, self.row.review)

    @field(
        description="The events that it tells of, in their order, as far as you may see them: "
        "several after a catch-up."
    )
    async def events(self, info: Info) -> list[Event]:
        found = await info.context.loaders.telling.events.load_many(self.row.positions)
        return [event_of(stored) for stored in found if stored is not None]

    @field(
        description="The first line of it. Urgent ones begin with the policy's urgent indicator."
    )
    async def subject(self, info: Info) -> str:
        return (await self._words(info)).subject

    @field(
        description="All of it as plain text, as its person reads it: what happened, what to do, "
        "by when. Without the links and the package that come with a letter."
    )
    async def text(self, info: Info) -> str:
        return (await self._words(info)).text

    @field(description="Whether it has reached its person.")
    async def status(self, info: Info) -> notices.NoticeStatus:
        rows = await info.context.loaders.telling.deliveries.load(self.row.id)
        return notices.status_of((row.kind, row.state) for row in rows)

    @field(description="The ways that it went or is to go, the first tried first.")
    async def deliveries(self, info: Info) -> list[Delivery]:
        rows = await info.context.loaders.telling.deliveries.load(self.row.id)
        return [delivery_of(row) for row in rows]

    async def _words(self, info: Info) -> notices.Words:
        return await info.context.loaders.telling.words.load(self.row)


def notice_of(row: notices.Notice) -> Notice:
    return Notice(
        row=row,
        id=id_text(row.id),
        kind=row.kind,
        hearer=row.hearer,
        priority=row.priority,
        pressing=row.pressing,
        created_at=row.created_at,
    )
