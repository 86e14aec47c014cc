"""Who sees what: nothing, unless the viewer's role and their place at the ticket allow it (P2)."""

from escgraph.domain.errors import ForbiddenError
from escgraph.domain.permissions import Act, may_see, may_see_internal, permit
from escgraph.domain.terms import PersonId, Role
from escgraph.domain.ticket import Actor, Ticket


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


OVERSEEING = frozenset({Role.ADMINISTRATOR, Role.MANAGER})
"""Who hears of people and tokens."""
