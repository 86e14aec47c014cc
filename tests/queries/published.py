"""Policies put in force by hand, for tests that need another one than the SOP's."""

from datetime import datetime

from escgraph.domain.policy import Policy, validate
from escgraph.domain.policy_document import document
from escgraph.store.database import execute


async def publish(policy: Policy, *, at: datetime) -> None:
    """Put it in force in place of those before; its calendars have no public holidays."""
    validate(policy)
    await execute("UPDATE policy SET retired_at = $1 WHERE retired_at IS NULL", at)
    await execute(
        "INSERT INTO policy (version, name, document, holidays, created_at, published_at) "
        "VALUES ($1, $2, $3, $4, $5, $5)",
        policy.version,
        policy.name,
        document(policy),
        {name: [] for name in policy.calendars},
        at,
    )
    for category in policy.categories:
        await execute(
            "INSERT INTO category (key, name, suggested_priority) VALUES ($1, $2, $3) "
            "ON CONFLICT (key) DO NOTHING",
            category.key,
            category.name,
            category.suggested_priority,
        )
