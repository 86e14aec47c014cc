"""Whatever was found by an id, as its type."""

from uuid import UUID

from escgraph.api.context import Info
from escgraph.api.events import event_of
from escgraph.api.selection import wanted
from escgraph.api.types_channel import channel_of
from escgraph.api.types_delivery import delivery_of
from escgraph.api.types_escalation import escalation_of
from escgraph.api.types_node import Node
from escgraph.api.types_notice import notice_of
from escgraph.api.types_people import Known, person_of, token_of
from escgraph.api.types_policy_draft import draft_of
from escgraph.api.types_review import review_action_of, review_of
from escgraph.api.types_ticket import ticket_of
from escgraph.api.types_webhook import webhook_of
from escgraph.queries import nodes, people
from escgraph.queries.nodes import (
    Channel,
    Draft,
    Fared,
    FoundAction,
    Notice,
    Person,
    Review,
    StoredEvent,
    TicketView,
    Token,
    WebhookView,
)
from escgraph.queries.views import EscalationRow, of_escalation


async def node_of(info: Info, node_id: UUID) -> Node:
    """The object with that id.

    Raises:
        NotFoundError: there is none, or none that the viewer may see.
    """
    viewer = info.context.session.actor
    found = await nodes.find(node_id, viewer=viewer, wanted=wanted(info))
    match found:
        case TicketView():
            return ticket_of(found)
        case EscalationRow():
            named = await people.by_ids(list(of_escalation(found)), viewer=viewer)
            return escalation_of(found, Known(named))
        case StoredEvent():
            return event_of(found)
        case Person() | Token():
            return _of_people(found)
        case Draft() | Review() | FoundAction():
            return _of_the_procedure(found)
        case Notice() | Fared() | Channel() | WebhookView():
            return _of_telling(found)


def _of_people(found: Person | Token) -> Node:
    match found:
        case Person():
            return person_of(found)
        case Token():
            return token_of(found)


def _of_the_procedure(found: Draft | Review | FoundAction) -> Node:
    match found:
        case Draft():
            return draft_of(found)
        case Review():
            return review_of(found)
        case FoundAction():
            return review_action_of(found.action, found.review)


def _of_telling(found: Notice | Fared | Channel | WebhookView) -> Node:
    match found:
        case Notice():
            return notice_of(found)
        case Fared():
            return delivery_of(found)
        case WebhookView():
            return webhook_of(found)
        case Channel():
            return channel_of(found)
