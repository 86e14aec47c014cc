"""What can be asked before a ticket is opened: whether the issue is known already."""

from typing import Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.typed import field
from escgraph.api.types_similar import SimilarTicket, similar_tickets
from escgraph.queries.duplicates import BEST, Subject


@strawberry.type
class DuplicateQueries:
    @field(
        description="Tickets that may be of the same issue as a report: of its category and "
        "component, live or resolved lately, with words much like its own; likest first. For "
        "wallboards null, with FORBIDDEN in `errors`."
    )
    async def similar_tickets(
        self,
        info: Info,
        title: Annotated[str, strawberry.argument(description="The issue in one line.")],
        description: Annotated[str, strawberry.argument(description="The issue as reported.")],
        category: Annotated[
            str, strawberry.argument(description="Key of the kind of issue; see `categories`.")
        ],
        component: Annotated[
            str, strawberry.argument(description="What is affected; empty where unknown.")
        ] = "",
        first: Annotated[
            int, strawberry.argument(description="How many at most, 1 to 200.")
        ] = BEST,
    ) -> list[SimilarTicket] | None:
        info.context.permitted()
        subject = Subject(
            title=title, description=description, category=category, component=component
        )
        return await similar_tickets(info, subject, first=first)
