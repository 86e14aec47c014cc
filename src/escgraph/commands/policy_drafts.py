"""Drafts of policies (P5, Q5): drafted, revised, validated, or discarded."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from uuid_utils.compat import uuid7

from escgraph.commands.acting import Call, Written, once
from escgraph.commands.work import WORKING
from escgraph.documents import policy_yaml
from escgraph.domain import drafts
from escgraph.domain.drafts import Draft
from escgraph.domain.errors import ConflictError, InvalidInputError, NotFoundError
from escgraph.domain.events_policy import (
    PolicyDraftDiscarded,
    PolicyDrafted,
    PolicyDraftRevised,
    PolicyDraftValidated,
)
from escgraph.domain.permissions import Act, permit
from escgraph.domain.placing import within
from escgraph.domain.policy import Policy
from escgraph.domain.terms import PersonId, PolicyDraftId, ReviewId
from escgraph.domain.texts import prose
from escgraph.store import people, policy_drafts, timeline


@dataclass(frozen=True, slots=True)
class Text:
    """A policy's text with what was read in it."""

    source: str
    policy: Policy


async def read_text(source: str) -> Text:
    """Read it aside: the public holidays of a region may take a second.

    Raises:
        InvalidInputError: names the line.
    """
    with within("yaml"):
        policy = await asyncio.to_thread(policy_yaml.read, source)
    return Text(source, policy)


async def draft_policy(*, call: Call, yaml: str, reason: str, review: ReviewId | None) -> Written:
    """Keep the text as a draft.

    Raises:
        ForbiddenError: the actor administers nothing.
        InvalidInputError: the text is no policy, or there is no reason.
        NotFoundError: there is no such review.
    """
    permit(call.by, Act.DRAFT_POLICY)
    text = await read_text(yaml)

    async def work() -> Written:
        draft = await store_draft(
            text, author=call.by.person, reason=reason, review=review, at=call.at
        )
        return Written(draft.id, await timeline.append_alone(drafted(draft, by=call.by.person)))

    return await once(work, call=call)


async def revise_policy_draft(
    draft_id: PolicyDraftId, *, call: Call, yaml: str, reason: str | None, review: ReviewId | None
) -> Written:
    """Write the draft anew; it has to be validated again.

    Raises:
        ForbiddenError: the actor administers nothing.
        NotFoundError: there is no such draft or review.
        InvalidInputError: the text is no policy.
        WrongStatusError: the draft was published or discarded.
    """
    permit(call.by, Act.REVISE_POLICY_DRAFT)
    text = await read_text(yaml)

    async def work() -> Written:
        before = await policy_drafts.locked(draft_id)
        await _must_be_a_review(review)
        draft = drafts.revise(
            before,
            text.policy,
            source=text.source,
            reason=reason,
            review=review,
            at=max(call.at, before.revised_at),
        )
        await policy_drafts.save(draft)
        event = PolicyDraftRevised(
            at=draft.revised_at,
            by=call.by.person,
            draft=draft.id,
            name=draft.policy.name,
            reason=draft.reason,
        )
        return Written(draft.id, await timeline.append_alone(event))

    return await once(work, call=call)


async def validate_policy_draft(draft_id: PolicyDraftId, *, call: Call) -> Written:
    """Hold the draft against the house as it is: then it may be published.

    Its text is read again, so that it has the public holidays as they are known today.

    Raises:
        ForbiddenError: the actor administers nothing.
        NotFoundError: there is no such draft.
        InvalidInputError: names the line of what does not fit.
        WrongStatusError: the draft was published or discarded.
        ConflictError: somebody revised it in this moment.
    """
    permit(call.by, Act.VALIDATE_POLICY_DRAFT)
    text = await read_text((await policy_drafts.by_id(draft_id)).source)

    async def work() -> Written:
        before = await policy_drafts.locked(draft_id)
        if before.source != text.source:
            raise ConflictError(
                "somebody revised the draft in this moment; read it and validate it again",
                field=("draftId",),
            )
        draft = await validated(before, text, at=max(call.at, before.revised_at))
        event = PolicyDraftValidated(at=call.at, by=call.by.person, draft=draft.id)
        return Written(draft.id, await timeline.append_alone(event))

    return await once(work, call=call)


async def discard_policy_draft(draft_id: PolicyDraftId, *, call: Call, reason: str) -> Written:
    """Put the draft away; it can be read still.

    Raises:
        ForbiddenError: the actor administers nothing.
        NotFoundError: there is no such draft.
        InvalidInputError: there is no reason.
        WrongStatusError: the draft was published or discarded.
    """

    async def work() -> Written:
        permit(call.by, Act.DISCARD_POLICY_DRAFT)
        why = prose(reason, "reason")
        draft = drafts.discard(await policy_drafts.locked(draft_id), at=call.at)
        await policy_drafts.save(draft)
        event = PolicyDraftDiscarded(at=call.at, by=call.by.person, draft=draft.id, reason=why)
        return Written(draft.id, await timeline.append_alone(event))

    return await once(work, call=call)


async def store_draft(
    text: Text, *, author: PersonId | None, reason: str, review: ReviewId | None, at: datetime
) -> Draft:
    """Store it, inside a unit of work; its event is left to the caller.

    Raises:
        InvalidInputError: there is no reason.
        NotFoundError: there is no such review.
    """
    await _must_be_a_review(review)
    draft = drafts.draft(
        text.policy,
        id=PolicyDraftId(uuid7()),
        source=text.source,
        author=author,
        reason=reason,
        review=review,
        at=at,
    )
    await policy_drafts.insert(draft)
    return draft


async def validated(before: Draft, text: Text, *, at: datetime) -> Draft:
    """The same draft, if whoever it names can do what it asks of them; inside a unit of work.

    Raises:
        InvalidInputError: names the line of what does not fit.
        WrongStatusError: it was published or discarded.
    """
    draft = drafts.validated(before, text.policy, at=at)
    await _owners_can_work(text)
    await policy_drafts.save(draft)
    return draft


def drafted(draft: Draft, *, by: PersonId | None) -> PolicyDrafted:
    return PolicyDrafted(
        at=draft.created_at,
        by=by,
        draft=draft.id,
        name=draft.policy.name,
        reason=draft.reason,
        review=draft.review,
    )


async def _owners_can_work(text: Text) -> None:
    for at, route in enumerate(text.policy.routes):
        if route.owner is None:
            continue
        owner = await people.by_email(route.owner.lower())
        if owner is None or not owner.active or owner.role not in WORKING:
            error = InvalidInputError(
                f"nobody who works on tickets has the address {route.owner}; see people",
                field=("routes", str(at), "owner"),
            )
            with within("yaml"):
                raise policy_yaml.placed(text.source, error)


async def _must_be_a_review(review: ReviewId | None) -> None:
    if review is not None and not await policy_drafts.is_review(review):
        raise NotFoundError(
            f"there is no review with the id {review}; check the id", field=("reviewId",)
        )
