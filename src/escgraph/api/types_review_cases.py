"""The cases of a quarterly review as types: an escalation, and how it was read."""

from datetime import datetime
from typing import Annotated

import strawberry

from escgraph.api.types_escalation import Escalation, escalation_of
from escgraph.api.types_node import PageInfo, page_info
from escgraph.api.types_people import Known, Person
from escgraph.queries.review_cases import Case, CasePage

Read = Annotated[
    bool | None,
    strawberry.argument(description="Only those that were read, or were not; null for both."),
]
CaseAfter = Annotated[
    str | None,
    strawberry.argument(description="Go on behind this cursor of the same review's cases."),
]


@strawberry.type(description="An escalation that the review of its quarter has to read.")
class ReviewCase:
    escalation: Escalation = strawberry.field(description="The escalation.")
    finding: str = strawberry.field(description="What was found; empty until it was read.")
    read_at: datetime | None = strawberry.field(
        description="When it was read last; null until it was."
    )
    read_by: Person | None = strawberry.field(description="Who read it last; null until it was.")


@strawberry.type(description="A case in a list and where it stands there.")
class ReviewCaseEdge:
    cursor: str = strawberry.field(description="Pass it as `after` to go on behind this case.")
    node: ReviewCase = strawberry.field(description="The case.")


@strawberry.type(description="A page of cases in the order in which they happened.")
class ReviewCaseConnection:
    edges: list[ReviewCaseEdge] = strawberry.field(description="The cases with their cursors.")
    nodes: list[ReviewCase] = strawberry.field(description="The cases alone.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")


@strawberry.type(description="How far the cases of a quarterly review are read.")
class ReviewCaseCounts:
    read: int = strawberry.field(description="How many have a finding.")
    unread: int = strawberry.field(description="How many wait; completing wants 0.")


def case_connection(page: CasePage) -> ReviewCaseConnection:
    known = Known(page.people)
    nodes = [_case(case, known) for case in page.cases]
    cursors = tuple(case.cursor for case in page.cases)
    return ReviewCaseConnection(
        edges=[
            ReviewCaseEdge(cursor=at, node=node) for at, node in zip(cursors, nodes, strict=True)
        ],
        nodes=nodes,
        page_info=page_info(cursors, has_next=page.has_next),
    )


def _case(case: Case, known: Known) -> ReviewCase:
    return ReviewCase(
        escalation=escalation_of(case.escalation, known),
        finding=case.reading.finding,
        read_at=case.reading.read_at,
        read_by=known.maybe(case.reading.read_by),
    )
