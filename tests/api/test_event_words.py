"""What webhooks say of an event, in the words of the schema: one vocabulary for all programs."""

from dataclasses import fields, replace
from uuid import UUID

import orjson
import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type

from escgraph.domain.events import KINDS
from escgraph.domain.state import TicketState
from escgraph.domain.terms import EventId, PersonId
from escgraph.queries.event_words import words_of
from escgraph.store import stream
from escgraph.store.stream import StoredEvent
from escgraph.stream.cursor import Cursor
from tests.api.counter import opened
from tests.api.office import SCHEMA, Office
from tests.queries.house import NINE

TYPES = SCHEMA._schema.type_map
NOW_AND_NOT_THEN = {"review", "escalation"}
"""What the schema looks up as it is by now; its id stands beside it, or the ticket does."""
MORE = {"StakeholderUpdateOverdue": {"number"}}
"""What the schema leaves to the ticket, which a script would have to ask for."""


def stored(kind: str, *, payload: dict[str, object] | None = None) -> StoredEvent:
    """An event of no ticket, each of its facts an empty one unless said."""
    empty = {one.name: None for one in fields(KINDS[kind]) if one.name not in {"at", "by"}}
    return StoredEvent(
        position=7,
        id=EventId(UUID(int=1)),
        kind=kind,
        ticket_id=None,
        ticket_version=None,
        at=NINE,
        by=PersonId(UUID(int=2)),
        recorded_at=NINE,
        payload={**empty, **_lists(kind), **_numbers(kind), **(payload or {})},
        state=None,
    )


def _lists(kind: str) -> dict[str, object]:
    return {
        one.name: [] for one in fields(KINDS[kind]) if getattr(one.type, "__origin__", 0) is tuple
    }


def _numbers(kind: str) -> dict[str, object]:
    return {one.name: 0 for one in fields(KINDS[kind]) if one.type is int}


def _of_the_schema(kind: str) -> set[str]:
    found = TYPES[kind]
    assert isinstance(found, GraphQLObjectType | GraphQLInterfaceType)
    return set(found.fields)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_event_says_the_same_words_as_its_type_in_the_schema(kind: str) -> None:
    assert set(words_of(stored(kind), epoch="e")) - {"cursor"} == (
        _of_the_schema(kind) - NOW_AND_NOT_THEN | MORE.get(kind, set())
    )


def test_the_state_beside_an_event_says_the_same_words_too() -> None:
    empty: dict[str, object] = {one.name: None for one in fields(TicketState)}
    state = {**empty, "number": 7}
    words = words_of(_with_state(state), epoch="e")["state"]

    assert set(words) == _of_the_schema("TicketState")
    assert words["number"] == "ESC-000007"


def _with_state(state: dict[str, object]) -> StoredEvent:
    return replace(stored("TicketAcknowledged"), state=state)


async def test_its_values_are_those_that_the_schema_answers(office: Office) -> None:
    ticket_id = await opened(office)
    given = {"ticketId": ticket_id, "expectedTier": "LEVEL_1", "reason": "CRITICAL"}
    await office.act("escalateTicket", given)
    await office.act(
        "assignTicket", {"ticketId": ticket_id, "assigneeIds": [str(office.engineer.person)]}
    )
    await office.act(
        "holdTicket", {"ticketId": ticket_id, "reason": "CHANGE_WINDOW"}, by=office.manager
    )
    document = (
        "{events {nodes {id kind at by {id} indicator ticket {id number} ticketVersion "
        f"state {_asked('TicketState')} "
        f"{' '.join(f'... on {kind} {_asked(kind)}' for kind in _HAPPENED)}}}}}}}"
    )
    nodes = (await office.data(document))["events"]["nodes"]
    assert [node["kind"] for node in nodes] == list(_HAPPENED)

    epoch = (await stream.head()).epoch
    for event, node in zip(await stream.read(0, limit=9), nodes, strict=True):
        words = orjson.loads(orjson.dumps(words_of(event, epoch=epoch)))
        assert words.pop("cursor") == Cursor(epoch, event.position, event.tag).encode()
        assert words == node


_HAPPENED = ("TicketOpened", "TicketEscalated", "TicketAssigned", "TicketHeld")
_COMMON = {"id", "kind", "at", "by", "indicator", "ticket", "ticketVersion", "state"}


def _asked(kind: str) -> str:
    """Every field of its own, people by their ids."""
    found = TYPES[kind]
    assert isinstance(found, GraphQLObjectType)
    own = set(found.fields) - NOW_AND_NOT_THEN - (_COMMON if kind in KINDS else set())
    people = {name for name in own if get_named_type(found.fields[name].type).name == "Person"}
    return f"{{{' '.join(f'{n} {{id}}' if n in people else n for n in sorted(own))}}}"
