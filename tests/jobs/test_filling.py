"""Which message takes a notice, by which way and when it goes: calm, but for what presses (§5)."""

from datetime import datetime, timedelta

import pytest

from escgraph.domain.notice import ChannelKind, Pace
from escgraph.domain.terms import Priority
from escgraph.jobs.deadlines import sweep
from escgraph.jobs.notices import Told, tell
from escgraph.store.database import fetch
from tests.jobs import telling
from tests.jobs.telling import Sent, sent
from tests.store.ladders import (
    ADA,
    HOUR,
    NINE,
    low_priority,
    opened,
    store,
    untouched,
    urgent,
)

SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.usefixtures("house")


async def told(at: datetime, *, mail_is_set: bool = True) -> Told:
    return await tell(now=at, mail_is_set=mail_is_set)


async def test_the_next_pressing_message_of_a_person_waits_for_company() -> None:
    await _pressing(at=NINE + HOUR)
    await _pressing(at=NINE + HOUR)
    await told(NINE + HOUR)
    first = await _to("Ada")
    assert first.pace is Pace.AT_ONCE
    assert (first.due_at, first.notices) == (NINE + HOUR, ("RESPONSE_BREACHED",) * 2)
    await telling.deliver(first.id, at=NINE + HOUR + SECOND)

    for n in (2, 3, 4):
        await _pressing(at=NINE + HOUR)
        await told(NINE + HOUR + n * SECOND)

    first, second = [one for one in await sent() if one.to == "Ada"]
    assert second.due_at == NINE + HOUR + 11 * SECOND
    assert second.notices == ("RESPONSE_BREACHED",) * 3


async def test_what_does_not_press_is_gathered_for_a_minute() -> None:
    for n in range(3):
        await store(opened(at=NINE + n * SECOND))
    for n in range(3):
        await sweep(now=NINE + 4 * HOUR + n * SECOND)
        await told(NINE + 4 * HOUR + n * SECOND)

    to_ada, to_liz = await sent()
    assert (to_ada.notices, to_liz.notices) == (("RESPONSE_BREACHED",) * 3,) * 2
    assert to_ada.pace is Pace.BUNDLED
    assert to_ada.due_at == NINE + 4 * HOUR + timedelta(minutes=1)


async def test_a_catch_up_that_does_not_press_is_gathered_for_a_minute_all_the_same() -> None:
    """A8: that is longer than it waits for its next rung."""
    await store(untouched())
    at = NINE + 17 * HOUR
    await sweep(now=at)

    await told(at)

    assert {one.due_at for one in await sent()} == {at + timedelta(minutes=1)}


async def test_pressing_notices_and_others_are_never_in_one_message() -> None:
    await store(opened(at=NINE - 3 * HOUR))
    await store(urgent())
    await sweep(now=NINE + HOUR)
    await told(NINE + HOUR)

    assert [one.pace for one in await sent() if one.to == "Ada"] == [Pace.BUNDLED, Pace.AT_ONCE]


async def test_quiet_hours_hold_what_does_not_press_and_nothing_else() -> None:
    """HIGH overrides them; the notice exists all the same, only its message waits."""
    await telling.wishes(ADA.id, quiet=("09:00", "18:00"))
    await store(opened(at=NINE - 3 * HOUR))
    await store(urgent())
    at = NINE + HOUR
    await sweep(now=at)
    await told(at)

    calm, pressing = [one for one in await sent() if one.to == "Ada"]
    assert calm.due_at == datetime.fromisoformat("2026-03-02T18:00:00+01:00")
    assert pressing.due_at == at


async def test_low_tickets_go_into_the_digest_of_those_who_want_one() -> None:
    await telling.wishes(ADA.id, digest_at="08:00")
    await store(low_priority())
    at = NINE + 24 * HOUR
    await sweep(now=at)
    await told(at)

    by_name = {one.to: (one.pace, one.due_at) for one in await sent()}
    assert by_name == {
        "Ada": (Pace.DIGEST, datetime.fromisoformat("2026-03-04T08:00:00+01:00")),
        "Liz": (Pace.BUNDLED, at + timedelta(minutes=1)),
    }


async def test_above_the_cap_the_rest_of_the_hour_is_one_message() -> None:
    await telling.wishes(ADA.id, hourly_cap=2)
    start = NINE + 4 * HOUR
    for n in range(5):
        await store(opened(at=NINE + n * timedelta(minutes=2)))
    for n in range(5):
        at = start + n * timedelta(minutes=2)
        await sweep(now=at)
        await told(at)
        await telling.deliver_due(at=at + timedelta(minutes=1))

    to_ada = [(one.due_at - start, len(one.notices)) for one in await sent() if one.to == "Ada"]
    assert to_ada == [(timedelta(minutes=1), 1), (timedelta(minutes=3), 1), (HOUR, 3)]


async def test_a_message_goes_the_first_way_of_its_person_and_remembers_their_zone() -> None:
    phone, _ = await telling.channels(ADA.id, ChannelKind.NTFY, ChannelKind.SLACK)
    await telling.wishes(ADA.id)
    await store(untouched())
    await sweep(now=NINE + 4 * HOUR)

    await told(NINE + 4 * HOUR)

    rows = await fetch("SELECT m.*, d.via FROM message m JOIN delivery d ON d.message_id = m.id")
    by_kind = {row["kind"]: row for row in rows}
    assert set(by_kind) == {"NTFY", "EMAIL"}
    ntfy, mail = by_kind["NTFY"], by_kind["EMAIL"]
    assert (ntfy["via"], ntfy["circuit"]) == (str(phone), f"NTFY:{phone}")
    assert (mail["via"], mail["circuit"], mail["channel_id"]) == ("EMAIL", "EMAIL", None)
    assert (ntfy["zone"], mail["zone"]) == ("Europe/Berlin", None)
    assert (ntfy["state"], ntfy["attempts"], ntfy["fence"]) == ("WAITING", 0, 0)


async def test_without_any_way_the_log_has_it() -> None:
    await store(untouched())
    await sweep(now=NINE + 4 * HOUR)

    await told(NINE + 4 * HOUR, mail_is_set=False)

    assert {one.kind for one in await sent()} == {ChannelKind.LOG}


async def test_a_message_that_somebody_began_to_send_takes_nothing_more() -> None:
    await store(untouched())
    await sweep(now=NINE + 4 * HOUR)
    await told(NINE + 4 * HOUR)
    await telling.begin((await _to("Ada")).id, at=NINE + 4 * HOUR)

    await store(untouched())
    await sweep(now=NINE + 4 * HOUR)
    await told(NINE + 4 * HOUR)

    assert [one.notices for one in await sent() if one.to == "Ada"] == [("RESPONSE_BREACHED",)] * 2


async def _pressing(*, at: datetime) -> None:
    """A HIGH ticket whose first response is missed at that moment."""
    await store(opened(Priority.HIGH, at=at - HOUR))
    await sweep(now=at)


async def _to(name: str) -> Sent:
    """The only message to that person."""
    (message,) = [one for one in await sent() if one.to == name]
    return message
