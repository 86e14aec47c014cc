"""Acting from a message over HTTP (A12, A19, C4): looking changes nothing, pressing acts once."""

import asyncio
import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from itertools import product
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from escgraph.api.link_answers import of_failure, written
from escgraph.api.link_html import STYLE
from escgraph.api.negotiation import TEXT
from escgraph.commands import ending, work
from escgraph.domain.permissions import Act
from escgraph.domain.terms import (
    EscalationId,
    MessageId,
    PersonId,
    Priority,
    ResolutionCode,
)
from escgraph.notify.links import Links
from escgraph.store import stream, tickets
from escgraph.store.database import DatabaseBusy, DatabaseUnavailable, execute
from escgraph.store.sealing import new_key
from tests.api.door import TOMORROW, Door, by_the_clock_of
from tests.api.office import Office
from tests.api.phone import ACCEPT
from tests.queries.house import NINE, hours, minutes


async def test_the_page_says_what_is_asked_of_whom_before_anything_is_pressed(
    office: Office, door: Door
) -> None:
    ticket = await office.open("Search is down", Priority.HIGH)

    screen = (await door.phone.open(door.link(office.agent, ticket))).screen

    assert screen.texts["title"] == ["Acknowledge ESC-000001 - escgraph"]
    assert screen.heading == "Search is down"
    assert "[URGENT] ESC-000001" in screen.texts["p"]
    assert screen.said == "Acknowledge ESC-000001 as Ada?"
    assert screen.facts == {
        "Priority": "HIGH",
        "Status": "OPEN",
        "Tier": "LEVEL 1",
        "Next deadline": "first response by 2 March 2026, 10:00 (UTC), in 59 min",
        "You are": "Ada (ada@example.org)",
    }
    assert screen.button == "Acknowledge ESC-000001"


async def test_the_page_tells_times_by_the_clock_of_whom_it_was_sent_to(
    office: Office, door: Door
) -> None:
    ticket = await office.open(priority=Priority.HIGH)
    await by_the_clock_of("Asia/Kolkata", office.agent)

    screen = (await door.phone.open(door.link(office.agent, ticket))).screen

    due = "first response by 2 March 2026, 15:30 (Asia/Kolkata), in 59 min"
    assert screen.facts["Next deadline"] == due


async def test_whoever_only_looks_changes_nothing_however_often(
    any_office: Office, door: Door
) -> None:
    link = door.link(any_office.agent, await any_office.open())
    before = await stream.head()

    for method, accept in product(("GET", "HEAD"), (ACCEPT, "*/*", "application/json")):
        headers = {"Accept": accept, "Sec-Purpose": "prefetch;prerender"}
        answer = await door.client.request(method, link, headers=headers)
        assert answer.status_code == 200
        assert bool(answer.content) is (method == "GET")

    assert (await stream.head(), door.rung) == (before, [])
    assert (await door.phone.open(link)).screen.button == "Acknowledge ESC-000001"


async def test_pressing_the_button_acknowledges_and_tells_the_subscribers(
    any_office: Office, door: Door
) -> None:
    ticket = await any_office.open()
    phone = await door.phone.open(door.link(any_office.agent, ticket))

    await phone.press()

    assert phone.answer.status_code == 200
    assert phone.screen.said == "You acknowledged ESC-000001. It is IN PROGRESS at LEVEL 1."
    assert phone.screen.button is None
    assert phone.screen.facts["Next deadline"].startswith("goes to LEVEL 2 on 2 March 2026, 17:00")
    assert (await tickets.load(ticket)).acknowledged_at == door.now
    last = (await stream.read(after=0, limit=100))[-1]
    assert (last.kind, last.by) == ("TicketAcknowledged", any_office.agent.person)
    assert door.rung == [last.position]


