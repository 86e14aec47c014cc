"""The probes: in time, one look at a time, for a second, and nothing that is for nobody else."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import orjson
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from escgraph.api import probes
from escgraph.api.probes import BROKEN, DRAINING, SILENT, Look, Probes, Verdict

WELL = Verdict(ready=True, more={"database": "ok"})
RED = Verdict(ready=False, reason="it is dark", advice="light a lamp")


class Lamp:
    """What is looked at; it counts the looks, and hangs while `lit` is not set."""

    def __init__(self, verdict: Verdict = WELL) -> None:
        self.verdict = verdict
        self.looks = 0
        self.lit = asyncio.Event()
        self.lit.set()

    async def read(self) -> Verdict:
        self.looks += 1
        await self.lit.wait()
        return self.verdict


def an_app(**reads: Callable[[], Awaitable[Verdict]]) -> tuple[Probes, httpx.AsyncClient]:
    lamp = Lamp()
    given: dict[str, Any] = {"ready": lamp.read, "engine": lamp.read, **reads}
    probed = Probes(**given, patience_s=0.05)
    app = Starlette(
        routes=[
            Route("/healthz", probed.alive),
            Route("/readyz", probed.ready),
            Route("/readyz/engine", probed.engine),
        ]
    )
    transport = httpx.ASGITransport(app)
    return probed, httpx.AsyncClient(transport=transport, base_url="http://escgraph")


async def test_a_thousand_questions_are_one_look() -> None:
    lamp = Lamp()
    look = Look(lamp.read)

    verdicts = await asyncio.gather(*(look.verdict() for _ in range(1000)))

    assert set(map(id, verdicts)) == {id(WELL)}
    assert lamp.looks == 1


async def test_a_verdict_holds_for_its_time_and_is_found_anew_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lamp = Lamp()
    look = Look(lamp.read)
    await look.verdict()
    lamp.verdict = RED
    assert await look.verdict() is WELL

    monkeypatch.setattr(probes, "HOLDS_S", 0)
    look._until = 0

    assert await look.verdict() is RED
    assert lamp.looks == 2


async def test_while_the_database_hangs_each_is_told_in_time_and_nobody_asks_again() -> None:
    lamp = Lamp()
    lamp.lit.clear()
    look = Look(lamp.read, patience_s=0.02)

    verdicts = await asyncio.gather(*(look.verdict() for _ in range(100)))
    again = await look.verdict()
    lamp.lit.set()
    await asyncio.sleep(0)

    assert {*map(id, verdicts), id(again)} == {id(SILENT)}
    assert lamp.looks == 1
    assert await look.verdict() is WELL


async def test_a_look_that_fails_is_no_answer_and_the_next_is_a_new_one() -> None:
    async def fails() -> Verdict:
        raise LookupError("postgres://ada:secret@db.example.org/escgraph")

    look = Look(fails)

    assert await look.verdict() is BROKEN
    assert "secret" not in f"{BROKEN.reason} {BROKEN.advice}"


async def test_a_question_that_is_broken_off_ends_no_look() -> None:
    lamp = Lamp()
    lamp.lit.clear()
    look = Look(lamp.read)
    gone = asyncio.create_task(look.verdict())
    await asyncio.sleep(0)

    gone.cancel()
    await asyncio.wait({gone})
    lamp.lit.set()

    assert await look.verdict() is WELL
    assert lamp.looks == 1


@pytest.mark.parametrize("path", ["/readyz", "/readyz/engine"])
async def test_what_is_not_ready_says_why_and_what_to_do(path: str) -> None:
    lamp = Lamp(RED)
    _, client = an_app(ready=lamp.read, engine=lamp.read)

    async with client:
        answer = await client.get(path)

    assert answer.status_code == 503
    assert answer.headers["cache-control"] == "no-store"
    assert orjson.loads(answer.content) == {
        "ready": False,
        "reason": "it is dark",
        "advice": "light a lamp",
    }


async def test_a_process_that_drains_wants_no_more_requests_and_lives() -> None:
    probed, client = an_app()

    async with client:
        before = await client.get("/readyz")
        probed.drain()
        after = await client.get("/readyz")
        engine = await client.get("/readyz/engine")
        alive = await client.get("/healthz")

    assert [before.status_code, after.status_code] == [200, 503]
    assert after.json()["reason"] == DRAINING.reason
    assert engine.status_code == 200
    assert (alive.status_code, alive.json()) == (200, {"alive": True})
