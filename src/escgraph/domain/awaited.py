"""Which target of a ticket falls next, told from its state alone: what people must beat."""

from escgraph.domain.policy import Targets
from escgraph.domain.state import TicketState
from escgraph.domain.terms import DeadlineKind


def awaited(state: TicketState, targets: Targets) -> DeadlineKind | None:
    """What falls at `next_due_at`; None where nothing does.

    The first response comes before each rung (T11), and rungs come in climbing order.
    """
    if state.next_due_at is None:
        return None
    if state.acknowledged_at is None and state.response_breached_at is None:
        return DeadlineKind.RESPONSE
    ahead = (DeadlineKind(tier) for tier, _ in targets.rungs if tier > state.reached)
    return next(ahead, None)
