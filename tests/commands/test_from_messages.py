"""Acting from a message: in the person's name, with the rights that they have now, once."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from escgraph.commands import ending, ladder, work
from escgraph.commands.acting import Written
from escgraph.commands.from_messages import follow_link
from escgraph.domain.errors import ForbiddenError, NotFoundError, WrongStatusError
from escgraph.domain.permissions import Act
from escgraph.domain.terms import (
    EscalationReason,
    LinkId,
    PersonId,
    Priority,
    ResolutionCode,
    Status,
    TicketId,
    Tier,
)
from escgraph.domain.ticket import Actor
from escgraph.notify.links import ActLink
from escgraph.queries.from_messages import Prospect, Standing, prospect
from escgraph.store import database, stream, tickets, used_links
from escgraph.store.transactions import unit_of_work
from tests.queries.house import NINE, House, hours, minutes


def _link(by: Actor, ticket: TicketId, act: Act = Act.ACKNOWLEDGE) -> ActLink:
    return ActLink(LinkId(uuid4()), by.person, ticket, act)


async def _kinds(ticket: TicketId) -> list[str]:
    return [
        event.kind for event in await stream.read(after=0, limit=100) if event.ticket_id == ticket
    ]


async def _seen(link: ActLink, at: datetime) -> Prospect:
    """What the page shows, which writes nothing."""
    before = await stream.head(), await used_links.used_at(link.id)
    shown = await prospect(link, at=at)
    assert (await stream.head(), await used_links.used_at(link.id)) == before
    return shown


async def test_a_link_acknowledges_in_the_name_of_the_person_it_was_sent_to(house: House) -> None:
    ticket = await house.open()
    link = _link(house.agent, ticket)
    assert (await _seen(link, NINE + minutes(1))).standing is Standing.READY

    written = await follow_link(link, at=NINE + minutes(2))

    last = (await stream.read(after=0, limit=100))[-1]
    assert (last.kind, last.by) == ("TicketAcknowledged", house.agent.person)
    assert written == Written(ticket, last.position)
    assert (await tickets.load(ticket)).acknowledged_at == NINE + minutes(2)
    seen = await _seen(link, NINE + minutes(3))
    assert (seen.standing, seen.used_at) == (Standing.USED, NINE + minutes(2))


async def test_it_meets_the_response_target_as_the_ordinary_act_does(house: House) -> None:
    by_link, by_hand = await house.open(), await house.open()

    await follow_link(_link(house.agent, by_link), at=NINE + minutes(2))
    await work.acknowledge_ticket(by_hand, call=house.call(house.agent, NINE + minutes(2)))

    one, other = await tickets.load(by_link), await tickets.load(by_hand)
    assert one.deadlines == other.deadlines
    assert (one.status, one.version) == (other.status, other.version)
    assert await _kinds(by_link) == await _kinds(by_hand)


async def test_a_manager_accepts_from_the_message_and_the_reminders_end(house: House) -> None:
    ticket = await _at_management(house)
    link = _link(house.manager, ticket, Act.ACCEPT)

    await follow_link(link, at=NINE + hours(5))

    accepted = await tickets.load(ticket)
    assert accepted.accepted_at == NINE + hours(5)
    assert house.manager.person in accepted.assignees
    assert not [due for due in accepted.deadlines if due.armed]


async def test_a_link_is_good_once_even_where_its_act_could_be_done_again(house: House) -> None:
    ticket = await _at_management(house)
    link = _link(house.manager, ticket, Act.ACCEPT)
    await follow_link(link, at=NINE + hours(5))
    call = house.call(house.manager, NINE + hours(6))
    await ladder.deescalate_ticket(
        ticket, call=call, expected_tier=Tier.MANAGEMENT, reason="Theirs after all"
    )
    await ladder.escalate_ticket(
        ticket,
        call=call,
        expected_tier=Tier.LEVEL_3,
        reason=EscalationReason.UNRESOLVED,
    )
    assert (await tickets.load(ticket)).accepted_at is None
    before = await stream.head()

    assert await follow_link(link, at=NINE + hours(7)) is None

    assert await stream.head() == before
    assert (await tickets.load(ticket)).accepted_at is None
    assert (await _seen(link, NINE + hours(7))).used_at == NINE + hours(5)
    assert await follow_link(_link(house.manager, ticket, Act.ACCEPT), at=NINE + hours(8))


async def test_the_key_of_a_used_link_undoes_whatever_came_with_a_second_use(house: House) -> None:
    """The lock of the ticket lets none come so far; the key would hold without it."""
    ticket = await house.open("Search is slow")
    link = _link(house.agent, ticket)
    await follow_link(link, at=NINE + minutes(1))

    async def again() -> None:
        await database.execute("UPDATE ticket SET title = 'Twice' WHERE id = $1", ticket)
        await used_links.use(
            link.id, ticket=ticket, person=link.person, act=link.act, at=NINE + minutes(2)
        )

    with pytest.raises(database.Duplicate):
        await unit_of_work(again)

    assert (await tickets.load(ticket)).title == "Search is slow"
    assert await used_links.used_at(link.id) == NINE + minutes(1)


async def test_what_was_done_already_is_no_failure_and_uses_nothing_up(house: House) -> None:
    ticket = await house.open()
    await work.acknowledge_ticket(ticket, call=house.call(house.engineer, NINE + minutes(1)))
    link = _link(house.agent, ticket)

    assert (await _seen(link, NINE + minutes(2))).standing is Standing.DONE
    assert await follow_link(link, at=NINE + minutes(2)) is None

    assert await used_links.used_at(link.id) is None
    assert await _kinds(ticket) == ["TicketOpened", "TicketAcknowledged"]


async def test_what_the_status_does_not_allow_is_refused_in_words_and_uses_nothing_up(
    house: House,
) -> None:
    ticket = await _resolved(house)
    link = _link(house.engineer, ticket, Act.ACCEPT)

    seen = await _seen(link, NINE + hours(2))
    with pytest.raises(WrongStatusError, match="RESOLVED; reopen it first"):
        await follow_link(link, at=NINE + hours(2))

    assert (seen.standing, seen.refusal) == (
        Standing.REFUSED,
        "cannot accept a ticket that is RESOLVED; reopen it first",
    )
    assert await used_links.used_at(link.id) is None


async def test_a_used_link_says_so_also_when_the_ticket_went_on(house: House) -> None:
    ticket = await house.open()
    link = _link(house.agent, ticket)
    await follow_link(link, at=NINE + minutes(2))
    await _resolve(house, ticket)

    assert await follow_link(link, at=NINE + hours(2)) is None
    seen = await _seen(link, NINE + hours(2))
    assert (seen.standing, seen.ticket.status) == (Standing.USED, Status.RESOLVED)


async def test_who_has_left_does_nothing_by_a_message_that_they_still_have(house: House) -> None:
    ticket = await house.open()
    link = _link(house.engineer, ticket)
    await _set(house.engineer.person, "active = false")

    with pytest.raises(ForbiddenError, match="works here no more"):
        await follow_link(link, at=NINE + minutes(2))
    with pytest.raises(ForbiddenError, match="works here no more"):
        await prospect(link, at=NINE + minutes(2))

    assert await _kinds(ticket) == ["TicketOpened"]


async def test_rights_are_those_of_the_present_role_and_not_of_the_messages_time(
    house: House,
) -> None:
    ticket = await house.open(stakeholders=(house.stakeholder.person,))
    link = _link(house.engineer, ticket)
    await _set(house.engineer.person, "role = 'ADMINISTRATOR', tier = NULL")

    with pytest.raises(ForbiddenError, match="acknowledgeTicket is not for the role ADMINISTRATOR"):
        await follow_link(link, at=NINE + minutes(2))

    assert (await _seen(link, NINE + minutes(2))).standing is Standing.REFUSED
    assert await _kinds(ticket) == ["TicketOpened"]


async def test_who_sees_the_ticket_no_more_learns_nothing_of_it(house: House) -> None:
    ticket = await house.open()
    link = _link(house.engineer, ticket)
    await _set(house.engineer.person, "role = 'STAKEHOLDER', tier = NULL")

    with pytest.raises(NotFoundError):
        await follow_link(link, at=NINE + minutes(2))
    with pytest.raises(NotFoundError):
        await prospect(link, at=NINE + minutes(2))


async def test_a_ticket_that_moved_on_is_accepted_by_those_who_hold_it_now(house: House) -> None:
    ticket = await house.open(priority=Priority.HIGH)
    await house.sweep(NINE + hours(2))
    link = _link(house.engineer, ticket, Act.ACCEPT)
    assert (await _seen(link, NINE + hours(2))).standing is Standing.READY
    await house.sweep(NINE + hours(4))

    with pytest.raises(ForbiddenError, match="the ticket is with MANAGEMENT"):
        await follow_link(link, at=NINE + hours(4))

    assert await used_links.used_at(link.id) is None


async def test_a_process_whose_clock_is_behind_acts_no_earlier_than_the_latest_event(
    house: House,
) -> None:
    ticket = await house.open(at=NINE + minutes(1))
    link = _link(house.agent, ticket)

    await follow_link(link, at=NINE)

    assert (await tickets.load(ticket)).acknowledged_at == NINE + minutes(1)
    assert await used_links.used_at(link.id) == NINE + minutes(1)


async def test_a_link_to_a_ticket_that_is_not_there_is_refused(house: House) -> None:
    link = _link(house.agent, TicketId(uuid4()))

    with pytest.raises(NotFoundError):
        await follow_link(link, at=NINE)
    with pytest.raises(NotFoundError):
        await prospect(link, at=NINE)


async def test_of_many_who_follow_one_link_at_once_exactly_one_acts(
    house_on_postgres: House,
) -> None:
    house = house_on_postgres
    ticket = await _at_management(house)
    link = _link(house.manager, ticket, Act.ACCEPT)

    done = await asyncio.gather(*(follow_link(link, at=NINE + hours(5)) for _ in range(12)))

    assert len([written for written in done if written is not None]) == 1
    assert (await _kinds(ticket)).count("TicketAccepted") == 1


async def test_a_link_waits_for_one_who_acts_by_hand_and_then_finds_it_done(
    house_on_postgres: House,
) -> None:
    house = house_on_postgres
    for _ in range(5):
        ticket = await house.open()
        call = house.call(house.engineer, NINE + minutes(1))
        links = [_link(house.agent, ticket) for _ in range(3)]

        await asyncio.gather(
            work.acknowledge_ticket(ticket, call=call),
            *(follow_link(link, at=NINE + minutes(1)) for link in links),
        )

        assert await _kinds(ticket) == ["TicketOpened", "TicketAcknowledged"]
        used = [await used_links.used_at(link.id) for link in links]
        assert len([at for at in used if at is not None]) <= 1


async def _at_management(house: House) -> TicketId:
    ticket = await house.open(priority=Priority.HIGH)
    for hour in (2, 4):
        await house.sweep(NINE + hours(hour))
    return ticket


async def _resolved(house: House) -> TicketId:
    ticket = await house.open()
    await _resolve(house, ticket)
    return ticket


async def _resolve(house: House, ticket: TicketId) -> None:
    await ending.resolve_ticket(
        ticket,
        call=house.call(house.agent, NINE + timedelta(hours=1)),
        summary="The index was rebuilt",
        code=ResolutionCode.FIXED,
        root_cause="A full disk",
    )


async def _set(person: PersonId, change: str) -> None:
    await database.execute(f"UPDATE person SET {change} WHERE id = $1", person)