async def test_a_second_press_says_when_the_link_was_used_and_does_nothing(
    office: Office, door: Door
) -> None:
    phone = await door.phone.open(door.link(office.agent, await office.open()))
    other_window = await door.phone.open(str(phone.answer.url))
    await phone.press()
    before = await stream.head()
    door.now = NINE + hours(1)

    await other_window.press()

    told = "This link was used on 2 March 2026, 09:01 (UTC). ESC-000001 is IN PROGRESS at LEVEL 1."
    assert (other_window.answer.status_code, other_window.screen.said) == (200, told)
    assert (await door.phone.open(str(phone.answer.url))).screen.said == told
    assert await stream.head() == before


async def test_of_many_presses_at_once_exactly_one_acts(any_office: Office, door: Door) -> None:
    link = door.link(any_office.agent, await any_office.open())
    before = (await stream.head()).position

    answers = await asyncio.gather(*(door.client.post(link) for _ in range(8)))

    told = sorted(answer.text.split(" on ")[0] for answer in answers)
    assert told[:7] == ["This link was used"] * 7
    assert told[7].startswith("You acknowledged ESC-000001.")
    assert {answer.status_code for answer in answers} == {200}
    assert door.rung == [before + 1]


async def test_the_button_of_ntfy_acknowledges_and_is_answered_in_a_line(
    office: Office, door: Door
) -> None:
    """Its apps send the action as it stands: no body, no header of their own."""
    ticket = await office.open()
    action = {
        "action": "http",
        "label": "Acknowledge",
        "method": "POST",
        "url": door.link(office.agent, ticket),
        "clear": True,
    }

    answer = await door.client.request(str(action["method"]), str(action["url"]))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == "You acknowledged ESC-000001. It is IN PROGRESS at LEVEL 1.\n"
    assert (await tickets.load(ticket)).acknowledged_at == door.now


async def test_a_web_app_elsewhere_may_read_whether_its_button_worked(
    office: Office, door: Door
) -> None:
    """Nothing but the token gives the right, so a foreign page that has it may as well know."""
    link = door.link(office.agent, await office.open())
    elsewhere = {"Origin": "https://ntfy.example.org"}

    looked = await door.client.get(link, headers=elsewhere)
    pressed = await door.client.post(link, headers=elsewhere)

    assert "access-control-allow-origin" not in looked.headers
    assert pressed.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in pressed.headers


async def test_a_program_is_answered_in_json(office: Office, door: Door) -> None:
    ticket = await office.open()
    link = door.link(office.agent, ticket)

    answer = await door.client.post(link, headers={"Accept": "application/json"})

    assert answer.json() == {
        "acted": True,
        "state": "USED",
        "message": "You acknowledged ESC-000001. It is IN PROGRESS at LEVEL 1.",
        "ticket": {
            "id": str(ticket),
            "number": "ESC-000001",
            "title": "Search is slow",
            "priority": "MEDIUM",
            "status": "IN_PROGRESS",
            "tier": "LEVEL_1",
        },
    }


async def test_a_manager_accepts_with_a_thumb(office: Office, door: Door) -> None:
    ticket = await office.open(priority=Priority.HIGH)
    for hour in (2, 4):
        await office.sweep(NINE + hours(hour))
    door.now = NINE + hours(5)
    phone = await door.phone.open(door.link(office.manager, ticket, Act.ACCEPT))
    assert phone.screen.button == "Accept ESC-000001"
    assert phone.screen.facts["Next deadline"] == "none"

    await phone.press()

    assert phone.screen.said == "You accepted ESC-000001. It is IN PROGRESS at MANAGEMENT."
    assert (await tickets.load(ticket)).accepted_at == door.now


async def test_what_somebody_has_done_already_is_said_and_offers_no_button(
    office: Office, door: Door
) -> None:
    ticket = await office.open()
    await work.acknowledge_ticket(ticket, call=office.call(office.engineer, NINE + minutes(1)))
    link = door.link(office.agent, ticket)

    phone = await door.phone.open(link)
    pressed = await door.client.post(link)

    told = (
        "ESC-000001 was acknowledged on 2 March 2026, 09:01 (UTC) already. "
        "It is IN PROGRESS at LEVEL 1."
    )
    assert (phone.screen.said, phone.screen.button) == (told, None)
    assert (pressed.status_code, pressed.text) == (200, f"{told}\n")


