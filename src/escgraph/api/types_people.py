"""People and their tokens as types."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.identifiers import id_text
from escgraph.api.typed import field
from escgraph.api.types_node import Node
from escgraph.api.types_preferences import NotificationPreferences, preferences_of
from escgraph.domain.permissions import may_see_internal
from escgraph.domain.terms import PersonId, Role, Scope, Tier
from escgraph.queries import people

if TYPE_CHECKING:
    from escgraph.api.types_channel import Channel


@strawberry.type(
    description="Somebody who works on tickets or hears of them; or a service account."
)
class Person(Node):
    row: strawberry.Private[people.Person]
    name: str = strawberry.field(description="What to call them.")
    role: Role = strawberry.field(description="What they may do.")
    tier: Tier | None = strawberry.field(
        description="Whose queue they work; null for those who work none."
    )
    lead: bool = strawberry.field(
        description="Whether they are told when nobody works at a tier that a ticket reaches."
    )
    active: bool = strawberry.field(description="False once they have left.")
    created_at: datetime = strawberry.field(description="When they were added.")

    @field(description="Their e-mail address; null for stakeholders and wallboards, who see none.")
    def email(self, info: Info) -> str | None:
        return self.row.email if may_see_internal(info.context.session.actor) else None

    @field(
        description="The ways to them that were added, the first tried first; null for others than "
        "themselves and administrators."
    )
    async def channels(
        self, info: Info
    ) -> list[Annotated["Channel", strawberry.lazy("escgraph.api.types_channel")]] | None:
        from escgraph.api.types_channel import channels_of  # noqa: PLC0415 - the types name each other

        rows = await info.context.loaders.telling.channels.load(self.row.id)
        return None if rows is None else channels_of(rows)

    @field(
        description="How they want to be told; null for others than themselves and administrators."
    )
    async def preferences(self, info: Info) -> NotificationPreferences | None:
        wishes = await info.context.loaders.telling.preferences.load(self.row.id)
        return None if wishes is None else preferences_of(wishes)


@strawberry.type(
    description="A token that somebody comes with. Its secret is shown once, never here."
)
class Token(Node):
    row: strawberry.Private[people.Token]
    name: str = strawberry.field(description="What it is for.")
    scopes: list[Scope] = strawberry.field(description="What it may be used for.")
    demo: bool = strawberry.field(description="Whether a demo printed it; the next one revokes it.")
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime | None = strawberry.field(
        description="When it ends; null for one that never does."
    )
    revoked_at: datetime | None = strawberry.field(
        description="When it was revoked; null while it was not."
    )

    @field(description="Whose it is.")
    async def person(self, info: Info) -> Person:
        return await person(info, self.row.person_id)


def person_of(row: people.Person) -> Person:
    return Person(
        row=row,
        id=id_text(row.id),
        name=row.name,
        role=row.role,
        tier=row.tier,
        lead=row.lead,
        active=row.active,
        created_at=row.created_at,
    )


def token_of(row: people.Token) -> Token:
    return Token(
        row=row,
        id=id_text(row.id),
        name=row.name,
        scopes=sorted(row.scopes),
        demo=row.demo,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )


async def person(info: Info, person_id: PersonId) -> Person:
    """The person, read together with the others of the same level of the answer."""
    row = await info.context.loaders.people.load(person_id)
    assert row is not None, "people are never deleted"
    return person_of(row)


async def persons(info: Info, ids: Iterable[PersonId]) -> list[Person]:
    """All of them, in that order."""
    rows = await info.context.loaders.people.load_many(ids)
    return [person_of(row) for row in rows if row is not None]


class Known:
    """The people that came with a page, each made into its type once.

    Where nobody asked for people there are none: then fields hold None, which GraphQL would refuse
    to send, so an oversight shows as an error and never as a wrong answer.
    """

    def __init__(self, rows: Mapping[PersonId, people.Person]) -> None:
        self._people = {key: person_of(row) for key, row in rows.items()}

    def one(self, person_id: PersonId) -> Person:
        return self._people.get(person_id, _NOT_ASKED_FOR)

    def maybe(self, person_id: PersonId | None) -> Person | None:
        return None if person_id is None else self.one(person_id)

    def many(self, ids: Iterable[PersonId]) -> list[Person]:
        return [self.one(person_id) for person_id in ids]


_NOT_ASKED_FOR: Person = None  # type: ignore[assignment]  # see Known
