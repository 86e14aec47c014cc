"""How a command runs: with the settings, on a loop, with a database that is closed at the end."""

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import typer
import uvloop

from escgraph.cli.console import complain
from escgraph.cli.logs import configure_logs
from escgraph.config import PREFIX, ConfigError, Settings, load_settings, masked
from escgraph.domain.errors import DomainError
from escgraph.jobs.ending import LoopEndedError
from escgraph.play.rows import LogError
from escgraph.store import database, lives, sealing, stream
from escgraph.store.migrate import NotMigratedError, pending
from escgraph.store.transactions import drain

T = TypeVar("T")

DRAIN_S = 10.0
FOR_SHELLS = {
    "see people": "see: escgraph person list",
    "see channels": "see: escgraph channel list",
    "see policies": "see: escgraph policy list",
    "see messageId in deliveries": "see: escgraph notify list --state DEAD --json",
    "see webhooks": "see: escgraph webhook list",
}
"""How a refusal names what can be asked through GraphQL, and how it is read here."""


class Refusal(Exception):  # noqa: N818 - no fault of the program
    """The command cannot do what it was asked for.

    Attributes:
        code: 2 where it was called or set up wrongly, 1 otherwise.
    """

    def __init__(self, message: str, *, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def ready(**options: object) -> Settings:
    """The settings of the environment, and logs set up by them.

    An option that was given goes before its variable.

    Raises:
        ConfigError: something is wrong with them.
    """
    given = {
        PREFIX + name.upper(): str(value) for name, value in options.items() if value is not None
    }
    settings = load_settings({**os.environ, **given})
    configure_logs(settings)
    return settings


def finish(work: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns; Ctrl-C cancels it and raises KeyboardInterrupt here."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


@contextmanager
def told() -> Iterator[None]:
    """Say what goes wrong inside in a line, and end the program with the code for it."""
    try:
        yield
    except ConfigError as error:
        for fault in error.faults:
            complain(fault)
        raise typer.Exit(2) from None
    except Refusal as error:
        complain(str(error))
        raise typer.Exit(error.code) from None
    except DomainError as error:
        complain(for_shells(error.message))
        raise typer.Exit(1) from None
    except (
        LogError,
        LoopEndedError,
        NotMigratedError,
        database.DatabaseBusy,
        database.DatabaseUnavailable,
    ) as error:
        complain(str(error))
        raise typer.Exit(1) from None


def for_shells(message: str) -> str:
    """The refusal as it is of use at a command line."""
    for client, shell in FOR_SHELLS.items():
        message = message.replace(client, shell)
    return message


def must_have_a_folder(settings: Settings) -> None:
    """Pass if the file of a SQLite database is, or can come to be, in a folder.

    Raises:
        Refusal: something on the way to it is a file.
    """
    if not settings.on_sqlite:
        return
    for place in Path(settings.database_url.removeprefix("sqlite://")).parents:
        if place.exists() and not place.is_dir():
            raise Refusal(
                f"{masked(settings.database_url)} cannot be: {place} is a file and no folder; "
                "name another path in ESCGRAPH_DATABASE_URL"
            )


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[datetime]:
    """Open the database for the time of `with`; gives the present by its clock.

    Where simulated time runs ahead of the clock, the present is that of the latest event.

    Raises:
        DatabaseUnavailable: it cannot be reached.
        NotMigratedError: it is not up to date.
        Refusal: its path leads through a file.
    """
    must_have_a_folder(settings)
    sealing.use_keys(settings.secret_keys)
    await database.connect(settings.database_url, pool_size=settings.pool_size)
    try:
        missing = await pending()
        if missing:
            raise NotMigratedError(
                f"the database lacks {', '.join(missing)}; run: escgraph migrate"
            )
        await lives.settle()
        yield await present(settings)
    finally:
        await drain(timeout=DRAIN_S)
        await database.close()


async def present(settings: Settings) -> datetime:
    """The moment by the clock that a server with these settings would go by."""
    now = await database.database_now()
    latest = await stream.latest_moment() if settings.clock_speed != 1 else None
    return now if latest is None else max(now, latest)
