"""Webhooks of scripts through the whole schema: made, looked at, and never where they lead (P2)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import ip_network
from uuid import UUID

import pytest

from escgraph.domain.terms import Scope, WebhookId
from escgraph.store import sealing, signing, stream
from escgraph.store.database import execute
from escgraph.store.webhooks import Webhook
from escgraph.stream.cursor import Cursor
from tests.api.office import Json, Office
from tests.hooks import arrive, claim, die, fan_out_all, hook, loaded, messages
from tests.queries.house import NINE, nobody

URL = "https://hooks.example.org/a-hidden-path?token=hidden"
OF_ONE = """
    id name place state disabledReason disabledAt cursor lag waiting dead lastDeliveredAt lastFault
    createdAt updatedAt owner {name}
    filter {kinds ticket tiers priorities urgentOnly critical}
"""
SENT = """deliveries {nodes {
    messageId state createdAt nextAttemptAt deliveredAt diedAt fault
    event {__typename} attempts {number outcome answer}
} pageInfo {hasNextPage}}"""


@pytest.fixture(autouse=True)
async def _keys() -> AsyncIterator[None]:
    sealing.use_keys([sealing.new_key()])
    yield
    sealing.use_keys([])


async def make(office: Office, **more: Json) -> Json:
    given = {"name": "ours", "url": URL, **more}
    return await office.act(
        "createWebhook", given, f"webhook {{{OF_ONE}}} secret", by=office.script
    )


async def test_a_webhook_is_made_and_its_secret_told_once(any_office: Office) -> None:
    office = any_office
    wanted = {"kinds": ["TicketOpened"], "priorities": ["HIGH"], "urgentOnly": True}

    made = await make(office, filter=wanted, idempotencyKey="k")

    assert made["errors"] == []
    head = await stream.head()
    webhook = made["webhook"]
    row = await kept_of(webhook)
    assert webhook == {
        "id": str(row.id),
        "name": "ours",
        "place": "https://hooks.example.org",
        "state": "ENABLED",
        "disabledReason": None,
        "disabledAt": None,
        "cursor": Cursor(head.epoch, head.position - 1).encode(),
        "lag": 1,
        "waiting": 0,
        "dead": 0,
        "lastDeliveredAt": None,
        "lastFault": None,
        "createdAt": "2026-03-02T09:00:00Z",
        "updatedAt": "2026-03-02T09:00:00Z",
        "owner": {"name": "robot"},
        "filter": {
            "kinds": ["TicketOpened"],
            "ticket": None,
            "tiers": None,
            "priorities": ["HIGH"],
            "urgentOnly": True,
            "critical": None,
        },
    }
    assert signing.signing(row.secrets, at=NINE) == (made["secret"],)

    again = await make(office, filter=wanted, idempotencyKey="k")
    assert (again["webhook"]["id"], again["secret"]) == (webhook["id"], None)


async def test_another_secret_is_told_once_too(any_office: Office) -> None:
    office = any_office
    made = await make(office)
    given = {"webhookId": made["webhook"]["id"], "grace": "PT1H", "idempotencyKey": "r"}

    first = await office.act("rotateWebhookSecret", given, "secret", by=office.script)
    again = await office.act("rotateWebhookSecret", given, "secret", by=office.script)

    assert first["secret"].startswith("whsec_")
    assert first["secret"] != made["secret"]
    assert again["secret"] is None
    kept = (await kept_of(made["webhook"])).secrets
    assert signing.signing(kept, at=NINE) == (first["secret"], made["secret"])


async def test_who_may_act_and_not_read_is_told_the_secret_and_nothing_else(
    any_office: Office,
) -> None:
    office = any_office
    given = {"name": "ours", "url": URL}
    made = await office.act(
        "createWebhook", given, "webhook {id} secret", by=office.script, scopes=[Scope.ACT]
    )
    assert made["webhook"] is None
    assert made["secret"].startswith("whsec_")


async def test_how_it_fares_is_told_message_by_message(any_office: Office) -> None:
    office = any_office
    webhook = await hook(office, url=URL)
    for _ in range(3):
        await office.open()
    await fan_out_all()
    arrived, dead, waits = await messages(webhook)
    await arrive(await claim(arrived, until=NINE), at=NINE)
    await die(dead, at=NINE)
    await execute(
        "INSERT INTO attempt (id, message_id, number, started_at, ended_at, outcome, answer) "
        "VALUES ($1, $2, 1, $3, $3, 'FAILED', 'answered 500')",
        nobody(),
        dead.id,
        NINE,
    )

    data = await office.data(
        f"query($id: ID!) {{webhook(id: $id) {{{OF_ONE} {SENT}}}}}",
        {"id": str(webhook)},
        by=office.script,
    )

    told = data["webhook"]
    assert (told["waiting"], told["dead"], told["lag"]) == (1, 1, 0)
    assert (told["lastDeliveredAt"], told["lastFault"]) == ("2026-03-02T09:00:00Z", "x")
    nodes = told["deliveries"]["nodes"]
    assert [node["messageId"] for node in nodes] == [str(one.id) for one in (waits, dead, arrived)]
    assert [node["state"] for node in nodes] == ["WAITING", "DEAD", "DELIVERED"]
    assert [node["nextAttemptAt"] for node in nodes] == ["2026-03-02T09:00:00Z", None, None]
    assert {node["event"]["__typename"] for node in nodes} == {"TicketOpened"}
    assert nodes[1]["attempts"] == [{"number": 1, "outcome": "FAILED", "answer": "answered 500"}]


async def test_what_was_sent_comes_in_pages_and_by_how_it_fares(any_office: Office) -> None:
    office = any_office
    webhook = await hook(office)
    for _ in range(3):
        await office.open()
    await fan_out_all()
    first, second, third = await messages(webhook)
    await die(second, at=NINE)
    document = """query($id: ID!, $first: Int!, $after: String, $state: DeliveryState) {
        webhook(id: $id) {deliveries(first: $first, after: $after, state: $state) {
            edges {cursor} nodes {messageId} pageInfo {hasNextPage endCursor}}}}"""

    async def page(**more: Json) -> Json:
        variables = {"id": str(webhook), "first": 2, **more}
        data = await office.data(document, variables, by=office.script)
        return data["webhook"]["deliveries"]

    begin = await page()
    assert [node["messageId"] for node in begin["nodes"]] == [str(third.id), str(second.id)]
    assert begin["pageInfo"]["hasNextPage"]
    rest = await page(after=begin["pageInfo"]["endCursor"])
    assert [node["messageId"] for node in rest["nodes"]] == [str(first.id)]
    assert not rest["pageInfo"]["hasNextPage"]
    dead = await page(state="DEAD")
    assert [node["messageId"] for node in dead["nodes"]] == [str(second.id)]


async def test_a_script_sees_its_own_and_who_oversees_everybodys(any_office: Office) -> None:
    """P2: others are not told that there are any."""
    office = any_office
    ours, alans = await hook(office), await hook(office, by=office.administrator)
    for viewer in (office.administrator, office.manager):
        data = await office.data("{webhooks {id}}", by=viewer)
        assert {one["id"] for one in data["webhooks"]} == {str(ours), str(alans)}
    data = await office.data("{webhooks {id}}", by=office.script)
    assert data == {"webhooks": [{"id": str(ours)}]}

    one = "query($id: ID!) {webhook(id: $id) {id}}"
    refusal = await office.refusal(one, {"id": str(alans)}, by=office.script)
    assert refusal["extensions"]["code"] == "NOT_FOUND"
    by_node = "query($id: ID!) {node(id: $id) {... on Webhook {name}}}"
    assert (await office.data(by_node, {"id": str(ours)}, by=office.script))["node"]
    for viewer in (office.agent, office.engineer, office.stakeholder, office.wallboard):
        assert (await office.refusal("{webhooks {id}}", by=viewer))["extensions"]["code"] == (
            "FORBIDDEN"
        )
        hidden = await office.refusal(by_node, {"id": str(ours)}, by=viewer)
        assert hidden["extensions"]["code"] == "NOT_FOUND"


async def test_a_removed_one_is_found_by_nobody(any_office: Office) -> None:
    office = any_office
    webhook = await hook(office)
    done = await office.act(
        "removeWebhook", {"webhookId": str(webhook)}, by=office.script, selection=""
    )
    assert done["errors"] == []
    assert (await office.data("{webhooks {id}}", by=office.administrator)) == {"webhooks": []}


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("UPDATE person SET active = FALSE WHERE name = 'robot'", "OWNER_LEFT"),
        ("UPDATE person SET role = 'ENGINEER' WHERE name = 'robot'", "OWNER_LEFT"),
        ("UPDATE webhook SET disabled_at = created_at, disabled_reason = 'x'", "DISABLED"),
    ],
)
async def test_that_it_sends_nothing_is_told_with_why(
    any_office: Office, change: str, state: str
) -> None:
    office = any_office
    await hook(office)
    await execute(change)

    data = await office.data("{webhooks {state disabledReason}}", by=office.administrator)

    reason = "x" if state == "DISABLED" else None
    assert data == {"webhooks": [{"state": state, "disabledReason": reason}]}


async def test_where_it_leads_and_what_signs_is_in_no_answer_and_no_event(
    any_office: Office,
) -> None:
    office = any_office
    made = await make(office)
    webhook_id = made["webhook"]["id"]
    answers = [
        made["webhook"],
        await office.act(
            "changeWebhook",
            {"webhookId": webhook_id, "url": f"{URL}2"},
            f"webhook {{{OF_ONE}}}",
            by=office.script,
        ),
        await office.data(f"{{webhooks {{{OF_ONE} {SENT}}}}}", by=office.administrator),
        [event.payload for event in await stream.read(0, limit=99)],
    ]
    for answer in answers:
        assert "hidden" not in str(answer)
        assert made["secret"] not in str(answer)


async def test_what_the_operator_allows_may_be_sent_to(any_office: Office) -> None:
    """SSRF: loopback is refused unless the operator named its network."""
    office = any_office
    there = {"url": "http://127.0.0.1:9999/x"}
    refused = await make(office, **there)
    (error,) = refused["errors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", ["url"])
    assert (refused["webhook"], refused["secret"]) == (None, None)

    office.surroundings = replace(
        office.surroundings, allowed_networks=(ip_network("127.0.0.0/8"),)
    )
    assert (await make(office, **there))["errors"] == []


async def test_a_replay_and_a_test_are_asked_for_and_told_of(any_office: Office) -> None:
    office = any_office
    webhook = await hook(office)
    await office.open()
    head = await stream.head()
    start = Cursor(head.epoch, 0).encode()

    replayed = await office.act(
        "replayWebhook",
        {"webhookId": str(webhook), "after": start},
        "webhook {cursor lag}",
        by=office.script,
    )
    tested = await office.act(
        "testWebhook", {"webhookId": str(webhook)}, "webhook {id}", by=office.script
    )

    assert replayed["webhook"] == {"cursor": start, "lag": head.position + 1}
    assert tested["webhook"] == {"id": str(webhook)}
    data = await office.data(
        "{events(first: 99) {nodes {kind ... on WebhookReplayed {webhookId replayedAfter}}}}",
        by=office.administrator,
    )
    *_, replay, test = data["events"]["nodes"]
    assert replay == {
        "kind": "WebhookReplayed",
        "webhookId": str(webhook),
        "replayedAfter": start,
    }
    assert test["kind"] == "WebhookTested"


async def kept_of(webhook: Json) -> Webhook:
    return await loaded(WebhookId(UUID(webhook["id"])))
