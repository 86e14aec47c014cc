"""Subscriptions to events through the whole schema, on real databases and a real hub."""

from typing import Any

import pytest
from strawberry.types.execution import ExecutionResult

from escgraph.domain.terms import Priority, Scope
from escgraph.stream.cursor import Cursor
from tests.api.counter import done, heard, ring, until_caught_up
from tests.api.office import SCHEMA, Json, Office
from tests.queries.house import NINE, hours, nobody

SIGNS = """
  ... on CaughtUp {cursor} ... on Heartbeat {cursor at} ... on Resync {cursor reason message}
"""


EVENTS = f"""subscription($after: Cursor, $filter: EventFilter) {{
  events(after: $after, filter: $filter) {{
    __typename {SIGNS}
    ... on EventItem {{
      cursor event {{kind at ticketVersion by {{name}} ticket {{number version}}}}
    }}
  }}
}}"""


ESCALATIONS = f"""subscription($after: Cursor, $filter: EscalationFilter) {{
  escalations(after: $after, filter: $filter) {{
    __typename {SIGNS}
    ... on EscalationItem {{
      cursor escalation {{trigger toTier responsibleTo {{name}} actionsTaken package {{missing}}}}
      ticket {{number tier}}
    }}
  }}
}}"""


def _kinds(items: list[Json]) -> list[str]:
    return [item["event"]["kind"] for item in items]


async def test_events_are_told_as_they_happen_with_the_ticket_as_it_is_by_then(
    any_office: Office,
) -> None:
    office = any_office
    async with office.listening(EVENTS) as answers:
        assert await until_caught_up(answers) == []
        ticket_id = await office.open()
        await ring(office)
        opened = await heard(answers)
        written = await done(office, "acknowledgeTicket", ticket_id)
        acknowledged = await heard(answers)
    assert opened["event"] == {
        "kind": "TicketOpened",
        "at": "2026-03-02T09:00:00Z",
        "ticketVersion": 1,
        "by": {"name": "Ada"},
        "ticket": {"number": "ESC-000001", "version": 1},
    }
    assert acknowledged["cursor"] == written["cursor"]
    assert acknowledged["event"]["kind"] == "TicketAcknowledged"
    assert acknowledged["event"]["ticket"]["version"] == 2


async def test_a_subscriber_goes_on_from_its_cursor_without_gap_or_repeat(
    any_office: Office,
) -> None:
    office = any_office
    page = await office.data("{tickets {cursor}}")
    ticket_id = await office.open()
    for text in ("one", "two", "three"):
        await done(office, "logAction", ticket_id, text=text)
    after = page["tickets"]["cursor"]
    async with office.listening(EVENTS, {"after": after}) as answers:
        first = [await heard(answers) for _ in range(2)]
    async with office.listening(EVENTS, {"after": first[-1]["cursor"]}) as answers:
        rest = await until_caught_up(answers)
    assert _kinds(first + rest) == ["TicketOpened", "ActionLogged", "ActionLogged", "ActionLogged"]
    assert [item["event"]["ticketVersion"] for item in first + rest] == [1, 2, 3, 4]


async def test_events_are_filtered(office: Office) -> None:
    page = await office.data("{board {cursor}}")
    await office.open("Low", Priority.LOW)
    high = await office.open("High", Priority.HIGH)
    await done(office, "acknowledgeTicket", high)
    given = {
        "after": page["board"]["cursor"],
        "filter": {"kinds": ["TicketOpened"], "urgentOnly": True},
    }
    async with office.listening(EVENTS, given) as answers:
        items = await until_caught_up(answers)
    assert [item["event"]["ticket"]["number"] for item in items] == ["ESC-000002"]


