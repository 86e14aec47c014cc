"""Policies that come into force (P5, Q5): no open ticket moves when one is published."""

from datetime import datetime

from escgraph.commands.acting import Call, Written, once
from escgraph.commands.policy_drafts import Text, drafted, store_draft, validated
from escgraph.domain import drafts
from escgraph.domain.drafts import Draft
from escgraph.domain.errors import StaleVersionError
from escgraph.domain.events_policy import PolicyDraftValidated, PolicyPublished, PolicyRetired
from escgraph.domain.permissions import Act, permit
from escgraph.domain.policy import Policy
from escgraph.domain.terms import PersonId, PolicyDraftId, ReviewId
from escgraph.store import policies, policy_drafts, timeline
from escgraph.store.transactions import unit_of_work


async def publish_policy(
    draft_id: PolicyDraftId, *, call: Call, expected_version: int | None = None
) -> Written:
    """Put the draft in force. No ticket moves; those opened from now on go by it (P5).

    Raises:
        ForbiddenError: the actor administers nothing.
        NotFoundError: there is no such draft.
        WrongStatusError: the draft is not validated, or was published or discarded.
        StaleVersionError: another version is in force than the expected one.
    """
    permit(call.by, Act.PUBLISH_POLICY)

    async def work() -> Written:
        version, in_force = await _alone(expected_version)
        draft = await policy_drafts.locked(draft_id)
        at = max(call.at, draft.revised_at)
        position = await _publish(
            draft, in_force=in_force, version=version, by=call.by.person, at=at
        )
        return Written(draft_id, position)

    return await once(work, call=call)


async def publish_at_once(
    text: Text,
    *,
    author: PersonId | None,
    reason: str,
    review: ReviewId | None,
    expected_version: int,
    at: datetime,
) -> int:
    """Draft, validate and publish in one step, for whoever has a shell; the new version.

    Raises:
        InvalidInputError: there is no reason, or the text does not fit the house.
        NotFoundError: there is no such review.
        StaleVersionError: another version is in force than the expected one.
    """

    async def work() -> int:
        version, in_force = await _alone(expected_version)
        draft = await store_draft(text, author=author, reason=reason, review=review, at=at)
        await timeline.append_alone(drafted(draft, by=author))
        draft = await validated(draft, text, at=at)
        await timeline.append_alone(PolicyDraftValidated(at=at, by=author, draft=draft.id))
        await _publish(draft, in_force=in_force, version=version, by=author, at=at)
        return version

    return await unit_of_work(work)


async def _alone(expected_version: int | None) -> tuple[int, Policy]:
    """The next version's number and the policy in force, which stays so until the end."""
    version = await policies.alone()
    in_force = await policies.in_force()
    if expected_version is not None and expected_version != in_force.version:
        raise StaleVersionError(
            f"version {in_force.version} is in force, not {expected_version}; "
            "compare with it and decide anew",
            current=in_force.version,
            field=("expectedVersion",),
        )
    return version, in_force


async def _publish(
    before: Draft, *, in_force: Policy, version: int, by: PersonId | None, at: datetime
) -> int:
    """Make it that version; returns the position of the last event."""
    draft, changes = drafts.publish(before, in_force=in_force, version=version)
    await policies.publish(draft, at=at)
    await policy_drafts.save(draft)
    published = PolicyPublished(
        at=at,
        by=by,
        version=version,
        name=draft.policy.name,
        draft=draft.id,
        reason=draft.reason,
        review=draft.review,
        changes=changes,
    )
    await timeline.append_alone(published)
    retired = PolicyRetired(at=at, by=by, version=in_force.version, successor=version)
    return await timeline.append_alone(retired)
