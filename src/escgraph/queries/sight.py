"""Who sees what: nothing, unless the viewer's role and their place at the ticket allow it (P2)."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from escgraph.domain.errors import ForbiddenError
from escgraph.domain.permissions import Act, may_see, may_see_internal, permit
from escgraph.domain.terms import PersonId, Role
from escgraph.domain.ticket import Actor, Resolution, Ticket
from escgraph.store.escalations import EscalationRow
from escgraph.store.stream import StoredEvent

BETWEEN_COLLEAGUES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "TicketHeld": frozenset({"note"}),
        "TicketEscalated": frozenset({"comment"}),
        "TicketResolved": frozenset({"root_cause"}),
        "PeopleAllocated": frozenset({"reason"}),
        "OwnershipTransferred": frozenset({"reason"}),
        "PriorityChanged": frozenset({"reason"}),
        "UrgencyFlagged": frozenset({"reason"}),
        "TicketMarkedCritical": frozenset({"reason"}),
        "TicketDeescalated": frozenset({"reason"}),
        "TicketReopened": frozenset({"reason"}),
        "TicketCancelled": frozenset({"reason"}),
        "TicketMerged": frozenset({"reason"}),
        "DuplicateAbsorbed": frozenset({"reason"}),
        "TicketMovedToPolicy": frozenset({"reason"}),
        "TicketClosed": frozenset({"override_reason", "follow_ups"}),
    }
)
"""What colleagues write to each other in events that others see too, by kind and field."""

FROM_THE_WALL: Mapping[str, frozenset[str]] = MappingProxyType(
    {"TicketOpened": frozenset({"description"}), "TicketResolved": frozenset({"summary"})}
)
"""What a wallboard does not show beside that: it hangs where anybody passes."""


def confined_to(viewer: Actor) -> PersonId | None:
    """The stakeholder whose tickets alone the viewer may see; None for all tickets.

    Raises:
        ForbiddenError: the role reads nothing.
    """
    permit(viewer, Act.READ)
    return viewer.person if viewer.role is Role.STAKEHOLDER else None


def sees(viewer: Actor, ticket: Ticket) -> bool:
    """Whether the viewer may see that ticket at all.

    Raises:
        ForbiddenError: the role reads nothing.
    """
    permit(viewer, Act.READ)
    return may_see(viewer, stakeholders=ticket.stakeholders)


def among_colleagues(viewer: Actor, *, what: str) -> None:
    """Pass if the viewer reads what colleagues write to each other.

    Raises:
        ForbiddenError: names what it is that the role does not see.
    """
    permit(viewer, Act.READ)
    if not may_see_internal(viewer):
        raise ForbiddenError(
            f"{what} is for those who work on tickets, not for the role {viewer.role}; ask one"
        )


def reads_figures(viewer: Actor) -> None:
    """Pass if the viewer reads figures of all tickets; a wallboard does, they hold no text.

    Raises:
        ForbiddenError: a stakeholder, who sees only the tickets that name them.
    """
    permit(viewer, Act.READ)
    if confined_to(viewer) is not None:
        raise ForbiddenError(
            "figures of all tickets are not for the role STAKEHOLDER; ask one of those who work "
            "on them"
        )


def not_on_the_wall(viewer: Actor, *, what: str) -> None:
    """Pass unless the viewer hangs where anybody passes.

    Raises:
        ForbiddenError: names what it is that a wallboard does not see.
    """
    permit(viewer, Act.READ)
    if _on_the_wall(viewer):
        raise ForbiddenError(f"{what} is not for the role {viewer.role}; use another token")


def sees_notices(viewer: Actor) -> bool:
    """Whether the viewer sees any notice: a stakeholder those to themselves, a wallboard none.

    Raises:
        ForbiddenError: the role reads nothing.
    """
    permit(viewer, Act.READ)
    return not _on_the_wall(viewer)


def simulates(viewer: Actor) -> None:
    """Pass if the viewer may ask what another policy would have made of all tickets (Q5).

    Raises:
        ForbiddenError: any other than those who decide about policies.
    """
    permit(viewer, Act.READ)
    if viewer.role not in OVERSEEING:
        raise ForbiddenError(
            f"simulating a policy is for {' and '.join(sorted(OVERSEEING))}; ask there"
        )


def shares_with(viewer: Actor) -> tuple[PersonId | None, bool, bool]:
    """The same for all who see the same tickets, and the same texts of them."""
    return confined_to(viewer), may_see_internal(viewer), _on_the_wall(viewer)


def reads_descriptions(viewer: Actor) -> bool:
    """Whether what a ticket is about is for the viewer, who may see the ticket."""
    return not _on_the_wall(viewer)


def as_seen(event: StoredEvent, viewer: Actor) -> StoredEvent:
    """The event, which the viewer may see, without the texts in it that are not for them."""
    if may_see_internal(viewer):
        return event
    hidden = BETWEEN_COLLEAGUES.get(event.kind, frozenset())
    if _on_the_wall(viewer):
        hidden |= FROM_THE_WALL.get(event.kind, frozenset())
    payload = {
        name: _blank(value) if name in hidden else value for name, value in event.payload.items()
    }
    return replace(event, payload=payload, state=_state_as_seen(event.state, viewer))


def ticket_as_seen(ticket: Ticket, viewer: Actor) -> Ticket:
    """The same for a ticket."""
    if may_see_internal(viewer):
        return ticket
    seen = replace(
        ticket,
        pauses=tuple(replace(pause, note="") for pause in ticket.pauses),
        resolution=_resolution_as_seen(ticket.resolution, viewer),
    )
    return replace(seen, description="", reporter="") if _on_the_wall(viewer) else seen


def escalation_as_seen(row: EscalationRow, viewer: Actor) -> EscalationRow:
    """The same for an escalation."""
    if may_see_internal(viewer):
        return row
    seen = replace(row, comment="")
    if not _on_the_wall(viewer):
        return seen
    return replace(seen, description="", facts=replace(row.facts, reporter=""))


def _blank(value: object) -> str | list[object]:
    """What stands in its place."""
    return [] if isinstance(value, list) else ""


def _state_as_seen(state: dict[str, Any] | None, viewer: Actor) -> dict[str, Any] | None:
    return {**state, "reporter": ""} if state and _on_the_wall(viewer) else state


def _resolution_as_seen(resolution: Resolution | None, viewer: Actor) -> Resolution | None:
    """Follow-ups become None: an empty list would say that nothing remains to be done."""
    if resolution is None:
        return None
    summary = "" if _on_the_wall(viewer) else resolution.summary
    return replace(resolution, summary=summary, root_cause="", follow_ups=None)


def _on_the_wall(viewer: Actor) -> bool:
    return viewer.role is Role.WALLBOARD


OVERSEEING = frozenset({Role.ADMINISTRATOR, Role.MANAGER})
"""Who hears of people and tokens."""
