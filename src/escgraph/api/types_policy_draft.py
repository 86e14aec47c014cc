"""How policies come about, as types: drafts, versions, and what each changes."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import strawberry

from escgraph.api.context import Info
from escgraph.api.enums import described
from escgraph.api.identifiers import id_text
from escgraph.api.typed import field
from escgraph.api.types_node import Node
from escgraph.api.types_people import Person, person
from escgraph.api.types_policy import Policy, policy_of
from escgraph.domain.ticket import Actor
from escgraph.queries import policies, policy_drafts

described(
    policy_drafts.DraftState,
    "Where a draft is in its life.",
    {
        "DRAFT": "It can be revised; it has to be validated next.",
        "VALIDATED": "It may be published; revising it asks for validating anew.",
        "PUBLISHED": "A version was made of it, which never changes.",
        "DISCARDED": "Nobody wants it.",
    },
)


class PolicyState(StrEnum):
    """Where a version is in its life."""

    PUBLISHED = "PUBLISHED"
    RETIRED = "RETIRED"


described(
    PolicyState,
    "Where a version of the policy is in its life.",
    {
        "PUBLISHED": "In force: tickets are opened under it.",
        "RETIRED": "Another one succeeded it; the tickets that were opened under it keep it.",
    },
)


@strawberry.type(description="One thing in which two policies differ.")
class PolicyDifference:
    path: str = strawberry.field(description="Where in the file of a policy: targets.HIGH.level2.")
    before: str | None = strawberry.field(description="What stood there; null for nothing.")
    after: str | None = strawberry.field(description="What stands there; null for nothing.")
    words: str = strawberry.field(description="The same as a sentence for people.")


@strawberry.type(description="A published policy and how it came about. It never changes.")
class PolicyVersion:
    row: strawberry.Private[policies.PolicyVersion]
    version: int = strawberry.field(description="Its number.")
    name: str = strawberry.field(description="What to call it.")
    state: PolicyState = strawberry.field(description="Whether it is in force.")
    reason: str | None = strawberry.field(
        description="Why it was published; null for the one that came with the program, and for "
        "stakeholders and wallboards."
    )
    review_id: strawberry.ID | None = strawberry.field(
        description="The review that led to it; null for none, and for stakeholders and wallboards."
    )
    published_at: datetime = strawberry.field(description="When it came into force.")
    retired_at: datetime | None = strawberry.field(
        description="When another one succeeded it; null for the one in force."
    )

    @field(description="Its figures.")
    def policy(self) -> Policy:
        return policy_of(self.row.policy, policies.text_of(self.row))

    @field(
        description="Who wrote it; null for the machine itself, and for stakeholders and "
        "wallboards."
    )
    async def author(self, info: Info) -> Person | None:
        return None if self.row.author is None else await person(info, self.row.author)

    @field(description="What it changed in the version before; empty for the first.")
    async def changes(self, info: Info) -> list[PolicyDifference]:
        if self.version == 1:
            return []
        viewer = info.context.session.actor
        found = await policies.diff(self.version - 1, self.version, viewer=viewer)
        return differences_of(found, viewer=viewer)


@strawberry.type(description="A policy on its way to publication; for administrators and managers.")
class PolicyDraft(Node):
    row: strawberry.Private[policy_drafts.Draft]
    name: str = strawberry.field(description="What to call it.")
    state: policy_drafts.DraftState = strawberry.field(description="Where it is in its life.")
    yaml: str = strawberry.field(description="The text, byte for byte as its author wrote it.")
    reason: str = strawberry.field(description="Why it is to be published.")
    review_id: strawberry.ID | None = strawberry.field(
        description="The review that led to it; null for none."
    )
    created_at: datetime = strawberry.field(description="When it was drafted.")
    revised_at: datetime = strawberry.field(description="When it was last written.")
    validated_at: datetime | None = strawberry.field(
        description="When it was validated as it is written now; null where it was not."
    )
    published_version: int | None = strawberry.field(
        description="The version that was made of it; null where none was."
    )
    discarded_at: datetime | None = strawberry.field(
        description="When it was discarded; null where it was not."
    )

    @field(description="Its figures.")
    def policy(self) -> Policy:
        return policy_of(self.row.policy, self.row.source)

    @field(description="Who wrote it; null for the machine itself.")
    async def author(self, info: Info) -> Person | None:
        return None if self.row.author is None else await person(info, self.row.author)

    @field(
        description="What it would change in the policy in force; of a published one, what it "
        "changed in the version before."
    )
    async def changes(self, info: Info) -> list[PolicyDifference]:
        viewer, version = info.context.session.actor, self.row.published_version
        before = None if version is None else version - 1
        found = await policies.diff(before, self.row.id, viewer=viewer)
        return differences_of(found, viewer=viewer)


def differences_of(
    found: Iterable[policies.Difference], *, viewer: Actor
) -> list[PolicyDifference]:
    """Without those that show addresses, for whoever sees none."""
    return [
        PolicyDifference(path=one.path, before=one.before, after=one.after, words=one.words)
        for one in policies.shown(found, viewer=viewer)
    ]


def version_of(row: policies.PolicyVersion) -> PolicyVersion:
    return PolicyVersion(
        row=row,
        version=row.policy.version,
        name=row.policy.name,
        state=PolicyState.PUBLISHED if row.retired_at is None else PolicyState.RETIRED,
        reason=row.reason,
        review_id=None if row.review is None else id_text(row.review),
        published_at=row.published_at,
        retired_at=row.retired_at,
    )


def draft_of(row: policy_drafts.Draft) -> PolicyDraft:
    return PolicyDraft(
        row=row,
        id=id_text(row.id),
        name=row.policy.name,
        state=row.state,
        yaml=row.source,
        reason=row.reason,
        review_id=None if row.review is None else id_text(row.review),
        created_at=row.created_at,
        revised_at=row.revised_at,
        validated_at=row.validated_at,
        published_version=row.published_version,
        discarded_at=row.discarded_at,
    )
