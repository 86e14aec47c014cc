"""A shift on a real database: people act, the engine works, and time passes by hand."""

from collections import defaultdict
from datetime import datetime

from escgraph.domain.notice import Notice
from escgraph.domain.terms import TicketId, Tier
from escgraph.domain.ticket import Actor, Ticket
from escgraph.jobs.notices import tell
from escgraph.notify.letter import Letter
from escgraph.notify.links import Links
from escgraph.queries import escalations, events
from escgraph.queries.escalations import EscalationFilter, Package
from escgraph.queries.letters import letter_for
from escgraph.store import firing, people, tickets
from escgraph.store.database import fetch
from escgraph.store.notice_rows import message_of, notice_of
from tests.queries.house import House


class Shift(House):
    """A house whose engine wakes whenever something falls due, unless it is let sleep."""

    async def until(self, at: datetime) -> None:
        """Time passes to that moment, and every deadline fires at its own."""
        while (due := await firing.next_due()) is not None and due <= at:
            await self.sweep(due)

    async def asleep_until(self, at: datetime) -> None:
        """Time passes, and the engine finds it all at its end."""
        await self.sweep(at)

    async def told_until(self, at: datetime) -> None:
        """As `until`, and whoever must hear of something does at that moment."""
        while (due := await firing.next_due()) is not None and due <= at:
            await self.sweep(due)
            await self.tell(due)
        await self.tell(at)

    async def tell(self, at: datetime) -> None:
        """What has happened is told to everybody, who all have the e-mail address alone."""
        await tell(now=at, mail_is_set=True)

    async def notices(self) -> list[Notice]:
        """Every notice, in the order of what they tell of."""
        rows = await fetch("SELECT * FROM notice ORDER BY position, key")
        return [notice_of(row) for row in rows]

    async def told(self) -> dict[str, list[str]]:
        """What each person was told so far, by name."""
        names = {person.id: person.name for person in await people.everybody()}
        heard: dict[str, list[str]] = defaultdict(list)
        for notice in await self.notices():
            heard[names[notice.person]].append(notice.kind.value)
        return dict(heard)

    async def letters_to(self, reader: Actor) -> list[Letter]:
        """The messages to that person as they are sent, the first one first."""
        rows = await fetch(
            "SELECT * FROM message WHERE person_id = $1 ORDER BY created_at, id", reader.person
        )
        return [await letter_for(message_of(row), links=Links(None, ())) for row in rows]

    async def ticket(self, ticket_id: TicketId) -> Ticket:
        return await tickets.load(ticket_id)

    async def tier(self, ticket_id: TicketId) -> Tier:
        return (await self.ticket(ticket_id)).tier

    async def heard(self, ticket_id: TicketId) -> list[str]:
        """The names of what happened to it, in the order of the stream."""
        told = await events.read(
            None, events.EventFilter(ticket=ticket_id), first=200, viewer=self.manager
        )
        return [event.kind for event in told.events]

    async def packages(self, ticket_id: TicketId) -> list[Package]:
        """What travelled with each of its escalations, the first one first."""
        page = await escalations.page(
            EscalationFilter(ticket=ticket_id), first=200, viewer=self.manager
        )
        return [
            await escalations.package(row.id, viewer=self.manager) for row in reversed(page.rows)
        ]
