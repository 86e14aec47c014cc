"""People and tokens: who there is, and what they come with."""

import re
import secrets
from datetime import datetime

from uuid_utils.compat import uuid7

from escgraph.commands.acting import Call, Written, once
from escgraph.domain.errors import ConflictError, InvalidInputError, NotFoundError
from escgraph.domain.events import PersonCreated, TokenCreated, TokenRevoked
from escgraph.domain.permissions import Act, permit
from escgraph.domain.terms import PersonId, Role, Scope, Tier, TokenId
from escgraph.domain.texts import line
from escgraph.store import people, stream, timeline, tokens
from escgraph.store.people import Person
from escgraph.store.tokens import Token

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")

TIERS: dict[Role, frozenset[Tier | None]] = {
    Role.LEVEL_1_AGENT: frozenset({Tier.LEVEL_1}),
    Role.ENGINEER: frozenset({Tier.LEVEL_2, Tier.LEVEL_3}),
    Role.MANAGER: frozenset({Tier.MANAGEMENT}),
    Role.STAKEHOLDER: frozenset({None}),
    Role.ADMINISTRATOR: frozenset({None}),
    Role.SCRIPT: frozenset({None}),
    Role.WALLBOARD: frozenset({None}),
}
"""Whose queue a role may work; a role with one choice needs none named."""


async def create_person(
    *, call: Call, name: str, email: str, role: Role, tier: Tier | None = None, lead: bool = False
) -> Written:
    """Add a person, or a service account.

    Raises:
        ForbiddenError: the actor administers nobody.
        InvalidInputError: a text is empty or too long, or the role has no such tier.
        ConflictError: the e-mail address is taken.
    """

    async def work() -> Written:
        permit(call.by, Act.CREATE_PERSON)
        person = new_person(name=name, email=email, role=role, tier=tier, lead=lead, at=call.at)
        return await store_person(person, by=call.by.person)

    return await once(work, call=call)


async def create_token(
    *,
    call: Call,
    person_id: PersonId,
    name: str,
    scopes: frozenset[Scope],
    expires_at: datetime | None,
    secret: str,
) -> Written:
    """Store a token that was made with `new_secret`; only its hash is kept.

    Raises:
        ForbiddenError: the actor administers nobody.
        NotFoundError: there is no such person.
        InvalidInputError: no name, no scope, or it expires in the past.
    """

    async def work() -> Written:
        permit(call.by, Act.CREATE_TOKEN)
        await people.must_be_active((person_id,), field="personId")
        token = new_token(
            person_id=person_id, name=name, scopes=scopes, expires_at=expires_at, at=call.at
        )
        return await store_token(token, secret=secret, by=call.by.person)

    return await once(work, call=call)


async def revoke_token(token_id: TokenId, *, call: Call) -> Written:
    """Make a token good for nothing; sockets that live by it end within seconds.

    Raises:
        ForbiddenError: the actor administers nobody.
        NotFoundError: there is no such token.
    """

    async def work() -> Written:
        permit(call.by, Act.REVOKE_TOKEN)
        token = await tokens.by_id(token_id)
        if token is None:
            raise NotFoundError(
                f"there is no token with the id {token_id}; check the id", field=("tokenId",)
            )
        if not await tokens.revoke(token_id, at=call.at):
            return Written(token_id, (await stream.head()).place)
        event = TokenRevoked(at=call.at, by=call.by.person, token=token_id, person=token.person_id)
        return Written(token_id, await timeline.append_alone(event))

    return await once(work, call=call)


def new_secret() -> str:
    """A token of 256 random bits, as it is shown once."""
    return f"esc_{secrets.token_urlsafe(32)}"


def new_person(
    *, name: str, email: str, role: Role, tier: Tier | None, lead: bool, at: datetime
) -> Person:
    """The person, checked.

    Raises:
        InvalidInputError: a text is empty or too long, or the role has no such tier.
    """
    name = line(name, "name")
    if not is_email(email):
        raise InvalidInputError(
            f'"{email}" is no e-mail address; write it like ada@example.org', field=("email",)
        )
    allowed = TIERS[role]
    if tier is None and len(allowed) == 1:
        (tier,) = allowed
    if tier not in allowed:
        choices = " or ".join(sorted(str(choice) for choice in allowed))
        raise InvalidInputError(
            f"the role {role} works at {choices}, not at {tier}; name one of these", field=("tier",)
        )
    return Person(
        id=PersonId(uuid7()),
        name=name,
        email=line(email, "email").lower(),
        role=role,
        tier=tier,
        lead=lead,
        active=True,
        created_at=at,
    )


def is_email(text: str) -> bool:
    """Whether it looks like an e-mail address, margins aside."""
    return _EMAIL.fullmatch(text.strip()) is not None


def new_token(
    *,
    person_id: PersonId,
    name: str,
    scopes: frozenset[Scope],
    expires_at: datetime | None,
    at: datetime,
    demo: bool = False,
) -> Token:
    """The token, checked; its secret is none of its facts.

    Raises:
        InvalidInputError: no name, no scope, or it expires in the past.
    """
    name = line(name, "name")
    if not scopes:
        raise InvalidInputError(
            f"a token without a scope is good for nothing; name some of {', '.join(Scope)}",
            field=("scopes",),
        )
    if expires_at is not None and expires_at <= at:
        raise InvalidInputError(
            "the token would have expired already; give a later moment", field=("expiresAt",)
        )
    return Token(
        id=TokenId(uuid7()),
        person_id=person_id,
        name=name,
        scopes=scopes,
        demo=demo,
        created_at=at,
        expires_at=expires_at,
        revoked_at=None,
    )


async def store_token(token: Token, *, secret: str, by: PersonId | None) -> Written:
    """Store it with its event, inside a unit of work."""
    await tokens.insert(token, secret=secret)
    event = TokenCreated(
        at=token.created_at,
        by=by,
        token=token.id,
        person=token.person_id,
        name=token.name,
        scopes=tuple(sorted(token.scopes)),
    )
    return Written(token.id, await timeline.append_alone(event))


async def store_person(person: Person, *, by: PersonId | None) -> Written:
    """Store the person with their event, inside a unit of work.

    Raises:
        ConflictError: the e-mail address is taken.
    """
    if await people.by_email(person.email) is not None:
        raise ConflictError(
            f"somebody has the address {person.email} already; see people", field=("email",)
        )
    await people.insert(person)
    event = PersonCreated(
        at=person.created_at, by=by, person=person.id, name=person.name, role=person.role
    )
    return Written(person.id, await timeline.append_alone(event))
