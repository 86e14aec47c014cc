"""Mutations through the whole schema, on real databases."""

from typing import Any

from escgraph.domain.permissions import PERSONAL, REVIEWING, WEBHOOKS, Act, scope
from escgraph.domain.terms import Priority, Scope
from escgraph.store import stream
from tests.api.counter import REPORT, only, opened
from tests.api.office import Office
from tests.queries.house import NINE, hours, minutes, nobody


async def _resolved(office: Office) -> str:
    ticket_id = await opened(office)
    given = {"ticketId": ticket_id, "summary": "New disk", "code": "FIXED"}
    assert (await office.act("resolveTicket", given))["errors"] == []
    return ticket_id


async def test_a_ticket_is_opened_with_everything_it_needs(any_office: Office) -> None:
    office = any_office
    payload = await office.act(
        "openTicket",
        {
            **REPORT,
            "component": "mail",
            "reportedAt": "2026-03-02T09:30:00+01:00",
            "critical": True,
            "urgent": True,
            "stakeholderIds": [str(office.stakeholder.person)],
        },
        """ticket {number title description category component priority reporter urgent flagged
        critical indicator status tier owner {name} openedBy {name} stakeholders {name}
        openedAt clockStartedAt version deadlines {kind dueAt}}""",
    )
    assert payload["errors"] == []
    assert payload["cursor"]
    ticket = payload["ticket"]
    assert ticket.pop("deadlines")[:2] == [
        {"kind": "RESPONSE", "dueAt": "2026-03-02T09:30:00Z"},
        {"kind": "LEVEL_2", "dueAt": "2026-03-02T10:30:00Z"},
    ]
    assert ticket == {
        **REPORT,
        "number": "ESC-000001",
        "component": "mail",
        "urgent": True,
        "flagged": True,
        "critical": True,
        "indicator": "[URGENT]",
        "status": "OPEN",
        "tier": "LEVEL_1",
        "owner": {"name": "Ada"},
        "openedBy": {"name": "Ada"},
        "stakeholders": [{"name": "Stella"}],
        "openedAt": "2026-03-02T09:00:00Z",
        "clockStartedAt": "2026-03-02T08:30:00Z",
        "version": 2,
    }


async def test_the_life_of_a_ticket_act_by_act(any_office: Office) -> None:
    office = any_office
    agent, engineer, manager = office.agent, office.engineer, office.manager
    ticket_id = await opened(office)
    eva, stella = str(engineer.person), str(office.stakeholder.person)
    story: tuple[tuple[str, Any, dict[str, Any], str, Any], ...] = (
        ("acknowledgeTicket", agent, {}, "status", "IN_PROGRESS"),
        ("addNote", agent, {"text": "On it", "visibility": "INTERNAL"}, "version", 3),
        ("logAction", agent, {"text": "Restarted"}, "version", 4),
        (
            "attachLink",
            agent,
            {"url": "https://example.org/log", "title": "Log", "mediaType": "text/plain"},
            "version",
            5,
        ),
        ("assignTicket", agent, {"assigneeIds": [eva]}, "assignees {name}", [{"name": "Edsger"}]),
        (
            "flagUrgent",
            agent,
            {"reason": "The board waits"},
            "flagged",
            True,
        ),
        ("markCritical", agent, {"reason": "All sites"}, "critical", True),
        ("markCritical", agent, {"reason": "One site", "critical": False}, "critical", False),
        (
            "changePriority",
            agent,
            {"priority": "MEDIUM", "reason": "A way around"},
            "priority",
            "MEDIUM",
        ),
        (
            "addStakeholder",
            agent,
            {"personId": stella},
            "stakeholders {name}",
            [{"name": "Stella"}],
        ),
        (
            "holdTicket",
            agent,
            {"reason": "AWAITING_VENDOR", "reply": "We wait"},
            "status",
            "ON_HOLD",
        ),
        ("resumeTicket", agent, {}, "status", "IN_PROGRESS"),
        (
            "escalateTicket",
            agent,
            {"expectedTier": "LEVEL_1", "reason": "UNRESOLVED"},
            "tier",
            "LEVEL_2",
        ),
        ("acceptTicket", engineer, {}, "tier", "LEVEL_2"),
        (
            "deescalateTicket",
            engineer,
            {"expectedTier": "LEVEL_2", "reason": "Theirs after all"},
            "tier",
            "LEVEL_1",
        ),
        (
            "allocatePeople",
            manager,
            {"personIds": [str(manager.person)], "reason": "It is late"},
            "assignees {name}",
            [{"name": "Edsger"}, {"name": "Margaret"}],
        ),
        (
            "transferOwnership",
            manager,
            {"ownerId": eva, "reason": "Holidays"},
            "owner {name}",
            {"name": "Edsger"},
        ),
        (
            "postStakeholderUpdate",
            engineer,
            {"text": "Soon", "audience": "EXTERNAL"},
            "stakeholderUpdateDue",
            False,
        ),
        (
            "resolveTicket",
            engineer,
            {"summary": "New disk", "code": "FIXED", "rootCause": "Old disk", "reply": "Done"},
            "status",
            "RESOLVED",
        ),
        ("reopenTicket", agent, {"reason": "It is back"}, "cycle", 2),
        (
            "resolveTicket",
            engineer,
            {"summary": "Another disk", "code": "FIXED"},
            "resolution {summary rootCause}",
            {"summary": "Another disk", "rootCause": ""},
        ),
        (
            "closeTicket",
            engineer,
            {
                "closingNotice": "It is over",
                "followUps": [{"description": "Watch", "ownerId": eva, "dueOn": "2026-03-09"}],
            },
            "resolution {followUps {description owner {name} dueOn}}",
            {
                "followUps": [
                    {"description": "Watch", "owner": {"name": "Edsger"}, "dueOn": "2026-03-09"}
                ]
            },
        ),
        ("removeStakeholder", engineer, {"personId": stella}, "stakeholders {name}", []),
    )
    for name, by, given, selection, expected in story:
        office.clock.moment += minutes(1)
        payload = await office.act(
            name, {"ticketId": ticket_id, **given}, f"ticket {{it: {selection}}}", by=by
        )
        assert (name, payload["errors"]) == (name, [])
        assert (name, payload["ticket"]["it"]) == (name, expected)
    done = {name for name, *_ in story} | {"openTicket", "cancelTicket", "mergeTickets"} | REVIEWING
    done |= WEBHOOKS | PERSONAL
    done |= {Act.REDELIVER}  # none on a ticket
    assert done == {str(act) for act in Act if scope(act) is Scope.ACT}


