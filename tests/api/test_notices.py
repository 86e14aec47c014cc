"""Who was told, and whether it arrived, through the whole schema (C2, P2)."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import aiosqlite
import pytest

from escgraph.commands.preferences import wish
from escgraph.domain.notice import ChannelKind, Hearer, MessageState, NoticeKind
from escgraph.domain.notice_status import NoticeStatus
from escgraph.domain.terms import NoticeId, Priority, TicketId
from escgraph.domain.wishing import Changes
from escgraph.store import stream
from escgraph.store.database import connected
from escgraph.store.event_tables import EVENTS, EVER
from escgraph.store.transactions import unit_of_work
from tests.api.counter import escalated, shown
from tests.api.office import Json, Office
from tests.queries import told
from tests.queries.house import NINE, hours, minutes, nobody

TEN = NINE + hours(1)


async def _told_of(office: Office, **more: Json) -> tuple[str, NoticeId]:
    """A ticket that was escalated, and the notice of that to its owner."""
    ticket_id = await escalated(office, **more)
    (event,) = [one for one in await stream.read(0, limit=99) if one.kind == "TicketEscalated"]
    owner = office.agent.person
    notice = await told.notice(owner, ticket_id, positions=[event.position], at=TEN, pressing=True)
    return str(ticket_id), notice


async def test_how_a_notice_travelled_is_told_attempt_by_attempt(any_office: Office) -> None:
    """C2: its delivery status can be queried."""
    office = any_office
    ticket_id, notice = await _told_of(office)
    ada = office.agent.person
    chat = await told.channel(ada)
    await told.delivery(
        notice,
        ada,
        kind=ChannelKind.SLACK,
        channel=chat,
        state=MessageState.DEAD,
        at=TEN,
        answers=[("FAILED", "500"), ("FAILED", "time-out")],
    )
    mail = await told.delivery(notice, ada, at=TEN + minutes(5), answers=[("DELIVERED", "250 OK")])

    (node,) = (
        await office.data(
            """{notices {nodes {
              kind person {name} hearer ticket {id} review {id} priority pressing createdAt status
              events {__typename ... on TicketEscalated {toTier}}
              deliveries {kind channelId channelName place messageId state createdAt nextAttemptAt
                deliveredAt diedAt fault notice {id}
                attempts {number startedAt endedAt outcome answer}}
            }}}"""
        )
    )["notices"]["nodes"]

    first, second = node.pop("deliveries")
    assert node == {
        "kind": "ESCALATED",
        "person": {"name": "Ada"},
        "hearer": "OWNER",
        "ticket": {"id": ticket_id},
        "review": None,
        "priority": "HIGH",
        "pressing": True,
        "createdAt": "2026-03-02T10:00:00Z",
        "status": "DELIVERED",
        "events": [{"__typename": "TicketEscalated", "toTier": "LEVEL_2"}],
    }
    assert [attempt["answer"] for attempt in first.pop("attempts")] == ["500", "time-out"]
    assert first.pop("messageId")
    assert first == {
        "kind": "SLACK",
        "channelId": str(chat),
        "channelName": "chat",
        "place": "https://hooks.slack.com",
        "state": "DEAD",
        "createdAt": "2026-03-02T10:00:00Z",
        "nextAttemptAt": None,
        "deliveredAt": None,
        "diedAt": "2026-03-02T10:00:00Z",
        "fault": "time-out",
        "notice": {"id": str(notice)},
    }
    assert second.pop("attempts") == [
        {
            "number": 1,
            "startedAt": "2026-03-02T10:05:00Z",
            "endedAt": "2026-03-02T10:05:00Z",
            "outcome": "DELIVERED",
            "answer": "250 OK",
        }
    ]
    assert second == {
        "kind": "EMAIL",
        "channelId": None,
        "channelName": "",
        "place": "a***@example.org",
        "messageId": str(mail.message),
        "state": "DELIVERED",
        "createdAt": "2026-03-02T10:05:00Z",
        "nextAttemptAt": None,
        "deliveredAt": "2026-03-02T10:05:00Z",
        "diedAt": None,
        "fault": None,
        "notice": {"id": str(notice)},
    }


async def test_a_notice_can_be_read_as_its_person_reads_it(any_office: Office) -> None:
    """C2: by their own clock, and as they may see it (P2)."""
    office = any_office
    stella = office.stakeholder.person
    ticket_id, _ = await _told_of(office, stakeholders=(stella,))
    escalation = [one for one in await stream.read(0, limit=99) if one.kind == "TicketEscalated"]
    theirs = await told.notice(
        stella,
        TicketId(UUID(ticket_id)),
        hearer=Hearer.STAKEHOLDER,
        positions=[escalation[0].position],
        at=TEN,
    )
    berlin = Changes(zone=ZoneInfo("Europe/Berlin"))
    await unit_of_work(lambda: wish(office.agent.person, berlin, by=None, at=TEN))

    document = "{notices {nodes {id hearer subject text}}}"
    notices = (await office.data(document, by=office.manager))["notices"]["nodes"]

    words = {one["hearer"]: one for one in notices}
    owner, stakeholder = words["OWNER"], words["STAKEHOLDER"]
    assert owner["subject"].startswith("[URGENT]")
    assert "LEVEL_2" in owner["text"] or "Level 2" in owner["text"]
    assert "Europe/Berlin" in owner["text"]
    assert "Europe/Berlin" not in stakeholder["text"]
    assert owner["text"] != stakeholder["text"]
    seen = (await office.data(document, by=office.stakeholder))["notices"]["nodes"]
    assert seen == [{**stakeholder, "id": str(theirs)}]


async def test_the_words_to_a_stakeholder_are_those_that_a_stakeholder_may_read(
    office: Office,
) -> None:
    """P2: what colleagues write to each other is in a colleague's notice alone."""
    stella = office.stakeholder.person
    ticket_id = await office.open("Mail is down", stakeholders=(stella,))
    given = {"ticketId": str(ticket_id), "priority": "LOW", "reason": "They exaggerate"}
    payload = await office.act("changePriority", given, "cursor", by=office.manager)
    assert payload["errors"] == []
    changed = (await stream.head()).position
    for whom, hearer in ((office.agent.person, Hearer.OWNER), (stella, Hearer.STAKEHOLDER)):
        kind = NoticeKind.PRIORITY_CHANGED
        await told.notice(whom, ticket_id, kind=kind, hearer=hearer, positions=[changed])

    nodes = (await office.data("{notices {nodes {hearer text}}}"))["notices"]["nodes"]

    words = {one["hearer"]: one["text"] for one in nodes}
    assert "They exaggerate" in words["OWNER"]
    assert "They exaggerate" not in words["STAKEHOLDER"]


