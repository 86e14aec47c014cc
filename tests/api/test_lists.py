"""Lists through the whole schema: filtered, sorted, paged, and read with few statements."""

import aiosqlite
import pytest

from escgraph.commands import ending, ladder
from escgraph.domain.terms import (
    EscalationReason,
    Priority,
    ResolutionCode,
    Tier,
)
from escgraph.store.database import connected, execute
from tests.api.counter import escalated
from tests.api.office import Office
from tests.queries.house import NINE, hours, minutes


async def test_tickets_are_filtered_sorted_paged_and_counted(any_office: Office) -> None:
    office = any_office
    for n, priority in enumerate((Priority.LOW, Priority.HIGH, Priority.MEDIUM, Priority.HIGH)):
        await office.open(f"Ticket {n}", priority, at=NINE + minutes(n))
    document = """query($filter: TicketFilter, $after: String) {
      tickets(filter: $filter, sort: PRIORITY, first: 2, after: $after) {
        edges {cursor node {title}} nodes {title} totalCount cursor
        pageInfo {hasNextPage endCursor}
      }
    }"""
    first = (await office.data(document))["tickets"]
    assert [node["title"] for node in first["nodes"]] == ["Ticket 1", "Ticket 3"]
    assert [edge["node"] for edge in first["edges"]] == first["nodes"]
    assert first["totalCount"] == 4
    rest = await office.data(document, {"after": first["pageInfo"]["endCursor"]})
    assert [node["title"] for node in rest["tickets"]["nodes"]] == ["Ticket 2", "Ticket 0"]
    assert not rest["tickets"]["pageInfo"]["hasNextPage"]
    some = await office.data(
        document,
        {
            "filter": {
                "priorities": ["HIGH", "LOW"],
                "urgent": True,
                "owner": str(office.agent.person),
                "text": "ticket 3",
                "dueBefore": "2026-03-02T11:03:30+01:00",
            }
        },
    )
    assert [node["title"] for node in some["tickets"]["nodes"]] == ["Ticket 3"]
    assert some["tickets"]["totalCount"] == 1


async def test_the_events_behind_a_page_of_tickets_are_those_that_it_lacks(office: Office) -> None:
    await office.open("Before")
    page = await office.data("{tickets {cursor}}")
    await office.open("After")
    document = """query($after: Cursor) {events(after: $after) {
      nodes {... on TicketOpened {title}} edges {cursor} cursor pageInfo {hasNextPage endCursor}
    }}"""
    events = (await office.data(document, {"after": page["tickets"]["cursor"]}))["events"]
    assert events["nodes"] == [{"title": "After"}]
    assert events["cursor"] == events["edges"][0]["cursor"] == events["pageInfo"]["endCursor"]
    nothing = await office.data(document, {"after": events["cursor"]})
    assert nothing["events"]["nodes"] == []
    assert nothing["events"]["cursor"] == events["cursor"]


async def test_the_stream_from_its_beginning_says_how_many_events_were_archived(
    office: Office,
) -> None:
    for title in ("One", "Two", "Three"):
        await office.open(title, Priority.LOW)
    await execute("DELETE FROM event WHERE position <= $1", 2)

    events = await office.data("{events {archived nodes {ticketVersion}}}")

    assert events == {"events": {"archived": 2, "nodes": [{"ticketVersion": 1}]}}


async def test_events_are_filtered_and_carry_the_state_and_the_indicator(office: Office) -> None:
    ticket_id = await escalated(office)
    await office.open("Another", Priority.LOW)
    events = await office.data(
        """query($filter: EventFilter) {events(filter: $filter) {nodes {
          kind at by {name} indicator ticketVersion ticket {number tier}
          state {tier nextDueAt owner {name}}
          ... on TicketEscalated {trigger deadlineKind toTier escalation {id responsibleTo {name}}}
        }}}""",
        {
            "filter": {
                "kinds": ["TicketEscalated", "TicketOpened"],
                "ticket": str(ticket_id),
                "tiers": ["LEVEL_2"],
                "urgentOnly": True,
            }
        },
    )
    (event,) = events["events"]["nodes"]
    assert event["escalation"].pop("id")
    assert event == {
        "kind": "TicketEscalated",
        "at": "2026-03-02T11:01:00Z",
        "by": None,
        "indicator": "[URGENT]",
        "ticketVersion": 4,
        "ticket": {"number": "ESC-000001", "tier": "LEVEL_2"},
        "state": {
            "tier": "LEVEL_2",
            "nextDueAt": "2026-03-02T13:00:00Z",
            "owner": {"name": "Ada"},
        },
        "trigger": "DEADLINE",
        "deadlineKind": "LEVEL_2",
        "toTier": "LEVEL_2",
        "escalation": {"responsibleTo": [{"name": "Edsger"}]},
    }