async def test_a_subscription_passes_what_the_query_of_the_same_name_does(
    any_office: Office,
) -> None:
    office = any_office
    begin = (await office.data("{board {cursor}}"))["board"]["cursor"]
    await office.open("Ordinary", Priority.HIGH)
    critical = await office.open("Critical", Priority.HIGH)
    await done(office, "markCritical", critical, reason="All sites")
    await office.sweep(NINE + hours(2))
    await ring(office)
    query = {
        "events": "query($it: EventFilter) {events(filter: $it) {nodes {id}}}",
        "escalations": "query($it: EscalationFilter) {escalations(filter: $it) {nodes {id}}}",
    }
    empty: tuple[Json, ...] = ({"tiers": []}, {"priorities": []}, {"kinds": []}, {"triggers": []})
    for given in (*empty, {"critical": True}, {"critical": False}):
        for name, document in (("events", EVENTS), ("escalations", ESCALATIONS)):
            if set(given) & ({"kinds"} if name == "escalations" else {"triggers"}):
                continue
            asked = (await office.data(query[name], {"it": given}))[name]["nodes"]
            async with office.listening(document, {"after": begin, "filter": given}) as answers:
                told = await until_caught_up(answers)
            assert (name, given, len(told)) == (name, given, len(asked))
            assert bool(told) is ("critical" in given)


async def test_one_ticket_is_followed(office: Office) -> None:
    ticket_id, other = await office.open(), await office.open("Another")
    document = f"""subscription($id: ID!) {{ticketChanged(id: $id) {{
      __typename {SIGNS} ... on EventItem {{event {{kind ticket {{status}}}}}}
    }}}}"""
    async with office.listening(document, {"id": str(ticket_id)}) as answers:
        assert await until_caught_up(answers) == []
        await done(office, "acknowledgeTicket", other)
        await done(office, "acknowledgeTicket", ticket_id)
        item = await heard(answers)
    assert item["event"] == {"kind": "TicketAcknowledged", "ticket": {"status": "IN_PROGRESS"}}


async def test_escalations_arrive_as_documented(any_office: Office) -> None:
    office = any_office
    ticket_id = await office.open(priority=Priority.HIGH)
    await done(office, "logAction", ticket_id, text="Restarted the server")
    async with office.listening(ESCALATIONS) as answers:
        assert await until_caught_up(answers) == []
        await office.sweep(NINE + hours(2))
        await ring(office)
        item = await heard(answers)
    assert item.pop("cursor")
    assert item == {
        "__typename": "EscalationItem",
        "escalation": {
            "trigger": "DEADLINE",
            "toTier": "LEVEL_2",
            "responsibleTo": [{"name": "Edsger"}],
            "actionsTaken": "Restarted the server",
            "package": {
                "missing": [
                    "a first response",
                    "an assignee",
                    "stakeholders",
                    "a stakeholder update",
                    "notes",
                ]
            },
        },
        "ticket": {"number": "ESC-000001", "tier": "LEVEL_2"},
    }


@pytest.mark.parametrize(
    ("given", "tiers"),
    [
        ({}, ["LEVEL_2", "MANAGEMENT"]),
        ({"tiers": ["MANAGEMENT"]}, ["MANAGEMENT"]),
        ({"priorities": ["LOW"]}, []),
        ({"priorities": ["HIGH"], "triggers": ["DEADLINE"]}, ["LEVEL_2", "MANAGEMENT"]),
        ({"triggers": ["MANUAL"]}, []),
        ({"since": "2026-03-02T12:00:00Z"}, ["MANAGEMENT"]),
        ({"until": "2026-03-02T12:00:00Z"}, ["LEVEL_2"]),
        ({"ticket": str(nobody())}, []),
    ],
)
async def test_the_filter_of_escalations_means_the_same_live_and_in_a_list(
    office: Office, given: dict[str, Any], tiers: list[str]
) -> None:
    page = await office.data("{tickets {cursor}}")
    await office.open(priority=Priority.HIGH)
    await office.sweep(NINE + hours(2))
    await office.sweep(NINE + hours(4))
    variables = {"after": page["tickets"]["cursor"], "filter": given}
    async with office.listening(ESCALATIONS, variables) as answers:
        items = await until_caught_up(answers)
    assert [item["escalation"]["toTier"] for item in items] == tiers
    listed = await office.data(
        "query($filter: EscalationFilter) {escalations(filter: $filter) {nodes {toTier}}}",
        {"filter": given},
    )
    assert [node["toTier"] for node in listed["escalations"]["nodes"]] == tiers[::-1]


