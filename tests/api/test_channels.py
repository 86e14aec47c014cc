"""The ways to people through the whole schema (§5, P2)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from ipaddress import ip_network
from uuid import UUID

import aiosqlite
import pytest

from escgraph.domain.notice import ChannelKind
from escgraph.domain.terms import ChannelId
from escgraph.domain.ticket import Actor
from escgraph.store import channels, sealing, signing, stream
from escgraph.store.database import connected, fetch
from escgraph.store.notice_rows import Channel
from tests.api.counter import only
from tests.api.office import Json, Office
from tests.queries import told
from tests.queries.house import NINE, hours, minutes, nobody

HOOK = "http://127.0.0.1:8009/in/SECRET?key=SECRET"
WEBHOOK = {"kind": "WEBHOOK", "name": "pager", "address": HOOK}
MAIL = {"kind": "EMAIL", "name": "mail"}
MINE = "{me {channels {id kind name place signed disabledAt disabledReason person {name}}}}"


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    sealing.use_keys([sealing.new_key()])
    yield
    sealing.use_keys([])


@pytest.fixture(autouse=True)
def loopback(request: pytest.FixtureRequest) -> None:
    """This machine may be reached."""
    for name in {"office", "any_office"} & set(request.fixturenames):
        office = request.getfixturevalue(name)
        allowed = (ip_network("127.0.0.0/8"),)
        office.surroundings = replace(office.surroundings, allowed_networks=allowed)


async def _added(office: Office, given: Json = MAIL, *, by: Actor | None = None) -> str:
    payload = await office.act("addChannel", given, "channel {id}", by=by)
    assert payload["errors"] == []
    return str(payload["channel"]["id"])


async def _mine(office: Office, *, by: Actor | None = None) -> list[Json]:
    found: list[Json] = (await office.data(MINE, by=by))["me"]["channels"]
    return found


async def _stored(channel_id: str) -> Channel:
    (channel,) = (await channels.by_ids([ChannelId(UUID(channel_id))])).values()
    return channel


async def test_a_webhook_answers_its_secret_once_and_shows_only_where_it_leads(
    any_office: Office,
) -> None:
    office = any_office
    given = {**WEBHOOK, "idempotencyKey": "one"}
    selection = "secret channel {id kind name place signed createdAt disabledAt person {name}}"

    payload = await office.act("addChannel", given, selection)
    again = await office.act("addChannel", given, selection)

    secret, channel = payload["secret"], payload["channel"]
    assert re.fullmatch(r"whsec_[\w+/]{43}=", secret)
    assert again["secret"] is None
    assert again["channel"] == channel
    stored = await _stored(channel.pop("id"))
    assert channel == {
        "kind": "WEBHOOK",
        "name": "pager",
        "place": "http://127.0.0.1:8009",
        "signed": True,
        "createdAt": "2026-03-02T09:00:00Z",
        "disabledAt": None,
        "person": {"name": "Ada"},
    }
    assert stored.target is not None
    assert stored.secrets is not None
    assert sealing.unseal(stored.target) == HOOK
    assert signing.signing(stored.secrets, at=NINE) == (secret,)


async def test_no_secret_stands_in_the_database_or_in_an_event(any_office: Office) -> None:
    office = any_office
    channel_id = await _added(office, WEBHOOK)
    await office.act("rotateChannelSecret", {"channelId": channel_id}, "secret")

    rows = str(await fetch("SELECT * FROM channel")) + str(await fetch("SELECT * FROM event"))

    assert "SECRET" not in rows
    assert "whsec" not in rows
    assert "127.0.0.1:8009" in rows


async def test_the_address_that_one_has_needs_no_key(office: Office) -> None:
    sealing.use_keys([])

    payload = await office.act("addChannel", MAIL, "secret channel {place signed}")
    refused = await office.act("addChannel", {**MAIL, "address": "ada@example.net"}, "channel {id}")

    assert payload["channel"] == {"place": "a***@example.org", "signed": False}
    assert payload["secret"] is None
    error = only(refused)
    assert error["code"] == "CONFLICT"
    assert "escgraph secret-key" in error["message"]
    assert len(await _mine(office)) == 1


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"kind": "LOG", "address": "x"}, "kind", "cannot be added"),
        ({"kind": "WEBHOOK"}, "address", "needs an address"),
        ({"kind": "EMAIL", "address": "https://127.0.0.1/SECRET"}, "address", "like ada@"),
        ({"kind": "EMAIL", "address": "a@b.c\r\nBcc: x@y.z"}, "address", "control character"),
        ({"kind": "NTFY", "address": "file:///etc/passwd"}, "address", "https://"),
        (
            {"kind": "SLACK", "address": "https://169.254.1.1/SECRET"},
            "address",
            "is not public",
        ),
        ({"kind": "TEAMS", "address": "https://[::1]/x"}, "address", "is not public"),
        ({"kind": "WEBHOOK", "address": "https://a:SECRET@127.0.0.1"}, "address", "a password"),
        ({"kind": "WEBHOOK", "address": "https://" + "x" * 2000}, "address", "2000 are allowed"),
        ({"kind": "APPRISE", "address": "json://127.0.0.1/SECRET"}, "address", "for services with"),
        ({"kind": "EMAIL", "name": " "}, "name", "write it"),
        ({"kind": "EMAIL", "personId": "x"}, "personId", "is no id"),
    ],
)
async def test_what_nothing_may_be_sent_to_is_refused(
    office: Office, given: Json, field: str, words: str
) -> None:
    error = only(await office.act("addChannel", {"name": "x", **given}, "channel {id}"))

    assert (error["code"], error["field"]) == ("INVALID_INPUT", [field])
    assert words in error["message"]
    assert "SECRET" not in error["message"]
    assert (await stream.head()).position == 0


async def test_the_first_enabled_channel_stands_first_and_the_order_can_be_changed(
    any_office: Office,
) -> None:
    office = any_office
    names = ("mail", "pager", "phone")
    ids = [await _added(office, {**WEBHOOK, "name": name}) for name in names]
    assert [channel["name"] for channel in await _mine(office)] == list(names)

    turned = [ids[2], ids[0], ids[1]]
    payload = await office.act("orderChannels", {"channelIds": turned}, "channels {id}")

    assert [channel["id"] for channel in payload["channels"]] == turned
    assert [channel["id"] for channel in await _mine(office)] == turned
    for wrong in (ids[:2], [*ids, ids[0]], [ids[0], ids[0], ids[1]], [*ids[:2], str(nobody())]):
        error = only(await office.act("orderChannels", {"channelIds": wrong}, "channels {id}"))
        assert error["field"] == ["channelIds"]
        assert "each of the person's 3 channels once" in error["message"]
    later = await _added(office, {**WEBHOOK, "name": "last"})
    assert [channel["id"] for channel in await _mine(office)] == [*turned, later]


async def test_a_channel_is_passed_over_until_it_is_enabled(any_office: Office) -> None:
    office = any_office
    given = {"channelId": await _added(office, WEBHOOK)}
    selection = "channel {disabledAt disabledReason}"
    at = {"disabledAt": "2026-03-02T09:00:00Z"}

    early = await office.act("enableChannel", given, selection)
    disabled = await office.act("disableChannel", {**given, "reason": "On holiday"}, selection)
    again = await office.act("disableChannel", given, selection)
    enabled = await office.act("enableChannel", given, selection)

    assert only(early)["code"] == only(again)["code"] == "WRONG_STATUS"
    assert disabled["channel"] == {**at, "disabledReason": "On holiday"}
    assert enabled["channel"] == {"disabledAt": None, "disabledReason": None}
    by_default = await office.act("disableChannel", given, selection)
    assert by_default["channel"]["disabledReason"] == "by hand"


async def test_a_removed_channel_is_found_by_nobody_and_its_address_is_forgotten(
    any_office: Office,
) -> None:
    office = any_office
    gone, left = await _added(office, WEBHOOK), await _added(office)

    payload = await office.act("removeChannel", {"channelId": gone}, "channels {id}")

    assert payload["channels"] == [{"id": left}]
    stored = await _stored(gone)
    assert (stored.target, stored.secrets) == (None, None)
    for name in ("removeChannel", "enableChannel", "rotateChannelSecret"):
        error = only(await office.act(name, {"channelId": gone}, "__typename") | NO_NAME)
        assert (error["code"], error["field"]) == ("NOT_FOUND", ["channelId"])
    error = await office.refusal("query($id: ID!) {node(id: $id) {id}}", {"id": gone})
    assert error["extensions"]["code"] == "NOT_FOUND"


NO_NAME = {"__typename": None}


async def test_the_old_secret_signs_along_for_a_day_unless_said(any_office: Office) -> None:
    office = any_office
    payload = await office.act("addChannel", WEBHOOK, "secret channel {id}")
    first, given = payload["secret"], {"channelId": payload["channel"]["id"]}
    office.clock.moment = NINE + minutes(1)

    second = (await office.act("rotateChannelSecret", given, "secret"))["secret"]

    async def signed(at: datetime) -> tuple[str, ...]:
        secrets = (await _stored(given["channelId"])).secrets
        assert secrets is not None
        return signing.signing(secrets, at=at)

    assert await signed(NINE + hours(24)) == (second, first)
    assert await signed(NINE + hours(24) + minutes(1)) == (second,)
    keyed = {**given, "grace": "PT0S", "idempotencyKey": "leak"}
    third = (await office.act("rotateChannelSecret", keyed, "secret"))["secret"]
    assert await signed(NINE + minutes(1)) == (third,)
    assert (await office.act("rotateChannelSecret", keyed, "secret"))["secret"] is None
    assert await signed(NINE + minutes(1)) == (third,)


async def test_a_secret_is_rotated_within_reason_and_only_where_something_signs(
    office: Office,
) -> None:
    signed, unsigned = await _added(office, WEBHOOK), await _added(office)

    for given, field in (
        ({"channelId": signed, "grace": "P31D"}, "grace"),
        ({"channelId": signed, "grace": "-PT1S"}, "grace"),
        ({"channelId": unsigned}, "channelId"),
    ):
        error = only(await office.act("rotateChannelSecret", given, "secret"))
        assert (error["code"], error["field"]) == ("INVALID_INPUT", [field])


async def test_nobody_has_more_channels_than_anybody_needs(office: Office) -> None:
    ids = [await _added(office) for _ in range(10)]

    error = only(await office.act("addChannel", MAIL, "channel {id}"))

    assert (error["code"], error["field"]) == ("CONFLICT", ["personId"])
    assert "remove one first" in error["message"]
    await office.act("removeChannel", {"channelId": ids[0]}, "channels {id}")
    await _added(office)


async def test_what_is_anothers_does_not_exist_for_others(any_office: Office) -> None:
    """P2."""
    office = any_office
    adas = await _added(office, WEBHOOK)
    before = await stream.head()

    for name in ("removeChannel", "disableChannel", "enableChannel", "rotateChannelSecret"):
        payload = await office.act(name, {"channelId": adas}, "__typename", by=office.manager)
        error = only(payload | NO_NAME)
        assert (error["code"], error["field"]) == ("NOT_FOUND", ["channelId"])
    document = "query($id: ID!) {node(id: $id) {id}}"
    error = await office.refusal(document, {"id": adas}, by=office.manager)
    assert error["extensions"]["code"] == "NOT_FOUND"
    whose = {"personId": str(office.agent.person)}
    for name, given in (("addChannel", MAIL), ("orderChannels", {"channelIds": [adas]})):
        payload = await office.act(name, {**given, **whose}, "__typename", by=office.manager)
        error = only(payload | NO_NAME)
        assert (error["code"], error["field"]) == ("FORBIDDEN", ["personId"])
    assert await stream.head() == before


async def test_an_administrator_does_it_for_a_stakeholder_who_never_writes(
    any_office: Office,
) -> None:
    """P2."""
    office = any_office
    by, whose = office.administrator, {"personId": str(office.stakeholder.person)}
    refused = await office.act("addChannel", MAIL, "channel {id}", by=office.stakeholder)
    assert only(refused)["code"] == "FORBIDDEN"

    first = await _added(office, {**WEBHOOK, **whose}, by=by)
    second = await _added(office, {**MAIL, **whose}, by=by)
    order = {"channelIds": [second, first], **whose}
    assert (await office.act("orderChannels", order, "channels {id}", by=by))["errors"] == []
    for name in ("disableChannel", "enableChannel", "rotateChannelSecret"):
        payload = await office.act(name, {"channelId": first}, "channel {id}", by=by)
        assert (name, payload["channel"]) == (name, {"id": first})

    seen = await _mine(office, by=office.stakeholder)
    assert [(one["id"], one["person"]["name"]) for one in seen] == [
        (second, "Stella"),
        (first, "Stella"),
    ]
    assert await _mine(office, by=by) == []
    left = await office.act("removeChannel", {"channelId": first}, "channels {id}", by=by)
    assert left["channels"] == [{"id": second}]


async def test_scripts_and_wallboards_are_told_nothing_that_way(office: Office) -> None:
    for whom in (office.script, office.wallboard):
        given = {**MAIL, "personId": str(whom.person)}
        payload = await office.act("addChannel", given, "channel {id}", by=office.administrator)
        error = only(payload)
        assert (error["code"], error["field"]) == ("INVALID_INPUT", ["personId"])
        assert whom.role in error["message"]
        refused = await office.act("addChannel", MAIL, "channel {id}", by=whom)
        assert only(refused)["code"] == "FORBIDDEN"
    gone = {**MAIL, "personId": str(nobody())}
    payload = await office.act("addChannel", gone, "channel {id}", by=office.administrator)
    assert only(payload)["code"] == "NOT_FOUND"


async def test_whose_channels_are_whose_business(office: Office) -> None:
    """P2: colleagues see where a notice went, and nobody's list of ways."""
    channel_id = await _added(office, WEBHOOK)
    document = "{people {name channels {id}}}"

    async def seen(by: Actor) -> dict[str, Json]:
        people = (await office.data(document, by=by))["people"]
        return {one["name"]: one["channels"] for one in people}

    assert (await seen(office.agent))["Ada"] == [{"id": channel_id}]
    by_agent = await seen(office.agent)
    assert {name for name, ways in by_agent.items() if ways is not None} == {"Ada"}
    assert (await seen(office.manager))["Ada"] is None
    by_administrator = await seen(office.administrator)
    assert by_administrator["Ada"] == [{"id": channel_id}]
    assert by_administrator["Stella"] == []
    found = await office.data(
        "query($id: ID!) {node(id: $id) {__typename}}", {"id": channel_id}, by=office.administrator
    )
    assert found["node"] == {"__typename": "Channel"}


