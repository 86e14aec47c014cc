"""Merging duplicates through the whole schema: the act, the links both ways, what is heard."""

from escgraph.domain.terms import Priority
from tests.api.counter import heard, only, opened, shown, until_caught_up
from tests.api.office import Json, Office
from tests.queries.house import NINE, hours, minutes

BOTH = """ticket {number status mergedInto {number}}
  parent {number tier clockStartedAt stakeholders {name} duplicates {number title}
    escalations {toTier catchUp dueAt}}"""
LISTENING = """subscription {events {__typename ... on EventItem {event {
  __typename ticketVersion ticket {number}
  ... on TicketMerged {reason intoNumber into {number}}
  ... on DuplicateAbsorbed {
    reason duplicateNumber clockMovedTo stakeholders {name} duplicate {number status}
  }}}}}"""


async def _pair(office: Office, **upon: Json) -> tuple[str, str]:
    """Two reports of one outage an hour apart; it is two hours after the first."""
    child = await opened(office, **upon)
    office.clock.moment = NINE + hours(1)
    parent = await opened(office, title="No mail")
    office.clock.moment = NINE + hours(2)
    return child, parent


async def test_two_reports_become_one_ticket_from_the_earlier_start(any_office: Office) -> None:
    """A23."""
    office = any_office
    child, parent = await _pair(office, stakeholderIds=[str(office.stakeholder.person)])

    payload = await office.act(
        "mergeTickets", {"ticketId": child, "intoTicketId": parent, "reason": "One outage"}, BOTH
    )

    assert payload["errors"] == []
    assert payload["ticket"] == {
        "number": "ESC-000001",
        "status": "CANCELLED",
        "mergedInto": {"number": "ESC-000002"},
    }
    assert payload["parent"] == {
        "number": "ESC-000002",
        "tier": "LEVEL_2",
        "clockStartedAt": "2026-03-02T09:00:00Z",
        "stakeholders": [{"name": "Stella"}],
        "duplicates": [{"number": "ESC-000001", "title": "Mail is down"}],
        "escalations": [{"toTier": "LEVEL_2", "catchUp": True, "dueAt": "2026-03-02T11:00:00Z"}],
    }


async def test_who_listens_hears_of_both_tickets(office: Office) -> None:
    child, parent = await _pair(office)
    async with office.listening(LISTENING, by=office.engineer) as answers:
        await until_caught_up(answers)
        given = {"ticketId": child, "intoTicketId": parent, "reason": "One outage"}
        assert (await office.act("mergeTickets", given))["errors"] == []
        merged, absorbed = [(await heard(answers))["event"] for _ in range(2)]
    assert merged == {
        "__typename": "TicketMerged",
        "ticketVersion": 2,
        "ticket": {"number": "ESC-000001"},
        "reason": "One outage",
        "intoNumber": "ESC-000002",
        "into": {"number": "ESC-000002"},
    }
    assert absorbed == {
        "__typename": "DuplicateAbsorbed",
        "ticketVersion": 2,
        "ticket": {"number": "ESC-000002"},
        "reason": "One outage",
        "duplicateNumber": "ESC-000001",
        "clockMovedTo": "2026-03-02T09:00:00Z",
        "stakeholders": [],
        "duplicate": {"number": "ESC-000001", "status": "CANCELLED"},
    }


async def test_a_stakeholder_hears_of_what_goes_on_and_sees_no_duplicate_of_others(
    office: Office,
) -> None:
    """P2, A23: those of the duplicate hear of the parent; the parent's see their own only."""
    child, parent = await _pair(office, stakeholderIds=[str(office.stakeholder.person)])
    given = {"personId": str(office.stranger.person), "ticketId": parent}
    await office.act("addStakeholder", given)
    await office.act("mergeTickets", {"ticketId": child, "intoTicketId": parent, "reason": "HUSH"})

    document = """query($id: ID!) {ticket(id: $id) {duplicates {number}
      timeline {nodes {... on DuplicateAbsorbed {reason duplicateNumber duplicate {number}}}}}}"""
    theirs, others = [
        (await office.data(document, {"id": parent}, by=by))["ticket"]
        for by in (office.stakeholder, office.stranger)
    ]

    assert theirs["duplicates"] == [{"number": "ESC-000001"}]
    assert others["duplicates"] == []
    assert {"reason": "", "duplicateNumber": "ESC-000001", "duplicate": None} in others["timeline"][
        "nodes"
    ]


async def test_a_merge_sent_twice_under_a_key_answers_the_same(office: Office) -> None:
    child, parent = await _pair(office)
    given = {
        "ticketId": child,
        "intoTicketId": parent,
        "reason": "One outage",
        "idempotencyKey": "merge-1",
    }
    first = await office.act("mergeTickets", given, BOTH)
    second = await office.act("mergeTickets", given, BOTH)
    assert first["errors"] == []
    assert second == first


