"""A message as a person reads it: subject, first line, what happened, what to do, by when (C2)."""

from dataclasses import replace

import pytest

from escgraph.commands import ending, work
from escgraph.domain.notice import Hearer, NoticeKind
from escgraph.domain.terms import Priority, ResolutionCode, TicketId
from escgraph.domain.ticket import Actor
from escgraph.notify.letter import Letter
from escgraph.notify.links import Links
from escgraph.queries.letters import letter_for
from escgraph.store import sealing
from escgraph.store.database import execute
from escgraph.store.notice_rows import Message
from tests.queries.house import NINE, House, hours, minutes
from tests.queries.post import notice, posted, told_of

LINKS = Links("https://escgraph.example.org", [sealing.new_key()])
LATE = NINE + hours(2)


async def _down(house: House) -> TicketId:
    """A HIGH ticket that nobody answered, now at LEVEL_2."""
    ticket_id = await house.open(
        "Checkout is down",
        Priority.HIGH,
        stakeholders=(house.stakeholder.person,),
        description="Every payment ends with error 502.",
    )
    call = house.call(house.agent, NINE + minutes(5))
    await work.log_action(ticket_id, call=call, text="Restarted the gateway")
    await house.sweep(LATE)
    return ticket_id


async def _escalated(house: House, who: Actor, hearer: Hearer) -> Message:
    ticket_id = await _down(house)
    climbs = await told_of("TicketEscalated", ticket_id)
    one = notice(NoticeKind.ESCALATED, hearer, who.person, climbs, at=LATE)
    return await posted(one, at=LATE)


async def _letter(message: Message) -> Letter:
    return await letter_for(message, links=LINKS)


async def test_the_team_reads_what_happened_what_to_do_and_by_when(house: House) -> None:
    """C2, C3, C4."""
    letter = await _letter(await _escalated(house, house.engineer, Hearer.TIER_TEAM))

    assert letter.subject == "[URGENT] ESC-000001 HIGH escalated to LEVEL_2: Checkout is down"
    assert letter.headline == (
        "ESC-000001 (Checkout is down) was escalated to LEVEL_2 at 12:00, because it was not "
        "resolved in time; accept it now."
    )
    assert letter.text.startswith(f"{letter.headline}\n\nAccept ESC-000001: https://")
    unwrapped = " ".join(letter.text.split())
    assert (
        "Management is called on 2 March 2026, 14:00 Europe/Berlin (13:00 UTC), in 2 h, "
        "unless it is resolved before."
    ) in unwrapped
    assert "> Restarted the gateway" in letter.text
    assert "Missing: a first response, an assignee, a stakeholder update and notes." in unwrapped


async def test_a_letter_is_the_same_whatever_happened_in_between(house: House) -> None:
    """A retry sends the same bytes."""
    message = await _escalated(house, house.engineer, Hearer.TIER_TEAM)
    before = await _letter(message)

    call = house.call(house.engineer, LATE + minutes(1))
    ticket_id = (await told_of("TicketEscalated"))[0].ticket_id
    assert ticket_id is not None
    await work.accept_ticket(ticket_id, call=call)
    await ending.resolve_ticket(
        ticket_id, call=call, summary="Rolled back", code=ResolutionCode.FIXED, root_cause=""
    )
    await execute("UPDATE message SET attempts = 3, fence = 3, state = 'WAITING'")

    assert await _letter(message) == before


@pytest.mark.parametrize("word", ["LEVEL_", "deadline", "Restarted", "Missing"])
async def test_a_stakeholder_hears_nothing_that_is_between_colleagues(
    house: House, word: str
) -> None:
    """P2."""
    letter = await _letter(await _escalated(house, house.stakeholder, Hearer.STAKEHOLDER))

    assert letter.headline == (
        "ESC-000001 (Checkout is down) was passed on to second-level support at 12:00 and is "
        "being followed up there."
    )
    assert letter.actions == ()
    assert word not in letter.text + letter.html + letter.subject


async def test_what_was_held_back_counts_from_the_first_attempt_to_send_it(house: House) -> None:
    """A digest of the evening is read in the morning, and says how long is left then."""
    message = await _escalated(house, house.engineer, Hearer.TIER_TEAM)
    begun = replace(message, first_attempt_at=NINE + hours(3))

    letter = await letter_for(begun, links=LINKS)

    assert letter.at == NINE + hours(3)
    assert "in 1 h, unless" in " ".join(letter.text.split())