async def test_every_act_on_a_channel_is_told_to_those_who_oversee(office: Office) -> None:
    channel_id = await _added(office, WEBHOOK)
    given = {"channelId": channel_id}
    await office.act("disableChannel", given, "channel {id}")
    await office.act("enableChannel", given, "channel {id}")
    await office.act("orderChannels", {"channelIds": [channel_id]}, "channels {id}")
    await office.act("rotateChannelSecret", given, "secret")
    await office.act("removeChannel", given, "channels {id}")
    document = """{events {nodes {__typename by {name}
      ... on ChannelAdded {channelId person {name} channelKind name}
      ... on ChannelRemoved {channelId person {name}}
      ... on ChannelDisabled {channelId person {name} reason}
      ... on ChannelEnabled {channelId person {name}}
      ... on ChannelsOrdered {channelIds person {name}}
      ... on ChannelSecretRotated {channelId person {name} oldUntil}}}}"""

    nodes = (await office.data(document, by=office.manager))["events"]["nodes"]

    every = {"by": {"name": "Ada"}, "person": {"name": "Ada"}}
    on = {**every, "channelId": channel_id}
    assert nodes == [
        {"__typename": "ChannelAdded", **on, "channelKind": ChannelKind.WEBHOOK, "name": "pager"},
        {"__typename": "ChannelDisabled", **on, "reason": "by hand"},
        {"__typename": "ChannelEnabled", **on},
        {"__typename": "ChannelsOrdered", **every, "channelIds": [channel_id]},
        {"__typename": "ChannelSecretRotated", **on, "oldUntil": "2026-03-03T09:00:00Z"},
        {"__typename": "ChannelRemoved", **on},
    ]
    for by in (office.engineer, office.stakeholder, office.wallboard):
        assert (await office.data(document, by=by))["events"]["nodes"] == []


