"""From a message to the act, as people go: the mail's button, ntfy's, and the package (C3, A12)."""

import re
from itertools import product
from typing import Any

import orjson
import pytest

from escgraph.domain.notice import ChannelKind, Hearer, NoticeKind
from escgraph.domain.terms import Priority, TicketId
from escgraph.domain.ticket import Actor
from escgraph.notify import ntfy
from escgraph.notify.letter import Letter
from escgraph.notify.target import Target
from escgraph.queries.letters import letter_for
from escgraph.store import stream, tickets
from tests.api.door import Door
from tests.api.office import Office
from tests.api.phone import ACCEPT
from tests.notify.clients import client
from tests.queries.house import NINE, hours
from tests.queries.post import notice, posted, told_of
from tests.receiver import Receiver, answer

ELEVEN = NINE + hours(2)
ONE = NINE + hours(4)


async def _letter(
    door: Door,
    *about: TicketId,
    to: Actor,
    hearer: Hearer = Hearer.TIER_TEAM,
    kind: ChannelKind = ChannelKind.EMAIL,
) -> Letter:
    """What that person is sent of the last escalation of each ticket, composed twice to the same.

    The door is opened some minutes after the last of them.
    """
    events = [(await told_of("TicketEscalated", ticket))[-1] for ticket in about]
    at = max(event.at for event in events)
    notices = (notice(NoticeKind.ESCALATED, hearer, to.person, [event], at=at) for event in events)
    message = await posted(*notices, at=at, kind=kind)
    door.now = at + hours(0.1)
    letter = await letter_for(message, links=door.links)
    assert letter == await letter_for(message, links=door.links)
    return letter


async def _escalated(office: Office, title: str = "Mail is down") -> TicketId:
    """With the engineers since eleven."""
    ticket = await office.open(title, Priority.HIGH)
    await office.sweep(ELEVEN)
    return ticket


async def _history(ticket: TicketId) -> list[tuple[str, object]]:
    """What happened to it, and who did it."""
    events = await stream.read(after=0, limit=100)
    return [(event.kind, event.by) for event in events if event.ticket_id == ticket]


async def test_the_button_that_a_phone_gets_from_ntfy_does_it_at_one_touch(
    office: Office, door: Door
) -> None:
    ticket = await _escalated(office)
    letter = await _letter(door, ticket, to=office.engineer, kind=ChannelKind.NTFY)
    with Receiver() as server:
        server.behave("/", answer(200, b'{"id":"x","event":"message","topic":"desk"}'))
        target = Target("phone", server.url("/desk"))
        await ntfy.send(client(), letter, target, at=door.now)
    (request,) = server.requests
    button: dict[str, Any] = orjson.loads(request.body)["actions"][0]
    assert (button["action"], button["label"]) == ("http", "Accept ESC-000001")

    done = await door.client.request(button["method"], button["url"])

    assert done.text == "You accepted ESC-000001. It is IN PROGRESS at LEVEL 2.\n"
    assert (await tickets.load(ticket)).assignees == (office.engineer.person,)


@pytest.mark.parametrize("part", ["text", "html"])
async def test_the_button_of_an_e_mail_opens_the_page_and_the_page_does_it_once(
    any_office: Office, door: Door, part: str
) -> None:
    ticket = await _escalated(any_office)
    letter = await _letter(door, ticket, to=any_office.engineer)
    found = re.findall(rf"{re.escape(door.place)}/link/[\w.-]+", getattr(letter, part))
    assert sorted(set(found)) == sorted(action.url for action in letter.actions)
    (acknowledging,) = [a for a in letter.actions if a.label == "Acknowledge ESC-000001"]
    before = await _history(ticket)

    phone = await door.phone.open(acknowledging.url)
    assert await _history(ticket) == before
    await phone.press()
    assert phone.screen.said == "You acknowledged ESC-000001. It is IN PROGRESS at LEVEL 2."
    again = await door.client.post(acknowledging.url)

    assert again.text.startswith("This link was used on 2 March 2026, 11:06 (UTC).")
    assert (await tickets.load(ticket)).acknowledged_at == door.now
    added = ("TicketAcknowledged", any_office.engineer.person)
    assert await _history(ticket) == [*before, added]


