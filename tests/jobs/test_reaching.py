"""Who was not reached: the next way, and at last the leads (§5); each step once."""

from datetime import datetime, timedelta

import pytest

from escgraph.domain.notice import ChannelKind, Hearer, NoticeKind
from escgraph.domain.terms import Priority
from escgraph.jobs.deadlines import sweep
from escgraph.jobs.notices import tell
from escgraph.jobs.reaching import PATIENCE, reach
from escgraph.store import simulation
from escgraph.store.database import execute, fetch
from tests.jobs import telling
from tests.jobs.telling import all_notices, sent
from tests.store.ladders import ADA, BEN, HOUR, LIZ, MIA, NINE, acknowledged, opened, store

SECOND = timedelta(seconds=1)
FIRED = NINE + HOUR

pytestmark = pytest.mark.usefixtures("house")


async def unanswered(priority: Priority = Priority.HIGH) -> None:
    """A ticket whose first response is missed and told at `FIRED`, to Ada and Liz."""
    hours = {Priority.HIGH: 1, Priority.MEDIUM: 4, Priority.LOW: 24}[priority]
    await store(opened(priority, at=FIRED - hours * HOUR))
    await sweep(now=FIRED)
    await tell(now=FIRED, mail_is_set=True)


async def reached(at: datetime) -> int:
    return await reach(now=at, mail_is_set=True)


async def ways_to(name: str) -> list[str]:
    """The kinds of ways that notices went to that person, in order."""
    return [one.kind.value for one in await sent() if one.to == name]


async def passed_on() -> set[tuple[str, Hearer]]:
    return {
        (telling.NAMES[one.person], one.hearer)
        for one in await all_notices()
        if one.kind is NoticeKind.UNREACHED
    }


async def message_to(name: str, kind: str = "EMAIL") -> object:
    (message,) = [one for one in await sent() if one.to == name and one.kind.value == kind]
    return message.id


async def test_a_pressing_notice_goes_the_next_way_after_five_minutes() -> None:
    await telling.channels(ADA.id, ChannelKind.NTFY, ChannelKind.SLACK)
    await unanswered()
    await telling.deliver(await message_to("Liz"), at=FIRED)

    assert await reached(FIRED + PATIENCE - SECOND) == 0
    assert await reached(FIRED + PATIENCE) == 1
    assert await reached(FIRED + PATIENCE) == 0
    assert await reached(FIRED + 2 * PATIENCE) == 1
    assert await reached(FIRED + 3 * PATIENCE) == 1

    assert await ways_to("Ada") == ["NTFY", "SLACK", "EMAIL"]


async def test_patience_with_what_presses_is_five_minutes() -> None:
    assert timedelta(minutes=5) == PATIENCE


async def test_when_no_way_is_left_the_leads_are_told_once() -> None:
    await unanswered()
    await telling.deliver(await message_to("Liz"), at=FIRED)

    assert await reached(FIRED + PATIENCE) == 1
    assert await passed_on() == {("Liz", Hearer.TEAM_LEAD)}

    for n in range(2, 5):
        await telling.deliver_due(at=FIRED + n * PATIENCE)
        assert await reached(FIRED + n * PATIENCE) == 0
    assert await passed_on() == {("Liz", Hearer.TEAM_LEAD)}


async def test_the_notice_to_a_lead_says_of_what_somebody_was_not_reached() -> None:
    await unanswered()
    await telling.deliver(await message_to("Liz"), at=FIRED)
    await reached(FIRED + PATIENCE)

    notices = {(one.person, one.kind): one for one in await all_notices()}
    lost = notices[ADA.id, NoticeKind.RESPONSE_BREACHED]
    to_the_lead = notices[LIZ.id, NoticeKind.UNREACHED]
    assert to_the_lead.key == f"unreached:{lost.id}:{LIZ.id}"
    assert (to_the_lead.ticket, to_the_lead.positions) == (lost.ticket, lost.positions)
    assert to_the_lead.pressing
    (row,) = await fetch(
        "SELECT passed_on_at, settled_at FROM notice WHERE passed_on_at IS NOT NULL"
    )
    assert row["passed_on_at"] == row["settled_at"]


async def test_without_a_lead_the_managers_are_told() -> None:
    await execute("UPDATE person SET lead = $1", False)  # noqa: FBT003 - a value
    await unanswered()
    await telling.deliver(await message_to("Liz"), at=FIRED)

    await reached(FIRED + PATIENCE)

    assert await passed_on() == {("Ben", Hearer.MANAGER), ("Mia", Hearer.MANAGER)}


async def test_a_lead_is_not_told_that_the_lead_was_not_reached_but_a_manager_is() -> None:
    await unanswered()
    await telling.deliver(await message_to("Ada"), at=FIRED)

    await reached(FIRED + PATIENCE)

    assert await passed_on() == {("Ben", Hearer.MANAGER), ("Mia", Hearer.MANAGER)}


async def test_that_a_lead_was_not_reached_either_is_passed_on_to_nobody() -> None:
    await unanswered()
    await telling.deliver(await message_to("Liz"), at=FIRED)
    await reached(FIRED + PATIENCE)

    for n in range(2, 6):
        await reached(FIRED + n * PATIENCE)

    assert await passed_on() == {("Liz", Hearer.TEAM_LEAD)}


async def without_mail(at: datetime) -> int:
    return await reach(now=at, mail_is_set=False)


