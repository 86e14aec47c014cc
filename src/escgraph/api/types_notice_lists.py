"""Pages of notices and of deliveries as types."""

import strawberry

from escgraph.api.types_delivery import Delivery, delivery_of
from escgraph.api.types_node import PageInfo, page_info
from escgraph.api.types_notice import Notice, notice_of
from escgraph.queries.deliveries import DeliveryPage
from escgraph.queries.notices import NoticePage


@strawberry.type(description="A notice in a list and where it stands there.")
class NoticeEdge:
    cursor: str = strawberry.field(description="Pass it as `after` to go on behind this notice.")
    node: Notice = strawberry.field(description="The notice.")


@strawberry.type(description="A page of notices, the latest first.")
class NoticeConnection:
    edges: list[NoticeEdge] = strawberry.field(description="The notices with their cursors.")
    nodes: list[Notice] = strawberry.field(description="The notices alone.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")


@strawberry.type(description="A delivery in a list and where it stands there.")
class DeliveryEdge:
    cursor: str = strawberry.field(description="Pass it as `after` to go on behind this delivery.")
    node: Delivery = strawberry.field(description="The delivery.")


@strawberry.type(description="A page of deliveries, the latest first.")
class DeliveryConnection:
    edges: list[DeliveryEdge] = strawberry.field(description="The deliveries with their cursors.")
    nodes: list[Delivery] = strawberry.field(description="The deliveries alone.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")


def notice_connection(page: NoticePage) -> NoticeConnection:
    nodes = [notice_of(one.notice) for one in page.found]
    cursors = tuple(one.cursor for one in page.found)
    return NoticeConnection(
        edges=[NoticeEdge(cursor=at, node=node) for at, node in zip(cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=page_info(cursors, has_next=page.has_next),
    )


def delivery_connection(page: DeliveryPage) -> DeliveryConnection:
    nodes = [delivery_of(one.delivery) for one in page.found]
    cursors = tuple(one.cursor for one in page.found)
    return DeliveryConnection(
        edges=[DeliveryEdge(cursor=at, node=node) for at, node in zip(cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=page_info(cursors, has_next=page.has_next),
    )