async def test_a_manager_accepts_from_the_mail_what_reached_management(
    office: Office, door: Door
) -> None:
    """A19."""
    ticket = await _escalated(office)
    await office.sweep(ONE)
    letter = await _letter(door, ticket, to=office.manager, hearer=Hearer.MANAGER)
    (accepting,) = [action for action in letter.actions if action.primary]
    assert accepting.label == "Accept ESC-000001"

    phone = await (await door.phone.open(accepting.url)).press()

    assert phone.screen.said == "You accepted ESC-000001. It is IN PROGRESS at MANAGEMENT."
    assert (await tickets.load(ticket)).accepted_at == door.now


async def test_whatever_mail_programs_and_scanners_fetch_of_a_letter_changes_nothing(
    office: Office, door: Door
) -> None:
    letter = await _letter(door, await _escalated(office), to=office.engineer)
    every = [button.url for button in (*letter.actions, *letter.package)]
    assert len(every) == 5
    before = await stream.head()

    for url, method in product(every, ("GET", "HEAD")):
        headers = {"Accept": ACCEPT, "Sec-Purpose": "prefetch", "User-Agent": "Slackbot 1.0"}
        assert (await door.client.request(method, url, headers=headers)).status_code == 200

    assert (await stream.head(), door.rung) == (before, [])
    assert (await door.phone.open(every[0])).screen.button == "Accept ESC-000001"


async def test_of_a_letter_about_many_each_link_is_for_its_own_ticket(
    office: Office, door: Door
) -> None:
    """R10."""
    one, other = [await _escalated(office, title) for title in ("Mail is down", "Search is down")]
    letter = await _letter(door, one, other, to=office.engineer)
    first, second = dict.fromkeys(re.findall(r"http\S+/link/[\w.-]+", letter.text))

    await door.client.post(second)

    assert (await tickets.load(one)).assignees == ()
    assert (await tickets.load(other)).assignees == (office.engineer.person,)
    assert (await door.phone.open(first)).screen.button == "Accept ESC-000001"


async def test_rights_are_those_of_the_moment_and_not_of_the_letter(
    office: Office, door: Door
) -> None:
    """P2: by the time the engineer reads it, the ticket is with the managers."""
    ticket = await _escalated(office)
    letter = await _letter(door, ticket, to=office.engineer)
    await office.sweep(ONE)
    door.now = ONE

    phone = await door.phone.open(letter.actions[0].url)
    pressed = await door.client.post(letter.actions[0].url)

    assert phone.screen.button is None
    assert pressed.status_code == 403
    assert "the ticket is with MANAGEMENT" in pressed.text
    assert (await tickets.load(ticket)).assignees == ()


async def test_the_package_of_the_letter_is_a_touch_away(office: Office, door: Door) -> None:
    letter = await _letter(
        door, await _escalated(office), to=office.engineer, kind=ChannelKind.SLACK
    )
    assert len(letter.package) == 3

    for button in letter.package:
        read = await door.client.get(button.url)
        assert (read.status_code, "Mail is down" in read.text) == (200, True)


async def test_a_stakeholder_is_sent_no_act_and_the_package_as_they_may_see_it(
    office: Office, door: Door
) -> None:
    """P2."""
    ticket = await office.open(
        "Mail is down", Priority.HIGH, stakeholders=(office.stakeholder.person,)
    )
    await office.sweep(ELEVEN)
    letter = await _letter(door, ticket, to=office.stakeholder, hearer=Hearer.STAKEHOLDER)

    assert letter.actions == ()
    read = await door.client.get(letter.package[0].url)
    assert read.status_code == 200
    assert "is left out." in read.text
