"""What stands behind a link of a message, before and after it is used; looking changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from escgraph.domain.errors import DomainError
from escgraph.domain.from_messages import FROM_MESSAGES
from escgraph.domain.permissions import Act
from escgraph.domain.policy import Policy
from escgraph.domain.ticket import Actor, Ticket
from escgraph.notify.links import ActLink
from escgraph.queries import tickets
from escgraph.queries.views import Wanted
from escgraph.queries.zones import zone_of
from escgraph.store import people, policies, used_links
from escgraph.store.people import Person
from escgraph.store.transactions import snapshot


class Standing(StrEnum):
    """What following the link would do now: something only where it is READY."""

    READY = "READY"
    USED = "USED"
    DONE = "DONE"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """The ticket as the link's person may see it, and what became of the link.

    Attributes:
        zone: in which moments are shown to them: theirs, or the organisation's.
        used_at: None for not yet.
        refusal: why the act would be refused, and what to do instead; empty where it would not.
    """

    act: Act
    person: Person
    ticket: Ticket
    zone: str
    standing: Standing
    used_at: datetime | None = None
    refusal: str = ""


async def prospect(link: ActLink, *, at: datetime) -> Prospect:
    """What the link's person is to know before they press its button, and afterwards.

    Raises:
        ForbiddenError: the person has left.
        NotFoundError: there is no such ticket, or none that the person may see now.
    """

    async def read() -> Prospect:
        viewer = await people.actor_now(link.person)
        person = (await people.by_ids([link.person]))[link.person]
        facts = Wanted.DEADLINES | Wanted.PAUSES
        ticket = (await tickets.by_id(link.ticket, viewer=viewer, wanted=facts)).facts
        policy = await policies.of_version(ticket.policy_version)
        used = await used_links.used_at(link.id)
        standing, refusal = _standing(link, ticket, policy, viewer, used=used, at=at)
        return Prospect(
            act=link.act,
            person=person,
            ticket=ticket,
            zone=await zone_of(link.person, otherwise=policy.zone),
            standing=standing,
            used_at=used,
            refusal=refusal,
        )

    return await snapshot(read)


def _standing(
    link: ActLink,
    ticket: Ticket,
    policy: Policy,
    by: Actor,
    *,
    used: datetime | None,
    at: datetime,
) -> tuple[Standing, str]:
    """What the act itself says to the ticket as it is; nothing of that is kept."""
    if used is not None:
        return Standing.USED, ""
    moment = max(at, ticket.updated_at)
    try:
        change = FROM_MESSAGES[link.act](ticket, by=by, at=moment, policy=policy)
    except DomainError as error:
        return Standing.REFUSED, error.message
    return (Standing.READY if change.steps else Standing.DONE), ""
