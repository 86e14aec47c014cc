"""Subscribers that are alike on a real database: one execution for all, and the right one."""

import asyncio
import random
from contextlib import aclosing
from typing import Any

import orjson
import pytest
from graphql import DocumentNode
from strawberry.types.execution import ExecutionResult

from escgraph.api import following
from escgraph.api.faults import NOT_TOLD, failed
from escgraph.api.schema_base import Schema
from escgraph.domain.terms import Scope
from escgraph.domain.ticket import Actor
from escgraph.queries import tickets
from escgraph.store import database
from tests.api.audience import Heard, alone, next_of, replayed, sharing
from tests.api.counter import REPORT
from tests.api.office import Json, Office
from tests.queries.house import hours, minutes

EVENTS = """subscription($after: Cursor, $filter: EventFilter) {
  events(after: $after, filter: $filter) {
    __typename ... on EventItem {cursor event {id kind ticketVersion ticket {id version}}}
    ... on CaughtUp {cursor} ... on Heartbeat {cursor} ... on Resync {cursor}
  }
}"""
PERSONAL = """subscription {
  events {__typename ... on EventItem {event {by {name preferences {zone}}}}}
}"""
BROAD = """subscription($after: Cursor) {
  events(after: $after) {
    __typename
    ... on CaughtUp {cursor}
    ... on EventItem {cursor event {
      id kind at ticketVersion indicator by {name email preferences {zone}}
      state {status tier reporter}
      ticket {
        number version description reporter holds {note} stakeholders {name}
        notices {id} reviews {id} timeline(first: 50) {nodes {id}}
      }
      ... on TicketOpened {description} ... on NoteAdded {text visibility}
      ... on ActionLogged {text} ... on TicketHeld {note} ... on UrgencyFlagged {reason}
      ... on StakeholderAdded {person {name email}}
      ... on TicketEscalated {comment escalation {comment actionsTaken}}
    }}
  }
}"""
ESCALATIONS = """subscription($after: Cursor) {
  escalations(after: $after) {
    __typename ... on CaughtUp {cursor}
    ... on EscalationItem {cursor escalation {id toTier description told {name}} ticket {number}}
  }
}"""


