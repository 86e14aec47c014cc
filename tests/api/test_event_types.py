"""The types of events side by side: a client may ask for all that any of them says."""

from collections.abc import Iterator

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    parse,
    validate,
)

from escgraph.api.events import TYPES
from tests.api.counter import opened
from tests.api.office import SCHEMA, Office

GRAPHQL = SCHEMA._schema


def _fields(kind: GraphQLObjectType) -> Iterator[str]:
    for name, field in kind.fields.items():
        leaf = is_leaf_type(get_named_type(field.type))
        yield name if leaf else f"{name} {{__typename}}"


def _everything() -> str:
    """A document that selects every field of every type of event, without an alias."""
    interface = GRAPHQL.type_map["Event"]
    assert isinstance(interface, GraphQLInterfaceType)
    kinds = GRAPHQL.get_implementations(interface).objects
    assert {kind.name for kind in kinds} == set(TYPES)
    parts = (f"... on {kind.name} {{{' '.join(_fields(kind))}}}" for kind in kinds)
    return f"{{events {{nodes {{{' '.join(parts)}}}}}}}"


def test_one_document_asks_for_every_field_of_every_event_without_aliases() -> None:
    """GraphQL refuses a document in which one name stands for fields of different types."""
    assert validate(GRAPHQL, parse(_everything())) == []


async def test_such_a_document_is_answered(office: Office) -> None:
    ticket_id = await opened(office)
    held = {"ticketId": ticket_id, "reason": "CHANGE_WINDOW"}
    assert (await office.act("holdTicket", held, by=office.manager))["errors"] == []
    up = {"ticketId": ticket_id, "expectedTier": "LEVEL_1", "reason": "CRITICAL"}
    assert (await office.act("escalateTicket", up))["errors"] == []

    nodes = (await office.data(_everything()))["events"]["nodes"]

    assert [node.get("holdReason") for node in nodes] == [None, "CHANGE_WINDOW", None]
    assert [node.get("escalationReason") for node in nodes] == [None, None, "CRITICAL"]
