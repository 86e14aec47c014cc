"""Deadlines that cannot fire, as nothing but a fault could leave them, and what mends them."""

from uuid_utils.compat import uuid7

from escgraph.domain.ticket import Ticket
from escgraph.store.database import execute
from tests.store.ladders import NINE
from tests.store.rows import add


async def poison(ticket: Ticket) -> None:
    """Its rung to LEVEL_2, of which the table says that it has fired: firing it breaks a key."""
    await add(
        "escalation",
        **dict.fromkeys(("comment", "description"), ""),
        **{name: [] for name in ("responsible_from", "responsible_to", "told")},
        **dict.fromkeys(("catch_up", "no_recipient"), False),
        **dict.fromkeys(("due_at", "fired_at"), NINE),
        id=uuid7(),
        ticket_id=ticket.id,
        ticket_version=1000,
        cycle=ticket.cycle,
        trigger="DEADLINE",
        kind="LEVEL_2",
        from_tier="LEVEL_1",
        to_tier="LEVEL_2",
        facts={},
    )


async def poison_otherwise(ticket: Ticket) -> None:
    """The same rung, of a kind that nobody knows and that leads nowhere."""
    await execute(
        "UPDATE deadline SET kind = 'NO_SUCH_KIND', to_tier = NULL "
        "WHERE ticket_id = $1 AND kind = 'LEVEL_2'",
        ticket.id,
    )


async def cure(ticket: Ticket) -> None:
    """Mend what either did, and let the deadline fire, as the doctor advises."""
    await execute(
        "DELETE FROM escalation WHERE ticket_id = $1 AND ticket_version = 1000", ticket.id
    )
    await execute(
        "UPDATE deadline SET kind = 'LEVEL_2', to_tier = 'LEVEL_2' "
        "WHERE ticket_id = $1 AND kind = 'NO_SUCH_KIND'",
        ticket.id,
    )
    await execute(
        "UPDATE deadline SET parked_at = NULL, parked_reason = NULL WHERE ticket_id = $1",
        ticket.id,
    )
