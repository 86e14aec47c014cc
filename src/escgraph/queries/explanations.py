"""Why a ticket's deadlines are when they are."""

from escgraph.domain import explanation
from escgraph.domain.explanation import Explanation
from escgraph.domain.terms import TicketId
from escgraph.domain.ticket import Actor
from escgraph.queries import tickets
from escgraph.queries.views import Wanted
from escgraph.store import policies
from escgraph.store.transactions import snapshot

__all__ = ["Explanation", "explain"]

_FACTS = Wanted.DEADLINES | Wanted.PAUSES


async def explain(ticket_id: TicketId, *, viewer: Actor) -> tuple[Explanation, ...]:
    """One explanation for each target of the ticket's policy, the response first.

    Raises:
        NotFoundError: there is no such ticket, or none that the viewer may see.
    """

    async def read() -> tuple[Explanation, ...]:
        view = await tickets.by_id(ticket_id, viewer=viewer, wanted=_FACTS)
        policy = await policies.of_version(view.facts.policy_version)
        return explanation.explain(view.facts, policy)

    return await snapshot(read)
