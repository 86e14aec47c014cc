"""Timelines: what happened to a ticket, for those who may see it, and as much as they may see."""

import pytest

from escgraph.commands import circle, work
from escgraph.domain.errors import InvalidInputError, NotFoundError
from escgraph.domain.terms import TicketId, Visibility
from escgraph.queries import timeline
from tests.queries.house import NINE, House, minutes, nobody

KINDS = ["TicketOpened", "NoteAdded", "ActionLogged", "TicketAcknowledged", "NoteAdded"]


async def _story(house: House) -> TicketId:
    ticket_id = await house.open(stakeholders=(house.stakeholder.person,))
    call = house.call(house.agent, NINE + minutes(1))
    await work.add_note(ticket_id, call=call, text="Hush", visibility=Visibility.INTERNAL)
    await house.open("Another")
    await work.log_action(ticket_id, call=call, text="Restarted")
    await work.acknowledge_ticket(ticket_id, call=call)
    await work.add_note(ticket_id, call=call, text="Dear Ann", visibility=Visibility.REPORTER)
    return ticket_id


@pytest.mark.parametrize("first", [1, 2, 5, 50])
async def test_pages_give_each_entry_once_in_the_order_in_which_it_happened(
    house: House, first: int
) -> None:
    ticket_id = await _story(house)
    kinds: list[str] = []
    after, has_next = None, True

    while has_next:
        page = await timeline.page(ticket_id, first=first, after=after, viewer=house.engineer)
        kinds += [entry.kind for entry in page.entries]
        after, has_next = page.entries[-1].position, page.has_next

    assert kinds == KINDS


@pytest.mark.parametrize("first", [1, 2, 3, 50])
async def test_a_stakeholder_sees_full_pages_of_what_is_not_internal(
    house: House, first: int
) -> None:
    ticket_id = await _story(house)
    kinds: list[str] = []
    after, has_next = None, True

    while has_next:
        page = await timeline.page(ticket_id, first=first, after=after, viewer=house.stakeholder)
        assert len(page.entries) == min(first, 3 - len(kinds))
        kinds += [entry.kind for entry in page.entries]
        after, has_next = page.entries[-1].position, page.has_next

    assert kinds == ["TicketOpened", "TicketAcknowledged", "NoteAdded"]


async def test_a_new_stakeholder_sees_what_happened_before_they_came(house: House) -> None:
    ticket_id = await _story(house)
    call = house.call(house.agent, NINE + minutes(2))
    await circle.add_stakeholder(ticket_id, call=call, person=house.stranger.person)

    page = await timeline.page(ticket_id, first=50, viewer=house.stranger)

    assert [entry.kind for entry in page.entries] == [
        "TicketOpened",
        "TicketAcknowledged",
        "NoteAdded",
        "StakeholderAdded",
    ]


async def test_the_timeline_of_a_ticket_that_one_does_not_see_is_not_found(house: House) -> None:
    ticket_id = await _story(house)

    for wrong, viewer in ((ticket_id, house.stranger), (TicketId(nobody()), house.agent)):
        with pytest.raises(NotFoundError):
            await timeline.page(wrong, first=1, viewer=viewer)


async def test_the_first_entries_of_many_tickets_come_at_once(house: House) -> None:
    one, two = await _story(house), await house.open("Quiet")
    unseen = await house.open("Unseen", stakeholders=())

    found = await timeline.first_of_each((one, two), first=2, viewer=house.agent)
    outside = await timeline.first_of_each((one, unseen), first=2, viewer=house.stakeholder)

    assert [entry.kind for entry in found[one].entries] == KINDS[:2]
    assert found[one].has_next
    assert [entry.kind for entry in found[two].entries] == ["TicketOpened"]
    assert not found[two].has_next
    assert outside.keys() == {one}
    assert [entry.kind for entry in outside[one].entries] == ["TicketOpened", "TicketAcknowledged"]
    assert outside[one].has_next


async def test_a_page_of_nothing_is_refused(house: House) -> None:
    ticket_id = await _story(house)

    with pytest.raises(InvalidInputError):
        await timeline.page(ticket_id, first=0, viewer=house.agent)
