"""What can be asked about reviews and what they want done."""

from typing import Annotated

import strawberry

from escgraph.api import filters_reviews
from escgraph.api.context import Info
from escgraph.api.identifiers import read_id
from escgraph.api.queries_tickets import After
from escgraph.api.typed import field
from escgraph.api.types_review import Review, review_of
from escgraph.api.types_review_lists import (
    ReviewActionConnection,
    ReviewConnection,
    review_action_connection,
    review_connection,
)
from escgraph.api.types_review_report import ReviewReport, review_report_of
from escgraph.api.types_timeline import First
from escgraph.documents.forms import DocumentFormat
from escgraph.domain.terms import ReviewId
from escgraph.queries import review_report, reviews

_COLLEAGUES = "for others than those who work on tickets null, with FORBIDDEN in `errors`."


@strawberry.type
class ReviewQueries:
    @field(description=f"One review; {_COLLEAGUES}")
    async def review(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")],  # noqa: A002 - the word of the API
    ) -> Review | None:
        viewer, review_id = info.context.permitted(), ReviewId(read_id(id, field="id"))
        return review_of(await reviews.by_id(review_id, viewer=viewer))

    @field(
        description="The report of a review of either kind, as people read it, with charts that "
        f"were drawn on the server; {_COLLEAGUES} Of a completed review only its last part goes "
        "on: what came of it."
    )
    async def review_report(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The review's id.")],  # noqa: A002 - the word of the API
        format: Annotated[  # noqa: A002 - the word of the API
            DocumentFormat, strawberry.argument(description="What the text is to be written in.")
        ] = DocumentFormat.MARKDOWN,
    ) -> ReviewReport | None:
        viewer, at = info.context.permitted(), info.context.surroundings.clock.now()
        review_id = ReviewId(read_id(id, field="id"))
        written = await review_report.written(review_id, form=format, viewer=viewer, at=at)
        return review_report_of(written)

    @field(description=f"Reviews by filter, the latest opened first; {_COLLEAGUES}")
    async def reviews(
        self,
        info: Info,
        filter: Annotated[  # noqa: A002 - the word of the API
            filters_reviews.ReviewFilter | None,
            strawberry.argument(description="Which ones; null for all."),
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> ReviewConnection | None:
        viewer, which = info.context.permitted(), filters_reviews.review_filter(filter)
        page = await reviews.page(which, first=first, after=after, viewer=viewer)
        return review_connection(page)

    @field(
        description="What reviews want done, of all reviews together, so that it can be followed "
        f"until it is done; those due first at the beginning; {_COLLEAGUES}"
    )
    async def review_actions(
        self,
        info: Info,
        filter: Annotated[  # noqa: A002 - the word of the API
            filters_reviews.ReviewActionFilter | None,
            strawberry.argument(description="Which ones; null for all."),
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> ReviewActionConnection | None:
        viewer, which = info.context.permitted(), filters_reviews.action_filter(filter)
        page = await reviews.actions_page(which, first=first, after=after, viewer=viewer)
        return review_action_connection(page)
