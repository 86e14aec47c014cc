"""Policies that change: drafting, revising, validating, publishing, discarding."""

from collections.abc import Awaitable, Callable

import strawberry

from escgraph.api.acting import Given, KeyedInput, Outcome, Payload, attempt, may_read
from escgraph.api.context import Info
from escgraph.api.identifiers import read_id
from escgraph.api.typed import mutation
from escgraph.api.types_policy_draft import PolicyDraft, PolicyVersion, draft_of, version_of
from escgraph.commands import policies as commands
from escgraph.commands import policy_drafts as drafting
from escgraph.commands.acting import Call, Written
from escgraph.domain.permissions import Act
from escgraph.domain.terms import PolicyDraftId, ReviewId
from escgraph.queries import policies, policy_drafts

NOT_READ = "null where nothing was written, or the token lacks the scope READ."


@strawberry.input(description="A policy that may come into force.")
class DraftPolicyInput(KeyedInput):
    yaml: str = strawberry.field(
        description="The policy as a file; `policy { yaml }` shows one. It is kept byte for byte."
    )
    reason: str = strawberry.field(description="Why it is to be published.")
    review_id: strawberry.ID | None = strawberry.field(
        default=None, description="The review that led to it."
    )


@strawberry.input
class PolicyDraftInput(KeyedInput):
    draft_id: strawberry.ID = strawberry.field(description="The draft's id.")


@strawberry.input(description="The draft as it is to be from now on.")
class RevisePolicyDraftInput(PolicyDraftInput):
    yaml: str = strawberry.field(description="The policy as a file.")
    reason: str | None = strawberry.field(
        default=None, description="Why it is to be published; left out, as before."
    )
    review_id: strawberry.ID | None = strawberry.field(
        default=None, description="The review that led to it; left out, as before."
    )


@strawberry.input(description="Which draft to hold against the house as it is.")
class ValidatePolicyDraftInput(PolicyDraftInput):
    pass


@strawberry.input(description="Which draft comes into force.")
class PublishPolicyInput(PolicyDraftInput):
    expected_version: int | None = strawberry.field(
        default=None,
        description="The version in force that you compared it with; where it is another by now, "
        "nothing is written.",
    )


@strawberry.input(description="Which draft nobody wants.")
class DiscardPolicyDraftInput(PolicyDraftInput):
    reason: str = strawberry.field(description="Why.")


@strawberry.type
class PolicyDraftPayload(Payload):
    draft: PolicyDraft | None = strawberry.field(description=f"The draft as it is now; {NOT_READ}")


@strawberry.type(description="What came of drafting it.")
class DraftPolicyPayload(PolicyDraftPayload):
    pass


@strawberry.type(description="What came of revising it.")
class RevisePolicyDraftPayload(PolicyDraftPayload):
    pass


@strawberry.type(description="What came of validating it.")
class ValidatePolicyDraftPayload(PolicyDraftPayload):
    pass


@strawberry.type(description="What came of publishing it.")
class PublishPolicyPayload(PolicyDraftPayload):
    version: PolicyVersion | None = strawberry.field(
        description=f"The version that is in force now; {NOT_READ}"
    )


@strawberry.type(description="What came of discarding it.")
class DiscardPolicyDraftPayload(PolicyDraftPayload):
    pass