@pytest.mark.parametrize(
    ("state", "due"), [("WAITING", "2026-03-02T10:00:00Z"), ("SENDING", None), ("DEAD", None)]
)
async def test_the_next_attempt_is_told_while_there_is_one(
    office: Office, state: str, due: str | None
) -> None:
    _, notice = await _told_of(office)
    await told.delivery(notice, office.agent.person, state=MessageState(state), at=TEN)

    data = await office.data("{deliveries {nodes {state nextAttemptAt}}}")

    assert data["deliveries"]["nodes"] == [{"state": state, "nextAttemptAt": due}]


async def test_an_escalation_tells_who_heard_of_it(any_office: Office) -> None:
    """C2: each person once per rung, also where one notice tells of several (A8)."""
    office = any_office
    ticket_id = await office.open("Mail is down", Priority.HIGH)
    await office.sweep(NINE + hours(5))
    rungs = [one for one in await stream.read(0, limit=99) if one.kind == "TicketEscalated"]
    both = [rung.position for rung in rungs]
    await told.notice(office.agent.person, ticket_id, positions=both)
    await told.notice(office.manager.person, ticket_id, positions=both[1:], hearer=Hearer.TIER_TEAM)
    await told.notice(office.engineer.person, ticket_id, positions=[1], kind=NoticeKind.NOTE)

    shown_of = await shown(
        office, ticket_id, "escalations {toTier notices {person {name} events {id}}}"
    )

    heard = [
        (rung["toTier"], [one["person"]["name"] for one in rung["notices"]])
        for rung in shown_of["escalations"]
    ]
    assert heard == [("LEVEL_2", ["Ada"]), ("MANAGEMENT", ["Ada", "Margaret"])]
    assert len(shown_of["escalations"][0]["notices"][0]["events"]) == 2


