"""What orchestrators, proxies and watchers ask: does it live, may one send, do deadlines fire.

Nobody needs a token for it, so an answer names no host, no process and no figure, and nobody can
load the database by it: there is one look at a time, whoever asks, and its answer holds for a
second. A database that hangs is told of in time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response

PATIENCE_S = 1.5
"""How long a probe waits for the database, in seconds; who asks is given its answer within two."""

HOLDS_S = 1.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a probe says: yes or no, why not, what to do, and what else there is to say."""

    ready: bool
    reason: str = ""
    advice: str = ""
    more: Mapping[str, object] = field(default_factory=dict)


Read = Callable[[], Awaitable[Verdict]]

SILENT = Verdict(
    ready=False,
    reason="the database does not answer in time",
    advice="look at the database and the way to it; escgraph doctor says more",
)
BUSY = Verdict(
    ready=False,
    reason="the database has no room for another statement",
    advice="wait; where it lasts, raise ESCGRAPH_POOL_SIZE or start another process",
)
UNREACHABLE = Verdict(
    ready=False,
    reason="the database cannot be reached",
    advice="see that it runs and takes connections; escgraph doctor says more",
)
BROKEN = Verdict(
    ready=False,
    reason="it could not be found out",
    advice="look for probe.failed in the log of this process",
)
DRAINING = Verdict(
    ready=False,
    reason="this process is ending",
    advice="send to another one; requests that it has are answered still",
)


class Look:
    """One look at a time, and its verdict for a second. Who waits too long is told that it hangs.

    The look itself goes on then: cancelled, it would take another connection to tell the database.
    """

    def __init__(self, read: Read, *, patience_s: float = PATIENCE_S) -> None:
        self._read = read
        self._patience_s = patience_s
        self._task: asyncio.Task[Verdict] | None = None
        self._until = 0.0

    async def verdict(self) -> Verdict:
        now = asyncio.get_running_loop().time()
        if self._task is None or (self._task.done() and now >= self._until):
            self._task = asyncio.create_task(self._looked())
        try:
            async with asyncio.timeout(self._patience_s):
                return await asyncio.shield(self._task)
        except TimeoutError:
            return SILENT

    async def _looked(self) -> Verdict:
        try:
            return await self._read()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is no answer
            log.error("probe.failed", error=repr(error))  # noqa: TRY400 - strangers can ask again and again
            return BROKEN
        finally:
            self._until = asyncio.get_running_loop().time() + HOLDS_S


class Probes:
    """The three endpoints. `drain` makes the process unready for good; it goes on answering."""

    def __init__(self, *, ready: Read, engine: Read, patience_s: float = PATIENCE_S) -> None:
        self._ready = Look(ready, patience_s=patience_s)
        self._engine = Look(engine, patience_s=patience_s)
        self._draining = False

    def drain(self) -> None:
        self._draining = True

    async def alive(self, _: Request) -> Response:
        """`/healthz`: the process lives, and its loop turns."""
        return _answer(200, {"alive": True})

    async def ready(self, _: Request) -> Response:
        """`/readyz`: requests may be sent here."""
        return _told(DRAINING if self._draining else await self._ready.verdict())

    async def engine(self, _: Request) -> Response:
        """`/readyz/engine`: somebody fires deadlines; it says nothing of this process."""
        return _told(await self._engine.verdict())


def _told(verdict: Verdict) -> Response:
    why = {"reason": verdict.reason, "advice": verdict.advice}
    content = {"ready": verdict.ready, **verdict.more, **({} if verdict.ready else why)}
    return _answer(200 if verdict.ready else 503, content)


def _answer(status: int, content: Mapping[str, object]) -> Response:
    return Response(
        orjson.dumps(content),
        status_code=status,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
