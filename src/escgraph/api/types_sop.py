"""The SOP's document as a type."""

import strawberry

from escgraph.documents.forms import FORMS, DocumentFormat
from escgraph.queries import sop


@strawberry.type(
    description="The SOP, rendered from one version of its policy: every figure in it is the "
    "policy's, and reading the text back gives the same policy."
)
class SopDocument:
    version: int = strawberry.field(description="Of the policy that it was rendered from.")
    format: DocumentFormat = strawberry.field(description="What the text is written in.")
    media_type: str = strawberry.field(description="As for the header Content-Type.")
    text: str = strawberry.field(
        description="All of it. As HTML it is a whole page that needs no other file and runs no "
        "script."
    )


def sop_document_of(written: sop.Written) -> SopDocument:
    return SopDocument(
        version=written.version,
        format=written.form,
        media_type=FORMS[written.form].media_type,
        text=written.text,
    )
