"""The kinds of event that tell how policies come into force; they belong to no ticket."""

import strawberry

from escgraph.api.types_event import Event, id_of_event


@strawberry.type(description="A policy was drafted.")
class PolicyDrafted(Event):
    draft_id: strawberry.ID = id_of_event("draft", description="The draft's id.")
    name: str = strawberry.field(description="What it is called.")
    reason: str = strawberry.field(description="Why it is to be published.")
    led_by_review_id: strawberry.ID | None = id_of_event(
        "review", description="The review that led to it; null for none."
    )


@strawberry.type(description="A draft was written anew; it has to be validated again.")
class PolicyDraftRevised(Event):
    draft_id: strawberry.ID = id_of_event("draft", description="The draft's id.")
    name: str = strawberry.field(description="What it is called now.")
    reason: str = strawberry.field(description="Why it is to be published.")


@strawberry.type(description="A draft was held against the house as it is, and may be published.")
class PolicyDraftValidated(Event):
    draft_id: strawberry.ID = id_of_event("draft", description="The draft's id.")


@strawberry.type(description="A draft was put away.")
class PolicyDraftDiscarded(Event):
    draft_id: strawberry.ID = id_of_event("draft", description="The draft's id.")
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="A policy came into force: tickets are opened under it from now on.")
class PolicyPublished(Event):
    version: int = strawberry.field(description="Its number.")
    name: str = strawberry.field(description="What it is called.")
    draft_id: strawberry.ID = id_of_event("draft", description="The draft that it was.")
    reason: str = strawberry.field(description="Why it was published.")
    led_by_review_id: strawberry.ID | None = id_of_event(
        "review", description="The review that led to it; null for none."
    )
    changes: list[str] = strawberry.field(
        description="What it changes in the version before, a sentence each."
    )


@strawberry.type(description="A policy was succeeded. Tickets that were opened under it keep it.")
class PolicyRetired(Event):
    version: int = strawberry.field(description="Its number.")
    successor: int = strawberry.field(description="The version that is in force now.")