async def test_a_ticket_is_cancelled(office: Office) -> None:
    ticket_id = await opened(office)
    payload = await office.act("cancelTicket", {"ticketId": ticket_id, "reason": "By mistake"})
    assert payload["ticket"]["status"] == "CANCELLED"


async def test_a_note_is_corrected_by_another(office: Office) -> None:
    ticket_id = await opened(office)
    note = {"ticketId": ticket_id, "visibility": "INTERNAL"}
    selection = "ticket {timeline {nodes {id ... on NoteAdded {corrects}}}}"
    first = await office.act("addNote", {**note, "text": "Tusday"}, selection)
    note_id = first["ticket"]["timeline"]["nodes"][-1]["id"]
    second = await office.act(
        "addNote", {**note, "text": "Tuesday", "corrects": note_id}, selection
    )
    assert second["ticket"]["timeline"]["nodes"][-1]["corrects"] == note_id
    refused = await office.act("addNote", {**note, "text": "x", "corrects": str(nobody())})
    assert only(refused)["field"] == ["corrects"]


async def test_a_reply_with_a_hold_is_the_first_response(office: Office) -> None:
    ticket_id = await opened(office, priority="LOW")
    given = {"ticketId": ticket_id, "reason": "AWAITING_CUSTOMER", "reply": "Which browser?"}
    payload = await office.act(
        "holdTicket", given, "ticket {acknowledgedAt timeline {nodes {__typename}}}"
    )
    assert payload["ticket"]["acknowledgedAt"] == "2026-03-02T09:00:00Z"
    assert [entry["__typename"] for entry in payload["ticket"]["timeline"]["nodes"]] == [
        "TicketOpened",
        "NoteAdded",
        "TicketAcknowledged",
        "TicketHeld",
    ]


async def test_what_a_mutation_wrote_stands_right_before_its_cursor(office: Office) -> None:
    first = await office.act("openTicket", REPORT)
    second = await office.act("logAction", {"ticketId": first["ticket"]["id"], "text": "Looked"})
    document = "query($after: Cursor) {events(after: $after) {nodes {__typename} cursor}}"
    between = (await office.data(document, {"after": first["cursor"]}))["events"]
    assert between["nodes"] == [{"__typename": "ActionLogged"}]
    assert between["cursor"] == second["cursor"]


async def test_the_doorbell_is_rung_with_the_position_that_was_written(office: Office) -> None:
    rung: list[int] = []
    with office.doorbell.listen(rung.append):
        ticket_id = await opened(office)
        await office.act("closeTicket", {"ticketId": ticket_id})
    assert rung == [(await stream.head()).position]


