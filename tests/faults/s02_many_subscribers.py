"""S2: many subscribers hear of many events at once, with doorbells, and with all of them lost."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from escgraph.domain.terms import Role
from escgraph.store import stream
from escgraph.store.stream import StoredEvent
from escgraph.stream.cursor import Cursor
from tests.faults.consistent import consistent
from tests.faults.crowd_of_clients import crowd_of_clients, delays_of, heard_by
from tests.faults.falling_due import events_falling_due
from tests.faults.house import Ground, House, on_postgres
from tests.faults.ladder import until_nothing_is_armed
from tests.faults.listening import caught_up, events_behind, listening
from tests.faults.lost_doorbells import LostDoorbells, doorbells_lost
from tests.faults.programs import exited
from tests.faults.report import Count, Figure, Report, quantile

WEBS = 2
RAMP_S = 3.0
"""As long as a ladder takes: there are less events by so many seconds of the pace."""

PATIENCE_S = 240.0
"""How long it is waited for events and for subscribers, where the machine is slow."""


@dataclass(frozen=True, slots=True)
class Scale:
    """`seconds` with doorbells and as many without; `others` are clients that we did not write."""

    subscribers: int
    others: int
    a_second: int
    seconds: float
    lead_in: float


FULL = Scale(subscribers=200, others=1, a_second=200, seconds=25, lead_in=10)
REDUCED = Scale(subscribers=20, others=1, a_second=50, seconds=1.75, lead_in=1.5)


async def run(scale: Scale, ground: Ground) -> Report:
    async with (
        on_postgres(ground) as house,
        doorbells_lost(house, share=0) as doorbells,
        AsyncExitStack() as opened,
    ):
        programs = [*house.workers(1), *house.webs(WEBS)]
        token = await house.hire(Role.MANAGER)
        many = round(scale.a_second * (scale.seconds * 2 - RAMP_S))
        lead_in = timedelta(seconds=scale.lead_in)
        begin = await events_falling_due(house, many, seconds=scale.seconds * 2, lead_in=lead_in)
        urls = [house.socket_url(web) for web in programs[1:]]
        others = await opened.enter_async_context(
            listening(urls, token, count=scale.others, after=begin, clock=house.clock)
        )
        crowd = await opened.enter_async_context(
            crowd_of_clients(
                [web.port for web in programs[1:]], token, count=scale.subscribers, after=begin
            )
        )
        await crowd.come(within=scale.lead_in / 4)
        await crowd.listening()
        half = Cursor.parse(begin).position + many // 2
        heard, lost_from = await _lose_all(house, doorbells, half)
        await until_nothing_is_armed(seconds=PATIENCE_S)
        await caught_up(others, seconds=PATIENCE_S)
        events = await events_behind(Cursor.parse(begin).position)
        await crowd.reached(events[-1].position, seconds=PATIENCE_S)
        told = await crowd.told()
        loud, silent = _halves(events, lost_from)
        await house.now()
        return Report(
            (
                *heard_by(told, events, others=others),
                Count("doorbells not lost", doorbells.rung - heard - doorbells.lost),
                doorbells.heard_though_lost,
                exited(programs),
                await consistent(),
            ),
            (
                Figure("p99", quantile(delays_of(told, loud, clock=house.clock), 0.99), 0.3),
                Figure(
                    "p99 without doorbells",
                    quantile(delays_of(told, silent, clock=house.clock), 0.99),
                    1.5,
                ),
                Figure("doorbells before", heard, 1, "", least=True),
                Figure("doorbells lost", doorbells.lost, 1, "", least=True),
                Figure("events", _pace(events), scale.a_second * 0.95, "/s", least=True),
            ),
            f"{len(events):,} events to {scale.subscribers} lean clients and {scale.others} of gql "
            f"at {WEBS} webs; {doorbells.lost} of {doorbells.rung} doorbells lost",
        )


async def _lose_all(house: House, doorbells: LostDoorbells, position: int) -> tuple[int, datetime]:
    """From that position on; how many doorbells rang before, and since when, by the database."""
    while (await stream.head()).position < position:
        await asyncio.sleep(0.05)
    rung, doorbells.share = doorbells.rung, 1
    return rung, await house.now()


def _halves(
    events: list[StoredEvent], moment: datetime
) -> tuple[list[StoredEvent], list[StoredEvent]]:
    before = [event for event in events if event.recorded_at < moment]
    return before, events[len(before) :]


def _pace(events: list[StoredEvent]) -> float:
    """In the middle half of them: how many came in a second."""
    middle = events[len(events) // 4 : len(events) * 3 // 4]
    return len(middle) / (middle[-1].recorded_at - middle[0].recorded_at).total_seconds()
