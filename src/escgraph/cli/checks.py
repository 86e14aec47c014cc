"""What the doctor looks at: each check says in a line how it is, and what to do where it is not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

from escgraph.cli.findings import Finding, State, many, second
from escgraph.cli.notice_checks import mail_server, of_notices
from escgraph.cli.running import present
from escgraph.cli.stream_checks import of_stream
from escgraph.clock import Clock
from escgraph.config import Settings, masked
from escgraph.jobs.engine_health import PATIENCE
from escgraph.jobs.housekeeping import FRESH
from escgraph.jobs.pulse import EVERY_S
from escgraph.notify.places import place_of, url_fault
from escgraph.store import checkup, database, forgotten, heartbeats, simulation
from escgraph.store.migrate import pending
from escgraph.stream.redis_doorbell import RedisDoorbell

REDIS_PATIENCE_S = 3.0
GREATEST_OFFSET = timedelta(seconds=1)
LATE = timedelta(seconds=5)
"""A deadline that is armed so long after its moment is overdue: engines look each second."""

MOST = 100


More = Callable[[], AsyncIterator[Finding]]


async def examine(settings: Settings, *, more: More | None = None) -> list[Finding]:
    """Every check that can be made: without a database most cannot. `more` come last of those."""
    of_database = [finding async for finding in _of_database(settings, more)]
    return [
        *of_database,
        await _redis(settings),
        await mail_server(settings),
        _watcher(settings),
    ]


async def _of_database(settings: Settings, more: More | None) -> AsyncIterator[Finding]:
    where = masked(settings.database_url)
    try:
        await database.connect(settings.database_url, pool_size=2)
        try:
            yield Finding("database", State.OK, f"{where} answers")
            async for finding in _of_contents(settings, more):
                yield finding
        finally:
            await database.close()
    except (database.DatabaseBusy, database.DatabaseUnavailable) as error:
        yield Finding("database", State.FAIL, str(error), f"see ESCGRAPH_DATABASE_URL ({where})")


async def _of_contents(settings: Settings, more: More | None) -> AsyncIterator[Finding]:
    missing = await pending()
    if missing:
        yield Finding(
            "migrations", State.FAIL, f"pending: {', '.join(missing)}", "run: escgraph migrate"
        )
        return
    yield Finding("migrations", State.OK, "none is pending")
    yield await _clock()
    now = await present(settings)
    for check in CHECKS:
        yield await check(now)
    yield await _engines(settings, now)
    yield await of_stream(settings, now)
    async for finding in of_notices(settings, now):
        yield finding
    if more is not None:
        async for finding in more():
            yield finding


async def _clock() -> Finding:
    offset = await Clock().measure(database.database_now)
    says = f"the database's clock is {offset.total_seconds():+.3f} s from this host's"
    if abs(offset) < GREATEST_OFFSET:
        return Finding("clock", State.OK, says)
    return Finding("clock", State.WARN, says, "deadlines go by the database's; set up NTP here")


async def _overdue(now: datetime) -> Finding:
    waiting = await checkup.overdue(before=now - LATE)
    if not waiting.count:
        return Finding("overdue deadlines", State.OK, "none")
    return Finding(
        "overdue deadlines",
        State.FAIL,
        many(waiting),
        "start an engine: escgraph worker, or escgraph serve; restart one that hangs",
    )


async def _parked(_: datetime) -> Finding:
    waiting = await checkup.parked()
    if not waiting.count:
        return Finding("parked deadlines", State.OK, "none")
    return Finding(
        "parked deadlines",
        State.FAIL,
        many(waiting),
        "they could not fire: see deadline.parked_reason, mend it, and set parked_at to null",
    )


async def _forgotten(_: datetime) -> Finding:
    found = await forgotten.tickets(limit=MOST)
    if not found:
        return Finding("forgotten tickets", State.OK, "none: each open one has a next deadline")
    numbers = ", ".join(f"ESC-{ticket.number:06d}" for ticket in found[:5])
    return Finding(
        "forgotten tickets",
        State.FAIL,
        f"{len(found)}{' or more' if len(found) == MOST else ''} without a deadline: {numbers}",
        "escalate or resolve them by hand, and report this fault",
    )


async def _engines(settings: Settings, now: datetime) -> Finding:
    """A failure as soon as `/readyz/engine` is red, where there is anything to fire."""
    about = "engines"
    beats = [beat for beat in await heartbeats.beats() if beat.name != simulation.MARK]
    alive = [beat for beat in beats if now - beat.at < FRESH]
    if alive:
        return Finding(about, State.OK, ", ".join(beat.name for beat in alive))
    none, advice = _WITHOUT[database.dialect()]
    if not beats:
        return Finding(about, State.WARN, "none has ever lived", advice)
    says = f"{none}; the last was {beats[0].name} at {second(beats[0].at)}"
    waiting = await checkup.armed()
    if not waiting.count or now - beats[0].at < PATIENCE * settings.clock_speed:
        return Finding(about, State.WARN, says, advice)
    says = f"{says}; {waiting.count} armed, the first for {second(waiting.since)}"
    return Finding(about, State.FAIL, says, advice)


async def _simulated_time(_: datetime) -> Finding:
    if not await simulation.marked():
        return Finding("simulated time", State.OK, "none")
    return Finding(
        "simulated time",
        State.FAIL,
        "a log is being played, or was when it was interrupted, and engines keep off",
        "wait for it, or make the database anew",
    )


CHECKS: tuple[Callable[[datetime], Awaitable[Finding]], ...] = (
    _overdue,
    _parked,
    _forgotten,
    _simulated_time,
)
"""Those that look at tickets, at a moment by the database's clock."""

