"""What moving tickets to the policy in force would fire, told before anybody moves one (Q5, A8)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from escgraph.domain import moving
from escgraph.domain.errors import ForbiddenError, NotFoundError
from escgraph.domain.policy import Policy
from escgraph.domain.terms import DeadlineKind, TicketId
from escgraph.domain.ticket import Actor, Deadline, Ticket
from escgraph.queries.sight import OVERSEEING
from escgraph.queries.views import Wanted, views
from escgraph.store import policies, search
from escgraph.store.keyset import page_size
from escgraph.store.policy_moves import MOST, Chosen, Found, Named, must_be_in_force, selection
from escgraph.store.transactions import snapshot

__all__ = ["MOST", "Chosen", "Found", "Named", "PolicyMove", "Preview", "preview"]


@dataclass(frozen=True, slots=True)
class PolicyMove:
    """One ticket as it is and as it would be; `firing` would fire at once, in that order.

    Where it cannot be moved or goes by that version already, it stays as it is.
    """

    ticket: Ticket
    after: Ticket
    firing: tuple[Deadline, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of moving them all; nothing was written.

    Attributes:
        tickets: how many would be moved, by this and by more moves.
        looked_at: how many of them were computed: as many as are moved in one go.
        firing: how many of those would have something fire at once.
        kinds: how many deadlines of each kind that would be, in the order of the kinds.
        moves: the first of those looked at: what fires before what does not, the oldest first.
    """

    version: int
    at: datetime
    tickets: int
    looked_at: int
    firing: int
    kinds: Mapping[DeadlineKind, int]
    moves: tuple[PolicyMove, ...]


async def preview(
    chosen: Chosen, *, version: int, at: datetime, first: int, viewer: Actor
) -> Preview:
    """What a move to that version would make of the tickets at that moment.

    Raises:
        ForbiddenError: the viewer neither manages nor administers.
        NotFoundError: there is no such version, or a ticket that is named.
        InvalidInputError: the version is not in force, too many are named, or `first` is out of
            bounds.
    """
    if viewer.role not in OVERSEEING:
        raise ForbiddenError(
            f"what a move would fire is for {' and '.join(sorted(OVERSEEING))}; ask there"
        )
    size = page_size(first)

    async def read() -> Preview:
        await must_be_in_force(version)
        policy = await policies.of_version(version)
        wanted = await selection(chosen, version=version)
        looks = [_look(ticket, policy, at) for ticket in await _whole(wanted.ids, viewer)]
        return _preview(looks, version=version, at=at, tickets=wanted.tickets, first=size)

    return await snapshot(read)


def _preview(
    looks: list[PolicyMove], *, version: int, at: datetime, tickets: int, first: int
) -> Preview:
    kinds = Counter(row.kind for look in looks for row in look.firing)
    return Preview(
        version=version,
        at=at,
        tickets=tickets,
        looked_at=len(looks),
        firing=sum(bool(look.firing) for look in looks),
        kinds={kind: kinds[kind] for kind in DeadlineKind if kind in kinds},
        moves=tuple(sorted(looks, key=lambda look: not look.firing)[:first]),
    )


def _look(ticket: Ticket, policy: Policy, at: datetime) -> PolicyMove:
    if not ticket.live or ticket.policy_version == policy.version:
        return PolicyMove(ticket, ticket, ())
    outlook = moving.outlook(ticket, at=max(at, ticket.updated_at), policy=policy)
    return PolicyMove(ticket, outlook.after, outlook.firing)


async def _whole(ids: tuple[TicketId, ...], viewer: Actor) -> list[Ticket]:
    """The tickets with deadlines and pauses, in that order."""
    found = {ticket.id: ticket for ticket in await search.of_ids(ids)}
    for ticket_id in ids:
        if ticket_id not in found:
            raise NotFoundError(
                f"there is no ticket with the id {ticket_id}; check the id", field=("ticketIds",)
            )
    ordered = [found[ticket_id] for ticket_id in ids]
    wanted = Wanted.DEADLINES | Wanted.PAUSES
    return [view.facts for view in await views(ordered, wanted, viewer=viewer)]
