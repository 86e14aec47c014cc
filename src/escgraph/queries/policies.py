"""The SOP's figures to look up: the policy in force, one by version, the categories."""

from escgraph.domain.permissions import Act, permit
from escgraph.domain.policy import Category, Policy
from escgraph.domain.ticket import Actor
from escgraph.store import policies

__all__ = ["Category", "Policy", "by_version", "categories", "in_force"]


async def in_force(*, viewer: Actor) -> Policy:
    """The policy under which tickets are opened now.

    Raises:
        NotFoundError: none is published.
    """
    permit(viewer, Act.READ)
    return await policies.in_force()


async def by_version(version: int, *, viewer: Actor) -> Policy:
    """The policy of that version; a ticket keeps the one that it was opened under.

    Raises:
        NotFoundError: there is none.
    """
    permit(viewer, Act.READ)
    return await policies.of_version(version)


async def categories(*, viewer: Actor) -> list[Category]:
    """All categories, by key, each with the priority that it suggests."""
    permit(viewer, Act.READ)
    return await policies.categories()
