"""A shift on a real database: people act, the engine works, and time passes by hand."""

from datetime import datetime

from escgraph.domain.terms import TicketId, Tier
from escgraph.domain.ticket import Ticket
from escgraph.queries import escalations, events
from escgraph.queries.escalations import EscalationFilter, Package
from escgraph.store import firing, tickets
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
