"""The table of periodic work, and the loop that does it without arq."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from escgraph import worker
from escgraph.clock import Clock
from escgraph.jobs import periodic
from escgraph.jobs.periodic import PERIODIC, Periodic
from escgraph.store import heartbeats

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
A_WHILE_S = 0.05


class Work:
    """Counts how often it is done, and rings with that; the `failing` first times it fails."""

    def __init__(self, *, failing: int = 0) -> None:
        self.times = 0
        self.failing = failing

    async def __call__(self, *, now: datetime) -> int | None:
        assert now.tzinfo is not None
        self.times += 1
        if self.times <= self.failing:
            raise ConnectionError("no database")
        return self.times


async def go_round(
    monkeypatch: pytest.MonkeyPatch, *jobs: Periodic, stands_in: bool = False, speed: float = 1.0
) -> list[int]:
    """What rang while the loop ran for a while."""
    monkeypatch.setattr(periodic, "PERIODIC", jobs)
    monkeypatch.setattr(periodic, "SHORTEST_SLEEP_S", 0.0)
    rang: list[int] = []

    async def ring(position: int) -> None:
        rang.append(position)

    loop = periodic.run(clock=Clock(speed=speed), ring=ring, stands_in=stands_in)
    with suppress(TimeoutError):
        await asyncio.wait_for(loop, A_WHILE_S)
    return rang


@pytest.mark.parametrize("job", PERIODIC, ids=lambda job: job.name)
def test_the_time_of_a_job_divides_an_hour_into_minutes_so_that_cron_can_say_it(
    job: Periodic,
) -> None:
    assert MINUTE <= job.every <= HOUR
    assert not job.every % MINUTE
    assert not HOUR % job.every


def test_no_two_jobs_share_a_name() -> None:
    assert len({job.name for job in PERIODIC}) == len(PERIODIC)


@pytest.mark.parametrize("job", PERIODIC, ids=lambda job: job.name)
def test_arq_s_cron_has_every_job(job: Periodic) -> None:
    tick = worker._cron(job)

    assert tick.name == f"cron:{job.name}"
    assert isinstance(tick.minute, set)
    assert len(tick.minute) == HOUR / job.every


async def test_each_job_is_done_at_once_and_again_at_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    often, seldom = Work(), Work()

    rang = await go_round(
        monkeypatch,
        Periodic("often", MINUTE, often),
        Periodic("seldom", HOUR, seldom),
        speed=6000.0,
    )

    assert often.times > 1
    assert seldom.times == 1
    assert rang[:2] == [1, 1]


async def test_a_job_that_fails_is_done_again_and_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failing, well = Work(failing=1), Work()

    await go_round(
        monkeypatch,
        Periodic("failing", MINUTE, failing),
        Periodic("well", MINUTE, well),
        speed=6000.0,
    )

    assert failing.times > 1
    assert well.times > 1


@pytest.mark.usefixtures("house")
async def test_a_stand_in_does_nothing_while_an_engine_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work = Work()
    job = Periodic("work", MINUTE, work)
    await heartbeats.beat("engine", at=Clock().now())

    await go_round(monkeypatch, job, stands_in=True)
    assert work.times == 0

    await heartbeats.forget(before=Clock().now() + HOUR)
    await go_round(monkeypatch, job, stands_in=True)
    assert work.times == 1
