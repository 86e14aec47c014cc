"""What-if over recorded tickets, on both databases: the record is given again, and compared."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType

import pytest

from escgraph.commands import ending, ladder, work
from escgraph.commands.moving import Named, move_tickets
from escgraph.documents.policy_yaml import written
from escgraph.domain.course import course_of
from escgraph.domain.errors import DomainError, ForbiddenError, InvalidInputError
from escgraph.domain.figures import Spread
from escgraph.domain.history import history_of
from escgraph.domain.permissions import Act
from escgraph.domain.policy import SOP, Policy, Targets
from escgraph.domain.replay import replay
from escgraph.domain.terms import HoldReason, Priority, ResolutionCode, TicketId, Tier, Trigger
from escgraph.domain.ticket import Change
from escgraph.domain.what_if import Compared, Difference, Outcome
from escgraph.queries import simulation
from escgraph.queries.simulation import Candidate, Period, Simulation, simulate
from escgraph.store import histories, policies
from escgraph.store.database import fetch
from tests.domain.acts import ACTS
from tests.domain.desk import Desk, days
from tests.domain.lives import BRISK
from tests.domain.people import AGENT, MANAGER
from tests.queries.house import NINE, House, hours, minutes
from tests.queries.past import LIKELY, move_in
from tests.queries.published import publish
from tests.store.ladders import store

WEEK = Period(NINE - days(1), NINE + days(6))
LATER = NINE + days(5)
NOTHING = Outcome(0, {}, 0, None, None)


def quicker(priority: Priority = Priority.MEDIUM) -> Policy:
    """The SOP, with half of the time for that priority."""
    was = SOP.targets[priority]
    targets = Targets(was.respond / 2, was.level_2 / 2, None, was.management / 2)
    return replace(SOP, targets=MappingProxyType({**SOP.targets, priority: targets}))


async def simulated(
    house: House, candidate: Policy = SOP, *, period: Period = WEEK, at: datetime = LATER
) -> Simulation:
    text = Candidate(yaml=written(candidate))
    return await simulate(text, period, at=at, viewer=house.manager)


async def answered(house: House, *, after: timedelta, priority: Priority) -> TicketId:
    """A ticket that was acknowledged after that time, and resolved at once."""
    ticket = await house.open(priority=priority)
    at = NINE + after
    await work.acknowledge_ticket(ticket, call=house.call(house.agent, at))
    await ending.resolve_ticket(
        ticket,
        call=house.call(house.agent, at),
        summary="Rebuilt",
        code=ResolutionCode.FIXED,
        root_cause="",
    )
    return ticket


async def test_the_policy_that_was_in_force_would_have_made_the_same(house: House) -> None:
    """Q5."""
    await house.open()
    await answered(house, after=hours(3), priority=Priority.HIGH)
    await house.sweep(LATER)

    found = await simulated(house)

    assert [one for one in found.what_if.compared if one.was != one.would_be] == []
    assert (found.what_if.would_escalate, found.what_if.would_not) == ((), ())
    assert found.what_if.all.tickets == 2
    assert found.otherwise == ("ESC-000002",)


async def test_a_quicker_policy_is_compared_per_priority_and_category(house: House) -> None:
    """Q5."""
    await answered(house, after=hours(3), priority=Priority.MEDIUM)
    await answered(house, after=hours(5), priority=Priority.MEDIUM)
    await answered(house, after=minutes(10), priority=Priority.HIGH)

    found = (await simulated(house, quicker())).what_if

    quick = Outcome(
        response_breaches=2,
        rungs={(Tier.LEVEL_2, Trigger.DEADLINE): 1},
        reminders=0,
        response_lateness=Spread(2, hours(2), hours(2.8)),
        resolution_lateness=Spread(1, hours(1), hours(1)),
    )
    slow = replace(NOTHING, response_breaches=1, response_lateness=Spread(1, hours(1), hours(1)))
    medium, high = Priority.MEDIUM, Priority.HIGH
    assert found.compared == (
        Compared(None, None, 3, slow, quick),
        Compared(high, None, 1, NOTHING, NOTHING),
        Compared(medium, None, 2, slow, quick),
        Compared(None, "degraded-performance", 3, slow, quick),
        Compared(high, "degraded-performance", 1, NOTHING, NOTHING),
        Compared(medium, "degraded-performance", 2, slow, quick),
    )
    assert found.would_escalate == (
        Difference("ESC-000002", medium, "degraded-performance", (Tier.LEVEL_2,)),
    )
    assert found.would_not == ()


async def test_a_slower_policy_names_whom_it_would_not_have_escalated(house: House) -> None:
    """Q5."""
    await house.open()
    await house.sweep(NINE + hours(9))
    slower = replace(
        SOP,
        targets=MappingProxyType(
            {**SOP.targets, Priority.MEDIUM: Targets(hours(4), hours(10), None, hours(30))}
        ),
    )

    found = (await simulated(house, slower, at=NINE + hours(9))).what_if

    assert [(one.name, one.tiers) for one in found.would_not] == [("ESC-000001", (Tier.LEVEL_2,))]
    assert found.would_escalate == ()


async def test_only_tickets_of_the_period_are_replayed(house: House) -> None:
    """Q5: it begins with its first moment and ends before its last."""
    for hour in (0, 1, 2):
        await house.open(at=NINE + hours(hour))

    async def many(since: datetime, until: datetime) -> int:
        return (await simulated(house, period=Period(since, until))).what_if.all.tickets

    assert await many(NINE, NINE + hours(2)) == 2
    assert await many(NINE + minutes(1), NINE + hours(2)) == 1
    assert await many(NINE - days(1), NINE) == 0


async def test_live_tickets_are_replayed_up_to_the_present(house: House) -> None:
    """Q5, A13."""
    await house.open()

    async def breaches(at: datetime) -> int:
        return (await simulated(house, quicker(), at=at)).what_if.all.would_be.response_breaches

    assert await breaches(NINE + hours(2) - minutes(1)) == 0
    assert await breaches(NINE + hours(2)) == 1


async def test_what_people_did_is_replayed_with_its_reason(house: House) -> None:
    """A7, A15: through the real commands, and back from what they stored."""
    ticket = await house.open()
    call = house.call(house.manager, NINE + hours(1))
    await work.acknowledge_ticket(ticket, call=call)
    await ladder.hold_ticket(ticket, call=call, reason=HoldReason.AWAITING_VENDOR)
    await ladder.resume_ticket(ticket, call=house.call(house.manager, NINE + hours(30)))
    await house.sweep(NINE + hours(36))
    capped = replace(SOP, hold_caps=MappingProxyType({HoldReason.AWAITING_VENDOR: hours(2)}))

    found = (await simulated(house, capped, at=NINE + hours(36))).what_if

    assert found.all.was.rungs == {}
    assert found.all.would_be.rungs == {
        (Tier.LEVEL_2, Trigger.DEADLINE): 1,
        (Tier.MANAGEMENT, Trigger.DEADLINE): 1,
    }


async def test_a_rung_that_fired_late_is_no_difference(house: House) -> None:
    """Q5."""
    await house.open()
    await house.sweep(NINE + hours(13))

    found = await simulated(house, at=NINE + hours(13))

    assert found.otherwise == ()
    assert found.what_if.all.was.rungs == {(Tier.LEVEL_2, Trigger.DEADLINE): 1}


async def test_a_ticket_that_was_moved_is_compared_with_both_of_its_policies(
    house: House,
) -> None:
    """P5: it was under the one until it was moved, and then under the other."""
    ticket = await house.open()
    await publish(replace(quicker(), version=2), at=NINE)
    await house.sweep(NINE + hours(5))
    await move_tickets(
        Named((ticket,)),
        version=2,
        reason="The new SOP",
        call=house.call(house.administrator, NINE + hours(6)),
    )
    await house.sweep(NINE + hours(7))

    found = await simulated(house, at=NINE + hours(7))

    assert found.otherwise == ()
    assert found.what_if.all.was.rungs == {(Tier.LEVEL_2, Trigger.DEADLINE): 1}
    assert found.what_if.all.would_be.rungs == {}
    assert found.what_if.would_not[0].name == "ESC-000001"


async def test_random_lives_are_given_again_as_they_were_stored(house: House) -> None:
    """Q5: the law of the rules, through either database and page by page."""
    await move_in()
    random = Random(3)
    stored = [await store(_life(random, number)) for number in range(1, 61)]
    period = Period(NINE, NINE + days(400))

    place, found = None, {}
    while page := await histories.page(period, after=place, limit=7):
        place = page[-1].place
        for past in page:
            history = history_of(str(past.number), past.opened, past.timeline)
            own = await policies.of_version(history.policy_version)
            found[past.number] = replay(history, own, until=END), course_of(past.timeline)

    assert sorted(found) == sorted(ticket.number for ticket in stored)
    assert {number for number, (again, recorded) in found.items() if again != recorded} == set()
    assert sum(len(recorded.rungs) for _, recorded in found.values()) > 40
    assert {number: len(again.rungs) for number, (again, _) in found.items()} == await rungs()


async def test_it_writes_nothing(house: House) -> None:
    """Q5."""
    await house.open()
    before = await everything()

    await simulated(house, quicker())

    assert await everything() == before


async def test_agents_and_those_who_only_read_are_refused(house: House) -> None:
    """P2."""
    for viewer in house.everybody:
        if viewer in {house.manager, house.administrator}:
            await simulate(Candidate(version=1), WEEK, at=LATER, viewer=viewer)
        else:
            with pytest.raises(ForbiddenError):
                await simulate(Candidate(version=1), WEEK, at=LATER, viewer=viewer)


async def test_it_says_what_the_policy_changes(house: House) -> None:
    """Q5: from the one in force."""
    found = await simulated(house, quicker())

    assert found.changes == (
        "MEDIUM: the first response is due after 2h instead of 4h",
        "MEDIUM: escalates to LEVEL_2 after 4h instead of 8h",
        "MEDIUM: escalates to MANAGEMENT after 8h instead of 16h",
    )
    assert (await simulated(house)).changes == ()


@pytest.mark.parametrize(
    ("candidate", "said"),
    [
        (Candidate(), "name one policy to simulate"),
        (Candidate(version=1, yaml="name: Two"), "name one policy to simulate"),
        (Candidate(yaml="nmae: Typo"), "line 1"),
        (Candidate(yaml=written(quicker()).replace("4h", "9h")), "out of order"),
    ],
)
async def test_what_is_no_policy_is_refused(house: House, candidate: Candidate, said: str) -> None:
    """T11."""
    with pytest.raises(InvalidInputError, match=said):
        await simulate(candidate, WEEK, at=LATER, viewer=house.manager)


async def test_a_period_that_ends_before_it_begins_is_refused(house: House) -> None:
    with pytest.raises(InvalidInputError, match="ends before it begins"):
        await simulated(house, period=Period(NINE, NINE))


async def test_a_period_of_too_many_tickets_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulation, "MOST_TICKETS", 1)
    await house.open()
    await simulated(house)
    await house.open()

    with pytest.raises(InvalidInputError, match=r"2 tickets .* takes 1; choose a shorter period"):
        await simulated(house)


END = NINE + days(90)
ACTIVE = (*LIKELY, Act.CHANGE_PRIORITY, Act.ACCEPT, Act.ASSIGN)


def _life(random: Random, number: int) -> Change:
    """A ticket whose engine was never late, at the end of its time."""
    at = NINE + random.random() * days(20)
    desk = Desk(
        random.choice(list(Priority)),
        at=at,
        policy=replace(BRISK, version=2),
        tier=random.choice([Tier.LEVEL_1, Tier.LEVEL_1, Tier.LEVEL_2]),
        reported_at=at - random.choice([0, 0, 1]) * minutes(random.randrange(300)),
        number=number,
    )
    for _ in range(random.randrange(14)):
        at += random.random() * random.choice([minutes(5), minutes(90), minutes(1500)])
        desk.live_until(at, including=False)
        with suppress(DomainError):
            ACTS[random.choice(ACTIVE)](desk, at, random.choice([MANAGER, MANAGER, AGENT]))
    desk.live_until(END)
    return Change(desk.ticket, desk.steps)


async def rungs() -> dict[int, int]:
    """How many moves up no person made, by the ticket's number, as the escalations say."""
    rows = await fetch(
        "SELECT t.number, count(e.id) AS many FROM ticket t LEFT JOIN escalation e "
        "ON e.ticket_id = t.id AND e.trigger <> 'MANUAL' GROUP BY t.number"
    )
    return {row["number"]: row["many"] for row in rows}


async def everything() -> dict[str, list[str]]:
    tables = ("ticket", "deadline", "pause", "escalation", "event", "stream")
    return {table: sorted(map(str, await fetch(f"SELECT * FROM {table}"))) for table in tables}