async def test_one_sees_what_one_was_told(office: Office) -> None:
    """C2: of all that a manager may see, what they were told themselves."""
    document = "{me {notices(first: 2) {nodes {id} pageInfo {hasNextPage}}}}"
    await told.notice(office.agent.person, None)
    theirs = [
        await told.notice(whose.person, None, at=NINE + minutes(n))
        for whose in (office.manager, office.stakeholder)
        for n in range(3)
    ]

    result = await office.ask(document, by=office.wallboard)

    for by, own in ((office.manager, theirs[:3]), (office.stakeholder, theirs[3:])):
        page = (await office.data(document, by=by))["me"]["notices"]
        assert page["nodes"] == [{"id": str(own[2])}, {"id": str(own[1])}]
        assert page["pageInfo"] == {"hasNextPage": True}
    assert result.data == {"me": {"notices": None}}


async def test_everybodys_ways_and_wishes_cost_one_statement_each(office: Office) -> None:
    for whom in (office.agent, office.engineer, office.stakeholder):
        await told.channel(whom.person)
    asked: list[str] = []
    connection = connected()._connection
    assert isinstance(connection, aiosqlite.Connection)
    await connection.set_trace_callback(asked.append)

    document = "{people {channels {name person {name}} preferences {hourlyCap}}}"
    await office.data(document, by=office.administrator)

    read = [sql.partition(" FROM ")[2].split()[0] for sql in asked if sql.startswith("SELECT")]
    assert sorted(read) == ["channel", "person", "person", "preference"]
