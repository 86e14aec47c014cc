"""People and tokens: adding the one, making and revoking the other."""

from datetime import datetime

import strawberry

from escgraph.api.acting import Given, KeyedInput, Outcome, Payload, attempt, may_read
from escgraph.api.context import Info
from escgraph.api.identifiers import read_id
from escgraph.api.typed import mutation
from escgraph.api.types_people import Person, Token, person_of, token_of
from escgraph.commands import people as commands
from escgraph.commands.acting import Call, Written
from escgraph.domain.permissions import Act
from escgraph.domain.terms import PersonId, Role, Scope, Tier, TokenId
from escgraph.queries import nodes, people


@strawberry.input(description="A person or service account.")
class CreatePersonInput(KeyedInput):
    name: str = strawberry.field(description="What to call them.")
    email: str = strawberry.field(description="Their e-mail address, which nobody else has.")
    role: Role = strawberry.field(description="What they may do.")
    tier: Tier | None = strawberry.field(
        default=None, description="Whose queue they work; needed where the role has a choice."
    )
    lead: bool = strawberry.field(
        default=False,
        description="Whether they are told when nobody works at a tier that a ticket reaches.",
    )


@strawberry.type(description="What came of adding them.")
class CreatePersonPayload(Payload):
    person: Person | None = strawberry.field(
        description="The person; null where nothing was written, or the token lacks the scope READ."
    )


@strawberry.input(description="A token.")
class CreateTokenInput(KeyedInput):
    person_id: strawberry.ID = strawberry.field(description="Who comes with it.")
    name: str = strawberry.field(description="What it is for.")
    scopes: list[Scope] = strawberry.field(description="What it may be used for.")
    expires_at: datetime | None = strawberry.field(
        default=None,
        description="When it ends; left out, after the days that the operator has set.",
    )


@strawberry.type(description="What came of making it.")
class CreateTokenPayload(Payload):
    token: Token | None = strawberry.field(
        description="The token; null where nothing was written, or yours lacks the scope READ."
    )
    secret: str | None = strawberry.field(
        description="What its bearer shows. It stands here once and is stored nowhere: null where "
        "nothing was written, and for a repeated idempotency key."
    )


@strawberry.input(description="Which token is good for nothing from now on.")
class RevokeTokenInput(KeyedInput):
    token_id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.type(description="What came of revoking it.")
class RevokeTokenPayload(Payload):
    token: Token | None = strawberry.field(
        description="The token; null where nothing was written, or yours lacks the scope READ."
    )


@strawberry.type
class PeopleMutations:
    @mutation(description="Add a person or service account; for administrators.")
    async def create_person(
        self, info: Info, given: Given[CreatePersonInput]
    ) -> CreatePersonPayload:
        async def act(call: Call) -> Written:
            return await commands.create_person(
                call=call,
                name=given.name,
                email=given.email,
                role=given.role,
                tier=given.tier,
                lead=given.lead,
            )

        outcome = await attempt(info, Act.CREATE_PERSON, given, act)
        return CreatePersonPayload(
            person=await _person(info, outcome), errors=outcome.errors, cursor=outcome.cursor
        )

    @mutation(description="Make a token for somebody; for administrators.")
    async def create_token(self, info: Info, given: Given[CreateTokenInput]) -> CreateTokenPayload:
        secret, made_at = commands.new_secret(), []
        lifetime = info.context.surroundings.token_lifetime

        async def act(call: Call) -> Written:
            made_at.append(call.at)
            return await commands.create_token(
                call=call,
                person_id=PersonId(read_id(given.person_id, field="personId")),
                name=given.name,
                scopes=frozenset(given.scopes),
                expires_at=given.expires_at or call.at + lifetime,
                secret=secret,
            )

        outcome = await attempt(info, Act.CREATE_TOKEN, given, act)
        row = await _token(info, outcome)
        repeated = row is None or row.created_at not in made_at
        return CreateTokenPayload(
            token=token_of(row) if row and may_read(info) else None,
            secret=None if repeated else secret,
            errors=outcome.errors,
            cursor=outcome.cursor,
        )

    @mutation(
        description="Make a token good for nothing; sockets that live by it end within seconds. "
        "For administrators."
    )
    async def revoke_token(self, info: Info, given: Given[RevokeTokenInput]) -> RevokeTokenPayload:
        async def act(call: Call) -> Written:
            token_id = TokenId(read_id(given.token_id, field="tokenId"))
            return await commands.revoke_token(token_id, call=call)

        outcome = await attempt(info, Act.REVOKE_TOKEN, given, act)
        row = await _token(info, outcome)
        return RevokeTokenPayload(
            token=token_of(row) if row and may_read(info) else None,
            errors=outcome.errors,
            cursor=outcome.cursor,
        )


async def _person(info: Info, outcome: Outcome) -> Person | None:
    if outcome.written is None or not may_read(info):
        return None
    viewer = info.context.session.actor
    return person_of(await people.by_id(PersonId(outcome.written.id), viewer=viewer))


async def _token(info: Info, outcome: Outcome) -> nodes.Token | None:
    if outcome.written is None:
        return None
    return await nodes.token(TokenId(outcome.written.id), viewer=info.context.session.actor)