async def test_escalations_are_listed_the_latest_first(any_office: Office) -> None:
    office = any_office
    ticket_id = await escalated(office)
    call = office.call(office.engineer, NINE + hours(3))
    await ladder.escalate_ticket(
        ticket_id, call=call, expected_tier=Tier.LEVEL_2, reason=EscalationReason.EXPERTISE_NEEDED
    )
    document = """query($filter: EscalationFilter, $after: String) {
      escalations(filter: $filter, first: 1, after: $after) {
        nodes {trigger toTier by {name} reason ticket {number}} pageInfo {hasNextPage endCursor}
      }
    }"""
    first = (await office.data(document))["escalations"]
    assert first["nodes"] == [
        {
            "trigger": "MANUAL",
            "toTier": "LEVEL_3",
            "by": {"name": "Edsger"},
            "reason": "EXPERTISE_NEEDED",
            "ticket": {"number": "ESC-000001"},
        }
    ]
    rest = await office.data(document, {"after": first["pageInfo"]["endCursor"]})
    assert [node["trigger"] for node in rest["escalations"]["nodes"]] == ["DEADLINE"]
    some = await office.data(
        document, {"filter": {"triggers": ["DEADLINE"], "until": "2026-03-02T11:01:00Z"}}
    )
    assert some["escalations"]["nodes"] == []


async def test_the_board_says_where_it_is_true(any_office: Office) -> None:
    office = any_office
    await escalated(office)
    await office.open("Fresh", Priority.HIGH, at=NINE + hours(2))
    office.clock.moment = NINE + hours(2) + minutes(2)
    board = (
        await office.data(
            "{board {cells {tier priority status count} dueSoon {title owner {name}} "
            "breached {title} breachedCount cursor} tickets {cursor}}"
        )
    )["board"]
    assert board["cells"] == [
        {"tier": "LEVEL_1", "priority": "HIGH", "status": "OPEN", "count": 1},
        {"tier": "LEVEL_2", "priority": "HIGH", "status": "OPEN", "count": 1},
    ]
    assert board["dueSoon"] == [{"title": "Fresh", "owner": {"name": "Ada"}}]
    assert board["breached"] == [{"title": "Mail is down"}]
    assert board["breachedCount"] == 1
    assert board["cursor"]


async def test_the_resolution_log_says_where_the_time_went(any_office: Office) -> None:
    office = any_office
    ticket_id = await escalated(office)
    await ending.resolve_ticket(
        ticket_id,
        call=office.call(office.engineer, NINE + hours(3)),
        summary="New disk",
        code=ResolutionCode.FIXED,
        root_cause="Old disk",
    )
    data = await office.data(
        """{resolutionLog(filter: {codes: [FIXED]}) {nodes {
          ticket {number owner {name}} resolution {rootCause code} timeAtTiers {tier time}
          responseBreached rungsMissed reopenings
        } edges {cursor} pageInfo {hasNextPage}}}"""
    )
    (entry,) = data["resolutionLog"]["nodes"]
    assert entry == {
        "ticket": {"number": "ESC-000001", "owner": {"name": "Ada"}},
        "resolution": {"rootCause": "Old disk", "code": "FIXED"},
        "timeAtTiers": [
            {"tier": "LEVEL_1", "time": "PT2H1M"},
            {"tier": "LEVEL_2", "time": "PT59M"},
            {"tier": "LEVEL_3", "time": "PT0S"},
            {"tier": "MANAGEMENT", "time": "PT0S"},
        ],
        "responseBreached": True,
        "rungsMissed": ["LEVEL_2"],
        "reopenings": 0,
    }


FULL = """{tickets {nodes {
  number owner {name} assignees {name} deadlines {kind} holds {by {name}} escalations {
    trigger responsibleTo {name}
  }
}}}"""


@pytest.mark.parametrize(
    ("document", "tables"),
    [
        ("{tickets {nodes {number title}}}", ["ticket", "stream"]),
        ("{tickets {nodes {number owner {name}}}}", ["ticket", "person", "stream"]),
        (
            "{tickets {nodes {...D}}} fragment D on Ticket {d: nextDeadline {kind}}",
            ["ticket", "deadline", "stream"],
        ),
        (FULL, ["ticket", "deadline", "pause", "escalation", "person", "stream"]),
        (
            "{tickets {nodes {timeline {nodes {by {name}}}}}}",
            ["ticket", "stream", "ticket", "(SELECT", "person"],
        ),
        ("{escalations {nodes {ticket {number}}}}", ["escalation", "person", "ticket"]),
    ],
)
async def test_a_page_is_read_with_one_statement_for_each_level_that_is_asked_for(
    office: Office, document: str, tables: list[str]
) -> None:
    for n in range(3):
        await office.open(f"{n}", Priority.HIGH, at=NINE + minutes(n))
    await office.sweep(NINE + hours(3))
    asked: list[str] = []
    connection = connected()._connection
    assert isinstance(connection, aiosqlite.Connection)
    await connection.set_trace_callback(asked.append)
    await office.data(document)
    selects = [sql for sql in asked if sql.startswith("SELECT")]
    assert [sql.partition(" FROM ")[2].split()[0] for sql in selects] == tables
