"""What a reader may do from a letter: acts that the ticket was open to, for those who may do them.

A link says nothing about rights: whoever follows it is asked again, by the rules of that moment.
"""

from collections.abc import Iterator

from escgraph.documents.notice_brief import Brief
from escgraph.documents.notice_steps import STEPS
from escgraph.domain.notice import NoticeKind
from escgraph.domain.permissions import PERMITTED, Act
from escgraph.domain.state import TicketState
from escgraph.domain.status import ALLOWED
from escgraph.domain.terms import Tier
from escgraph.domain.ticket import Actor

LABELS = {Act.ACCEPT: "Accept", Act.ACKNOWLEDGE: "Acknowledge"}


def offered(brief: Brief, reader: Actor) -> tuple[Act, ...]:
    """The likeliest first; who has nothing to do has nothing to press."""
    state = brief.state
    if state is None or brief.outside or not STEPS[brief.kind][brief.hearer]:
        return ()
    acts = [
        act
        for act in _wanted(state, reader)
        if act in PERMITTED[reader.role] and state.status in ALLOWED[act]
    ]
    return tuple(reversed(acts) if brief.kind is NoticeKind.RESPONSE_BREACHED else acts)


def _wanted(state: TicketState, reader: Actor) -> Iterator[Act]:
    if reader.tier is state.tier and _accepts(state, reader):
        yield Act.ACCEPT
    if state.acknowledged_at is None:
        yield Act.ACKNOWLEDGE


def _accepts(state: TicketState, reader: Actor) -> bool:
    """Not twice; but a manager's acceptance counts for itself (A19)."""
    unmanaged = state.tier is Tier.MANAGEMENT and state.accepted_at is None
    return unmanaged or reader.person not in state.assignees
