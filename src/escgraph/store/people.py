"""People at rest: who there is, which role and tier each has, and who may be named for what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from uuid_utils.compat import uuid7

from escgraph.domain.errors import ForbiddenError, InvalidInputError, NotFoundError
from escgraph.domain.terms import PersonId, Role, Tier
from escgraph.domain.ticket import Actor
from escgraph.store.database import dialect, execute, fetch
from escgraph.store.values import boolean, moment, uuid


@dataclass(frozen=True, slots=True)
class Person:
    """`tier` is the tier whose queue the person works, None for those without one.

    `lead` marks who is told when nobody works at a tier (A22).
    """

    id: PersonId
    name: str
    email: str
    role: Role
    tier: Tier | None
    lead: bool
    active: bool
    created_at: datetime


async def insert(person: Person) -> None:
    await execute(
        "INSERT INTO person (id, name, email, role, tier, lead, active, created_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        person.id,
        person.name,
        person.email,
        person.role,
        person.tier,
        person.lead,
        person.active,
        person.created_at,
    )


async def by_ids(ids: Sequence[PersonId]) -> dict[PersonId, Person]:
    """Those of them that exist."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    marks = ", ".join(f"${n}" for n in range(1, len(wanted) + 1))
    rows = await fetch(f"SELECT * FROM person WHERE id IN ({marks})", *wanted)  # noqa: S608 - placeholders
    people = [person_of(row) for row in rows]
    return {person.id: person for person in people}


async def actor_now(person_id: PersonId) -> Actor:
    """The person as they may act now, whatever their role was before.

    Raises:
        ForbiddenError: they have left.
    """
    person = (await by_ids([person_id])).get(person_id)
    if person is None or not person.active:
        raise ForbiddenError(
            "the person whom this was sent to works here no more; ask somebody who does"
        )
    return Actor(person.id, person.role, person.tier)


async def lock(person: PersonId) -> None:
    """Let nobody else change in this unit what is the person's own."""
    if dialect() == "postgres":  # rows that point at the person may still be written
        await fetch("SELECT id FROM person WHERE id = $1 FOR NO KEY UPDATE", person)


async def by_email(email: str) -> Person | None:
    rows = await fetch("SELECT * FROM person WHERE email = $1", email)
    return person_of(rows[0]) if rows else None


async def everybody() -> list[Person]:
    """All people, by name."""
    return [person_of(row) for row in await fetch("SELECT * FROM person ORDER BY name, id")]


async def of_role(role: Role) -> list[PersonId]:
    """Who has that role and has not left, by name."""
    rows = await fetch("SELECT id FROM person WHERE active AND role = $1 ORDER BY name, id", role)
    return [PersonId(uuid(row["id"])) for row in rows]


async def must_be_active(
    ids: Sequence[PersonId], *, field: str, roles: frozenset[Role] | None = None
) -> None:
    """Pass if all of them exist, are active and have one of those roles, where roles are given.

    Raises:
        NotFoundError: somebody does not exist or has left.
        InvalidInputError: somebody has another role.
    """
    found = await by_ids(ids)
    for wanted in ids:
        person = found.get(wanted)
        if person is None or not person.active:
            raise NotFoundError(
                f"there is no active person with the id {wanted}; see people", field=(field,)
            )
        if roles is not None and person.role not in roles:
            raise InvalidInputError(
                f"{person.name} is {person.role}; name somebody who is "
                f"{' or '.join(sorted(roles))}",
                field=(field,),
            )


async def owner_by_route(category: str, component: str) -> PersonId | None:
    """Who owns what a script opens: by the most exact routing rule that fits (R4), if any does."""
    rows = await fetch(
        "SELECT r.owner_id FROM route r JOIN person p ON p.id = r.owner_id AND p.active "
        "WHERE (r.category IS NULL OR r.category = $1) "
        "AND (r.component IS NULL OR r.component = $2) "
        "ORDER BY r.category IS NULL, r.component IS NULL LIMIT 1",
        category,
        component,
    )
    return PersonId(uuid(rows[0]["owner_id"])) if rows else None


async def route(owner: PersonId, *, category: str | None, component: str | None) -> None:
    """Let that person own what scripts open there; None stands for any category or component."""
    await execute(
        "DELETE FROM route WHERE coalesce(category, '') = coalesce($1, '') "
        "AND coalesce(component, '') = coalesce($2, '')",
        category,
        component,
    )
    await execute(
        "INSERT INTO route (id, category, component, owner_id) VALUES ($1, $2, $3, $4)",
        uuid7(),
        category,
        component,
        owner,
    )


async def has_route_for_everything() -> bool:
    return bool(
        await fetch("SELECT 1 AS one FROM route WHERE category IS NULL AND component IS NULL")
    )


def person_of(row: dict[str, Any]) -> Person:
    return Person(
        id=PersonId(uuid(row["id"])),
        name=row["name"],
        email=row["email"],
        role=Role(row["role"]),
        tier=Tier(row["tier"]) if row["tier"] else None,
        lead=boolean(row["lead"]),
        active=boolean(row["active"]),
        created_at=cast("datetime", moment(row["created_at"])),
    )
