"""Acting from a message: the act, and the use of the link that allowed it, are one transaction."""

from datetime import datetime

from escgraph.commands.acting import Written, locked
from escgraph.domain.from_messages import FROM_MESSAGES
from escgraph.notify.links import ACT_PLACE, ActLink, ExpiredLinkError, LinkError, Links
from escgraph.store import people, policies, tickets, used_links
from escgraph.store.transactions import unit_of_work

__all__ = ["ACT_PLACE", "ActLink", "ExpiredLinkError", "LinkError", "Links", "follow_link"]


async def follow_link(link: ActLink, *, at: datetime) -> Written | None:
    """Do what the link says, in its person's name; None where it was used before, or all is done.

    Rights are those that the person has now, whatever they were when the message was sent. A link
    that changed nothing is not used up. The ticket is locked before the link is looked at, so of
    two that come at once one acts and the other finds it used.

    Raises:
        ForbiddenError: the person has left, or may not do it now.
        NotFoundError: there is no such ticket, or none that the person may see now.
        WrongStatusError: the ticket's status does not allow it.
    """

    async def work() -> Written | None:
        by = await people.actor_now(link.person)
        ticket = await locked(link.ticket, by=by, version=None)
        if await used_links.used_at(link.id) is not None:
            return None
        policy = await policies.of_version(ticket.policy_version)
        moment = max(at, ticket.updated_at)
        change = FROM_MESSAGES[link.act](ticket, by=by, at=moment, policy=policy)
        if not change.steps:
            return None
        await used_links.use(link.id, ticket=ticket.id, person=by.person, act=link.act, at=moment)
        return Written(ticket.id, await tickets.save(ticket, change))

    return await unit_of_work(work)
