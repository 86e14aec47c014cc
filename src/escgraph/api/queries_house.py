"""What can be asked about the house: who there is, who one is, which figures are in force."""

from typing import Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.identifiers import read_id
from escgraph.api.nodes import node_of
from escgraph.api.typed import field
from escgraph.api.types_catalogue import Category, category_of
from escgraph.api.types_me import Me
from escgraph.api.types_node import Node
from escgraph.api.types_people import Person, person_of
from escgraph.api.types_sop import SopDocument, sop_document_of
from escgraph.documents.forms import DocumentFormat
from escgraph.queries import people, policies, sop


@strawberry.type
class HouseQueries:
    @field(description="Who asks, and what their token allows.")
    async def me(self, info: Info) -> Me:
        viewer, session = info.context.permitted(), info.context.session
        return Me(
            person=person_of(await people.me(viewer)),
            scopes=sorted(session.scopes),
            token_expires_at=session.expires_at,
        )

    @field(
        description="Anything by its id: a ticket, person, escalation, event, token, draft of a "
        "policy, review or action of one, notice, delivery, channel or webhook."
    )
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")],  # noqa: A002 - the word of the API
    ) -> Node | None:
        info.context.permitted()
        return await node_of(info, read_id(id, field="id"))

    @field(
        description="Everybody, by name; for others than those who work on tickets null, with "
        "FORBIDDEN in `errors`."
    )
    async def people(self, info: Info) -> list[Person] | None:
        viewer = info.context.permitted()
        return [person_of(row) for row in await people.everybody(viewer=viewer)]

    @field(
        description="The SOP as a document that people read, with the figures of the policy in "
        "force, or of one version. Who published a version and why, and addresses of people, are "
        "shown to those who work on tickets."
    )
    async def sop_document(
        self,
        info: Info,
        policy_version: Annotated[
            int | None, strawberry.argument(description="Its number; null for the one in force.")
        ] = None,
        format: Annotated[  # noqa: A002 - the word of the API
            DocumentFormat, strawberry.argument(description="What the text is to be written in.")
        ] = DocumentFormat.MARKDOWN,
    ) -> SopDocument | None:
        viewer, at = info.context.permitted(), info.context.surroundings.clock.now()
        written = await sop.written(policy_version, form=format, viewer=viewer, at=at)
        return sop_document_of(written)

    @field(description="The kinds of issue, by key.")
    async def categories(self, info: Info) -> list[Category]:
        viewer = info.context.permitted()
        return [category_of(one) for one in await policies.categories(viewer=viewer)]