@pytest.mark.parametrize("disabled", [True, False])
async def test_what_presses_and_stands_in_the_log_only_is_passed_on_to_a_lead_with_a_way(
    disabled: bool,  # noqa: FBT001 - as parametrize gives it
) -> None:
    """Nobody looks into a log at night."""
    await telling.channels(LIZ.id, ChannelKind.NTFY)
    if disabled:
        await telling.channels(ADA.id, ChannelKind.NTFY)
        await execute("UPDATE channel SET disabled_at = $1 WHERE person_id = $2", NINE, ADA.id)
    await store(opened(Priority.HIGH, at=NINE))
    await sweep(now=FIRED)
    await tell(now=FIRED, mail_is_set=False)
    await telling.deliver(await message_to("Ada", "LOG"), at=FIRED)
    await telling.deliver(await message_to("Liz", "NTFY"), at=FIRED)

    await without_mail(FIRED + SECOND)
    await without_mail(FIRED + 2 * SECOND)

    assert await passed_on() == {("Liz", Hearer.TEAM_LEAD)}
    assert (await ways_to("Liz"))[-1] == "NTFY"


async def test_where_nobody_has_a_way_the_log_is_told_once() -> None:
    await store(opened(Priority.HIGH, at=NINE))
    await sweep(now=FIRED)
    await tell(now=FIRED, mail_is_set=False)
    await telling.deliver_due(at=FIRED)

    await without_mail(FIRED + SECOND)
    await without_mail(FIRED + 2 * PATIENCE)

    assert await passed_on() == set()
    assert {one.kind for one in await sent()} == {ChannelKind.LOG}
    assert await fetch("SELECT 1 FROM notice WHERE settled_at IS NULL") == []


async def test_a_delivery_that_died_does_not_wait_for_five_minutes() -> None:
    await telling.channels(ADA.id, ChannelKind.NTFY)
    await unanswered()
    await telling.die(await message_to("Ada", "NTFY"), at=FIRED)

    assert await reached(FIRED) == 1
    assert await ways_to("Ada") == ["NTFY", "EMAIL"]


async def test_what_does_not_press_goes_the_next_way_only_when_its_delivery_died() -> None:
    await telling.channels(ADA.id, ChannelKind.NTFY)
    await unanswered(Priority.MEDIUM)

    assert await reached(FIRED + 24 * HOUR) == 0
    await telling.die(await message_to("Ada", "NTFY"), at=FIRED)
    assert await reached(FIRED + 24 * HOUR) == 1

    assert await ways_to("Ada") == ["NTFY", "EMAIL"]


async def test_what_does_not_press_and_has_no_way_left_is_told_to_nobody_else() -> None:
    await unanswered(Priority.MEDIUM)
    await telling.die(await message_to("Ada"), at=FIRED)

    assert await reached(FIRED + SECOND) == 1
    assert await reached(FIRED + SECOND) == 0
    assert await passed_on() == set()


async def test_what_arrived_is_settled_and_never_looked_at_again() -> None:
    await unanswered()
    for name in ("Ada", "Liz"):
        await telling.deliver(await message_to(name), at=FIRED)

    assert await reached(FIRED + PATIENCE) == 0

    rows = await fetch("SELECT settled_at FROM notice")
    assert all(row["settled_at"] is not None for row in rows)


async def test_one_of_two_ways_is_enough() -> None:
    await telling.channels(ADA.id, ChannelKind.NTFY)
    await unanswered()
    await telling.deliver(await message_to("Liz"), at=FIRED)
    await reached(FIRED + PATIENCE)
    await telling.deliver(await message_to("Ada", "NTFY"), at=FIRED + PATIENCE)
    await telling.die(await message_to("Ada"), at=FIRED + PATIENCE)

    assert await reached(FIRED + 2 * PATIENCE) == 0
    assert await passed_on() == set()


async def test_who_left_is_not_tried_any_more_and_the_leads_are_told() -> None:
    await telling.channels(ADA.id, ChannelKind.NTFY)
    await unanswered()
    await telling.deliver(await message_to("Liz"), at=FIRED)
    await execute("UPDATE person SET active = $1 WHERE id = $2", False, ADA.id)  # noqa: FBT003 - a value

    await reached(FIRED + PATIENCE)

    assert await ways_to("Ada") == ["NTFY"]
    assert await passed_on() == {("Liz", Hearer.TEAM_LEAD)}


async def test_while_a_log_is_played_nobody_is_looked_for() -> None:
    await unanswered()
    await simulation.begin(at=NINE)

    assert await reached(FIRED + PATIENCE) == 0


async def test_many_that_were_not_reached_are_a_handful_of_messages_to_the_lead() -> None:
    for _ in range(20):
        await store(opened(Priority.HIGH, at=FIRED - HOUR))
    await sweep(now=FIRED)
    await tell(now=FIRED, mail_is_set=True)
    await telling.deliver(await message_to("Liz"), at=FIRED)

    assert await reach(now=FIRED + PATIENCE, mail_is_set=True, batch=7) == 20

    assert len([one for one in await sent() if one.to == "Liz"]) == 2
    assert len(await passed_on()) == 1


async def test_only_the_escalation_s_own_people_are_looked_for() -> None:
    """C2: whoever was reached is left in peace."""
    await store(acknowledged())
    await sweep(now=NINE + 16 * HOUR)
    await tell(now=NINE + 16 * HOUR, mail_is_set=True)
    await telling.die(await message_to("Mia"), at=NINE + 16 * HOUR)
    for name in ("Ada", "Ben", "Eva", "Emil"):
        await telling.deliver(await message_to(name), at=NINE + 16 * HOUR)

    assert await reached(NINE + 16 * HOUR) == 1
    assert {one.to for one in await sent()} == {"Ada", "Ben", "Eva", "Emil", "Mia"}
    assert {MIA.id, BEN.id} <= {one.person for one in await all_notices()}
