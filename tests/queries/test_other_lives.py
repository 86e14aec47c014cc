"""Cursors of another life of the database are refused wherever somebody goes on from one."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

import pytest

from escgraph.commands import webhooks, work
from escgraph.commands.acting import Request
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.permissions import Act
from escgraph.queries import board, events, tickets
from escgraph.queries import webhooks as listed
from escgraph.queries.place import cursor_at
from escgraph.store import database, lives, sealing, stream
from escgraph.store.event_tables import COLUMNS
from escgraph.store.search import TicketFilter
from escgraph.store.stream import Place
from escgraph.stream.cursor import Cursor
from tests.hooks import hook
from tests.queries.house import NINE, House

GoOn = Callable[[House, Cursor], Awaitable[object]]
OTHER = "ffffffff"


async def _read(house: House, after: Cursor) -> object:
    return await events.read(after, first=9, viewer=house.agent)


async def _replay(house: House, after: Cursor) -> object:
    webhook = await hook(house)
    call = house.call(house.script, NINE)
    return await webhooks.replay_webhook(webhook, call=call, after=after)


@pytest.fixture(autouse=True)
def _key() -> Iterator[None]:
    sealing.use_keys([sealing.new_key()])
    yield
    sealing.use_keys([])


@pytest.fixture(params=[_read, _replay], ids=["events", "a webhook"])
def go_on(request: pytest.FixtureRequest) -> GoOn:
    found: GoOn = request.param
    return found


async def _opened(house: House, count: int = 3) -> Cursor:
    """The cursor behind the last of so many tickets."""
    for n in range(count):
        await house.open(f"{n}")
    return await cursor_at((await stream.head()).place)


async def test_a_cursor_behind_the_event_that_stands_there_leads_on(
    house: House, go_on: GoOn
) -> None:
    cursor = await _opened(house)
    assert cursor.tag is not None

    await go_on(house, cursor)


async def test_a_cursor_behind_another_event_is_refused(house: House, go_on: GoOn) -> None:
    cursor = await _opened(house)

    with pytest.raises(InvalidInputError, match="does not belong"):
        await go_on(house, Cursor(cursor.epoch, cursor.position, OTHER))


async def test_a_cursor_whose_event_was_removed_cannot_be_proved_and_is_refused(
    house: House,
) -> None:
    cursor = await _opened(house)
    await database.execute("DELETE FROM event WHERE position <= $1", cursor.position)

    with pytest.raises(InvalidInputError, match="does not belong"):
        await _read(house, cursor)
    await _read(house, Cursor(cursor.epoch, cursor.position))


async def test_before_anybody_began_the_epoch_of_a_new_life_no_cursor_leads_on(
    house: House,
) -> None:
    """The first who look at a promoted standby may be readers."""
    cursor = await _opened(house)
    await lives.settle()
    await database.execute("UPDATE stream SET life = 'another'")

    with pytest.raises(InvalidInputError, match="does not belong"):
        await _read(house, cursor)


async def test_an_answer_whose_event_was_lost_leads_nowhere_even_in_the_new_epoch(
    house: House,
) -> None:
    """The database failed over between the commit and the answer."""
    await _opened(house)
    call = house.call(house.agent, NINE)
    lost = await work.acknowledge_ticket(await house.open("Half lost"), call=call)
    await database.execute("DELETE FROM event WHERE position = $1", lost.position)
    await database.execute("UPDATE stream SET position = position - 1")
    await lives.begin_anew()
    await house.open("Another")

    cursor = await cursor_at(lost.position)

    assert cursor.epoch == (await stream.head()).epoch
    with pytest.raises(InvalidInputError, match="does not belong"):
        await _read(house, cursor)


async def test_a_repeated_answer_has_the_tag_of_what_was_written(house: House) -> None:
    ticket = await house.open()
    request = Request(key="once", act=Act.ACKNOWLEDGE, payload_hash="x")
    call = replace(house.call(house.agent, NINE), request=request)

    first, again = [await work.acknowledge_ticket(ticket, call=call) for _ in range(2)]
    await house.open()

    (event,) = await stream.read(first.position - 1, limit=1, until=first.position)
    assert (await cursor_at(first.position)).tag == event.tag
    assert isinstance(again.position, Place)
    assert again.position.tag == event.tag


async def test_the_answers_of_the_version_before_get_the_tag_of_the_event_there(
    house: House,
) -> None:
    cursor = await _opened(house)

    assert (await cursor_at(int(cursor.position))).tag == cursor.tag


async def test_whatever_is_read_tells_the_tag_of_the_event_that_it_is_true_behind(
    house: House,
) -> None:
    cursor = await _opened(house)
    viewer = house.agent

    whole = await events.read(None, first=100, viewer=viewer)
    part = await events.read(None, first=cursor.position, viewer=viewer)
    seen = await board.board(at=NINE, viewer=viewer)
    page = await tickets.page(TicketFilter(), first=9, viewer=viewer)

    assert whole.cursor.tag == part.cursor.tag == seen.tag == page.true_at.tag == cursor.tag


async def test_a_webhook_tells_the_tag_of_the_event_that_it_has_got_to(house: House) -> None:
    cursor = await _opened(house)

    webhook = await hook(house, after=cursor.position)

    assert (await listed.by_id(webhook, viewer=house.script)).cursor.tag == cursor.tag


async def test_the_head_has_a_tag_although_all_that_happened_is_archived(house: House) -> None:
    cursor = await _opened(house)
    await database.execute(
        f"INSERT INTO event_archive ({COLUMNS}, archived_at) "
        f"SELECT {COLUMNS}, recorded_at FROM event"
    )
    await database.execute("DELETE FROM event")

    assert (await stream.head()).tag == cursor.tag
    assert (await lives.Watch().head()).tag == cursor.tag