async def test_what_the_ticket_does_not_allow_any_more_is_told_as_the_mutation_tells_it(
    office: Office, door: Door
) -> None:
    ticket = await office.open()
    phone = await door.phone.open(door.link(office.agent, ticket))
    await ending.resolve_ticket(
        ticket,
        call=office.call(office.agent, NINE + minutes(2)),
        summary="The index was rebuilt",
        code=ResolutionCode.FIXED,
        root_cause="A full disk",
    )

    await phone.press()

    assert phone.answer.status_code == 409
    assert phone.screen.said == (
        "ESC-000001: cannot acknowledge a ticket that is RESOLVED; reopen it first."
    )
    assert phone.screen.facts["Status"] == "RESOLVED"
    assert phone.screen.button is None


async def test_who_may_not_is_refused_in_words_and_sees_what_they_may(
    office: Office, door: Door
) -> None:
    """The tier moved on between the message and the press."""
    ticket = await office.open()
    phone = await door.phone.open(door.link(office.agent, ticket, Act.ACCEPT))
    await office.sweep(NINE + hours(8))
    door.now = NINE + hours(8)

    await phone.press()

    assert phone.answer.status_code == 403
    assert phone.screen.said == (
        "ESC-000001: the ticket is with LEVEL_2 and you work at LEVEL_1; "
        "escalate or de-escalate it, or have it assigned."
    )
    assert phone.screen.facts["Tier"] == "LEVEL 2"


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ("active = false", 403, "The person whom this was sent to works here no more"),
        ("role = 'STAKEHOLDER', tier = NULL", 404, "There is no ticket with the id"),
    ],
)
async def test_who_has_left_or_sees_it_no_more_learns_nothing_of_the_ticket(
    office: Office, door: Door, change: str, status: int, told: str
) -> None:
    link = door.link(office.agent, await office.open("Search is down"))
    sql = f"UPDATE person SET {change} WHERE id = $1"
    await execute(sql, office.agent.person)

    for method in ("GET", "POST"):
        answer = await door.client.request(method, link, headers={"Accept": ACCEPT})
        assert answer.status_code == status
        assert told in answer.text
        assert "Search is down" not in answer.text
        assert "ESC-000001" not in answer.text


def _bad_tokens(door: Door) -> Iterator[str]:
    """Of other keys and purposes, changed, cut off, too long, and none at all."""
    said = {"message": MessageId(uuid4()), "person": uuid4(), "ticket": uuid4()}
    act: dict[str, Any] = {**said, "act": Act.ACCEPT, "until": TOMORROW}
    foreign = Links("http://elsewhere", (new_key(),)).act(**act)
    package = door.links.package(
        escalation=EscalationId(uuid4()), person=PersonId(uuid4()), form="md", until=TOMORROW
    )
    good = door.links.act(**act)
    assert good is not None
    token = good.rpartition("/")[2]
    assert foreign is not None
    assert package is not None
    yield foreign.rpartition("/")[2]
    yield package.rpartition("/")[2]
    yield package.rpartition("/")[2].removesuffix(".md")
    yield from (token[:-2], token[1:], f"{token}x", token.swapcase(), token * 9)
    yield from ("x", "%00", "%F0%9F%94%91", "A" * 8000)


async def test_a_link_that_is_none_is_refused_alike_without_a_look_at_the_database(
    door: Door,
) -> None:
    """No database is open here at all."""
    answers = set()
    for token in _bad_tokens(door):
        for method in ("GET", "POST"):
            answer = await door.client.request(
                method, f"{door.place}/link/{token}", headers={"Accept": ACCEPT}
            )
            answers.add((answer.status_code, answer.text))

    ((status, page),) = answers
    assert status == 404
    assert "open it from the message itself, whole as it stands there" in page


