"""Policies by what the command line calls them: a file, a version, or the one in force."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from escgraph.cli.policy_file import policy_of
from escgraph.cli.running import opened
from escgraph.config import Settings
from escgraph.domain.errors import NotFoundError
from escgraph.domain.policy import Policy
from escgraph.store import people, policies
from escgraph.store.people import Person
from escgraph.store.policies import PolicyVersion

IN_FORCE = "in-force"


def needs_database(name: str) -> bool:
    """Whether it is no file. A file that is called 2 is ./2 here."""
    return name == IN_FORCE or name.isdecimal()


async def named_policy(name: str) -> Policy:
    """The policy of that name; the database is open where it `needs_database`.

    Raises:
        Refusal: the file cannot be read, or is no policy.
        NotFoundError: there is no such version.
    """
    if not needs_database(name):
        return policy_of(Path(name))
    return (await named_version(name)).policy


async def named_version(name: str) -> PolicyVersion:
    """The version of that name, which is no file.

    Raises:
        NotFoundError: there is no such version.
    """
    if name == IN_FORCE:
        return await policies.version_of((await policies.in_force()).version)
    if len(name) > len("999999999"):
        raise NotFoundError(f"there is no policy version {name}; see policies")
    return await policies.version_of(int(name))


async def rows(settings: Settings) -> list[dict[str, Any]]:
    """Every version as JSON values, the newest first."""
    async with opened(settings):
        versions = await policies.versions()
        authors = await people.by_ids([one.author for one in versions if one.author is not None])
        return [_row(version, authors) for version in versions]


def _row(version: PolicyVersion, people_by_id: Mapping[Any, Person]) -> dict[str, Any]:
    author = None if version.author is None else people_by_id[version.author]
    retired_at = version.retired_at
    return {
        "version": version.policy.version,
        "name": version.policy.name,
        "state": "PUBLISHED" if retired_at is None else "RETIRED",
        "publishedAt": version.published_at.isoformat(timespec="seconds"),
        "retiredAt": None if retired_at is None else retired_at.isoformat(timespec="seconds"),
        "author": None if author is None else author.email,
        "reason": version.reason,
        "reviewId": None if version.review is None else str(version.review),
    }
