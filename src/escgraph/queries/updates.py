"""What an owner owes the stakeholders of their tickets, the longest due first (R4)."""

from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.terms import PersonId
from escgraph.domain.ticket import Actor, Ticket
from escgraph.domain.updates import OwedBecause, next_update_due, owed
from escgraph.queries.sight import among_colleagues
from escgraph.queries.views import TicketView, Wanted, views
from escgraph.store import policies, updates
from escgraph.store.keyset import page_size

MOST = 1000
"""Tickets of one owner that are looked at; nobody has as many to write about."""


@dataclass(frozen=True, slots=True)
class OverdueUpdate:
    """A ticket whose stakeholders wait for word, why, and since when."""

    view: TicketView
    because: OwedBecause
    since: datetime


async def overdue_updates(
    owner: PersonId,
    *,
    at: datetime,
    first: int,
    viewer: Actor,
    wanted: Wanted = Wanted.NOTHING,
) -> tuple[OverdueUpdate, ...]:
    """The first of them, the longest due first.

    Raises:
        ForbiddenError: the viewer reads nothing of what colleagues owe each other.
        InvalidInputError: `first` is out of bounds.
    """
    among_colleagues(viewer, what="what an owner owes the stakeholders")
    size = page_size(first)
    known = [version.policy for version in await policies.versions()]
    by_version = {policy.version: policy for policy in known}
    found = [
        (due, ticket)
        for ticket in await updates.may_be_owed(known, now=at, owner=owner, limit=MOST)
        if (due := owed(ticket, by_version[ticket.policy_version], at=at)) is not None
    ]
    found = sorted(found, key=lambda one: (one[0].since, one[1].number))[:size]
    seen = await views([ticket for _, ticket in found], wanted, viewer=viewer)
    return tuple(
        OverdueUpdate(view, due.because, due.since)
        for view, (due, _) in zip(seen, found, strict=True)
    )


async def due_at(ticket: Ticket) -> datetime | None:
    """By when the stakeholders of that ticket are to hear of it next, by the policy's rhythm."""
    return next_update_due(ticket, await policies.of_version(ticket.policy_version))