_WITHOUT = {
    "sqlite": (
        "none lives",
        "no deadline fires until one does: start escgraph serve; where it hangs, kill it first",
    ),
    "postgres": (
        "none of its own right lives",
        (
            "deadlines fire only where a web process with ESCGRAPH_ENGINE=auto stands in: "
            "start escgraph worker; restart one that hangs"
        ),
    ),
}
"""What is said where no engine lives. Who stands in leaves no sign of life: there may be one."""


def _watcher(settings: Settings) -> Finding:
    """Whether one is set. He is not asked whether he hears: that would tell him all is well."""
    about = "outside watcher"
    if settings.heartbeat_url is None:
        return Finding(
            about,
            State.WARN,
            "none is set: nobody outside notices when everything has stopped",
            "set ESCGRAPH_HEARTBEAT_URL to the address of a dead man's switch",
        )
    fault = url_fault(settings.heartbeat_url, allowed=settings.allowed_networks)
    if fault is not None:
        return Finding(about, State.FAIL, fault, "see ESCGRAPH_HEARTBEAT_URL")
    host = place_of(settings.heartbeat_url).host
    return Finding(
        about,
        State.OK,
        f"each engine that works fetches {host} every {EVERY_S:g} s",
        "whether it is heard stands in their logs: heartbeat.not_heard, heartbeat.heard",
    )


async def _redis(settings: Settings) -> Finding:
    if settings.redis_url is None:
        return Finding("redis", State.OK, "none is set: one process, woken in-process")
    doorbell = RedisDoorbell(settings.redis_url)
    await doorbell.start()
    try:
        async with asyncio.timeout(REDIS_PATIENCE_S):
            while not doorbell.health.connected:  # noqa: ASYNC110 - it has a state, and no event
                await asyncio.sleep(0.02)
    except TimeoutError:
        return Finding(
            "redis",
            State.FAIL,
            f"{masked(settings.redis_url)} does not answer: {doorbell.health.fault}",
            "see ESCGRAPH_REDIS_URL; without it events arrive up to a second late",
        )
    finally:
        await doorbell.stop()
    return Finding("redis", State.OK, f"{masked(settings.redis_url)} answers")
