"""The policy that somebody thinks of putting into force: as text, as a draft, or as it once was."""

import asyncio
from dataclasses import dataclass

from escgraph.documents import policy_yaml
from escgraph.documents.holiday_dates import of_region
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import Policy
from escgraph.domain.ticket import Actor
from escgraph.queries import policies

__all__ = ["Candidate", "Policy", "policy_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Named by one of these."""

    version: int | None = None
    yaml: str | None = None


async def policy_of(candidate: Candidate, *, viewer: Actor) -> Policy:
    """The policy itself.

    Raises:
        InvalidInputError: not exactly one of them is given, or the text is no valid policy.
        NotFoundError: there is no such version.
    """
    if (candidate.version is None) == (candidate.yaml is None):
        raise InvalidInputError(
            "name one policy to simulate: by version or by yaml", field=("version",)
        )
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
