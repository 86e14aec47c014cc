"""S5: snapshots are taken while all changes, and each is kept true by the events behind it."""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta

from escgraph.domain.terms import Role
from escgraph.store import stream
from escgraph.stream.cursor import Cursor
from tests.end_to_end.client import Client
from tests.faults.consistent import consistent
from tests.faults.falling_due import events_falling_due
from tests.faults.folded import Folded
from tests.faults.going_on import WAYS, Server, Target, Told
from tests.faults.house import Ground, on_postgres
from tests.faults.ladder import until_nothing_is_armed
from tests.faults.report import Count, Figure, Report
from tests.faults.wallboard import BOARD, TICKETS, Json, Truth, Wallboard

WEBS = 2
PAUSE_S = 0.02
"""Between two snapshots of a round; after it, each is held against the database."""

Shot = tuple[Json, Awaitable[Told]]
"""A snapshot, and what is told to whoever goes on from it."""


@dataclass(frozen=True, slots=True)
class Scale:
    """`seconds`: how long so many events a second come.

    Attributes:
        ramp: how long after the first event the snapshots begin, as the ladders of the first
            tickets take 3 s to be in full swing.
    """

    snapshots: int
    in_a_round: int
    a_second: int
    seconds: float
    lead_in: float
    ramp: float


FULL = Scale(snapshots=1_000, in_a_round=20, a_second=300, seconds=70, lead_in=15, ramp=3)
REDUCED = Scale(snapshots=30, in_a_round=10, a_second=60, seconds=3.5, lead_in=0.5, ramp=0)


@dataclass(slots=True)
class Judged:
    """What came of the snapshots.

    Attributes:
        events: how many were told behind them.
        unlike: for each that was not as the database, in what; at its cursor, or after all events.
        leaps: for each that was told an event too many or too few, which.
        folded: what the events say, up to the snapshot at hand.
    """

    snapshots: int = 0
    events: int = 0
    unlike: list[str] = field(default_factory=list)
    leaps: list[str] = field(default_factory=list)
    folded: Folded = field(default_factory=Folded)

    async def judge(self, shot: Json, told: Told, truth: Truth) -> None:
        """The snapshots of a round come in the order of their cursors."""
        board = Wallboard.of(shot)
        await self.folded.go_to(board.position)
        wrong, leaps = self.folded.differences(shot), _leaps(board, told, truth)
        for cursor, event in told:
            board.take(cursor, event, until=truth.position)
        self.snapshots += 1
        self.events += len(told)
        self.unlike += (wrong + board.differences(truth))[:1]
        self.leaps += (leaps + board.leaps)[:1]


async def run(scale: Scale, ground: Ground) -> Report:
    async with on_postgres(ground) as house, AsyncExitStack() as entered:
        house.workers(1)
        webs = house.webs(WEBS)
        token = await house.hire(Role.MANAGER)
        desks = [await entered.enter_async_context(Client(house.url(web), token)) for web in webs]
        servers = [Server(web.port, token, desk) for web, desk in zip(webs, desks, strict=True)]
        many = round(scale.a_second * scale.seconds)
        lead_in = timedelta(seconds=scale.lead_in)
        begin = await events_falling_due(house, many, seconds=scale.seconds, lead_in=lead_in)
        await _until_events_come(begin)
        await asyncio.sleep(scale.ramp)
        first, judged, began = (await stream.head()).position, Judged(), await house.now()
        while judged.snapshots < scale.snapshots:
            await _round(scale, servers, judged)
        many = (await stream.head()).position - first
        pace = many / (await house.now() - began).total_seconds()
        await until_nothing_is_armed()
        right = judged.snapshots - len(judged.unlike)
        return Report(
            (
                Count("unlike the database", len(judged.unlike), tuple(judged.unlike[:3])),
                Count("events too many or too few", len(judged.leaps), tuple(judged.leaps[:3])),
                await consistent(),
            ),
            (
                Figure("equal", right, scale.snapshots, "", least=True),
                Figure("events told behind them", judged.events, 1, "", least=True),
                Figure("events", pace, scale.a_second * 0.95, "/s", least=True),
            ),
            f"boards and lists of tickets by turns, at {WEBS} webs, whole as of their cursors, "
            "and gone on from by lean clients, by gql's, and in pages",
        )


async def _round(scale: Scale, servers: Sequence[Server], judged: Judged) -> None:
    """Snapshots at an even pace; then all go on to where the database is by then."""
    target: Target = asyncio.get_running_loop().create_future()
    taken = []
    for n in range(scale.in_a_round):
        taken.append(asyncio.create_task(_snapshot(servers[n % len(servers)], n, target)))
        await asyncio.sleep(PAUSE_S)
    shots = sorted(await asyncio.gather(*taken), key=_place)
    truth = await Truth.now()
    target.set_result(truth.position)
    all_told = await asyncio.gather(*(going_on for _, going_on in shots))
    for (shot, _), told in zip(shots, all_told, strict=True):
        await judged.judge(shot, told, truth)


async def _snapshot(server: Server, number: int, target: Target) -> Shot:
    """One more, and whoever goes on from it at once; each way with each kind of snapshot."""
    way = WAYS[number % len(WAYS)]
    document = (BOARD, TICKETS)[number // len(WAYS) % 2]
    (shot,) = (await server.desk.ask(document)).values()
    return shot, asyncio.ensure_future(way(server, shot["cursor"], target))


def _place(shot: Shot) -> int:
    return Cursor.parse(shot[0]["cursor"]).position


def _leaps(board: Wallboard, told: Told, truth: Truth) -> list[str]:
    """Each event between the snapshot and the truth must be told, once and in order.

    All of them are visible to a manager.
    """
    heard = [Cursor.parse(cursor).position for cursor, _ in told]
    heard = [position for position in heard if position <= truth.position]
    written = list(range(board.position + 1, truth.position + 1))
    return [] if heard == written else [f"told {heard}, not {written}"]


async def _until_events_come(begin: str) -> None:
    position = Cursor.parse(begin).position
    while (await stream.head()).position == position:
        await asyncio.sleep(0.1)
