"""Pages of reviews and of actions as types."""

import strawberry

from escgraph.api.types_node import PageInfo, page_info
from escgraph.api.types_review import Review, ReviewAction, review_action_of, review_of
from escgraph.queries.reviews import ActionPage, ReviewPage


@strawberry.type(description="A review in a list and where it stands there.")
class ReviewEdge:
    cursor: str = strawberry.field(description="Pass it as `after` to go on behind this review.")
    node: Review = strawberry.field(description="The review.")


@strawberry.type(description="A page of reviews, the latest opened first.")
class ReviewConnection:
    edges: list[ReviewEdge] = strawberry.field(description="The reviews with their cursors.")
    nodes: list[Review] = strawberry.field(description="The reviews alone.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")


@strawberry.type(description="An action in a list and where it stands there.")
class ReviewActionEdge:
    cursor: str = strawberry.field(description="Pass it as `after` to go on behind this action.")
    node: ReviewAction = strawberry.field(description="The action.")


@strawberry.type(
    description="A page of actions of all reviews: those due first at the beginning, those without "
    "a day last."
)
class ReviewActionConnection:
    edges: list[ReviewActionEdge] = strawberry.field(description="The actions with their cursors.")
    nodes: list[ReviewAction] = strawberry.field(description="The actions alone.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")


def review_connection(page: ReviewPage) -> ReviewConnection:
    nodes = [review_of(one.review) for one in page.found]
    cursors = tuple(one.cursor for one in page.found)
    return ReviewConnection(
        edges=[ReviewEdge(cursor=at, node=node) for at, node in zip(cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=page_info(cursors, has_next=page.has_next),
    )


def review_action_connection(page: ActionPage) -> ReviewActionConnection:
    nodes = [review_action_of(one.action, one.review) for one in page.found]
    cursors = tuple(one.cursor for one in page.found)
    return ReviewActionConnection(
        edges=[
            ReviewActionEdge(cursor=at, node=node) for at, node in zip(cursors, nodes, strict=True)
        ],
        nodes=nodes,
        page_info=page_info(cursors, has_next=page.has_next),
    )
