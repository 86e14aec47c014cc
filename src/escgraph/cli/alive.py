"""Whether an engine lives on a database: a heartbeat alone may be that of one just ended."""

import asyncio
import os
import socket
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from escgraph.cli.running import must_have_a_folder, present
from escgraph.config import Settings
from escgraph.jobs.housekeeping import FRESH
from escgraph.store import database, heartbeats
from escgraph.store.migrate import pending

LOOKS = 16
LOOK_EVERY_S = 0.25
"""Together longer than any engine takes from one heartbeat to the next."""


async def living_engine(settings: Settings) -> str | None:
    """The name of an engine that is at work on that SQLite file; None where there is none.

    Answers at once where none was lately, and otherwise as soon as one shows a new heartbeat.
    """
    must_have_a_folder(settings)
    if not _there(settings) or await pending(settings.database_url):
        return None
    await database.connect(settings.database_url)
    try:
        return await _moving(await _lately(settings))
    finally:
        await database.close()


def _there(settings: Settings) -> bool:
    return Path(settings.database_url.removeprefix("sqlite://")).exists()


async def _lately(settings: Settings) -> Mapping[str, datetime]:
    """The last heartbeat of each that may still live; with a fast clock it lies ahead of ours."""
    now = await present(settings)
    beats = await heartbeats.beats()
    return {beat.name: beat.at for beat in beats if now - beat.at < FRESH and not _gone(beat.name)}


def _gone(name: str) -> bool:
    """Whether that was a process of this machine that has ended, or one with our own number."""
    place, _, number = name.rpartition(":")
    if not place.endswith(f" {socket.gethostname()}") or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return int(number) == os.getpid()


async def _moving(seen: Mapping[str, datetime]) -> str | None:
    for _ in range(LOOKS if seen else 0):
        for beat in await heartbeats.beats():
            if beat.name in seen and beat.at > seen[beat.name]:
                return beat.name
        await asyncio.sleep(LOOK_EVERY_S)
    return None