async def test_closing_without_documents_names_what_is_missing(office: Office) -> None:
    ticket_id = await _resolved(office)
    error = only(await office.act("closeTicket", {"ticketId": ticket_id}))
    assert (error["__typename"], error["code"]) == ("DocumentsMissingError", "DOCUMENTS_MISSING")
    assert error["missing"] == [
        'follow-up actions, or an explicit "none"',
        "a stakeholder update later than the resolution, or a closing notice",
    ]
    assert error["field"] == ["followUps"]


async def test_closing_takes_the_explicit_none_but_not_both(office: Office) -> None:
    ticket_id = await _resolved(office)
    notice = {"ticketId": ticket_id, "closingNotice": "It is over", "noFollowUps": True}
    action = {"description": "x", "ownerId": str(office.agent.person), "dueOn": "2026-03-09"}
    both = await office.act("closeTicket", {**notice, "followUps": [action]})
    assert only(both)["field"] == ["noFollowUps"]
    payload = await office.act(
        "closeTicket", notice, "ticket {status resolution {followUps {description}}}"
    )
    assert payload["ticket"] == {"status": "CLOSED", "resolution": {"followUps": []}}


async def test_who_may_write_but_not_read_is_told_no_more_than_that_it_worked(
    office: Office,
) -> None:
    payload = await office.act("openTicket", REPORT, scopes=[Scope.ACT])
    assert payload["ticket"] is None
    assert payload["errors"] == []
    assert payload["cursor"]


async def test_a_priority_that_puts_rungs_into_the_past_fires_them_at_once(office: Office) -> None:
    ticket_id = await opened(office, priority="LOW")
    office.clock.moment = NINE + hours(5)
    payload = await office.act(
        "changePriority",
        {"ticketId": ticket_id, "priority": "HIGH", "reason": "All are hit"},
        "ticket {priority tier escalations {toTier catchUp trigger}}",
    )
    assert payload["ticket"] == {
        "priority": Priority.HIGH,
        "tier": "MANAGEMENT",
        "escalations": [
            {"toTier": "LEVEL_2", "catchUp": True, "trigger": "DEADLINE"},
            {"toTier": "MANAGEMENT", "catchUp": True, "trigger": "DEADLINE"},
        ],
    }


async def test_a_reopened_ticket_still_says_who_owes_what_by_when(any_office: Office) -> None:
    office = any_office
    stella = str(office.stakeholder.person)
    ticket_id = await opened(office, stakeholderIds=[stella])
    named = {"ticketId": ticket_id}
    action = {
        "description": " Watch the disk\r\nevery day ",
        "ownerId": str(office.engineer.person),
        "dueOn": "2026-03-02",
    }
    for name, given in (
        ("resolveTicket", {"summary": "New disk", "code": "FIXED"}),
        ("closeTicket", {"closingNotice": "It is over", "followUps": [action]}),
        ("reopenTicket", {"reason": "It is back"}),
    ):
        assert (await office.act(name, {**named, **given}))["errors"] == []

    document = """query($id: ID!) {ticket(id: $id) {resolution {summary} timeline {nodes {
      ... on TicketClosed {followUps {description owner {name} dueOn}}}}}}"""
    seen = (await office.data(document, {"id": ticket_id}))["ticket"]
    closings = [node for node in seen["timeline"]["nodes"] if node]

    assert seen["resolution"] is None
    assert closings == [
        {
            "followUps": [
                {
                    "description": "Watch the disk\nevery day",
                    "owner": {"name": "Edsger"},
                    "dueOn": "2026-03-02",
                }
            ]
        }
    ]
    outside = (await office.data(document, {"id": ticket_id}, by=office.stakeholder))["ticket"]
    assert [node for node in outside["timeline"]["nodes"] if node] == [{"followUps": None}]


async def test_a_double_click_hands_a_ticket_down_once(office: Office) -> None:
    ticket_id = await opened(office)
    up = {"ticketId": ticket_id, "expectedTier": "LEVEL_1", "reason": "CRITICAL"}
    await office.act("escalateTicket", {**up, "toTier": "LEVEL_3"})
    down = {"ticketId": ticket_id, "expectedTier": "LEVEL_3", "reason": "Theirs after all"}

    first = await office.act("deescalateTicket", down, by=office.manager)
    second = await office.act("deescalateTicket", down, by=office.manager)

    assert first["errors"] == second["errors"] == []
    assert first["ticket"] == second["ticket"]
    assert second["ticket"]["tier"] == "LEVEL_2"
