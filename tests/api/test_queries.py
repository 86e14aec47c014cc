"""Single objects through the whole schema, on real databases."""

from uuid import UUID

from escgraph.commands import ending, ladder, work
from escgraph.domain.terms import (
    HoldReason,
    Priority,
    ResolutionCode,
    Visibility,
)
from tests.api.counter import (
    TICKET,
    escalated,
    shown,
)
from tests.api.office import Json, Office
from tests.queries.house import NINE, hours, minutes


async def test_a_ticket_is_shown_with_its_people_deadlines_and_escalations(
    any_office: Office,
) -> None:
    office = any_office
    ticket_id = await escalated(office)
    found = await shown(
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
    ticket_id = await escalated(office)
    selection = """escalations {package {
      state {tier owner {name}} description timeline {__typename at} actions {text}
      tierChanges {... on TicketEscalated {toTier}} people {name} holds {reason}
      explanations {kind target dueAt} missing
    }}"""
    before = await shown(office, ticket_id, selection)
    call = office.call(office.engineer, NINE + hours(3))
    await work.accept_ticket(ticket_id, call=call)
    await work.log_action(ticket_id, call=call, text="Later")
    after = await shown(office, ticket_id, selection)
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
    document = (TICKET % selection).replace("$id: ID!", "$id: ID!, $after: String")
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
    found = await shown(
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
    ticket_id = await escalated(office)
    token = await office.act(
        "createToken",
        {"personId": str(office.agent.person), "name": "laptop", "scopes": ["READ"]},
        "token {id}",
        by=office.administrator,
    )
    found = await shown(office, ticket_id, "id owner {id} escalations {id} timeline {nodes {id}}")
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
        assert str(UUID(node_id)) == node_id