@strawberry.type
class PolicyMutations:
    @mutation(
        description="Keep a policy as a draft; a mistake is named with its line. "
        "For administrators."
    )
    async def draft_policy(self, info: Info, given: Given[DraftPolicyInput]) -> DraftPolicyPayload:
        async def act(call: Call) -> Written:
            return await drafting.draft_policy(
                call=call, yaml=given.yaml, reason=given.reason, review=_review(given.review_id)
            )

        outcome = await attempt(info, Act.DRAFT_POLICY, given, act)
        return DraftPolicyPayload(
            draft=await _draft(info, outcome), errors=outcome.errors, cursor=outcome.cursor
        )

    @mutation(description="Write a draft anew; it has to be validated again. For administrators.")
    async def revise_policy_draft(
        self, info: Info, given: Given[RevisePolicyDraftInput]
    ) -> RevisePolicyDraftPayload:
        async def act(draft_id: PolicyDraftId, call: Call) -> Written:
            return await drafting.revise_policy_draft(
                draft_id,
                call=call,
                yaml=given.yaml,
                reason=given.reason,
                review=_review(given.review_id),
            )

        outcome = await _on_draft(info, Act.REVISE_POLICY_DRAFT, given, act)
        return RevisePolicyDraftPayload(
            draft=await _draft(info, outcome), errors=outcome.errors, cursor=outcome.cursor
        )

    @mutation(
        description="Hold a draft against the house as it is: whoever it names must work on "
        "tickets. Then it may be published. For administrators."
    )
    async def validate_policy_draft(
        self, info: Info, given: Given[ValidatePolicyDraftInput]
    ) -> ValidatePolicyDraftPayload:
        async def act(draft_id: PolicyDraftId, call: Call) -> Written:
            return await drafting.validate_policy_draft(draft_id, call=call)

        outcome = await _on_draft(info, Act.VALIDATE_POLICY_DRAFT, given, act)
        return ValidatePolicyDraftPayload(
            draft=await _draft(info, outcome), errors=outcome.errors, cursor=outcome.cursor
        )

    @mutation(
        description="Put a validated draft in force, in place of the version before. No open "
        "ticket moves: each keeps the version it was opened under. For administrators."
    )
    async def publish_policy(
        self, info: Info, given: Given[PublishPolicyInput]
    ) -> PublishPolicyPayload:
        async def act(draft_id: PolicyDraftId, call: Call) -> Written:
            return await commands.publish_policy(
                draft_id, call=call, expected_version=given.expected_version
            )

        outcome = await _on_draft(info, Act.PUBLISH_POLICY, given, act)
        return PublishPolicyPayload(
            draft=await _draft(info, outcome),
            version=await _version(info, outcome),
            errors=outcome.errors,
            cursor=outcome.cursor,
        )

    @mutation(description="Put a draft away; it can be read still. For administrators.")
    async def discard_policy_draft(
        self, info: Info, given: Given[DiscardPolicyDraftInput]
    ) -> DiscardPolicyDraftPayload:
        async def act(draft_id: PolicyDraftId, call: Call) -> Written:
            return await drafting.discard_policy_draft(draft_id, call=call, reason=given.reason)

        outcome = await _on_draft(info, Act.DISCARD_POLICY_DRAFT, given, act)
        return DiscardPolicyDraftPayload(
            draft=await _draft(info, outcome), errors=outcome.errors, cursor=outcome.cursor
        )


async def _on_draft(
    info: Info,
    act: Act,
    given: PolicyDraftInput,
    command: Callable[[PolicyDraftId, Call], Awaitable[Written]],
) -> Outcome:
    async def act_on(call: Call) -> Written:
        return await command(PolicyDraftId(read_id(given.draft_id, field="draftId")), call)

    return await attempt(info, act, given, act_on)


async def _row(info: Info, outcome: Outcome) -> policy_drafts.Draft | None:
    if outcome.written is None or not may_read(info):
        return None
    viewer = info.context.session.actor
    return await policy_drafts.by_id(PolicyDraftId(outcome.written.id), viewer=viewer)


async def _draft(info: Info, outcome: Outcome) -> PolicyDraft | None:
    row = await _row(info, outcome)
    return None if row is None else draft_of(row)


async def _version(info: Info, outcome: Outcome) -> PolicyVersion | None:
    row = await _row(info, outcome)
    if row is None or row.published_version is None:
        return None
    viewer = info.context.session.actor
    return version_of(await policies.version_of(row.published_version, viewer=viewer))


def _review(review_id: strawberry.ID | None) -> ReviewId | None:
    return None if review_id is None else ReviewId(read_id(review_id, field="reviewId"))
