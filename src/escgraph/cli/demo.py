"""`escgraph demo`: a server with a fast clock, and a busy day played into it through its API."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from escgraph.app import serve
from escgraph.cli.climbs import here, tell_climbs
from escgraph.cli.console import say
from escgraph.cli.day import DAY
from escgraph.cli.desk import Desk, GoneError
from escgraph.cli.running import Refusal, finish, present, ready, told
from escgraph.cli.serve import must_be_alone, prepare_demo
from escgraph.cli.welcome import curl, url, welcome
from escgraph.clock import Clock
from escgraph.commands.seeding import DemoToken
from escgraph.config import PREFIX, Settings

app = typer.Typer()

DATABASE = "sqlite://var/demo.db"
SPEED = 60.0
WATCH = (
    'subscription {{ escalations(after: "{after}") {{ ... on EscalationItem {{ '
    "escalation {{ trigger fromTier toTier dueAt lateBy }} ticket {{ number title priority }} }} "
    "... on CaughtUp {{ caughtUp: cursor }} }} }}"
)


@app.command()
def demo(
    *,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", help=f"A SQLite file to go on with; else {DATABASE}, anew."),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option("--for", min=1, metavar="SECONDS", help="End by itself then.")
    ] = None,
) -> None:
    """Play a busy day into a server with a fast clock, so that escalations arrive within a minute.

    One minute is an hour, unless ESCGRAPH_CLOCK_SPEED says otherwise. Ctrl-C ends it.
    """
    with told(), suppress(KeyboardInterrupt):
        settings = ready(
            database_url=database or DATABASE,
            clock_speed=_unless_set("CLOCK_SPEED", SPEED),
            log_level=_unless_set("LOG_LEVEL", "WARNING"),
        )
        finish(_demo(settings, seconds, anew=database is None))


def _unless_set(name: str, value: object) -> object:
    """The value; None where the environment says another."""
    return None if os.environ.get(PREFIX + name, "").strip() else value


def _make_room() -> None:
    """Remove what the demo before has left."""
    for ending in ("", "-wal", "-shm"):
        try:
            Path(DATABASE.removeprefix("sqlite://") + ending).unlink(missing_ok=True)
        except OSError as error:
            raise Refusal(f"the demo before cannot be removed: {error}") from error


async def _demo(settings: Settings, seconds: float | None, *, anew: bool) -> None:
    await must_be_alone(settings)
    if anew:
        _make_room()
    tokens = await prepare_demo(settings)
    started = asyncio.Event()
    async with _meanwhile(_day(settings, tokens, started), _alarm(seconds, started)):
        await serve(settings, on_started=started.set)


@asynccontextmanager
async def _meanwhile(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do that as long as the `with` lasts; unlike a loop of a process, it may be done before."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _alarm(seconds: float | None, started: asyncio.Event) -> None:
    """End the server as Ctrl-C would."""
    if seconds is not None:
        await started.wait()
        await asyncio.sleep(seconds)
        signal.raise_signal(signal.SIGINT)


async def _day(settings: Settings, tokens: Sequence[DemoToken], started: asyncio.Event) -> None:
    await started.wait()
    welcome(settings, tokens, again="make demo")
    secrets = {token.label: token.secret for token in tokens}
    desk = Desk(url(settings), secrets, began=await present(settings))
    with suppress(GoneError):
        begin = await here(desk)
        say("To see escalations arrive, paste this into another terminal, whenever you like.")
        say("It begins with those of this demo so far; an empty item means that nothing happened:")
        say()
        watch = WATCH.format(after=begin)
        say(curl(settings, secrets["wallboard"], watch, accept="text/event-stream"))
        say()
        speed = f"{settings.clock_speed:g} times as fast"
        say(f"The day begins; its clock runs {speed}. Ctrl-C ends it.")
        async with _meanwhile(_tell(desk, after=begin)):
            await desk.play(DAY, sleep=Clock(speed=settings.clock_speed).sleep)
            say("The day is over. What was left open climbs on; Ctrl-C ends the demo.")
            await asyncio.Event().wait()


async def _tell(desk: Desk, *, after: str) -> None:
    with suppress(GoneError):
        await tell_climbs(desk, after=after)
