"""What can be asked about notices and how they travelled."""

from typing import Annotated

import strawberry

from escgraph.api import filters_notices
from escgraph.api.context import Info
from escgraph.api.queries_tickets import After
from escgraph.api.typed import field
from escgraph.api.types_notice_lists import (
    DeliveryConnection,
    NoticeConnection,
    delivery_connection,
    notice_connection,
)
from escgraph.api.types_timeline import First
from escgraph.queries import deliveries, notices

_WHO_SEES = (
    "Stakeholders see those to themselves alone; for wallboards null, with FORBIDDEN in `errors`."
)


@strawberry.type
class NoticeQueries:
    @field(description=f"Who was told of what, the latest first. {_WHO_SEES}")
    async def notices(
        self,
        info: Info,
        filter: Annotated[  # noqa: A002 - the word of the API
            filters_notices.NoticeFilter | None,
            strawberry.argument(description="Which ones; null for all."),
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> NoticeConnection | None:
        viewer, which = info.context.permitted(), filters_notices.notice_filter(filter)
        page = await notices.page(which, first=first, after=after, viewer=viewer)
        return notice_connection(page)

    @field(
        description="How notices travelled, each by each channel, the latest first; those that "
        f"were given up too. {_WHO_SEES}"
    )
    async def deliveries(
        self,
        info: Info,
        filter: Annotated[  # noqa: A002 - the word of the API
            filters_notices.DeliveryFilter | None,
            strawberry.argument(description="Which ones; null for all."),
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> DeliveryConnection | None:
        viewer, which = info.context.permitted(), filters_notices.delivery_filter(filter)
        page = await deliveries.page(which, first=first, after=after, viewer=viewer)
        return delivery_connection(page)
