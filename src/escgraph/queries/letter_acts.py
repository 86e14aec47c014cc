"""What a reader may do from a letter: acts that the ticket was open to, for those who may do them.

A link says nothing about rights: whoever follows it is asked again, by the rules of that moment.
"""

from collections.abc import Iterator

from escgraph.domain.notice import Hearer
from escgraph.domain.permissions import PERMITTED, Act
from escgraph.domain.state import TicketState
from escgraph.domain.status import ALLOWED
from escgraph.domain.terms import Tier
from escgraph.domain.ticket import Actor

OUTSIDE = frozenset({Hearer.STAKEHOLDER, Hearer.REPORTER})
LABELS = {Act.ACCEPT: "Accept", Act.ACKNOWLEDGE: "Acknowledge"}


def offered(state: TicketState, reader: Actor, hearer: Hearer) -> tuple[Act, ...]:
    """Accepting before acknowledging; the first is what most readers want."""
    if hearer in OUTSIDE:
        return ()
    return tuple(
        act
        for act in _wanted(state, reader)
        if act in PERMITTED[reader.role] and state.status in ALLOWED[act]
    )


def _wanted(state: TicketState, reader: Actor) -> Iterator[Act]:
    if reader.tier is state.tier and _accepts(state, reader):
        yield Act.ACCEPT
    if state.acknowledged_at is None:
        yield Act.ACKNOWLEDGE


def _accepts(state: TicketState, reader: Actor) -> bool:
    """Not twice; but a manager's acceptance counts for itself (A19)."""
    unmanaged = state.tier is Tier.MANAGEMENT and state.accepted_at is None
    return unmanaged or reader.person not in state.assignees
