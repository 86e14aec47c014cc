"""The notices job: reads the stream from where it stood, and writes down who is told what.

One pass is one transaction: the reader's row is locked, a page of events becomes notices,
deliveries and messages, and the reader moves on. So each notice exists once, whatever dies.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from uuid_utils.compat import uuid7

from escgraph.clock import Clock
from escgraph.domain.catching_up import PATIENCE, PATIENCE_BEHIND
from escgraph.domain.drafting import Drafts, Heard
from escgraph.domain.hearers import hear
from escgraph.domain.terms import NoticeId, PersonId
from escgraph.domain.ways import Way, ways
from escgraph.jobs.filling import fill
from escgraph.jobs.housekeeping import an_engine_lives
from escgraph.jobs.reaching import REACH_EVERY, reach
from escgraph.store import channels, hearings, notices, readers, stream
from escgraph.store.firing import blames_a_row
from escgraph.store.stream import StoredEvent
from escgraph.store.transactions import unit_of_work
from escgraph.stream.doorbell import Doorbell

PAGE = 500
"""How many events are told in one transaction at most."""

LONGEST_SLEEP = timedelta(seconds=1)
LONGEST_PAUSE_S = 2.0
"""After passes that failed."""

GATHERING_S = 0.3
"""After a ring, in real time: what happens together is told together, and nobody's act waits."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """How many events were read, and how many notices and messages came of them.

    `skipped` counts events that could not be told.
    """

    events: int = 0
    notices: int = 0
    messages: int = 0
    skipped: int = 0

    def __add__(self, other: "Told") -> "Told":
        return Told(
            self.events + other.events,
            self.notices + other.notices,
            self.messages + other.messages,
            self.skipped + other.skipped,
        )


async def tell(
    *, now: datetime, mail_is_set: bool, page: int = PAGE, simulated: bool = False
) -> Told:
    """Tell everybody of everything that has happened until the end of the stream, at that moment.

    Any number of processes may do it at once: one reads, the others find nothing to do. Only a
    `simulated` one works in a database that holds simulated time.

    Raises:
        DatabaseBusy, DatabaseUnavailable: and anything else that is no event's fault; what was
            told before stays told.
    """
    total = Told()
    while told := await tell_next(now=now, mail_is_set=mail_is_set, page=page, simulated=simulated):
        total += told
    return total


async def tell_next(
    *, now: datetime, mail_is_set: bool, page: int = PAGE, simulated: bool = False
) -> Told | None:
    """Tell everybody of the next page; None where nothing new has happened, or another is at it.

    Where an event in it cannot be told, half of the page is tried, and half of that, until the
    event stands alone: it is left behind, and the others are told.
    """
    try:
        return await unit_of_work(
            lambda: _pass(now=now, mail_is_set=mail_is_set, limit=page, simulated=simulated)
        )
    except Exception as error:
        if not _blames_an_event(error):
            raise
        reason = repr(error)
    log.warning("notices.page_failed", error=reason, events=page)
    if page == 1:
        return await unit_of_work(lambda: _skip(now=now, reason=reason, simulated=simulated))
    return await tell_next(now=now, mail_is_set=mail_is_set, page=page // 2, simulated=simulated)


async def run(
    *,
    clock: Clock,
    doorbell: Doorbell,
    mail_is_set: bool,
    stands_in: bool,
    wake: Callable[[], object],
) -> None:
    """Tell at each ring, at the latest every second, and now and then see who was not reached.

    Where there is something to send, it calls `wake`, for the senders of this process.

    It needs nothing but the database, and any number of loops may run. One that only `stands_in`
    does nothing while an engine of its own right lives. A pass that fails is logged, and the loop
    goes on with half the page, in case a whole one takes longer than the database allows.
    """
    rung = asyncio.Event()
    rounds = _Rounds(clock=clock, mail_is_set=mail_is_set, wake=wake)
    failures = 0
    with doorbell.listen(lambda _: rung.set()):
        while True:
            rung.clear()
            try:
                if not (stands_in and await an_engine_lives(now=clock.now())):
                    await rounds.turn(page=max(PAGE >> failures, 1))
                failures = 0
            except Exception as error:  # noqa: BLE001 - the edge of a loop that must outlive every fault
                failures += 1
                log.warning("notices.pass_failed", error=repr(error), in_a_row=failures)
                await asyncio.sleep(min(0.1 * 2 ** min(failures, 5), LONGEST_PAUSE_S))
            await clock.sleep_unless(rung, LONGEST_SLEEP)
            if rung.is_set():
                await asyncio.sleep(GATHERING_S)


class _Rounds:
    """Tells at each turn, and looks every few seconds who was not reached."""

    def __init__(self, *, clock: Clock, mail_is_set: bool, wake: Callable[[], object]) -> None:
        self._clock = clock
        self._mail_is_set = mail_is_set
        self._wake = wake
        self._reached_at: datetime | None = None

    async def turn(self, *, page: int) -> None:
        while told := await self._next(page):
            if told.notices:
                self._wake()
        now = self._clock.now()
        if self._reached_at is None or now - self._reached_at >= REACH_EVERY:
            if await reach(now=now, mail_is_set=self._mail_is_set):
                self._wake()
            self._reached_at = now

    async def _next(self, page: int) -> Told | None:
        """At the moment that it is: a storm lasts, and what is gathered goes meanwhile."""
        return await tell_next(now=self._clock.now(), mail_is_set=self._mail_is_set, page=page)


def _blames_an_event(error: Exception) -> bool:
    """Whether it is the fault of what was read, and not of the database or its schema."""
    return blames_a_row(error) or isinstance(error, AttributeError)


async def _pass(*, now: datetime, mail_is_set: bool, limit: int, simulated: bool) -> Told | None:
    position = await readers.locked(readers.NOTICES, simulated=simulated)
    if position is None:
        return None
    events = await stream.read(position, limit=limit)
    if not events:
        return None
    patience = PATIENCE_BEHIND if len(events) == limit else PATIENCE
    told = await _tell(events, now=now, mail_is_set=mail_is_set, patience=patience)
    await readers.move(readers.NOTICES, events[-1].position, at=now)
    return told


async def _tell(
    events: Sequence[StoredEvent], *, now: datetime, mail_is_set: bool, patience: timedelta
) -> Told:
    heard = await _heard(events)
    tickets = [one.ticket for one in heard if one.ticket is not None]
    waited = await notices.waiting(tickets) if tickets else {}
    drafts = Drafts(
        [notice for held in waited.values() for notice in held],
        at=now,
        new_id=lambda: NoticeId(uuid7()),
        patience=patience,
    )
    for one in heard:
        drafts.add(one)
    new = await notices.insert_new(drafts.new)
    await notices.change(drafts.changed)
    first = await _first_ways([notice.person for notice in new], mail_is_set=mail_is_set)
    going = [(notice, first[notice.person]) for notice in new]
    made = await fill(going, at=now, waited=waited, patience=patience)
    return Told(len(events), len(new), made)


async def _heard(events: Sequence[StoredEvent]) -> list[Heard]:
    told = await hearings.told_of(events)
    if not told:
        return []
    house = await hearings.house()
    return [
        Heard(
            position=one.position,
            happening=one.happening,
            ticket=one.ticket,
            review=one.review,
            hearings=hear(one.happening, house),
        )
        for one in told
    ]


async def _first_ways(people: Sequence[PersonId], *, mail_is_set: bool) -> dict[PersonId, Way]:
    listed = await channels.of_people(list(dict.fromkeys(people)))
    return {person: ways(rows, mail_is_set=mail_is_set)[0] for person, rows in listed.items()}


async def _skip(*, now: datetime, reason: str, simulated: bool) -> Told | None:
    """Leave the next event behind, with a trace that the doctor shows."""
    position = await readers.locked(readers.NOTICES, simulated=simulated)
    if position is None:
        return None
    (event,) = await stream.read(position, limit=1)
    log.error("notices.event_skipped", position=event.position, kind=event.kind, error=reason)
    await readers.leave_behind(readers.NOTICES, event.position, at=now, reason=reason)
    await readers.move(readers.NOTICES, event.position, at=now)
    return Told(1, 0, 0, 1)
