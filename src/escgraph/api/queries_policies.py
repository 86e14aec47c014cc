"""What can be asked about policies: the one in force, any version, drafts, and what changes."""

from typing import Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.identifiers import read_id
from escgraph.api.typed import field
from escgraph.api.types_policy import Policy, policy_of
from escgraph.api.types_policy_draft import (
    PolicyDifference,
    PolicyDraft,
    PolicyVersion,
    differences_of,
    draft_of,
    version_of,
)
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import PolicyDraftId
from escgraph.queries import policies, policy_drafts

Version = Annotated[
    int | None, strawberry.argument(description="A version; null for the one in force.")
]
DraftRef = Annotated[
    strawberry.ID | None, strawberry.argument(description="A draft, instead of a version.")
]


@strawberry.type
class PolicyQueries:
    @field(description="The figures of the SOP: those in force, or one version of them.")
    async def policy(
        self,
        info: Info,
        version: Annotated[
            int | None, strawberry.argument(description="Its number; null for the one in force.")
        ] = None,
    ) -> Policy | None:
        viewer = info.context.permitted()
        if version is None:
            return policy_of(await policies.in_force(viewer=viewer))
        return policy_of(await policies.by_version(version, viewer=viewer))

    @field(description="Every version of the policy that was ever published, the newest first.")
    async def policies(self, info: Info) -> list[PolicyVersion]:
        viewer = info.context.permitted()
        return [version_of(row) for row in await policies.versions(viewer=viewer)]

    @field(
        description="Every draft of a policy, the newest first, also those whose life is over; for "
        "others than administrators and managers null, with FORBIDDEN in `errors`."
    )
    async def policy_drafts(self, info: Info) -> list[PolicyDraft] | None:
        viewer = info.context.permitted()
        return [draft_of(row) for row in await policy_drafts.everything(viewer=viewer)]

    @field(
        description="What changes from one policy to another, in words and as data; empty where "
        "the figures are the same. Drafts are for administrators and managers."
    )
    async def policy_diff(
        self,
        info: Info,
        from_: Annotated[
            int | None,
            strawberry.argument(name="from", description="A version; null for the one in force."),
        ] = None,
        to: Version = None,
        from_draft: DraftRef = None,
        to_draft: DraftRef = None,
    ) -> list[PolicyDifference] | None:
        viewer = info.context.permitted()
        before = _reference(from_, from_draft, field="from")
        after = _reference(to, to_draft, field="to")
        return differences_of(await policies.diff(before, after, viewer=viewer), viewer=viewer)


def _reference(
    version: int | None, draft: strawberry.ID | None, *, field: str
) -> int | PolicyDraftId | None:
    if draft is None:
        return version
    if version is not None:
        raise InvalidInputError(
            f"{field} names a version and a draft; name one of them", field=(field,)
        )
    return PolicyDraftId(read_id(draft, field=f"{field}Draft"))
