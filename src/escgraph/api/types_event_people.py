"""The kinds of event that belong to no ticket: people and their tokens."""

import strawberry

from escgraph.api.types_event import Event, id_of_event, person_of_event
from escgraph.api.types_people import Person
from escgraph.domain.terms import Role, Scope


@strawberry.type(description="A person or service account was added.")
class PersonCreated(Event):
    person: Person = person_of_event("person", description="Who.")
    name: str = strawberry.field(description="What to call them.")
    role: Role = strawberry.field(description="What they may do.")


@strawberry.type(description="A token was made. Its secret stands nowhere.")
class TokenCreated(Event):
    token_id: strawberry.ID = id_of_event("token", description="Its id.")
    person: Person = person_of_event("person", description="Whose it is.")
    name: str = strawberry.field(description="What it is for.")
    scopes: list[Scope] = strawberry.field(description="What it may be used for.")


@strawberry.type(description="A token is good for nothing from now on.")
class TokenRevoked(Event):
    token_id: strawberry.ID = id_of_event("token", description="Its id.")
    person: Person = person_of_event("person", description="Whose it was.")
