"""From a message to the act, as people go: the mail's button, ntfy's, and the package (C3, A12)."""

import re
from typing import Any

import orjson
import pytest

from escgraph.domain.notice import ChannelKind, Hearer, NoticeKind
from escgraph.domain.terms import Priority, TicketId
from escgraph.notify import ntfy
from escgraph.notify.letter import Letter
from escgraph.notify.target import Target
from escgraph.queries.letters import letter_for
from escgraph.store import tickets
from tests.api.door import Door
from tests.api.office import Office
from tests.notify.clients import client
from tests.queries.house import NINE, hours
from tests.queries.post import notice, posted, told_of
from tests.receiver import Receiver, answer


async def _letter(office: Office, door: Door, kind: ChannelKind) -> tuple[TicketId, Letter]:
    """What the engineer is sent of an escalation at eleven, composed twice to the same."""
    ticket = await office.open("Mail is down", Priority.HIGH)
    await office.sweep(NINE + hours(2))
    door.now = NINE + hours(2.1)
    events = await told_of("TicketEscalated", ticket)
    one = notice(
        NoticeKind.ESCALATED,
        Hearer.TIER_TEAM,
        office.engineer.person,
        events,
        at=NINE + hours(2),
    )
    message = await posted(one, at=NINE + hours(2), kind=kind)
    letter = await letter_for(message, links=door.links)
    assert letter == await letter_for(message, links=door.links)
    return ticket, letter


async def test_the_button_that_a_phone_gets_from_ntfy_does_it_at_one_touch(
    office: Office, door: Door
) -> None:
    ticket, letter = await _letter(office, door, ChannelKind.NTFY)
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
async def test_the_button_of_an_e_mail_opens_the_page_and_the_page_does_it(
    office: Office, door: Door, part: str
) -> None:
    ticket, letter = await _letter(office, door, ChannelKind.EMAIL)
    found = re.findall(rf"{re.escape(door.place)}/link/[\w.-]+", getattr(letter, part))
    assert sorted(set(found)) == sorted(action.url for action in letter.actions)
    (acknowledging,) = [a for a in letter.actions if a.label == "Acknowledge ESC-000001"]

    phone = await door.phone.open(acknowledging.url)
    assert (await tickets.load(ticket)).acknowledged_at is None
    await phone.press()

    assert phone.screen.said == "You acknowledged ESC-000001. It is IN PROGRESS at LEVEL 2."
    assert (await tickets.load(ticket)).acknowledged_at == door.now


async def test_the_package_of_the_letter_is_a_touch_away(office: Office, door: Door) -> None:
    _, letter = await _letter(office, door, ChannelKind.SLACK)
    assert len(letter.package) == 3

    for button in letter.package:
        read = await door.client.get(button.url)
        assert (read.status_code, "Mail is down" in read.text) == (200, True)
