"""The policy that somebody thinks of putting into force: as text, as a draft, or as it once was."""

import asyncio
from dataclasses import dataclass

from escgraph.documents import policy_yaml
from escgraph.documents.holiday_dates import of_region
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import Policy
from escgraph.domain.terms import PolicyDraftId
from escgraph.domain.ticket import Actor
from escgraph.queries import policies, policy_drafts

__all__ = ["Candidate", "Policy", "policy_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Named by one of these; a draft whose life is over can be asked for too."""

    draft: PolicyDraftId | None = None
    version: int | None = None
    yaml: str | None = None


async def policy_of(candidate: Candidate, *, viewer: Actor) -> Policy:
    """The policy itself.

    Raises:
        InvalidInputError: not exactly one of them is given, or the text is no valid policy.
        NotFoundError: there is no such draft or version.
        ForbiddenError: drafts are none of the viewer's business.
    """
    given = (candidate.draft, candidate.version, candidate.yaml)
    if sum(one is not None for one in given) != 1:
        raise InvalidInputError(
            "name one policy to simulate: by draft, by version or by yaml", field=("draft",)
        )
    if candidate.draft is not None:
        return (await policy_drafts.by_id(candidate.draft, viewer=viewer)).policy
    if candidate.version is not None:
        return await policies.by_version(candidate.version, viewer=viewer)
    assert candidate.yaml is not None
    return await _read(candidate.yaml)


async def _read(yaml: str) -> Policy:
    """In a thread: the public holidays of a country are looked up for long."""
    try:
        return await asyncio.to_thread(policy_yaml.read, yaml, holidays=of_region)
    except InvalidInputError as error:
        raise InvalidInputError(error.message, field=("yaml",)) from error