async def test_a_merge_that_is_refused_shows_neither_ticket(office: Office) -> None:
    child, parent = await _pair(office)
    given = {"ticketId": child, "intoTicketId": parent, "reason": "x"}
    for wrong, field in (
        ({"intoTicketId": child}, ["intoTicketId"]),
        ({"intoTicketId": "x"}, ["intoTicketId"]),
        ({"reason": ""}, ["reason"]),
        ({"expectedVersion": 7}, ["expectedVersion"]),
        ({"expectedParentVersion": 7}, ["expectedParentVersion"]),
    ):
        error = only(await office.act("mergeTickets", given | wrong, "ticket {id} parent {id}"))
        assert error["field"] == field
    error = only(await office.act("mergeTickets", given, "parent {id}", by=office.engineer))
    assert error["code"] == "FORBIDDEN"


async def test_the_package_of_the_next_escalation_lists_what_was_absorbed(
    any_office: Office,
) -> None:
    """C3, A23."""
    office = any_office
    child, parent = await _pair(office)
    given = {"ticketId": child, "intoTicketId": parent, "reason": "One outage"}
    await office.act("mergeTickets", given)
    await office.sweep(NINE + hours(4))

    escalations = (
        await shown(
            office,
            parent,  # type: ignore[arg-type]  # its text will do
            "escalations {toTier package {duplicates {duplicateNumber clockMovedTo} "
            "explanations {kind clockStartedAt} people {name}}}",
        )
    )["escalations"]

    assert [one["toTier"] for one in escalations] == ["LEVEL_2", "MANAGEMENT"]
    for one in escalations:
        assert one["package"]["duplicates"] == [
            {"duplicateNumber": "ESC-000001", "clockMovedTo": "2026-03-02T09:00:00Z"}
        ]
        assert {row["clockStartedAt"] for row in one["package"]["explanations"]} == {
            "2026-03-02T09:00:00Z"
        }


async def test_an_earlier_package_knows_nothing_of_a_later_merge(office: Office) -> None:
    """C3: it never changes."""
    child, parent = await _pair(office)
    office.clock.moment = NINE + hours(3)
    await office.sweep(NINE + hours(3))
    selection = "escalations {package {duplicates {duplicateNumber} explanations {dueAt}}}"
    (before,) = (await shown(office, parent, selection))["escalations"]  # type: ignore[arg-type]  # its text will do

    await office.act(
        "mergeTickets",
        {"ticketId": child, "intoTicketId": parent, "reason": "x"},
        by=office.manager,
    )

    after = (await shown(office, parent, selection))["escalations"]  # type: ignore[arg-type]  # the same
    assert before["package"]["duplicates"] == []
    assert after[0] == before


async def test_a_merged_ticket_is_in_no_list_of_what_is_worked_on(any_office: Office) -> None:
    """A3, A23."""
    office = any_office
    child = await office.open("One", Priority.HIGH)
    parent = await office.open("Two", Priority.HIGH)
    given = {"ticketId": str(child), "intoTicketId": str(parent), "reason": "x"}
    await office.act("mergeTickets", given)
    office.clock.moment = NINE + minutes(30)

    seen = await office.data("""{
      board {cells {count} dueSoon {title}} violations {title}
      live: tickets(filter: {statuses: [OPEN]}) {nodes {title}}
      over: tickets(filter: {statuses: [CANCELLED]}) {nodes {title mergedInto {title}}}
      resolutionLog {nodes {ticket {title}}}
    }""")

    assert seen["board"] == {"cells": [{"count": 1}], "dueSoon": [{"title": "Two"}]}
    assert seen["violations"] == seen["resolutionLog"]["nodes"] == []
    assert seen["live"]["nodes"] == [{"title": "Two"}]
    assert seen["over"]["nodes"] == [{"title": "One", "mergedInto": {"title": "Two"}}]


async def test_of_many_duplicates_the_latest_fifty_are_listed(office: Office) -> None:
    parent = await office.open("Goes on")
    for n in range(52):
        child = await office.open(f"{n}", at=NINE)
        office.clock.moment = NINE + minutes(n)
        await office.act(
            "mergeTickets",
            {"ticketId": str(child), "intoTicketId": str(parent), "reason": "x"},
        )
    document = "{tickets(filter: {statuses: [OPEN]}) {nodes {duplicates {title}}}}"
    (node,) = (await office.data(document))["tickets"]["nodes"]
    assert [one["title"] for one in node["duplicates"]] == [str(n) for n in range(51, 1, -1)]
