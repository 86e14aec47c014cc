"""R7: a failover loses the last second, and backups are put in place: all are told, at once.

What was fired or sent in a second that is lost is fired and sent anew: a rung once in the new life,
and whoever hears of it outside may hear of it twice, once from each life. That is "at least once".
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta

from escgraph.domain.terms import Role, Tier
from escgraph.store import database, stream
from tests.faults.backups import ANOTHER, FILE
from tests.faults.business import writing
from tests.faults.history import History, Operation, Outcome, added, check
from tests.faults.house import SECOND, Ground, House, on_own_postgres, publish_quick, through
from tests.faults.ladder import fired_once, tickets_due, until_all_have_fired
from tests.faults.listening import events_behind
from tests.faults.mirror import Mirror, Web, mirroring, true_pictures, until
from tests.faults.old_cursors import Keeper, gone_on_silently
from tests.faults.outside import SETTINGS, hooked
from tests.faults.programs import exited
from tests.faults.putting_back import Load, put_back
from tests.faults.report import Count, Figure, Report
from tests.receiver import Receiver
from tests.road import Road
from tests.servers import PostgresServer
from tests.standby import Standby

LADDER = (SECOND, 2 * SECOND, 3 * SECOND)
WEBS, WORKERS = 2, 1
LOST_S = 1.0
PAUSE_S = 0.1
"""Between two notes of one writer."""

TOLD_S = 10.0
"""By when every live subscriber must have been told, counted from the promotion."""


@dataclass(frozen=True, slots=True)
class Scale:
    """`seconds` pass before the one that is lost; `tickets` fall due all the time.

    Attributes:
        behind: how long they still do from then on, for what it takes to get there, in seconds.
    """

    sockets: int
    event_streams: int
    writers: int
    tickets: int
    seconds: float
    behind: float
    backups: Load


FULL = Scale(
    sockets=40,
    event_streams=10,
    writers=6,
    tickets=160,
    seconds=5,
    behind=10,
    backups=Load((ANOTHER, FILE), sockets=4, event_streams=1, writers=2, tickets=12, seconds=1),
)
REDUCED = Scale(
    sockets=6,
    event_streams=2,
    writers=2,
    tickets=24,
    seconds=0.5,
    behind=1.5,
    backups=Load((FILE,), sockets=2, event_streams=1, writers=2, tickets=6, seconds=0.5),
)


@dataclass(frozen=True, slots=True)
class Failover:
    """How it went.

    Attributes:
        kept: the position up to which the standby had followed.
        lost: how many events there were behind it.
        rungs: how many of those the engines had fired.
        before: the cursors that clients had by then.
        at: when the road led to the new primary, by the loop's clock.
    """

    kept: int
    lost: int
    rungs: int
    before: tuple[str, ...]
    at: float


async def run(scale: Scale, ground: Ground) -> Report:
    """The failover first, then a backup put back in each of those ways."""
    failover, lives = await _lost_second(scale, ground), await put_back(scale.backups, ground)
    others = [(*life.told_counts, *life.counts) for life in lives]
    return Report(
        added((failover.counts, *others)),
        (*failover.figures, Figure("after a backup", max(one.told for one in lives), TOLD_S)),
        f"{failover.conditions}; then {', '.join(life.way for life in lives)} put back, with "
        f"{sum(life.cursors for life in lives):,} old cursors",
    )


async def _lost_second(scale: Scale, ground: Ground) -> Report:
    history = History()
    async with on_own_postgres(ground.home) as (house, primary), AsyncExitStack() as opened:
        road = opened.enter_context(Road(primary.port))
        receiver = opened.enter_context(Receiver())
        house.settings |= {"ESCGRAPH_DATABASE_URL": through(primary.url, road.port), **SETTINGS}
        agent = await house.hire(Role.LEVEL_1_AGENT, Tier.LEVEL_1)
        standby = opened.enter_context(await asyncio.to_thread(Standby, primary))
        programs = [*house.workers(WORKERS), *(house.web() for _ in range(WEBS))]
        webs = [Web(house.url(one), house.socket_url(one)) for one in programs[WORKERS:]]
        opened.callback(house.close)
        outside = await hooked(house, webs[0].url, receiver)
        desks = [
            await opened.enter_async_context(Keeper(webs[n % WEBS].url, agent, history))
            for n in range(scale.writers)
        ]
        mirrors = await opened.enter_async_context(
            mirroring(webs, agent, sockets=scale.sockets, event_streams=scale.event_streams)
        )
        begin = await _open_tickets(house, scale)
        async with writing(desks, pause=PAUSE_S):
            await asyncio.sleep(scale.seconds)
            over = await _fail_over(house, primary, standby, road, desks)
            at_once = await asyncio.gather(
                *(_presented("silent at once", over, web, agent) for web in webs)
            )
            told = await _all_told(mirrors, over)
            await _overtaken(over)
        overtaken = await asyncio.gather(
            *(_presented("silent after they were overtaken", over, web, agent) for web in webs)
        )
        await until_all_have_fired()
        events = await events_behind(begin)
        _forget_what_was_lost(history, over)
        return Report(
            (
                *added([one] for one in at_once),
                *added([one] for one in overtaken),
                Count("subscribers without a resync", sum(not one.resyncs for one in mirrors)),
                await true_pictures(mirrors),
                await outside.not_sent(events),
                *check(history, events),
                *await fired_once(),
                exited(programs),
            ),
            (
                Figure("every subscriber told after", told, TOLD_S),
                Figure("most resyncs of one", max(one.resyncs for one in mirrors), 2, ""),
                Figure("events lost", over.lost, 1, "", least=True),
                Figure("rungs among them", over.rungs, 1, "", least=True),
            ),
            f"{len(over.before):,} old cursors at {WEBS} webs, {scale.sockets} WebSockets, "
            f"{scale.event_streams} event streams, {len(events):,} events, and "
            f"{outside.lost(events)} that a webhook was sent and nobody has",
        )


async def _open_tickets(house: House, scale: Scale) -> int:
    """Tickets whose deadlines fall due from now on, all the time; the position behind them."""
    policy = await publish_quick(*LADDER)
    begin, seconds = await house.now() + SECOND / 2, scale.seconds + scale.behind
    moments = [begin + timedelta(seconds=seconds * n / scale.tickets) for n in range(scale.tickets)]
    await tickets_due(moments, after=LADDER[0], policy=policy)
    return (await stream.head()).position


async def _fail_over(
    house: House, primary: PostgresServer, standby: Standby, road: Road, desks: list[Keeper]
) -> Failover:
    """The standby falls behind for that second, and takes the place of the primary then."""
    await asyncio.to_thread(standby.fall_behind)
    kept = int(standby.psql("SELECT position FROM stream"))
    await asyncio.sleep(LOST_S)
    lost, rungs = primary.psql(_BEHIND.format(kept=kept)).split("|")
    await asyncio.to_thread(primary.kill)
    await asyncio.to_thread(standby.promote)
    before = tuple(cursor for desk in desks for cursor in desk.cursors)
    at = asyncio.get_running_loop().time()
    road.lead_to(standby.port)
    house.database_url = standby.url
    await database.close()
    await database.connect(standby.url, pool_size=4)
    return Failover(kept, int(lost), int(rungs), before, at)


_BEHIND = """
SELECT count(*), count(*) FILTER (WHERE by_id IS NULL) FROM event WHERE position > {kept}
"""


async def _presented(what: str, over: Failover, web: Web, token: str) -> Count:
    return await gone_on_silently(f"old cursors {what}", over.before, web=web, token=token)


async def _all_told(mirrors: list[Mirror], over: Failover) -> float:
    """How long it took until the last of them had its resync."""
    await until(lambda: all(one.resyncs for one in mirrors), seconds=TOLD_S)
    now = asyncio.get_running_loop().time()
    return max(one.resync_at or now for one in mirrors) - over.at


async def _overtaken(over: Failover) -> None:
    """Wait until the new life has written more than the one before had."""
    async with asyncio.timeout(60):
        while (await stream.head()).position <= over.kept + over.lost:
            await asyncio.sleep(0.1)


def _forget_what_was_lost(history: History, over: Failover) -> None:
    """What the life before answered behind the last position that was kept did not happen."""
    history.operations = [one for one in history.operations if not _lost(one, over)]


def _lost(one: Operation, over: Failover) -> bool:
    done = one.outcome is Outcome.OK and one.ended_at < over.at
    return done and one.position is not None and one.position > over.kept
