"""What happened to policies; these events belong to no ticket."""

from dataclasses import dataclass

from escgraph.domain.event import Event
from escgraph.domain.terms import PolicyDraftId, ReviewId


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDrafted(Event):
    """`review` is the one that led to it (Q5)."""

    draft: PolicyDraftId
    name: str
    reason: str
    review: ReviewId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDraftRevised(Event):
    """It has to be validated anew."""

    draft: PolicyDraftId
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDraftValidated(Event):
    """It may be published."""

    draft: PolicyDraftId


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDraftDiscarded(Event):
    draft: PolicyDraftId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPublished(Event):
    """Tickets are opened under it from now on; `changes` are told against the one before (P5)."""

    version: int
    name: str
    draft: PolicyDraftId
    reason: str
    review: ReviewId | None
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRetired(Event):
    """No ticket is opened under it any more; those that were keep it (P5)."""

    version: int
    successor: int
