"""Tickets that the ladder has forgotten (P1). There are none, unless a fault brought one about."""

from escgraph.domain.ticket import Actor
from escgraph.queries.sight import sees
from escgraph.queries.views import TicketView, Wanted, views
from escgraph.store import forgotten

__all__ = ["TicketView", "violations"]

_MOST = 200


async def violations(*, viewer: Actor, wanted: Wanted = Wanted.NOTHING) -> list[TicketView]:
    """The live tickets that have a rung left and no armed deadline that reaches it.

    The oldest come first, 200 at most: one is a fault already.
    """
    found = [ticket for ticket in await forgotten.tickets(limit=_MOST) if sees(viewer, ticket)]
    return await views(found, wanted, viewer=viewer)
