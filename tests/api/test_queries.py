"""Queries through the whole schema, on real databases."""

from typing import Any
from uuid import UUID

import aiosqlite
import pytest

from escgraph.commands import ending, ladder, work
from escgraph.domain.terms import (
    EscalationReason,
    HoldReason,
    Priority,
    ResolutionCode,
    Scope,
    TicketId,
    Tier,
    Visibility,
)
from escgraph.store.database import connected
from tests.api.office import Json, Office
from tests.queries.house import NINE, hours, minutes, nobody

TICKET = "query($id: ID!, $after: String) {ticket(id: $id) {%s}}"


async def _escalated(office: Office, **more: Any) -> TicketId:
    """A HIGH ticket on which one thing was tried, and which its deadline moved to LEVEL_2."""
    ticket_id = await office.open("Mail is down", Priority.HIGH, **more)
    call = office.call(office.agent, NINE + minutes(5))
    await work.log_action(ticket_id, call=call, text="Restarted the server")
    await office.sweep(NINE + hours(2) + minutes(1))
    return ticket_id


async def _ticket(office: Office, ticket_id: TicketId, selection: str, **options: Any) -> Json:
    data = await office.data(TICKET % selection, {"id": str(ticket_id)}, **options)
    return data["ticket"]


async def test_a_ticket_is_shown_with_its_people_deadlines_and_escalations(
    any_office: Office,
) -> None:
    office = any_office
    ticket_id = await _escalated(office)
    found = await _ticket(
        office,
        ticket_id,
        """number title priority urgent indicator status tier version breached
        owner {name} assignees {name} stakeholderUpdateDue clockStartedAt
        deadlines {kind dueAt state firedAt lateBy} nextDeadline {kind}
        escalations {
          trigger fromTier toTier dueAt firedAt lateBy catchUp description actionsTaken
          responsibleFrom {name} responsibleTo {name} package {missing}
        }""",
    )
    assert found == {
        "number": "ESC-000001",
        "title": "Mail is down",
        "priority": "HIGH",
        "urgent": True,
        "indicator": "[URGENT]",
        "status": "OPEN",
        "tier": "LEVEL_2",
        "version": 4,
        "breached": True,
        "owner": {"name": "Ada"},
        "assignees": [],
        "stakeholderUpdateDue": True,
        "clockStartedAt": "2026-03-02T09:00:00Z",
        "deadlines": [
            {
                "kind": "RESPONSE",
                "dueAt": "2026-03-02T10:00:00Z",
                "state": "FIRED",
                "firedAt": "2026-03-02T11:01:00Z",
                "lateBy": "PT1H1M",
            },
            {
                "kind": "LEVEL_2",
                "dueAt": "2026-03-02T11:00:00Z",
                "state": "FIRED",
                "firedAt": "2026-03-02T11:01:00Z",
                "lateBy": "PT1M",
            },
            _armed("MANAGEMENT", "2026-03-02T13:00:00Z"),
            _armed("REMINDER_1", "2026-03-02T14:00:00Z"),
            _armed("REMINDER_2", "2026-03-02T17:00:00Z"),
            _armed("REMINDER_3", "2026-03-03T13:00:00Z"),
        ],
        "nextDeadline": {"kind": "MANAGEMENT"},
        "escalations": [
            {
                "trigger": "DEADLINE",
                "fromTier": "LEVEL_1",
                "toTier": "LEVEL_2",
                "dueAt": "2026-03-02T11:00:00Z",
                "firedAt": "2026-03-02T11:01:00Z",
                "lateBy": "PT1M",
                "catchUp": False,
                "description": "Each search takes a minute",
                "actionsTaken": "Restarted the server",
                "responsibleFrom": [{"name": "Ada"}],
                "responsibleTo": [{"name": "Edsger"}],
                "package": {
                    "missing": [
                        "a first response",
                        "an assignee",
                        "stakeholders",
                        "a stakeholder update",
                        "notes",
                    ]
                },
            }
        ],
    }


def _armed(kind: str, due_at: str) -> Json:
    return {"kind": kind, "dueAt": due_at, "state": "ARMED", "firedAt": None, "lateBy": None}


