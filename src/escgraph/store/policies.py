"""Policies and categories at rest. A version never changes, so each is read once per process."""

from datetime import datetime

from escgraph.domain.errors import NotFoundError
from escgraph.domain.policy import CATEGORIES, SOP, Category, Policy
from escgraph.domain.policy_document import document, policy_of
from escgraph.domain.terms import Priority
from escgraph.store.database import execute, fetch, on_close
from escgraph.store.values import parsed

_by_version: dict[int, Policy] = {}


async def of_version(version: int) -> Policy:
    """The policy of that version.

    Raises:
        NotFoundError: there is none.
    """
    known = _by_version.get(version)
    if known is not None:
        return known
    rows = await fetch("SELECT document FROM policy WHERE version = $1", version)
    if not rows:
        raise NotFoundError(f"there is no policy version {version}; see policies")
    _by_version[version] = policy_of(parsed(rows[0]["document"]))
    return _by_version[version]


async def in_force() -> Policy:
    """The newest published policy: the one under which tickets are opened.

    Raises:
        NotFoundError: the database was migrated but not seeded.
    """
    rows = await fetch("SELECT max(version) AS version FROM policy WHERE published_at IS NOT NULL")
    if rows[0]["version"] is None:
        raise NotFoundError("no policy is published; run escgraph migrate, which seeds the SOP's")
    return await of_version(rows[0]["version"])


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
    """All of them, by key."""
    rows = await fetch("SELECT key, name, suggested_priority FROM category ORDER BY key")
    return [Category(row["key"], row["name"], Priority(row["suggested_priority"])) for row in rows]


async def category(key: str) -> Category:
    """The category of that key.

    Raises:
        NotFoundError: there is none; the message lists those that are.
    """
    known = await categories()
    for found in known:
        if found.key == key:
            return found
    keys = ", ".join(found.key for found in known)
    raise NotFoundError(f'there is no category "{key}"; use one of {keys}', field=("category",))


on_close(_by_version.clear)