async def test_a_ticket_tells_the_latest_fifty_notices_about_it(any_office: Office) -> None:
    office = any_office
    one, other = await office.open("One"), await office.open("Other")
    for n in range(52):
        await told.notice(office.agent.person, one, at=NINE + minutes(n))
    await told.notice(office.engineer.person, other)

    notices = (await shown(office, one, "notices {createdAt}"))["notices"]

    assert len(notices) == 50
    assert (notices[0]["createdAt"], notices[-1]["createdAt"]) == (
        "2026-03-02T09:51:00Z",
        "2026-03-02T09:02:00Z",
    )
    assert (await shown(office, other, "notices {person {name}}"))["notices"] == [
        {"person": {"name": "Edsger"}}
    ]


async def test_notices_are_filtered_and_paged(any_office: Office) -> None:
    office = any_office
    ada, eva = office.agent.person, office.engineer.person
    one, other = await office.open("One"), await office.open("Other")
    fared: list[tuple[Any, Any, NoticeKind, list[tuple[ChannelKind, MessageState]]]] = [
        (ada, one, NoticeKind.ESCALATED, [(ChannelKind.EMAIL, MessageState.DELIVERED)]),
        (ada, other, NoticeKind.NOTE, [(ChannelKind.EMAIL, MessageState.DEAD)]),
        (eva, one, NoticeKind.NOTE, [(ChannelKind.LOG, MessageState.DELIVERED)]),
        (eva, other, NoticeKind.ESCALATED, [(ChannelKind.EMAIL, MessageState.WAITING)]),
        (
            eva,
            None,
            NoticeKind.TEST,
            [
                (ChannelKind.EMAIL, MessageState.DEAD),
                (ChannelKind.NTFY, MessageState.DELIVERED),
            ],
        ),
        (ada, one, NoticeKind.CLOSED, []),
    ]
    for n, (person, ticket, kind, ways) in enumerate(fared):
        notice = await told.notice(person, ticket, kind=kind, at=NINE + minutes(n))
        for way, state in ways:
            await told.delivery(notice, person, kind=way, state=state)
    document = """query($filter: NoticeFilter, $first: Int! = 50, $after: String) {
      notices(filter: $filter, first: $first, after: $after) {
        nodes {kind status} edges {cursor} pageInfo {hasNextPage endCursor}
      }
    }"""

    async def asked(**which: Json) -> list[tuple[str, str]]:
        found = (await office.data(document, {"filter": which}))["notices"]
        return [(node["kind"], node["status"]) for node in found["nodes"]]

    everything = await asked()
    assert everything == [
        ("CLOSED", "WAITING"),
        ("TEST", "DELIVERED"),
        ("ESCALATED", "WAITING"),
        ("NOTE", "LOGGED"),
        ("NOTE", "DEAD"),
        ("ESCALATED", "DELIVERED"),
    ]
    assert await asked(ticket=str(one)) == [everything[n] for n in (0, 3, 5)]
    assert await asked(person=str(ada), kinds=["NOTE", "CLOSED"]) == [everything[0], everything[4]]
    assert await asked(kinds=[]) == []
    missing = [pair for pair in everything if pair[1] != NoticeStatus.DELIVERED]
    assert await asked(undelivered=True) == missing
    assert await asked(undelivered=False) == [everything[1], everything[5]]

    pages, after = [], None
    while True:
        page = (await office.data(document, {"first": 4, "after": after}))["notices"]
        pages += [(node["kind"], node["status"]) for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        assert after == page["edges"][-1]["cursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert pages == everything


async def test_deliveries_are_filtered_and_paged(any_office: Office) -> None:
    office = any_office
    ada, eva = office.agent.person, office.engineer.person
    one, other = await office.open("One"), await office.open("Other")
    fared = [
        (ada, one, ChannelKind.EMAIL, MessageState.DELIVERED),
        (ada, other, ChannelKind.EMAIL, MessageState.DEAD),
        (eva, one, ChannelKind.NTFY, MessageState.WAITING),
        (eva, other, ChannelKind.LOG, MessageState.SENDING),
    ]
    for n, (person, ticket, kind, state) in enumerate(fared):
        notice = await told.notice(person, ticket)
        await told.delivery(notice, person, kind=kind, state=state, at=NINE + minutes(n))
    document = """query($filter: DeliveryFilter, $after: String) {
      deliveries(filter: $filter, first: 3, after: $after) {
        nodes {state notice {person {name}}} pageInfo {hasNextPage endCursor}
      }
    }"""

    async def asked(**which: Json) -> list[str]:
        found = (await office.data(document, {"filter": which}))["deliveries"]
        return [node["state"] for node in found["nodes"]]

    first = (await office.data(document))["deliveries"]
    assert [node["state"] for node in first["nodes"]] == ["SENDING", "WAITING", "DEAD"]
    assert first["pageInfo"]["hasNextPage"]
    after = first["pageInfo"]["endCursor"]
    rest = (await office.data(document, {"after": after}))["deliveries"]
    assert rest["nodes"] == [{"state": "DELIVERED", "notice": {"person": {"name": "Ada"}}}]
    assert await asked(ticket=str(one)) == ["WAITING", "DELIVERED"]
    assert await asked(person=str(ada)) == ["DEAD", "DELIVERED"]
    assert await asked(states=["DEAD", "SENDING"]) == ["SENDING", "DEAD"]
    assert await asked(channels=["NTFY"]) == ["WAITING"]


async def test_a_stakeholder_sees_what_they_were_told_and_nothing_else(any_office: Office) -> None:
    """P2."""
    office = any_office
    stella = office.stakeholder.person
    ticket_id, notice = await _told_of(office, stakeholders=(stella,))
    theirs = await told.notice(
        stella, TicketId(UUID(ticket_id)), hearer=Hearer.STAKEHOLDER, positions=[1, 2, 3, 4]
    )
    sent = [
        await told.delivery(notice, office.agent.person),
        await told.delivery(theirs, stella),
    ]
    selection = "nodes {id}"
    everywhere = f"""query($id: ID!) {{
      notices {{{selection}}} deliveries {{{selection}}}
      ticket(id: $id) {{notices {{id events {{__typename}}}} escalations {{notices {{id}}}}}}
    }}"""

    seen = await office.data(everywhere, {"id": ticket_id}, by=office.stakeholder)

    assert seen["notices"]["nodes"] == [{"id": str(theirs)}]
    assert seen["deliveries"]["nodes"] == [{"id": str(sent[1].delivery)}]
    kinds = ["TicketOpened", "ResponseBreached", "TicketEscalated"]
    assert seen["ticket"] == {
        "notices": [{"id": str(theirs), "events": [{"__typename": kind} for kind in kinds]}],
        "escalations": [{"notices": [{"id": str(theirs)}, {"id": str(notice)}][:1]}],
    }
    for node in (notice, sent[0].delivery):
        error = await office.refusal(
            "query($id: ID!) {node(id: $id) {id}}", {"id": str(node)}, by=office.stakeholder
        )
        assert error["extensions"]["code"] == "NOT_FOUND"
    by_person = await office.data(
        "query($id: ID!) {notices(filter: {person: $id}) {nodes {id}}}",
        {"id": str(office.agent.person)},
        by=office.stakeholder,
    )
    assert by_person["notices"]["nodes"] == []


async def test_a_wallboard_sees_no_notice_at_all(office: Office) -> None:
    """P2."""
    ticket_id, notice = await _told_of(office)
    sent = await told.delivery(notice, office.agent.person)

    result = await office.ask(
        """query($id: ID!) {notices {nodes {id}} deliveries {nodes {id}}
          ticket(id: $id) {notices {id} escalations {notices {id}}}}""",
        {"id": ticket_id},
        by=office.wallboard,
    )

    assert result.data == {
        "notices": None,
        "deliveries": None,
        "ticket": {"notices": [], "escalations": [{"notices": []}]},
    }
    codes = [error.formatted["extensions"]["code"] for error in result.errors or ()]
    assert codes == ["FORBIDDEN", "FORBIDDEN"]
    for node in (notice, sent.delivery):
        error = await office.refusal(
            "query($id: ID!) {node(id: $id) {id}}", {"id": str(node)}, by=office.wallboard
        )
        assert error["extensions"]["code"] == "NOT_FOUND"


async def test_a_notice_and_a_delivery_are_found_by_their_ids(office: Office) -> None:
    _, notice = await _told_of(office)
    sent = await told.delivery(notice, office.agent.person)
    document = "query($id: ID!) {node(id: $id) {__typename id}}"

    for node, kind in ((notice, "Notice"), (sent.delivery, "Delivery")):
        found = (await office.data(document, {"id": str(node)}, by=office.engineer))["node"]
        assert found == {"__typename": kind, "id": str(node)}


@pytest.mark.parametrize("name", ["notices", "deliveries"])
async def test_what_cannot_be_a_page_is_refused(office: Office, name: str) -> None:
    for arguments, words in (
        ("first: 0", "ask for 1 to 200"),
        ('after: "x"', "made by another list"),
        ('filter: {ticket: "x"}', "is no id"),
        ('filter: {person: "x"}', "is no id"),
    ):
        error = await office.refusal(f"{{{name}({arguments}) {{nodes {{id}}}}}}")
        assert words in error["message"]
    nothing = await office.data(f'{{{name}(filter: {{ticket: "{nobody()}"}}) {{nodes {{id}}}}}}')
    assert nothing[name]["nodes"] == []


@pytest.mark.parametrize(
    ("document", "tables"),
    [
        (
            """{notices {nodes {status person {name} ticket {number} events {at}
            deliveries {state attempts {answer}}}}}""",
            ["notice", "delivery", "person", "ticket", "event", "attempt"],
        ),
        (
            "{notices {nodes {subject text}}}",
            ["notice", "person", "preference", "event", "event", "ticket", "person"],
        ),
        (
            "{deliveries {nodes {place attempts {answer} notice {person {name}}}}}",
            ["delivery", "attempt", "notice", "person"],
        ),
        (
            "{tickets {nodes {notices {status} escalations {notices {status}}}}}",
            ["ticket", "stream", "escalation", "(SELECT", "escalation", "delivery"],
        ),
    ],
)
async def test_a_page_costs_one_statement_for_each_level(
    office: Office, document: str, tables: list[str]
) -> None:
    for n in range(3):
        ticket_id = await office.open(f"{n}", Priority.HIGH, at=NINE + minutes(n))
        for who in (office.agent.person, office.engineer.person):
            notice = await told.notice(who, ticket_id, positions=[n + 1], at=NINE + minutes(n))
            await told.delivery(notice, who, answers=[("DELIVERED", "250")])
    await office.sweep(NINE + hours(3))
    asked: list[str] = []
    connection = connected()._connection
    assert isinstance(connection, aiosqlite.Connection)
    await connection.set_trace_callback(asked.append)

    await office.data(document)

    selects = [sql for sql in asked if sql.startswith("SELECT")]
    read = [_read_by(sql) for sql in selects]
    assert sorted(read) == sorted(tables)


def _read_by(select: str) -> str:
    """The table that it reads first; those of events, kept and archived, count as one."""
    table = select.replace(EVENTS, "event").replace(EVER, "event").partition(" FROM ")[2]
    return table.split()[0]


async def test_notices_within_notices_are_refused(office: Office) -> None:
    """Each level is a list, and the guard cannot know how long they are."""
    await _told_of(office)

    error = await office.refusal(
        "{notices {nodes {events {... on TicketEscalated {escalation {notices {id}}}}}}}"
    )

    assert "is not answered within" in error["message"]
