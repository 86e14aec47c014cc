"""The report of a review as a type."""

import strawberry

from escgraph.api.identifiers import id_text
from escgraph.documents.forms import FORMS, DocumentFormat
from escgraph.queries import review_report


@strawberry.type(description="A review as people read it.")
class ReviewReport:
    review_id: strawberry.ID = strawberry.field(description="The review's id.")
    format: DocumentFormat = strawberry.field(description="What the text is written in.")
    media_type: str = strawberry.field(description="As for the header Content-Type.")
    text: str = strawberry.field(
        description="All of it, with its charts. As HTML it is a whole page that needs no other "
        "file and runs no script."
    )


def review_report_of(written: review_report.Written) -> ReviewReport:
    return ReviewReport(
        review_id=id_text(written.review),
        format=written.form,
        media_type=FORMS[written.form].media_type,
        text=written.text,
    )
