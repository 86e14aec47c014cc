"""Policies at rest. A version never changes, so each is read once per process."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from escgraph.domain.drafts import Draft
from escgraph.domain.errors import NotFoundError
from escgraph.domain.policy import CATEGORIES, SOP, Category, Policy
from escgraph.domain.policy_document import document, restored, stored
from escgraph.domain.terms import PersonId, ReviewId
from escgraph.store.database import dialect, execute, fetch, on_close
from escgraph.store.values import moment, parsed, uuid

_by_version: dict[int, Policy] = {}


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A published policy and how it came about.

    Attributes:
        source: the text as its author wrote it; None for the one that is seeded, as are `author`,
            which is None for somebody at the machine itself too, and `reason`.
        review: the review that led to it.
        retired_at: None for the one in force.
    """

    policy: Policy
    source: str | None
    author: PersonId | None
    reason: str | None
    review: ReviewId | None
    published_at: datetime
    retired_at: datetime | None


async def of_version(version: int) -> Policy:
    """The policy of that version.

    Raises:
        NotFoundError: there is none.
    """
    known = _by_version.get(version)
    if known is not None:
        return known
    return (await version_of(version)).policy


async def in_force() -> Policy:
    """The published policy that none has succeeded: the one under which tickets are opened.

    Raises:
        NotFoundError: the database was migrated but not seeded.
    """
    rows = await fetch(
        "SELECT version FROM policy WHERE published_at IS NOT NULL AND retired_at IS NULL "
        "ORDER BY version DESC LIMIT 1"
    )
    if not rows:
        raise NotFoundError("no policy is published; run escgraph migrate, which seeds the SOP's")
    return await of_version(rows[0]["version"])


async def version_of(version: int) -> PolicyVersion:
    """The same with how it came about.

    Raises:
        NotFoundError: there is none.
    """
    rows = await fetch("SELECT * FROM policy WHERE version = $1", version)
    if not rows:
        raise NotFoundError(f"there is no policy version {version}; see policies")
    return _version_of(rows[0])


async def versions() -> list[PolicyVersion]:
    """All of them, the newest first."""
    return [_version_of(row) for row in await fetch("SELECT * FROM policy ORDER BY version DESC")]


async def alone() -> int:
    """The next version's number; nobody else publishes until the unit of work ends.

    Readers and those who open tickets go on meanwhile; those who move tickets to what is in force
    are waited for. Lock order: the table, the version in force, a draft, the counter. The version
    comes so early since who moves a ticket holds it while waiting for the counter.
    """
    if dialect() == "postgres":
        await execute("LOCK TABLE policy IN SHARE ROW EXCLUSIVE MODE")
        await fetch("SELECT version FROM policy WHERE retired_at IS NULL FOR NO KEY UPDATE")
    rows = await fetch("SELECT max(version) AS latest FROM policy")
    return int(rows[0]["latest"] or 0) + 1


async def keep(version: int) -> None:
    """Wait for whoever is about to retire it; nobody else does until the unit of work ends.

    On SQLite a unit of work is alone anyway. Lock order: ticket, policy, deadline, counter; who
    publishes locks no ticket, so no circle can close.
    """
    if dialect() == "postgres":
        await fetch("SELECT version FROM policy WHERE version = $1 FOR SHARE", version)


async def publish(draft: Draft, *, at: datetime) -> None:
    """Put the draft in force as its version, in place of what was; both stay for ever."""
    policy = draft.policy
    figures, days = stored(policy)
    await execute(
        "UPDATE policy SET retired_at = $2 WHERE version < $1 AND retired_at IS NULL",
        policy.version,
        at,
    )
    await execute(
        "INSERT INTO policy (version, name, document, holidays, source, author_id, reason, "
        "review_id, created_at, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        policy.version,
        policy.name,
        figures,
        days,
        draft.source,
        draft.author,
        draft.reason,
        draft.review,
        draft.created_at,
        at,
    )
    await _keep_categories(policy.categories)


async def seed(*, at: datetime) -> None:
    """Store the SOP's policy as version 1 and its categories, where they are not there yet."""
    await execute(
        "INSERT INTO policy (version, name, document, created_at, published_at) "
        "VALUES ($1, $2, $3, $4, $4) ON CONFLICT (version) DO NOTHING",
        SOP.version,
        SOP.name,
        document(SOP),
        at,
    )
    for category in CATEGORIES:
        await execute(
            "INSERT INTO category (key, name, suggested_priority) VALUES ($1, $2, $3) "
            "ON CONFLICT (key) DO NOTHING",
            category.key,
            category.name,
            category.suggested_priority,
        )


async def categories() -> list[Category]:
    """Those of the policy in force, by key."""
    policy = await in_force()
    return sorted(policy.categories, key=lambda category: category.key)


async def category(key: str) -> Category:
    """The category of that key.

    Raises:
        NotFoundError: the policy in force has none; the message lists those that it has.
    """
    known = await categories()
    for found in known:
        if found.key == key:
            return found
    keys = ", ".join(found.key for found in known)
    raise NotFoundError(f'there is no category "{key}"; use one of {keys}', field=("category",))


async def _keep_categories(listed: Sequence[Category]) -> None:
    """Tickets refer to these rows, also to those of policies past."""
    for category in listed:
        await execute(
            "INSERT INTO category (key, name, suggested_priority) VALUES ($1, $2, $3) "
            "ON CONFLICT (key) DO UPDATE SET name = excluded.name, "
            "suggested_priority = excluded.suggested_priority",
            category.key,
            category.name,
            category.suggested_priority,
        )


def _version_of(row: dict[str, Any]) -> PolicyVersion:
    version = row["version"]
    policy = _by_version.get(version)
    if policy is None:
        policy = restored(parsed(row["document"]), parsed(row["holidays"]))
        _by_version[version] = policy
    return PolicyVersion(
        policy=policy,
        source=row["source"],
        author=PersonId(uuid(row["author_id"])) if row["author_id"] else None,
        reason=row["reason"],
        review=ReviewId(uuid(row["review_id"])) if row["review_id"] else None,
        published_at=cast("datetime", moment(row["published_at"])),
        retired_at=moment(row["retired_at"]),
    )


on_close(_by_version.clear)
