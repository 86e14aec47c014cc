"""Links that were used: each is good once, and its id is the key that says so."""

from datetime import datetime

from escgraph.domain.permissions import Act
from escgraph.domain.terms import LinkId, PersonId, TicketId
from escgraph.store.database import execute, fetch
from escgraph.store.values import moment


async def used_at(link: LinkId) -> datetime | None:
    """When it was used; None for not yet."""
    rows = await fetch("SELECT used_at FROM used_link WHERE id = $1", link)
    return moment(rows[0]["used_at"]) if rows else None


async def use(link: LinkId, *, ticket: TicketId, person: PersonId, act: Act, at: datetime) -> None:
    """Use it, in the unit of work of what it does, which has locked the ticket.

    Raises:
        Duplicate: it was used before, which undoes whatever a second use did.
    """
    await execute(
        "INSERT INTO used_link (id, ticket_id, person_id, act, used_at) "
        "VALUES ($1, $2, $3, $4, $5)",
        link,
        ticket,
        person,
        act,
        at,
    )
