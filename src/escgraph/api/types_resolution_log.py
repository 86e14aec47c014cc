"""The resolution log as types: how issues ended, where the time went, what was missed."""

from typing import Annotated

import strawberry

from escgraph.api.export_path import path_of
from escgraph.api.typed import field
from escgraph.api.types_documents import Resolution, resolution_of
from escgraph.api.types_node import PageInfo, page_info
from escgraph.api.types_people import Known
from escgraph.api.types_ticket import Ticket, tickets_of
from escgraph.api.types_tier_time import TierTime
from escgraph.documents.rows import RowFormat
from escgraph.domain.terms import Tier
from escgraph.queries.resolution_log import ResolutionFilter, ResolutionPage, Resolved


@strawberry.type(description="How one issue ended.")
class ResolutionLogEntry:
    ticket: Ticket = strawberry.field(description="The ticket.")
    resolution: Resolution = strawberry.field(description="What was done, and why it happened.")
    time_at_tiers: list[TierTime] = strawberry.field(
        description="Where the time went, in climbing order."
    )
    response_breached: bool = strawberry.field(
        description="Whether the first response came too late, or never."
    )
    rungs_missed: list[Tier] = strawberry.field(
        description="The tiers that a deadline moved it to, in order."
    )
    reopenings: int = strawberry.field(description="How often it had been resolved before.")


@strawberry.type(description="An entry of the log and where it stands there.")
class ResolutionLogEdge:
    cursor: str = strawberry.field(description="Pass it as `after` to go on behind this entry.")
    node: ResolutionLogEntry = strawberry.field(description="The entry.")


@strawberry.type(description="A page of the log, the latest resolution first.")
class ResolutionLogConnection:
    filter: strawberry.Private[ResolutionFilter]
    edges: list[ResolutionLogEdge] = strawberry.field(description="The entries with their cursors.")
    nodes: list[ResolutionLogEntry] = strawberry.field(description="The entries alone.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")

    @field(
        description="Where the whole of it, of all pages, is had as a file: a path on this "
        "server. GET it with the same token."
    )
    def export_path(
        self,
        format: Annotated[RowFormat, strawberry.argument(description="Of the file.")],  # noqa: A002 - the word of the API
    ) -> str:
        return path_of(self.filter, format)


def resolution_log_connection(
    page: ResolutionPage,
    *,
    filter: ResolutionFilter,  # noqa: A002 - the word of the API
) -> ResolutionLogConnection:
    tickets = tickets_of([entry.ticket for entry in page.entries])
    known = Known(page.entries[0].ticket.people if page.entries else {})
    nodes = [
        _entry_of(entry, ticket, known) for entry, ticket in zip(page.entries, tickets, strict=True)
    ]
    return ResolutionLogConnection(
        filter=filter,
        edges=[
            ResolutionLogEdge(cursor=at, node=node)
            for at, node in zip(page.cursors, nodes, strict=True)
        ],
        nodes=nodes,
        page_info=page_info(page.cursors, has_next=page.has_next),
    )


def _entry_of(entry: Resolved, ticket: Ticket, known: Known) -> ResolutionLogEntry:
    resolution = resolution_of(entry.resolution, known)
    assert resolution is not None
    return ResolutionLogEntry(
        ticket=ticket,
        resolution=resolution,
        time_at_tiers=[TierTime(tier=tier, time=time) for tier, time in entry.at_tier.items()],
        response_breached=entry.response_breached,
        rungs_missed=list(entry.rungs_missed),
        reopenings=entry.reopenings,
    )
