"""What queries refuse, and to whom."""

import pytest

from escgraph.domain.terms import (
    Scope,
)
from tests.api.counter import TICKET, escalated, shown
from tests.api.office import Office
from tests.queries.house import nobody


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


async def test_what_has_no_such_id_is_not_found(office: Office) -> None:
    error = await office.refusal("query($id: ID!) {node(id: $id) {id}}", {"id": str(nobody())})
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_a_stakeholder_sees_what_names_them_and_nothing_between_colleagues(
    office: Office,
) -> None:
    named = await escalated(office, stakeholders=(office.stakeholder.person,))
    other = await escalated(office)
    by = office.stakeholder
    data = await office.data("{tickets {nodes {id} totalCount}}", by=by)
    assert data["tickets"] == {"nodes": [{"id": str(named)}], "totalCount": 1}
    found = await shown(
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
    "sopDocument {version}",
    "categories {key}",
    "people {name}",
    "resolutionLog {nodes {reopenings}}",
    "trends {zone}",
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
        ("{deadlineExplanation {kind}}", "(ticket:)' of type 'ID!' is required"),
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


WITHIN = "... on TicketEscalated {escalation {package {missing}}}"
TURN = "timeline {nodes {ticket {number %s}}}"


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (TURN % TURN % "", "timeline is not answered within 2 of Ticket"),
        ("escalations {ticket {escalations {ticket {number}}}}", "ticket is not answered within 2"),
        (
            f"escalations {{package {{timeline {{{WITHIN}}}}}}}",
            "package is not answered within 1 of Package",
        ),
    ],
)
async def test_an_answer_does_not_go_round_in_circles(
    office: Office, selection: str, words: str
) -> None:
    ticket_id = await escalated(office)
    result = await office.ask(TICKET % selection, {"id": str(ticket_id)})
    assert result.errors
    for error in result.errors:
        assert words in error.message
        assert error.extensions is not None
        assert error.extensions["code"] == "INVALID_INPUT"
    assert await shown(office, ticket_id, TURN % "tier")
