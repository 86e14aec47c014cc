"""What of a timeline is a deed: all that moves a deadline and was done by people."""

from escgraph.domain import events
from escgraph.domain.events import KINDS
from escgraph.domain.history import TELLING

MOVES_NO_DEADLINE = {
    "NoteAdded",
    "ActionLogged",
    "LinkAttached",
    "TicketAssigned",
    "PeopleAllocated",
    "OwnershipTransferred",
    "UrgencyFlagged",
    "TicketMarkedCritical",
    "StakeholderAdded",
    "StakeholderRemoved",
    "StakeholderUpdatePosted",
}
OF_NO_TICKET = {"PersonCreated", "TokenCreated", "TokenRevoked"}


def test_every_kind_of_event_of_a_ticket_is_told_or_moves_no_deadline() -> None:
    """Q5: whoever adds a kind says here which, or a replay would miss it unnoticed.

    A note to the reporter is a first response by the event that follows it (A12).
    """
    of_tickets = {name for name, kind in KINDS.items() if kind.__module__ == events.__name__}

    assert of_tickets - OF_NO_TICKET == TELLING | MOVES_NO_DEADLINE
    assert not TELLING & MOVES_NO_DEADLINE
