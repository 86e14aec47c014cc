"""What lists of notices and of deliveries can be filtered by, as input types."""

import strawberry

from escgraph.api.filters import all_of, person_id, ticket_id
from escgraph.domain.notice import ChannelKind, MessageState, NoticeKind
from escgraph.queries import deliveries, notices


@strawberry.input(
    description="Which notices are wanted; all conditions must hold; an empty list lets nothing "
    "pass, null everything."
)
class NoticeFilter:
    ticket: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the ticket that it is about."
    )
    person: strawberry.ID | None = strawberry.field(
        default=None, description="The id of who is told."
    )
    kinds: list[NoticeKind] | None = strawberry.field(
        default=None, description="It is of any of these kinds."
    )
    undelivered: bool | None = strawberry.field(
        default=None, description="Whether no way has carried it so far; the log is none."
    )


@strawberry.input(
    description="Which deliveries are wanted; all conditions must hold; an empty list lets nothing "
    "pass, null everything."
)
class DeliveryFilter:
    ticket: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the ticket that its notice is about."
    )
    person: strawberry.ID | None = strawberry.field(
        default=None, description="The id of who is told."
    )
    states: list[MessageState] | None = strawberry.field(
        default=None, description="It fares in any of these ways."
    )
    channels: list[ChannelKind] | None = strawberry.field(
        default=None, description="It goes by any of these kinds of channel."
    )


def notice_filter(given: NoticeFilter | None) -> notices.NoticeFilter:
    """The filter as queries take it.

    Raises:
        InvalidInputError: an id is none.
    """
    if given is None:
        return notices.ANY_NOTICE
    return notices.NoticeFilter(
        ticket=ticket_id(given.ticket),
        person=person_id(given.person, "person"),
        kinds=all_of(given.kinds),
        undelivered=given.undelivered,
    )


def delivery_filter(given: DeliveryFilter | None) -> deliveries.DeliveryFilter:
    """The same."""
    if given is None:
        return deliveries.ANY_DELIVERY
    return deliveries.DeliveryFilter(
        ticket=ticket_id(given.ticket),
        person=person_id(given.person, "person"),
        states=all_of(given.states),
        channels=all_of(given.channels),
    )