async def test_a_package_stays_as_it_was(office: Office) -> None:
    ticket_id = await _escalated(office)
    selection = """escalations {package {
      state {tier owner {name}} description timeline {__typename at} actions {text}
      tierChanges {... on TicketEscalated {toTier}} people {name} holds {reason}
      explanations {kind target dueAt} missing
    }}"""
    before = await _ticket(office, ticket_id, selection)
    call = office.call(office.engineer, NINE + hours(3))
    await work.accept_ticket(ticket_id, call=call)
    await work.log_action(ticket_id, call=call, text="Later")
    after = await _ticket(office, ticket_id, selection)
    assert after == before
    (package,) = [escalation["package"] for escalation in after["escalations"]]
    assert package["state"] == {"tier": "LEVEL_1", "owner": {"name": "Ada"}}
    assert [entry["__typename"] for entry in package["timeline"]] == [
        "TicketOpened",
        "ActionLogged",
        "ResponseBreached",
        "TicketEscalated",
    ]
    assert package["tierChanges"] == [{"toTier": "LEVEL_2"}]
    assert package["explanations"][1] == {
        "kind": "LEVEL_2",
        "target": "PT2H",
        "dueAt": "2026-03-02T11:00:00Z",
    }


async def test_a_timeline_is_paged_over_concrete_types(office: Office) -> None:
    ticket_id = await office.open()
    call = office.call(office.agent, NINE + minutes(1))
    await work.add_note(ticket_id, call=call, text="Hello", visibility=Visibility.REPORTER)
    selection = """timeline(first: 2, after: $after) {
      nodes {__typename by {name} ... on NoteAdded {text visibility corrects}}
      edges {cursor} pageInfo {hasNextPage endCursor}
    }"""
    document = TICKET % selection
    first = (await office.data(document, {"id": str(ticket_id)}))["ticket"]["timeline"]
    assert [node["__typename"] for node in first["nodes"]] == ["TicketOpened", "NoteAdded"]
    assert first["nodes"][1] == {
        "__typename": "NoteAdded",
        "by": {"name": "Ada"},
        "text": "Hello",
        "visibility": "REPORTER",
        "corrects": None,
    }
    assert first["pageInfo"]["hasNextPage"]
    after = first["pageInfo"]["endCursor"]
    assert after == first["edges"][-1]["cursor"]
    rest = (await office.data(document, {"id": str(ticket_id), "after": after}))["ticket"]
    assert [node["__typename"] for node in rest["timeline"]["nodes"]] == ["TicketAcknowledged"]
    assert not rest["timeline"]["pageInfo"]["hasNextPage"]


async def test_a_hold_and_a_resolution_are_shown_with_their_people(office: Office) -> None:
    ticket_id = await office.open(priority=Priority.HIGH)
    manager, agent = (office.call(one, NINE + minutes(1)) for one in (office.manager, office.agent))
    await ladder.hold_ticket(ticket_id, call=manager, reason=HoldReason.AWAITING_VENDOR)
    await ending.resolve_ticket(
        ticket_id, call=agent, summary="New disk", code=ResolutionCode.FIXED, root_cause="Old disk"
    )
    found = await _ticket(
        office,
        ticket_id,
        "holds {reason endedAt by {name} approvedBy {name}} "
        "resolution {summary code rootCause followUps {description}}",
    )
    assert found == {
        "holds": [
            {
                "reason": "AWAITING_VENDOR",
                "endedAt": "2026-03-02T09:01:00Z",
                "by": {"name": "Margaret"},
                "approvedBy": {"name": "Margaret"},
            }
        ],
        "resolution": {
            "summary": "New disk",
            "code": "FIXED",
            "rootCause": "Old disk",
            "followUps": None,
        },
    }


async def test_a_ticket_is_found_by_the_number_that_people_say(office: Office) -> None:
    ticket_id = await office.open()
    for number in ("ESC-000001", "esc-1", "1"):
        data = await office.data("query($n: String) {ticket(number: $n) {id}}", {"n": number})
        assert data == {"ticket": {"id": str(ticket_id)}}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("", "INVALID_INPUT", "either by id or by number"),
        ('id: "x", number: "1"', "INVALID_INPUT", "either by id or by number"),
        ('id: "x"', "INVALID_INPUT", "id is no id"),
        ('number: "INC1"', "INVALID_INPUT", "ESC-000123"),
        ('number: "ESC-000009"', "NOT_FOUND", "no ticket ESC-000009"),
        (f'id: "{nobody()}"', "NOT_FOUND", "check the id"),
    ],
)
async def test_a_ticket_that_cannot_be_found_is_refused_with_advice(
    office: Office, arguments: str, code: str, words: str
) -> None:
    arguments = f"({arguments})" if arguments else ""
    error = await office.refusal(f"{{ticket{arguments} {{id}}}}")
    assert error["extensions"]["code"] == code
    assert words in error["message"]
    assert error["path"] == ["ticket"]


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