class Executions:
    """Counts what the schema executes for subscribers that share."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        respond = Schema.respond

        def counted(schema: Schema, document: DocumentNode, **given: Any) -> object:  # noqa: ANN401 - passed on
            self.count += 1
            return respond(schema, document, **given)

        monkeypatch.setattr(Schema, "respond", counted)


@pytest.fixture
def executions(monkeypatch: pytest.MonkeyPatch) -> Executions:
    return Executions(monkeypatch)


def _read(payload: bytes | ExecutionResult) -> Json:
    assert isinstance(payload, bytes)
    return orjson.loads(payload)


async def _caught_up(*audience: Heard) -> None:
    for payload in await next_of(*audience):
        assert _read(payload)["data"]["events"]["__typename"] == "CaughtUp"


async def _closed(*audience: Heard) -> None:
    for one in audience:
        await one.aclose()


async def test_an_event_is_executed_once_for_all_who_are_alike(
    any_office: Office, executions: Executions
) -> None:
    office = any_office
    audience = [await sharing(office, EVENTS, by=office.agent) for _ in range(20)]
    await _caught_up(*audience)
    assert len(office.surroundings.groups) == 1
    executions.count = 0
    for _ in range(3):
        await office.act("openTicket", REPORT)
        heard = await next_of(*audience)
        assert len(set(heard)) == 1
    assert executions.count == 3
    await _closed(*audience)
    assert len(office.surroundings.groups) == 0


async def test_persons_of_one_role_share_what_does_not_look_at_the_person(
    office: Office, executions: Executions
) -> None:
    """The stakeholders see only what names them, so that they share with themselves alone."""
    other = Actor(office.engineer.person, office.agent.role, office.agent.tier)
    by = (office.agent, other, office.manager, *[office.stakeholder] * 2, office.stranger)
    audience = [await sharing(office, EVENTS, by=one) for one in by]
    await _caught_up(*audience)
    assert len(office.surroundings.groups) == 3
    executions.count = 0
    named = [str(office.stakeholder.person), str(office.stranger.person)]
    await office.act("openTicket", {**REPORT, "stakeholderIds": named})
    await next_of(*audience)
    assert executions.count == 2 + 2
    await _closed(*audience)


async def test_what_somebody_may_see_of_themselves_is_told_to_nobody_else(office: Office) -> None:
    other = Actor(office.engineer.person, office.agent.role, office.agent.tier)
    audience = [await sharing(office, PERSONAL, by=one) for one in (other, office.agent, other)]
    await _caught_up(*audience)
    await office.act("openTicket", REPORT)
    heard = [_read(payload) for payload in await next_of(*audience)]
    seen = [one["data"]["events"]["event"]["by"]["preferences"] for one in heard]
    assert seen[0] is None
    assert seen[1] is not None
    assert seen[2] is None
    await _closed(*audience)


async def test_another_document_filter_sight_or_scope_is_another_group(office: Office) -> None:
    filtered: Json = {"filter": {"kinds": ["TicketOpened"]}}
    audience = [
        await sharing(office, EVENTS, by=office.agent),
        await sharing(office, EVENTS, {}, by=office.agent),
        await sharing(office, EVENTS, {"filter": None}, by=office.agent),
        await sharing(office, EVENTS + " ", by=office.agent),
        await sharing(office, EVENTS, filtered, by=office.agent),
        await sharing(office, EVENTS, by=office.engineer),
        await sharing(office, EVENTS, by=office.agent, scopes=[Scope.READ]),
    ]
    await _caught_up(*audience)
    assert len(office.surroundings.groups) == len(audience) - 1
    await office.act("openTicket", REPORT)
    assert len(set(await next_of(*audience))) == 1
    await _closed(*audience)


async def test_where_one_began_makes_no_difference_unless_the_document_says_it(
    office: Office,
) -> None:
    begin = (await office.data("{board {cursor}}"))["board"]["cursor"]
    await office.act("openTicket", REPORT)
    end = (await office.data("{board {cursor}}"))["board"]["cursor"]
    says_it = """subscription($after: Cursor) {
      events(after: $after) {__typename}
      events(after: $after) {... on EventItem {event {kind}}}
    }"""
    for document, groups in ((EVENTS, 1), (says_it, 2)):
        audience = [
            await sharing(office, document, {"after": after}, by=office.agent)
            for after in (begin, end)
        ]
        first, caught_up = await next_of(*audience)
        assert isinstance(first, bytes)
        assert isinstance(caught_up, bytes)
        assert (b"TicketOpened" in first, b"CaughtUp" in caught_up) == (True, True)
        assert len(office.surroundings.groups) == groups
        await _closed(*audience)


async def _eventful(office: Office, *, seed: int) -> None:
    """Acts at random upon three tickets; what the rules refuse, does not happen."""
    chance = random.Random(seed)
    named = {"stakeholderIds": [str(office.stakeholder.person)]}
    tickets = [await office.act("openTicket", {**REPORT, **more}) for more in ({}, named, named)]
    acts: list[tuple[str, Json]] = [
        ("acknowledgeTicket", {}),
        ("addNote", {"text": "For colleagues", "visibility": "INTERNAL"}),
        ("addNote", {"text": "For the reporter", "visibility": "REPORTER"}),
        ("logAction", {"text": "Restarted it"}),
        ("holdTicket", {"reason": "AWAITING_VENDOR", "note": "Ticket 4711"}),
        ("resumeTicket", {}),
        ("flagUrgent", {"reason": "All sites"}),
        ("addStakeholder", {"personId": str(office.stakeholder.person)}),
        ("removeStakeholder", {"personId": str(office.stakeholder.person)}),
    ]
    for _ in range(30):
        office.clock.moment += minutes(1)
        name, given = chance.choice(acts)
        ticket_id = chance.choice(tickets)["ticket"]["id"]
        await office.act(name, {"ticketId": ticket_id, **given}, by=office.agent)
    await office.sweep(office.clock.moment + hours(3))


@pytest.mark.parametrize("document", [EVENTS, BROAD, ESCALATIONS])
async def test_what_is_shared_is_byte_for_byte_what_one_alone_hears(
    document: str, any_office: Office
) -> None:
    """Each role, and two persons of a role that see different things, side by side."""
    office = any_office
    begin = {"after": (await office.data("{board {cursor}}"))["board"]["cursor"]}
    await _eventful(office, seed=5)
    two_of_a_kind = Actor(office.engineer.person, office.agent.role, office.agent.tier)
    everybody = (*office.everybody, two_of_a_kind)
    expected = [await replayed(alone(office, document, begin, by=one)) for one in everybody]
    audience = [await sharing(office, document, begin, by=one) for one in everybody]
    followers = [await sharing(office, document, begin, by=one) for one in everybody]
    together = await _side_by_side(audience, followers)
    assert together == [*expected, *expected]
    assert len(expected[0]) > (1 if document is ESCALATIONS else 20)


async def _side_by_side(*audiences: list[Heard]) -> list[list[bytes]]:
    """All replay at the same time, item by item."""
    return await asyncio.gather(*(replayed(one) for audience in audiences for one in audience))


async def test_a_failure_is_masked_told_to_all_and_not_kept(
    office: Office, executions: Executions
) -> None:
    begin = {"after": (await office.data("{board {cursor}}"))["board"]["cursor"]}
    made = await office.act("openTicket", REPORT)
    audience = [await sharing(office, EVENTS, begin, by=office.agent) for _ in range(3)]
    await database.execute("ALTER TABLE ticket RENAME TO ticket_away")
    broken, same = await next_of(*audience[:2])
    await database.execute("ALTER TABLE ticket_away RENAME TO ticket")
    assert isinstance(broken, bytes)
    (error,) = orjson.loads(broken)["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert b"ticket_away" not in broken
    assert (same, executions.count) == (broken, 1)
    (healed,) = await next_of(audience[2])
    ticket = _read(healed)["data"]["events"]["event"]["ticket"]
    assert ticket == {"id": made["ticket"]["id"], "version": 1}
    await _closed(*audience)


async def test_what_cannot_be_told_whole_while_the_database_is_away_is_not_told_in_part(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise database.DatabaseUnavailable("the connection was lost")

    begin = {"after": (await office.data("{board {cursor}}"))["board"]["cursor"]}
    made = await office.act("openTicket", REPORT)
    with monkeypatch.context() as outage:
        outage.setattr(tickets, "by_ids", away)
        cut_off = await sharing(office, EVENTS, begin, by=office.agent)
        (last,) = await next_of(cut_off)
        assert isinstance(last, ExecutionResult)
        assert failed(last)
        assert [error.message for error in last.errors or ()] == [NOT_TOLD]
        assert [one async for one in cut_off] == []
    again = await sharing(office, EVENTS, begin, by=office.agent)
    (healed,) = await next_of(again)
    assert _read(healed)["data"]["events"]["event"]["ticket"]["id"] == made["ticket"]["id"]
    await _closed(again)


async def test_a_stream_that_breaks_tells_its_subscriber_why_and_ends(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bool:
        raise RuntimeError("the secret is swordfish")

    async with aclosing(await sharing(office, EVENTS, by=office.agent)) as heard:
        await _caught_up(heard)
        monkeypatch.setattr(following, "visible", broken)
        await office.act("openTicket", REPORT)
        (last,) = await next_of(heard)
        assert isinstance(last, ExecutionResult)
        assert failed(last)
        assert "swordfish" not in str(last.errors)
        assert [one async for one in heard] == []


async def test_a_heartbeat_says_when_it_was_to_each(office: Office) -> None:
    office.beat_every(minutes(0.0005))
    audience = [await sharing(office, EVENTS, by=office.agent) for _ in range(2)]
    await _caught_up(*audience)
    for beat in await next_of(*audience):
        assert _read(beat)["data"]["events"]["__typename"] == "Heartbeat"
    await _closed(*audience)
