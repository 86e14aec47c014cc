"""The notices job: from a page of events to notices, deliveries and messages, each once."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from escgraph.domain.catching_up import PATIENCE, PATIENCE_BEHIND
from escgraph.domain.notice import Hearer, NoticeKind
from escgraph.domain.terms import MessageId, Priority, Tier
from escgraph.jobs.deadlines import sweep
from escgraph.jobs.notices import Told, _pass, tell
from escgraph.store import readers, requeueing, simulation, stream, tickets
from escgraph.store.database import execute, fetch
from escgraph.store.transactions import unit_of_work
from tests.jobs import telling
from tests.jobs.telling import Sent, all_notices, counts, heard, sent
from tests.store.ladders import (
    ADA,
    EMIL,
    HOUR,
    LIZ,
    NINE,
    SCENES,
    THREE_RUNGS,
    acknowledged,
    opened,
    store,
    untouched,
    urgent,
)

MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("house")


async def told(at: datetime, *, page: int = 500) -> Told:
    return await tell(now=at, mail_is_set=True, page=page)


async def test_a_missed_response_is_told_to_owner_and_level_1_once() -> None:
    """A4."""
    await store(untouched())
    await sweep(now=NINE + 4 * HOUR)

    assert await told(NINE + 4 * HOUR) == Told(events=2, notices=2, messages=2)
    assert await told(NINE + 4 * HOUR) == Told()
    assert await heard() == {"Ada": ["RESPONSE_BREACHED"], "Liz": ["RESPONSE_BREACHED"]}


async def test_a_notice_says_of_what_and_to_whom_it_is() -> None:
    ticket = await store(urgent())
    await sweep(now=NINE + HOUR)
    await told(NINE + HOUR)

    notice = next(one for one in await all_notices() if one.person == ADA.id)

    assert notice.key == f"2:{ADA.id}"
    assert (notice.kind, notice.hearer) == (NoticeKind.RESPONSE_BREACHED, Hearer.OWNER)
    assert (notice.ticket, notice.review, notice.positions) == (ticket.id, None, (2,))
    assert (notice.priority, notice.pressing) == (Priority.HIGH, True)
    assert (notice.created_at, notice.more_until) == (NINE + HOUR, None)


async def test_each_rung_is_told_to_the_tier_that_it_reached() -> None:
    """C2, W3, W4."""
    await store(acknowledged())
    for at in (NINE + 8 * HOUR, NINE + 16 * HOUR):
        await sweep(now=at)
        await told(at)

    assert await heard() == {
        "Ada": ["ESCALATED", "ESCALATED"],
        **{name: ["ESCALATED"] for name in ("Emil", "Eva", "Mia", "Ben")},
    }


async def test_a_reader_that_was_set_back_tells_nobody_twice() -> None:
    """Whoever computes a notice again finds it there, by its key."""
    await store(untouched())
    await sweep(now=NINE + 16 * HOUR)
    await told(NINE + 16 * HOUR)
    before = await counts()

    await execute("UPDATE reader SET position = 0")
    again = await told(NINE + 17 * HOUR)

    assert (again.notices, again.messages, again.skipped) == (0, 0, 0)
    assert await counts() == before


@pytest.mark.parametrize("page", [1, 2, 7, 500])
async def test_the_notices_hang_on_no_size_of_the_page(page: int) -> None:
    for scene in SCENES:
        await store(scene())
    await sweep(now=NINE + 60 * 24 * HOUR)
    await told(NINE + 60 * 24 * HOUR)
    wanted = [(one.key, one.kind, one.positions) for one in await all_notices()]
    for table in ("delivery", "message", "notice"):
        await execute(f"DELETE FROM {table}")
    await execute("UPDATE reader SET position = 0")

    await told(NINE + 60 * 24 * HOUR, page=page)

    assert [(one.key, one.kind, one.positions) for one in await all_notices()] == wanted
    (row,) = await fetch("SELECT position FROM reader WHERE name = 'notices'")
    assert row["position"] == (await stream.head()).position


async def test_several_rungs_of_one_catch_up_are_one_notice_that_lists_them() -> None:
    """A8: six hours of standstill; each person hears once, whatever was missed."""
    await store(urgent())
    at = NINE + 6 * HOUR
    await sweep(now=at)

    await told(at)

    by_name = {telling.NAMES[one.person]: one for one in await all_notices()}
    assert {name: (one.kind.value, one.positions) for name, one in by_name.items()} == {
        "Ada": ("ESCALATED", (2, 3, 4)),
        "Liz": ("RESPONSE_BREACHED", (2,)),
        **dict.fromkeys(("Emil", "Eva"), ("ESCALATED", (3,))),
        **dict.fromkeys(("Ben", "Mia"), ("ESCALATED", (4, 5))),
    }
    assert {one.more_until for one in by_name.values()} == {at}
    assert {one.due_at for one in await sent()} == {at}


async def test_a_rung_that_comes_in_the_next_page_is_put_to_the_notice_that_waits() -> None:
    """A8: four minutes at most while there is more to read; the last rung lets it go."""
    await store(urgent())
    at = NINE + 6 * HOUR
    await sweep(now=at)

    assert await part(at, events=2)
    (ada,) = [one for one in await all_notices() if one.person == ADA.id]
    assert (ada.positions, ada.more_until) == ((2,), at + PATIENCE_BEHIND)
    assert {one.due_at for one in await sent()} == {at + PATIENCE_BEHIND}

    assert await part(at + MINUTE, events=1)
    (ada,) = [one for one in await all_notices() if one.person == ADA.id]
    assert (ada.kind, ada.positions) == (NoticeKind.ESCALATED, (2, 3))
    assert ada.more_until == at + MINUTE + PATIENCE_BEHIND
    assert (await _to("Ada")).due_at == at + PATIENCE_BEHIND

    await told(at + 2 * MINUTE)
    (ada,) = [one for one in await all_notices() if one.person == ADA.id]
    assert (ada.positions, ada.more_until) == ((2, 3, 4), at + 2 * MINUTE)
    assert (await _to("Ada")).due_at <= at + 2 * MINUTE
    assert (await _to("Liz")).due_at <= at + 2 * MINUTE, (
        "who hears nothing of the last rung waits no longer"
    )


async def test_a_notice_waits_fifteen_seconds_for_a_rung_that_has_not_fired() -> None:
    """A8: all that happened was read."""
    await store(urgent())
    at = NINE + 6 * HOUR
    await sweep(now=at, batch=1, passes=1)

    assert await part(at, events=3)

    (ada,) = [one for one in await all_notices() if one.person == ADA.id]
    assert (ada.positions, ada.more_until) == ((2,), at + PATIENCE)
    assert (await _to("Ada")).due_at == at + PATIENCE


async def test_a_rung_after_the_message_was_begun_is_a_notice_of_its_own() -> None:
    """A8: nothing is put into what is on its way already."""
    await store(urgent())
    at = NINE + 6 * HOUR
    await sweep(now=at)
    await part(at, events=2)
    await telling.begin((await _to("Ada")).id, at=at + PATIENCE)

    await told(at + PATIENCE)

    ada = [one.positions for one in await all_notices() if one.person == ADA.id]
    assert ada == [(2,), (3, 4)]


async def test_a_message_that_waits_anew_takes_nothing_more() -> None:
    """A receiver that had it all the same would take the new text for a double."""
    at = NINE + 4 * HOUR
    await store(untouched())
    await sweep(now=at)
    await told(at)
    message = await _to("Ada")
    await telling.begin(message.id, at=at)
    await execute(
        "UPDATE message SET state = 'DEAD', died_at = due_at, leased_until = NULL WHERE id = $1",
        message.id,
    )
    await requeueing.wait_anew(MessageId(UUID(str(message.id))), at=at)

    await store(untouched())
    await sweep(now=at)
    await told(at)

    assert [one.notices for one in await sent() if one.to == "Ada"] == [("RESPONSE_BREACHED",)] * 2


async def test_a_stakeholder_who_was_taken_off_meanwhile_hears_nothing() -> None:
    change = acknowledged()
    ticket = await store(
        replace(
            change,
            ticket=replace(change.ticket, stakeholders=(LIZ.id,)),
            steps=tuple(
                replace(step, after=replace(step.after, stakeholders=(LIZ.id,)))
                for step in change.steps
            ),
        )
    )
    await sweep(now=NINE + 8 * HOUR)
    await execute("UPDATE ticket SET stakeholders = $1 WHERE id = $2", [], ticket.id)

    await told(NINE + 8 * HOUR)

    assert set(await heard()) == {"Ada", "Emil", "Eva"}


async def test_who_left_meanwhile_hears_nothing() -> None:
    await store(acknowledged())
    await sweep(now=NINE + 8 * HOUR)
    await execute("UPDATE person SET active = $1 WHERE id = $2", False, EMIL.id)  # noqa: FBT003 - a value

    await told(NINE + 8 * HOUR)

    assert set(await heard()) == {"Ada", "Eva"}


async def test_an_empty_tier_leaves_leads_and_managers_to_be_told() -> None:
    """A22: nobody is left at LEVEL_3."""
    ticket = await store(opened(policy=THREE_RUNGS))
    await sweep(now=NINE + 3 * HOUR)
    assert (await tickets.load(ticket.id)).tier is Tier.LEVEL_3

    await told(NINE + 3 * HOUR)

    last = [one for one in await all_notices() if 4 in one.positions]
    assert {(telling.NAMES[one.person], one.hearer) for one in last} == {
        ("Ada", Hearer.OWNER),
        ("Liz", Hearer.TEAM_LEAD),
        ("Ben", Hearer.MANAGER),
        ("Mia", Hearer.MANAGER),
    }


async def test_while_a_log_is_played_nobody_is_told() -> None:
    await store(untouched())
    await sweep(now=NINE + 4 * HOUR)
    await simulation.begin(at=NINE)

    assert await told(NINE + 4 * HOUR) == Told()
    await simulation.end()
    assert (await told(NINE + 4 * HOUR)).notices == 2


async def test_a_reader_at_the_end_tells_nothing_of_the_past() -> None:
    await store(untouched())
    await sweep(now=NINE + 4 * HOUR)

    await unit_of_work(lambda: readers.to_the_end(readers.NOTICES, at=NINE))

    assert await told(NINE + 4 * HOUR) == Told()


async def test_an_event_of_an_unknown_kind_is_passed_over() -> None:
    await store(untouched())
    await sweep(now=NINE + 4 * HOUR)
    await execute("UPDATE event SET kind = 'TicketSungAbout' WHERE position = 1")

    assert await told(NINE + 4 * HOUR) == Told(events=2, notices=2, messages=2)


@pytest.mark.parametrize("page", [1, 3, 500])
async def test_an_event_that_cannot_be_told_is_left_behind_and_the_others_are_told(
    page: int,
) -> None:
    for _ in range(4):
        await store(untouched())
    await sweep(now=NINE + 4 * HOUR)
    await execute("UPDATE event SET payload = '{}' WHERE position = 6")

    assert await told(NINE + 4 * HOUR, page=page) == Told(8, 6, 2, skipped=1)

    (row,) = await fetch("SELECT reader, position, reason FROM skipped")
    assert (row["reader"], row["position"]) == ("notices", 6)
    assert "due_at" in row["reason"]
    assert await readers.left_behind() == 1


async def test_what_is_wrong_with_the_database_is_no_event_s_fault() -> None:
    await store(untouched())
    await sweep(now=NINE + 4 * HOUR)
    await execute("ALTER TABLE notice RENAME TO elsewhere")

    with pytest.raises(Exception, match=r"notice|elsewhere"):
        await told(NINE + 4 * HOUR)

    await execute("ALTER TABLE elsewhere RENAME TO notice")
    assert await readers.left_behind() == 0
    assert (await told(NINE + 4 * HOUR)).notices == 2


async def _to(name: str) -> Sent:
    """The only message to that person."""
    (message,) = [one for one in await sent() if one.to == name]
    return message


async def part(at: datetime, *, events: int) -> Told | None:
    """One pass over so many events, and no more."""
    return await unit_of_work(
        lambda: _pass(now=at, mail_is_set=True, limit=events, simulated=False)
    )