async def test_a_link_that_has_expired_says_what_to_do_instead(office: Office, door: Door) -> None:
    ticket = await office.open()
    link = door.link(office.agent, ticket, until=NINE + hours(1))
    door.now = NINE + hours(1)

    phone = await door.phone.open(link)
    pressed = await door.client.post(link)

    assert (phone.answer.status_code, pressed.status_code) == (410, 410)
    assert phone.screen.said == (
        "This link has expired; open the ticket in escgraph, or use a newer message."
    )
    assert phone.screen.heading == "This link does nothing"
    assert (await tickets.load(ticket)).acknowledged_at is None


async def test_every_answer_keeps_scripts_frames_caches_and_referrers_out(
    office: Office, door: Door
) -> None:
    link = door.link(office.agent, await office.open())
    gone = door.link(office.agent, await office.open(), until=NINE)

    for address, method in product((link, gone, f"{link}x"), ("GET", "POST", "PUT", "OPTIONS")):
        headers = (await door.client.request(method, address, headers={"Accept": ACCEPT})).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert policy.endswith("form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
        assert "set-cookie" not in headers


async def test_another_method_is_refused_and_does_nothing(office: Office, door: Door) -> None:
    ticket = await office.open()

    answer = await door.client.put(door.link(office.agent, ticket))

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert (await tickets.load(ticket)).acknowledged_at is None


async def test_the_style_that_the_policy_lets_in_is_the_one_of_the_page(
    office: Office, door: Door
) -> None:
    answer = await door.client.get(door.link(office.agent, await office.open()))

    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]


async def test_what_people_wrote_stands_on_the_page_as_text(office: Office, door: Door) -> None:
    title = '<script>alert(1)</script> & "\u202eevil\u202c" </title><b>'
    link = door.link(office.agent, await office.open(title))

    phone = await door.phone.open(link)

    assert phone.screen.heading == title.replace("\u202e", "{U+202E}").replace("\u202c", "{U+202C}")
    assert "script" not in phone.screen.tags
    assert "b" not in phone.screen.tags
    assert phone.screen.texts["title"] == ["Acknowledge ESC-000001 - escgraph"]


async def test_the_page_holds_no_link_and_can_be_read_aloud(office: Office, door: Door) -> None:
    link = door.link(office.agent, await office.open())

    phone = await door.phone.open(link)

    assert urlsplit(link).path.removeprefix("/link/") not in phone.answer.text
    assert phone.screen.language == "en"
    assert phone.screen.form == {"method": "post"}
    assert all(phone.screen.facts.values())


@pytest.mark.parametrize("error", [DatabaseUnavailable, DatabaseBusy])
def test_while_the_database_is_away_it_says_to_come_back(error: type[Exception]) -> None:
    """Nobody need report it, and a press counts once, however often it is tried."""
    with capture_logs() as logs:
        answer = written(of_failure(error("no answer from db.example.org")), TEXT)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert bytes(answer.body).decode() == (
        "The database does not answer at the moment. Open the link again in a minute: it says "
        "whether it was used.\n"
    )
    assert [entry["event"] for entry in logs] == ["request not answered"]


async def test_a_failure_inside_is_masked_and_its_log_knows_no_token(
    office: Office, door: Door
) -> None:
    link = door.link(office.agent, await office.open())
    token = urlsplit(link).path.removeprefix("/link/")
    await execute("ALTER TABLE ticket RENAME TO elsewhere")

    with capture_logs() as logs:
        answer = await door.client.post(link)

    assert answer.status_code == 500
    assert answer.text.startswith("Internal error; quote ")
    assert "Open the link again: it says whether it was used." in answer.text
    assert [entry["event"] for entry in logs] == ["request failed"]
    assert token not in repr(logs)


def test_texts_and_the_button_stand_out_by_day_and_by_night() -> None:
    """WCAG 2.2 AA: 4.5 to 1 for texts."""
    day, night = (
        dict(re.findall(r"--(\w+): (#\w+)", part))
        for part in STYLE.split("@media (prefers-color-scheme: dark)")
    )

    for colours, (over, under) in product(
        (day, {**day, **night}),
        (("ink", "paper"), ("soft", "paper"), ("urgent", "paper"), ("pressed", "press")),
    ):
        assert _contrast(colours[over], colours[under]) >= 4.5


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
