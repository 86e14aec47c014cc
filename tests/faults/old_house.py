"""Run by the version before a migration, with its own code and its own tests' rooms.

Migrates the database, fills it, and prints the tokens of those who have a part in every life.
"""

import asyncio
import sys
from datetime import timedelta

from escgraph.commands.people import new_person, new_secret, new_token
from escgraph.commands.seeding import SCOPES
from escgraph.domain.terms import Priority, Role, Tier
from escgraph.store import database, people, tokens
from escgraph.store.migrate import migrate
from tests.store.ladders import SCENES, move_in, opened, store

RESPOND, LEVEL_2 = timedelta(hours=1), timedelta(hours=2)
"""The first targets of a ticket of HIGH priority, SOP §6."""

STAFF = (
    (Role.LEVEL_1_AGENT, Tier.LEVEL_1),
    (Role.ENGINEER, Tier.LEVEL_2),
    (Role.MANAGER, Tier.MANAGEMENT),
    (Role.STAKEHOLDER, None),
)
MADE_UP = frozenset({"escalated_by_hand", "at_management", "reopened_after_holds"})
"""Scenes that no desk could have written so, as `escgraph doctor --deep` would say."""


async def main(url: str, count: int, first: float, seconds: float) -> None:
    """A ticket in each state that there is, and `count` that fall due in those seconds."""
    await migrate(url)
    await database.connect(url)
    await move_in()
    for scene in SCENES:
        if scene.__name__ not in MADE_UP:
            await store(scene())
    now = await database.database_now()
    for n in range(count):
        due = now + timedelta(seconds=first + seconds * n / count)
        await store(opened(Priority.HIGH, at=due - (RESPOND, LEVEL_2)[n % 2]))
    print(*[await token_of(role, tier) for role, tier in STAFF])
    await database.close()


async def token_of(role: Role, tier: Tier | None) -> str:
    """The token of a new person of that role."""
    now, secret = await database.database_now(), new_secret()
    mail = f"{role.lower()}@example.com"
    person = new_person(name=role.title(), email=mail, role=role, tier=tier, lead=False, at=now)
    token = new_token(
        person_id=person.id, name="faults", scopes=SCOPES[role], expires_at=None, at=now
    )
    await people.insert(person)
    await tokens.insert(token, secret=secret)
    return secret


if __name__ == "__main__":
    _, url, count, first, seconds = sys.argv
    asyncio.run(main(url, int(count), float(first), float(seconds)))
