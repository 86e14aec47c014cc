"""Looking at a move and doing it, through the whole schema (P5, Q5)."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from escgraph.domain.policy import SOP, Targets
from escgraph.domain.terms import Priority, Scope
from escgraph.store import stream
from tests.api.counter import TICKET, only
from tests.api.office import Office
from tests.queries.house import NINE, hours
from tests.queries.published import publish

FASTER = replace(
    SOP,
    version=2,
    targets=MappingProxyType(
        dict.fromkeys(Priority, Targets(hours(0.5), hours(1), None, hours(2)))
    ),
)
PREVIEW = """query($to: Int!, $filter: TicketFilter, $ids: [ID!], $first: Int! = 50) {
  previewPolicyMove(toVersion: $to, filter: $filter, ticketIds: $ids, first: $first) {
    toVersion at tickets lookedAt firingTickets firing {kind count}
    moves {
      ticketId fromVersion ticket {title policyVersion}
      before {kind dueAt} after {kind dueAt state} firing {kind dueAt}
    }
  }
}"""
MOVED = """
  moved {ticketId number fromVersion ticket {policyVersion tier} fired {kind dueAt}}
  unchanged refused {ticketId error {__typename code message}} left
"""


async def test_an_administrator_looks_and_then_moves(any_office: Office) -> None:
    """P5, Q5: preview, move with what it counted, and the timeline tells it."""
    office = any_office
    ticket_id = str(await office.open(priority=Priority.LOW))
    await publish(FASTER, at=NINE)
    office.clock.moment = NINE + hours(1)

    looked = (await office.data(PREVIEW, {"to": 2}, by=office.manager))["previewPolicyMove"]

    assert looked["at"] == "2026-03-02T10:00:00Z"
    assert (looked["tickets"], looked["lookedAt"], looked["firingTickets"]) == (1, 1, 1)
    assert looked["firing"] == [{"kind": "RESPONSE", "count": 1}, {"kind": "LEVEL_2", "count": 1}]
    (move,) = looked["moves"]
    assert move["ticket"] == {"title": "Search is slow", "policyVersion": 1}
    assert move["before"][1] == {"kind": "LEVEL_2", "dueAt": "2026-03-04T09:00:00Z"}
    assert move["after"][1] == {
        "kind": "LEVEL_2",
        "dueAt": "2026-03-02T10:00:00Z",
        "state": "FIRED",
    }
    assert [row["kind"] for row in move["firing"]] == ["RESPONSE", "LEVEL_2"]

    given = {"toVersion": 2, "filter": {"policyVersion": 1}, "reason": "Q1 review"}
    payload = await office.act(
        "moveTicketsToPolicy",
        {**given, "expectedTickets": looked["tickets"]},
        MOVED,
        by=office.administrator,
    )

    assert payload["errors"] == []
    assert payload["cursor"]
    assert payload["moved"] == [
        {
            "ticketId": ticket_id,
            "number": "ESC-000001",
            "fromVersion": 1,
            "ticket": {"policyVersion": 2, "tier": "LEVEL_2"},
            "fired": [
                {"kind": "RESPONSE", "dueAt": "2026-03-02T09:30:00Z"},
                {"kind": "LEVEL_2", "dueAt": "2026-03-02T10:00:00Z"},
            ],
        }
    ]
    assert (payload["unchanged"], payload["refused"], payload["left"]) == ([], [], 0)
    selection = """timeline {nodes {
      __typename by {name} ... on TicketMovedToPolicy {fromVersion toVersion reason}
    }}"""
    told = await office.data(TICKET % selection, {"id": ticket_id})
    assert told["ticket"]["timeline"]["nodes"][1] == {
        "__typename": "TicketMovedToPolicy",
        "by": {"name": "Alan"},
        "fromVersion": 1,
        "toVersion": 2,
        "reason": "Q1 review",
    }


async def test_tickets_are_moved_by_their_ids_and_what_stays_is_told(office: Office) -> None:
    """P5."""
    one, done = str(await office.open()), str(await office.open())
    resolved = {"ticketId": done, "summary": "x", "code": "FIXED"}
    assert (await office.act("resolveTicket", resolved))["errors"] == []
    await publish(FASTER, at=NINE)
    given = {"toVersion": 2, "ticketIds": [done, one], "reason": "x"}

    first = await office.act("moveTicketsToPolicy", given, MOVED, by=office.administrator)
    again = await office.act("moveTicketsToPolicy", given, MOVED, by=office.administrator)

    assert [row["ticketId"] for row in first["moved"]] == [one]
    assert first["refused"][0]["ticketId"] == done
    assert first["refused"][0]["error"]["__typename"] == "WrongStatusError"
    assert (again["moved"], again["unchanged"]) == ([], [one])


async def test_the_doorbell_rings_after_a_move(office: Office) -> None:
    ticket_id = await office.open()
    await publish(FASTER, at=NINE)
    rung: list[int] = []
    given = {"toVersion": 2, "ticketIds": [str(ticket_id)], "reason": "x"}

    with office.doorbell.listen(rung.append):
        await office.act("moveTicketsToPolicy", given, MOVED, by=office.administrator)

    assert rung == [(await stream.head()).position]


@pytest.mark.parametrize(
    ("given", "code", "field", "words"),
    [
        ({}, "INVALID_INPUT", ["ticketIds"], "either by their ids or by a filter"),
        ({"filter": {}, "ticketIds": []}, "INVALID_INPUT", ["ticketIds"], "either"),
        ({"filter": {}, "toVersion": 1}, "INVALID_INPUT", ["toVersion"], "not in force"),
        ({"filter": {}, "toVersion": 7}, "NOT_FOUND", [], "see policies"),
        ({"filter": {}, "reason": " "}, "INVALID_INPUT", ["reason"], "write it"),
        ({"filter": {}, "expectedTickets": 9}, "CONFLICT", ["expectedTickets"], "1 tickets"),
        ({"ticketIds": ["x"]}, "INVALID_INPUT", ["ticketIds"], "is no id"),
    ],
)
async def test_a_move_that_cannot_be_is_refused_and_nothing_moves(
    office: Office, given: dict[str, Any], code: str, field: list[str], words: str
) -> None:
    await office.open()
    await publish(FASTER, at=NINE)
    before = await stream.head()

    payload = await office.act(
        "moveTicketsToPolicy",
        {"toVersion": 2, "reason": "x", **given},
        "moved {ticketId}",
        by=office.administrator,
    )

    error = only({**payload, "moved": payload["moved"] or None})
    assert (error["code"], error["field"]) == (code, field)
    assert words in error["message"]
    assert await stream.head() == before


async def test_a_preview_is_for_those_who_oversee_and_may_read(office: Office) -> None:
    """P2."""
    await publish(FASTER, at=NINE)
    error = await office.refusal(PREVIEW, {"to": 2}, by=office.agent)
    assert error["extensions"]["code"] == "FORBIDDEN"
    error = await office.refusal(
        PREVIEW, {"to": 2}, by=office.administrator, scopes=[Scope.ADMINISTER]
    )
    assert error["extensions"]["code"] == "FORBIDDEN"


async def test_who_may_not_read_moves_and_sees_ids_only(office: Office) -> None:
    """P2."""
    ticket_id = str(await office.open())
    await publish(FASTER, at=NINE)
    payload = await office.act(
        "moveTicketsToPolicy",
        {"toVersion": 2, "ticketIds": [ticket_id], "reason": "x"},
        MOVED,
        by=office.administrator,
        scopes=[Scope.ADMINISTER],
    )
    (moved,) = payload["moved"]
    assert (moved["ticketId"], moved["ticket"]) == (ticket_id, None)
