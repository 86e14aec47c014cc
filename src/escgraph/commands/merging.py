"""Merging duplicates: two tickets in one transaction."""

from escgraph.commands.acting import Call, Written, locked, once
from escgraph.domain import merging
from escgraph.domain.terms import TicketId
from escgraph.domain.ticket import Ticket
from escgraph.store import policies, tickets

_FIELDS = {
    "child": ("ticketId", "expectedVersion"),
    "parent": ("intoTicketId", "expectedParentVersion"),
}


async def merge_tickets(
    child_id: TicketId,
    parent_id: TicketId,
    *,
    call: Call,
    reason: str,
    parent_version: int | None = None,
) -> Written:
    """End a duplicate; the parent goes on from the earlier start. What is written is the child's.

    Raises:
        NotFoundError: either is no ticket, or none that the actor may see.
        StaleVersionError: somebody changed either since the actor saw it.
    """

    async def work() -> Written:
        child, parent = await _both(child_id, parent_id, call=call, parent_version=parent_version)
        before = [one.merged_into for one in (child, parent) if one.merged_into is not None]
        merged = merging.merge(
            child,
            parent,
            by=call.by,
            at=max(call.at, child.updated_at, parent.updated_at),
            policy=await policies.of_version(parent.policy_version),
            reason=reason,
            numbers=await tickets.numbers(before),
        )
        position = await tickets.save_all([(child, merged.child), (parent, merged.parent)])
        return Written(child.id, position)

    return await once(work, call=call)


async def _both(
    child_id: TicketId, parent_id: TicketId, *, call: Call, parent_version: int | None
) -> tuple[Ticket, Ticket]:
    """Both, locked in the order of their ids: two merges that cross each other never deadlock."""
    versions = {child_id: (call.version, "child"), parent_id: (parent_version, "parent")}
    found = {}
    for ticket_id, (version, which) in sorted(versions.items()):
        found[ticket_id] = await locked(
            ticket_id, by=call.by, version=version, fields=_FIELDS[which]
        )
    return found[child_id], found[parent_id]