async def test_events_are_filtered_and_carry_the_state_and_the_indicator(office: Office) -> None:
    ticket_id = await _escalated(office)
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
    ticket_id = await _escalated(office)
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
    await _escalated(office)
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


async def test_why_a_deadline_is_when_it_is(office: Office) -> None:
    ticket_id = await office.open(priority=Priority.MEDIUM)
    held, resumed = (office.call(office.agent, NINE + hours(n)) for n in (1, 2))
    await ladder.hold_ticket(ticket_id, call=held, reason=HoldReason.AWAITING_CUSTOMER)
    await ladder.resume_ticket(ticket_id, call=resumed)
    data = await office.data(
        """query($id: ID!) {deadlineExplanation(ticket: $id) {
          kind priority policyVersion calendar clockStartedAt target floor dueAt storedDueAt state
          stopped {startedAt endedAt lasts reason notCounted}
        }}""",
        {"id": str(ticket_id)},
    )
    response, level_2, _ = data["deadlineExplanation"]
    assert response["stopped"] == []
    assert level_2 == {
        "kind": "LEVEL_2",
        "priority": "MEDIUM",
        "policyVersion": 1,
        "calendar": "24x7",
        "clockStartedAt": "2026-03-02T09:00:00Z",
        "target": "PT8H",
        "floor": None,
        "dueAt": "2026-03-02T18:00:00Z",
        "storedDueAt": "2026-03-02T18:00:00Z",
        "state": "ARMED",
        "stopped": [
            {
                "startedAt": "2026-03-02T10:00:00Z",
                "endedAt": "2026-03-02T11:00:00Z",
                "lasts": False,
                "reason": "AWAITING_CUSTOMER",
                "notCounted": "PT1H",
            }
        ],
    }


async def test_the_resolution_log_says_where_the_time_went(any_office: Office) -> None:
    office = any_office
    ticket_id = await _escalated(office)
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


async def test_no_open_ticket_is_forgotten(office: Office) -> None:
    await office.open()
    assert await office.data("{violations {number}}") == {"violations": []}


async def test_the_house_tells_who_asks_and_which_figures_are_in_force(office: Office) -> None:
    data = await office.data(
        """{me {person {name role tier} scopes} people {name}
        categories {key suggestedPriority}
        policy {version targets {priority respond rungs {tier after} assessment} holdCap reminders}
        first: policy(version: 1) {name}}"""
    )
    assert data["me"] == {
        "person": {"name": "Ada", "role": "LEVEL_1_AGENT", "tier": "LEVEL_1"},
        "scopes": ["ACT", "ADMINISTER", "READ"],
    }
    assert len(data["people"]) == 8
    assert {"key": "system-outage", "suggestedPriority": "HIGH"} in data["categories"]
    assert data["policy"]["targets"][0] == {
        "priority": "HIGH",
        "respond": "PT1H",
        "rungs": [{"tier": "LEVEL_2", "after": "PT2H"}, {"tier": "MANAGEMENT", "after": "PT4H"}],
        "assessment": "PT2H",
    }
    assert data["policy"]["holdCap"] == "P14D"
    assert data["policy"]["reminders"] == ["PT1H", "PT4H", "P1D"]


async def test_anything_is_found_again_by_its_id(office: Office) -> None:
    ticket_id = await _escalated(office)
    token = await office.act(
        "createToken",
        {"personId": str(office.agent.person), "name": "laptop", "scopes": ["READ"]},
        "token {id}",
        by=office.administrator,
    )
    found = await _ticket(office, ticket_id, "id owner {id} escalations {id} timeline {nodes {id}}")
    ids = {
        "Ticket": found["id"],
        "Person": found["owner"]["id"],
        "Escalation": found["escalations"][0]["id"],
        "TicketOpened": found["timeline"]["nodes"][0]["id"],
        "Token": token["token"]["id"],
    }
    for kind, node_id in ids.items():
        data = await office.data(
            """query($id: ID!) {node(id: $id) {__typename id
              ... on Ticket {owner {name}} ... on Escalation {responsibleTo {name}}
              ... on Token {person {name}} ... on Event {by {name}}
            }}""",
            {"id": node_id},
        )
        assert data["node"]["__typename"] == kind
        assert data["node"]["id"] == node_id
        assert UUID(node_id)