async def test_a_cursor_of_another_database_gets_a_resync_and_never_a_silent_gap(
    office: Office,
) -> None:
    await office.open()
    foreign = Cursor("another-life", 0).encode()
    async with office.listening(EVENTS, {"after": foreign}) as answers:
        resync = await heard(answers)
        caught_up = await heard(answers)
    assert resync["__typename"] == "Resync"
    assert resync["reason"] == "OTHER_EPOCH"
    assert "ask anew" in resync["message"]
    assert caught_up == {"__typename": "CaughtUp", "cursor": resync["cursor"]}


async def test_each_event_is_authorised_when_it_is_told(office: Office) -> None:
    """What names a stakeholder arrives; what no longer does, or is between colleagues, does not."""
    person = office.stakeholder.person
    named = await office.open(stakeholders=(person,))
    async with office.listening(EVENTS, by=office.stakeholder) as answers:
        assert await until_caught_up(answers) == []
        await office.open("Not theirs")
        await done(office, "logAction", named, text="Between colleagues")
        await done(office, "acknowledgeTicket", named)
        first = await heard(answers)
        await done(office, "removeStakeholder", named, personId=str(person))
        await done(office, "flagUrgent", named, reason="Unseen")
        await done(office, "addStakeholder", named, personId=str(person))
        second = await heard(answers)
    assert _kinds([first, second]) == ["TicketAcknowledged", "StakeholderAdded"]


async def test_a_stakeholder_hears_of_no_escalation_from_before_they_were_named(
    office: Office,
) -> None:
    page = await office.data("{tickets {cursor}}")
    ticket_id = await office.open(priority=Priority.HIGH)
    await office.sweep(NINE + hours(2))
    await done(office, "addStakeholder", ticket_id, personId=str(office.stakeholder.person))
    await office.sweep(NINE + hours(4))
    document = f"""subscription($after: Cursor) {{escalations(after: $after) {{
      __typename {SIGNS} ... on EscalationItem {{escalation {{toTier}}}}
    }}}}"""
    given = {"after": page["tickets"]["cursor"]}
    async with office.listening(document, given, by=office.stakeholder) as answers:
        items = await until_caught_up(answers)
    assert [item["escalation"]["toTier"] for item in items] == ["MANAGEMENT"]


async def test_a_ticket_that_is_out_of_sight_by_now_is_not_shown_with_an_older_event(
    office: Office,
) -> None:
    person = office.stakeholder.person
    page = await office.data("{tickets {cursor}}")
    ticket_id = await office.open(stakeholders=(person,))
    await done(office, "removeStakeholder", ticket_id, personId=str(person))
    given = {"after": page["tickets"]["cursor"]}
    async with office.listening(EVENTS, given, by=office.stakeholder) as answers:
        (item,) = await until_caught_up(answers)
    assert item["event"]["kind"] == "TicketOpened"
    assert item["event"]["ticket"] is None


@pytest.mark.parametrize(
    ("field", "scopes", "code", "words"),
    [
        ("events {__typename}", [Scope.ACT], "FORBIDDEN", "the scope READ"),
        ('ticketChanged(id: "x") {__typename}', [Scope.ACT], "FORBIDDEN", "the scope READ"),
        ("escalations {__typename}", [Scope.ACT], "FORBIDDEN", "the scope READ"),
        ("board {__typename}", [Scope.ACT], "FORBIDDEN", "the scope READ"),
        ('ticketChanged(id: "x") {__typename}', [Scope.READ], "INVALID_INPUT", "id is no id"),
        (f'ticketChanged(id: "{nobody()}") {{__typename}}', [Scope.READ], "NOT_FOUND", "check"),
        ('events(filter: {ticket: "x"}) {__typename}', [Scope.READ], "INVALID_INPUT", "no id"),
        ('events(after: "x") {__typename}', [Scope.READ], "GRAPHQL_VALIDATION_FAILED", "no cursor"),
    ],
)
async def test_a_subscription_that_cannot_be_is_refused_with_advice(
    office: Office, field: str, scopes: list[Scope], code: str, words: str
) -> None:
    results = await SCHEMA.stream(
        f"subscription {{{field}}}", context_value=office.context(office.agent, scopes)
    )
    (result,) = [result async for result in results]
    assert isinstance(result, ExecutionResult)
    assert result.errors is not None
    (error,) = result.errors
    assert error.extensions is not None
    assert error.extensions["code"] == code
    assert words in error.message
