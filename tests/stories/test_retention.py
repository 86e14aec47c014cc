"""What has moved to the archive is told as before: to readers, in letters, documents, figures."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import escgraph
from escgraph.commands import ending, ladder, work
from escgraph.commands.redelivering import redeliver
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import SOP
from escgraph.domain.terms import (
    EventId,
    MessageId,
    PersonId,
    Priority,
    ResolutionCode,
    TicketId,
    Tier,
    Visibility,
)
from escgraph.jobs.retention import archive
from escgraph.notify.links import Links
from escgraph.queries import (
    escalations,
    events,
    nodes,
    notices,
    package_files,
    resolution_log,
    reviews,
    simulation,
    tickets,
    timeline,
    trends,
    webhooks,
)
from escgraph.queries.consistency import contradictions
from escgraph.queries.event_letters import letter_for as letter_of_event
from escgraph.queries.letters import letter_for
from escgraph.queries.simulation import Period
from escgraph.queries.trends import TrendsQuestion
from escgraph.queries.views import Wanted
from escgraph.store import database, outcomes, process_gaps, readers, sealing, stream, tally
from escgraph.store.database import execute, fetch
from escgraph.store.event_tables import COLUMNS
from escgraph.store.notice_rows import Message, message_of
from escgraph.store.values import uuid
from escgraph.stream.cursor import Cursor
from tests.hooks import cursor, fan_out_all, hook
from tests.queries.house import NINE, hours, minutes
from tests.queries.packed import everything
from tests.stories.shift import Shift

KEPT = timedelta(days=30)
EVENING = NINE + hours(12)


@pytest.fixture
async def shift(database_url: str) -> AsyncIterator[Shift]:
    """A day with everything in it of which somebody reads later; nothing is on its way any more."""
    sealing.use_keys([sealing.new_key()])
    await database.connect(database_url, pool_size=4)
    shift = Shift()
    await shift.move_in()
    await _day(shift)
    yield shift
    await database.close()
    sealing.use_keys([])


async def _day(shift: Shift) -> None:
    await hook(shift)
    climbs = await shift.open("Mail is down", Priority.HIGH, critical=True)
    await shift.told_until(NINE + hours(4))
    await _resolve(shift, climbs)
    await _handed_down(shift)
    await everything(shift)
    await shift.tell(EVENING)
    await fan_out_all(at=EVENING)
    await execute(
        "UPDATE message SET state = 'DELIVERED', delivered_at = $1, first_attempt_at = $1", EVENING
    )


async def _resolve(shift: Shift, ticket: TicketId) -> None:
    await ending.resolve_ticket(
        ticket,
        call=shift.call(shift.manager, NINE + hours(5)),
        summary="New disk",
        code=ResolutionCode.FIXED,
        root_cause="",
    )


async def _handed_down(shift: Shift) -> None:
    """A ticket that comes to a tier twice."""
    ticket = await shift.open("Printer", Priority.MEDIUM, at=NINE + hours(1))
    await shift.until(NINE + hours(10))
    await ladder.deescalate_ticket(
        ticket,
        call=shift.call(shift.manager, NINE + hours(11)),
        expected_tier=(await shift.ticket(ticket)).tier,
        reason="Known",
        to_tier=Tier.LEVEL_1,
    )
    await _resolve_at(shift, ticket)


async def _resolve_at(shift: Shift, ticket: TicketId) -> None:
    await ending.resolve_ticket(
        ticket,
        call=shift.call(shift.manager, NINE + hours(11) + minutes(30)),
        summary="Paper",
        code=ResolutionCode.WORKAROUND,
        root_cause="",
    )


async def _archive() -> int:
    """All but the last event; how many."""
    await readers.to_the_end(readers.NOTICES, at=EVENING)
    return await _archive_the_told()


async def _archive_the_told() -> int:
    return await archive(now=await database.database_now() + 2 * KEPT, kept=KEPT, page=7)


async def _messages() -> list[Message]:
    return [message_of(row) for row in await fetch("SELECT * FROM message ORDER BY id")]


async def _ids(table: str, column: str = "id") -> list[Any]:
    rows = await fetch(f"SELECT {column} AS id FROM {table} ORDER BY {column}")
    return [row["id"] for row in rows]


Ask = Callable[[Shift], Awaitable[object]]


async def _timelines(shift: Shift) -> object:
    ids = [TicketId(uuid(one)) for one in await _ids("ticket")]
    whole = [
        [await timeline.page(one, first=200, viewer=who) for one in ids]
        for who in (shift.agent, shift.wallboard)
    ]
    parts = [await timeline.page(one, first=2, after=3, viewer=shift.agent) for one in ids]
    return whole, parts, await timeline.first_of_each(ids, first=3, viewer=shift.agent)


async def _packages(shift: Shift) -> object:
    rows = (await escalations.page(first=200, viewer=shift.manager)).rows
    assert len(rows) > 3
    return (
        [await escalations.package(row.id, viewer=shift.manager) for row in rows],
        await escalations.actions_taken(rows, viewer=shift.manager),
        [
            await package_files.package_file(row.id, form=form, viewer=shift.manager, zone="UTC")
            for row in rows[:2]
            for form in ("json", "md", "html")
        ],
    )


async def _letters(_: Shift) -> object:
    """Those to people and those to scripts, of every message that ever was."""
    found = await _messages()
    assert {message.webhook is None for message in found} == {True, False}
    return [
        await letter_for(one, links=Links(None, ()))
        if one.webhook is None
        else await letter_of_event(one)
        for one in found
    ]


async def _about_deliveries(shift: Shift) -> object:
    found = await _messages()
    rows = (await escalations.page(first=200, viewer=shift.manager)).rows
    page = await notices.page(first=200, viewer=shift.manager)
    told = [place for one in page.found for place in one.notice.positions]
    return (
        [await outcomes.carried_by(message) for message in found],
        await notices.of_escalations([row.id for row in rows], viewer=shift.manager),
        await notices.events_at(told, viewer=shift.manager),
    )


async def _reviews(shift: Shift) -> object:
    page = await reviews.page(first=50, viewer=shift.manager)
    found = [one.review for one in page.found]
    assert found
    return [
        (
            await reviews.facts(one, viewer=shift.manager),
            await reviews.timeline(one.ticket, until=99, viewer=shift.manager),
        )
        for one in found
        if one.ticket is not None
    ]


async def _figures(shift: Shift) -> object:
    question = TrendsQuestion(since=NINE - timedelta(days=1), until=EVENING)
    return (
        await trends.ask(question, at=EVENING, viewer=shift.manager),
        await process_gaps.observed(NINE - timedelta(days=1), EVENING),
        await tally.take(),
        await resolution_log.page(first=50, viewer=shift.manager, wanted=Wanted.PEOPLE),
    )


async def _what_if(_: Shift) -> object:
    period = Period(NINE - timedelta(days=1), EVENING)
    return await simulation.answer(replace(SOP, name="Another"), period, at=EVENING)


async def _single_events(shift: Shift) -> object:
    ids = [*await _ids("event"), *await _ids("event_archive")]
    found = [await nodes.find(EventId(uuid(one)), viewer=shift.administrator) for one in ids]
    return sorted(found, key=lambda one: one.position)  # type: ignore[union-attr]  # events all


ASKED: dict[str, Ask] = {
    "timelines": _timelines,
    "packages": _packages,
    "letters": _letters,
    "about deliveries": _about_deliveries,
    "reviews": _reviews,
    "figures": _figures,
    "what if": _what_if,
    "single events": _single_events,
}


async def test_what_is_read_of_the_past_is_the_same_before_and_after_it_was_archived(
    shift: Shift,
) -> None:
    before = {name: await ask(shift) for name, ask in ASKED.items()}

    assert await _archive() == (await stream.head()).position - 1

    for name, ask in ASKED.items():
        assert await ask(shift) == before[name], name


async def test_what_is_archived_is_checked_like_the_rest_and_must_lie_in_one_place(
    shift: Shift,
) -> None:
    await _archive()
    assert await contradictions() == []

    await execute(f"INSERT INTO event ({COLUMNS}) SELECT {COLUMNS} FROM event_archive LIMIT 1")
    (first, *_) = await contradictions()
    assert (first.where, first.says) == ("position 1", "two events stand there")


async def test_people_work_on_with_tickets_whose_past_is_archived(shift: Shift) -> None:
    """A correction names an entry of the archive; the next version follows the last one there."""
    ticket = await shift.open("Goes on", Priority.HIGH, at=EVENING)
    call = shift.call(shift.agent, EVENING)
    await work.add_note(ticket, call=call, text="A", visibility=Visibility.INTERNAL)
    noted = (await timeline.page(ticket, first=9, viewer=shift.agent)).entries[-1]
    await shift.open("Another", at=EVENING)
    await _archive()

    await work.add_note(
        ticket, call=call, text="B", visibility=Visibility.INTERNAL, corrects=noted.id
    )
    await shift.sweep(EVENING + hours(4))

    told = (await timeline.page(ticket, first=99, viewer=shift.agent)).entries
    versions = [entry.ticket_version for entry in told]
    assert versions == [
        *range(1, (await tickets.by_id(ticket, viewer=shift.agent)).facts.version + 1)
    ]
    assert [entry.kind for entry in told][-1] == "TicketEscalated"


async def test_who_was_assigned_before_the_archive_is_not_told_that_they_are(shift: Shift) -> None:
    """Who worked on it until then stands in the event before, which may be archived already."""
    ticket = await shift.open("Shared", at=EVENING)
    await _assign(shift, ticket, shift.engineer.person)
    await shift.tell(EVENING)
    await execute("UPDATE message SET state = 'DELIVERED', delivered_at = $1", EVENING)
    told = (await shift.told())["Edsger"]
    await _assign(shift, ticket, shift.engineer.person, shift.agent.person)
    await fan_out_all(at=EVENING)
    await execute("DELETE FROM message WHERE state = 'WAITING'")
    (last,) = (await events.read(await _before_the_end(), first=1, viewer=shift.manager)).events
    assert last.kind == "TicketAssigned"
    assert await _archive_the_told() == last.position - 1

    await shift.tell(EVENING)

    assert (await shift.told())["Edsger"] == told


async def _assign(shift: Shift, ticket: TicketId, *people: PersonId) -> None:
    await work.assign_ticket(ticket, call=shift.call(shift.manager, EVENING), assignees=people)


async def _before_the_end() -> Cursor:
    return await cursor((await stream.head()).position - 1)


async def test_a_message_that_died_is_sent_once_more_from_the_archive(shift: Shift) -> None:
    (row,) = await fetch(
        "SELECT * FROM message WHERE person_id IS NOT NULL ORDER BY created_at, id LIMIT 1"
    )
    before = await letter_for(message_of(row), links=Links(None, ()))
    await execute(
        "UPDATE message SET state = 'DEAD', delivered_at = NULL, died_at = $2 WHERE id = $1",
        row["id"],
        EVENING,
    )
    assert await _archive() == (await stream.head()).position - 1

    await redeliver(call=shift.call(shift.manager, EVENING), message_id=MessageId(uuid(row["id"])))

    (again,) = await fetch("SELECT * FROM message WHERE state = 'WAITING'")
    assert await letter_for(message_of(again), links=Links(None, ())) == before


async def test_the_stream_from_its_beginning_says_how_much_came_before(shift: Shift) -> None:
    last = (await stream.head()).position
    whole = await events.read(None, first=200, viewer=shift.administrator)
    assert (len(whole.events), whole.archived) == (last, 0)

    await _archive()

    rest = await events.read(None, first=200, viewer=shift.administrator)
    assert ([one.position for one in rest.events], rest.archived) == ([last], last - 1)
    at_the_edge = await events.read(await cursor(last - 1), first=200, viewer=shift.administrator)
    assert at_the_edge.events == rest.events
    with pytest.raises(InvalidInputError, match="read the tickets or the board anew"):
        await events.read(await cursor(last - 2), first=200, viewer=shift.administrator)


async def test_the_last_event_that_was_archived_proves_the_cursor_behind_it(shift: Shift) -> None:
    (webhook,) = await webhooks.everything()
    assert webhook.cursor.tag is not None
    await shift.open("Another", at=EVENING)
    await fan_out_all(at=EVENING)
    await execute("DELETE FROM message WHERE state = 'WAITING'")
    await execute("UPDATE webhook SET position = $1", webhook.cursor.position)
    await _archive()
    assert await stream.oldest() == webhook.cursor.position + 1

    (again,) = await webhooks.everything()
    assert (again.cursor.position, again.cursor.tag) == (
        webhook.cursor.position,
        webhook.cursor.tag,
    )
    rest = await events.read(again.cursor, first=200, viewer=shift.administrator)
    assert rest.events[0].position == webhook.cursor.position + 1
    with pytest.raises(InvalidInputError, match="read the tickets or the board anew"):
        await events.read(replace(again.cursor, tag="0" * 8), first=200, viewer=shift.administrator)


async def test_where_no_event_is_left_only_the_end_of_the_stream_is_gone_on_from(
    shift: Shift,
) -> None:
    last = (await stream.head()).position
    await execute("DELETE FROM event WHERE position > 0")

    nothing = await events.read(await cursor(last), first=200, viewer=shift.administrator)
    assert (nothing.events, nothing.archived, nothing.has_next) == ((), last, False)
    with pytest.raises(InvalidInputError, match="read the tickets or the board anew"):
        await events.read(await cursor(last - 1), first=200, viewer=shift.administrator)


OF_THE_STREAM_ALONE = {
    "event_tables.py": "makes one of both",
    "notice_checkup.py": "what nobody was told of yet is never archived",
    "replay.py": "goes on from a cursor",
    "retention.py": "moves from one to the other",
    "stream.py": "is the stream",
}


def test_whoever_reads_events_reads_the_archive_too_but_for_the_stream_itself() -> None:
    """A new reader has to be of one kind or the other."""
    alone = re.compile(r"\b(FROM|JOIN) event\b")
    package = Path(escgraph.__file__).parent

    found = {file.name for file in package.rglob("*.py") if alone.search(file.read_text())}

    assert found == set(OF_THE_STREAM_ALONE)