async def test_what_has_no_such_id_is_not_found(office: Office) -> None:
    error = await office.refusal("query($id: ID!) {node(id: $id) {id}}", {"id": str(nobody())})
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_a_stakeholder_sees_what_names_them_and_nothing_between_colleagues(
    office: Office,
) -> None:
    named = await _escalated(office, stakeholders=(office.stakeholder.person,))
    other = await _escalated(office)
    by = office.stakeholder
    data = await office.data("{tickets {nodes {id} totalCount}}", by=by)
    assert data["tickets"] == {"nodes": [{"id": str(named)}], "totalCount": 1}
    found = await _ticket(
        office,
        named,
        "timeline {nodes {__typename}} escalations {actionsTaken} owner {email}",
        by=by,
    )
    assert "ActionLogged" not in [entry["__typename"] for entry in found["timeline"]["nodes"]]
    assert found["escalations"] == [{"actionsTaken": "Not shown to your role"}]
    assert found["owner"] == {"email": None}
    for query in (
        f'{{ticket(id: "{other}") {{id}}}}',
        f'{{node(id: "{other}") {{id}}}}',
        f'{{deadlineExplanation(ticket: "{other}") {{kind}}}}',
    ):
        assert (await office.refusal(query, by=by))["extensions"]["code"] == "NOT_FOUND"
    package = f'{{ticket(id: "{named}") {{escalations {{package {{missing}}}}}}}}'
    for query in (package, "{people {name}}"):
        assert (await office.refusal(query, by=by))["extensions"]["code"] == "FORBIDDEN"


ROOTS = (
    "me {scopes}",
    f'node(id: "{nobody()}") {{id}}',
    'ticket(number: "1") {id}',
    "tickets {cursor}",
    "escalations {nodes {id}}",
    "events {cursor}",
    "board {cursor}",
    "policy {version}",
    "categories {key}",
    "people {name}",
    "resolutionLog {nodes {reopenings}}",
    f'deadlineExplanation(ticket: "{nobody()}") {{kind}}',
    "violations {id}",
)


@pytest.mark.parametrize("root", ROOTS)
async def test_no_query_is_answered_without_the_scope_read(office: Office, root: str) -> None:
    error = await office.refusal(f"{{{root}}}", scopes=[Scope.ACT])
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert "needs a token with the scope READ" in error["message"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{tickets(sort: BEST) {cursor}}", "Value 'BEST' does not exist in 'TicketSort' enum"),
        ("{tickets(first: 201) {cursor}}", "1 to 200"),
        ("{tickets(first: 0) {cursor}}", "1 to 200"),
        ('{tickets(after: "garbled") {cursor}}', "made by another list or sort"),
        ('{tickets(filter: {owner: "me"}) {cursor}}', "owner is no id"),
        ('{tickets(filter: {dueBefore: "2026-03-01T09:00"}) {cursor}}', "has no offset; add Z"),
        ('{events(after: "garbled") {cursor}}', "no cursor of the event stream"),
        ("{events(after: 7) {cursor}}", "a Cursor is the text that this server gave"),
        ('{events(filter: {kinds: ["Nothing"]}) {cursor}}', "EventKind"),
        ("{deadlineExplanation {kind}}", "'ticket' of type 'ID!' is required"),
        ("{policy(version: 99) {name}}", "no policy version 99"),
    ],
)
async def test_bad_input_is_refused_with_advice(office: Office, document: str, words: str) -> None:
    error = await office.refusal(document)
    assert words in error["message"]
    assert error["extensions"]["code"] != "INTERNAL"


async def test_a_cursor_of_another_list_is_refused(office: Office) -> None:
    for _ in range(2):
        await office.open()
    page = await office.data("{tickets(first: 1) {pageInfo {endCursor}}}")
    error = await office.refusal(
        "query($after: String) {tickets(first: 1, sort: DUE_ASC, after: $after) {cursor}}",
        {"after": page["tickets"]["pageInfo"]["endCursor"]},
    )
    assert error["extensions"] == {"code": "INVALID_INPUT", "field": ["after"]}


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
