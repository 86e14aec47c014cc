"""The SOP's figures to look up: the policy in force, any version, what changed between two."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from escgraph.documents import policy_yaml
from escgraph.domain.permissions import Act, may_see_internal, permit
from escgraph.domain.policy import Category, Policy
from escgraph.domain.policy_diff import Difference, differences
from escgraph.domain.terms import PolicyDraftId
from escgraph.domain.ticket import Actor
from escgraph.queries import policy_drafts
from escgraph.store import policies
from escgraph.store.policies import PolicyVersion

__all__ = [
    "Category",
    "Difference",
    "Policy",
    "PolicyVersion",
    "by_version",
    "categories",
    "diff",
    "in_force",
    "shown",
    "text_of",
    "version_of",
    "versions",
]


async def in_force(*, viewer: Actor) -> Policy:
    """The policy under which tickets are opened now.

    Raises:
        NotFoundError: none is published.
    """
    permit(viewer, Act.READ)
    return await policies.in_force()


async def by_version(version: int, *, viewer: Actor) -> Policy:
    """The policy of that version; a ticket keeps the one that it was opened under.

    Raises:
        NotFoundError: there is none.
    """
    permit(viewer, Act.READ)
    return await policies.of_version(version)


async def version_of(version: int, *, viewer: Actor) -> PolicyVersion:
    """The same with how it came about, as far as that is for the viewer.

    Raises:
        NotFoundError: there is none.
    """
    permit(viewer, Act.READ)
    return _seen(await policies.version_of(version), viewer)


async def versions(*, viewer: Actor) -> list[PolicyVersion]:
    """All that were ever published, the newest first; how they came about as in `version_of`."""
    permit(viewer, Act.READ)
    return [_seen(version, viewer) for version in await policies.versions()]


def text_of(version: PolicyVersion) -> str:
    """The version as its author wrote it, byte for byte; what nobody wrote, as it is written."""
    return policy_yaml.written(version.policy) if version.source is None else version.source


async def diff(
    before: int | PolicyDraftId | None, after: int | PolicyDraftId | None, *, viewer: Actor
) -> Sequence[Difference]:
    """What changes from the one to the other; None stands for the policy in force.

    Raises:
        NotFoundError: there is no such version or draft.
        ForbiddenError: a draft is none of the viewer's business.
    """
    permit(viewer, Act.READ)
    return differences(await _policy(before, viewer), await _policy(after, viewer))


def shown(found: Iterable[Difference], *, viewer: Actor) -> list[Difference]:
    """Those that the viewer may see: routes name people by their addresses."""
    inside = may_see_internal(viewer)
    return [one for one in found if inside or one.path != "routes"]


async def categories(*, viewer: Actor) -> list[Category]:
    """All categories, by key, each with the priority that it suggests."""
    permit(viewer, Act.READ)
    return await policies.categories()


def _seen(version: PolicyVersion, viewer: Actor) -> PolicyVersion:
    """Who published it and why, as in the SOP's document: for those who work on tickets."""
    if may_see_internal(viewer):
        return version
    return replace(version, author=None, reason=None, review=None)


async def _policy(which: int | PolicyDraftId | None, viewer: Actor) -> Policy:
    if which is None:
        return await policies.in_force()
    if isinstance(which, int):
        return await policies.of_version(which)
    return (await policy_drafts.by_id(which, viewer=viewer)).policy
