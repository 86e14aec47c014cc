"""The life of a policy before it is published (Q5): drafted, revised, validated; then no more.

```
DRAFT ──validate──▶ VALIDATED ──publish──▶ PUBLISHED     a version, which never changes
  ▲                     │
  └──────revise─────────┤
                        └──discard──▶ DISCARDED          also from DRAFT
```
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from escgraph.domain.errors import WrongStatusError
from escgraph.domain.policy import Policy
from escgraph.domain.policy_diff import differences
from escgraph.domain.terms import PersonId, PolicyDraftId, ReviewId
from escgraph.domain.texts import prose


class DraftState(StrEnum):
    """Where a draft is in its life."""

    DRAFT = "DRAFT"
    VALIDATED = "VALIDATED"
    PUBLISHED = "PUBLISHED"
    DISCARDED = "DISCARDED"


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy that may come into force.

    Attributes:
        source: the text as its author wrote it; publication keeps it byte for byte.
        policy: what it says; its number is the one that it would get as far as one knows.
        author: None for somebody at the machine itself.
        review: the review that led to it.
        published_version: the version that was made of it.
    """

    id: PolicyDraftId
    source: str
    policy: Policy
    author: PersonId | None
    reason: str
    review: ReviewId | None
    created_at: datetime
    revised_at: datetime
    validated_at: datetime | None = None
    published_version: int | None = None
    discarded_at: datetime | None = None

    @property
    def state(self) -> DraftState:
        if self.published_version is not None:
            return DraftState.PUBLISHED
        if self.discarded_at is not None:
            return DraftState.DISCARDED
        return DraftState.DRAFT if self.validated_at is None else DraftState.VALIDATED


def draft(
    policy: Policy,
    *,
    id: PolicyDraftId,  # noqa: A002 - the word of the domain
    source: str,
    author: PersonId | None,
    reason: str,
    review: ReviewId | None,
    at: datetime,
) -> Draft:
    """A new draft.

    Raises:
        InvalidInputError: no reason is given.
    """
    return Draft(
        id=id,
        source=source,
        policy=policy,
        author=author,
        reason=prose(reason, "reason"),
        review=review,
        created_at=at,
        revised_at=at,
    )


def revise(
    before: Draft,
    policy: Policy,
    *,
    source: str,
    reason: str | None,
    review: ReviewId | None,
    at: datetime,
) -> Draft:
    """The draft as it is written now; it has to be validated anew. None: as before.

    Raises:
        WrongStatusError: it was published or discarded.
        InvalidInputError: the reason is empty.
    """
    _must_be(before, DraftState.DRAFT, DraftState.VALIDATED, act="revise")
    return replace(
        before,
        source=source,
        policy=policy,
        reason=before.reason if reason is None else prose(reason, "reason"),
        review=before.review if review is None else review,
        revised_at=at,
        validated_at=None,
    )


def validated(before: Draft, policy: Policy, *, at: datetime) -> Draft:
    """The draft as one that may be published; `policy` is its text as it was read again now.

    Raises:
        WrongStatusError: it was published or discarded.
    """
    _must_be(before, DraftState.DRAFT, DraftState.VALIDATED, act="validate")
    return replace(before, policy=policy, validated_at=at)


def publish(before: Draft, *, in_force: Policy, version: int) -> tuple[Draft, tuple[str, ...]]:
    """The draft as that version, and what it changes, in words.

    Raises:
        WrongStatusError: it is not validated, or its life is over.
    """
    _must_be(before, DraftState.VALIDATED, act="publish")
    changes = tuple(change.words for change in differences(in_force, before.policy))
    policy = replace(before.policy, version=version)
    return replace(before, policy=policy, published_version=version), changes


def discard(before: Draft, *, at: datetime) -> Draft:
    """The draft as one that nobody wants.

    Raises:
        WrongStatusError: it was published or discarded.
    """
    _must_be(before, DraftState.DRAFT, DraftState.VALIDATED, act="discard")
    return replace(before, discarded_at=at)


def _must_be(before: Draft, *states: DraftState, act: str) -> None:
    if before.state not in states:
        raise WrongStatusError(
            f"cannot {act} a draft that is {before.state}; {_ADVICE[before.state]}",
            field=("draftId",),
        )


_ADVICE: Mapping[DraftState, str] = MappingProxyType(
    {
        DraftState.DRAFT: "validate it first",
        DraftState.VALIDATED: "revise it first",
        DraftState.PUBLISHED: "draft another one",
        DraftState.DISCARDED: "draft another one",
    }
)
