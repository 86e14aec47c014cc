"""Copies of a PostgreSQL that is running: a base backup, and a standby that can be promoted.

How a primary loses its last moments, and its standby takes its place:

    with PostgresServer() as primary, Standby(primary) as standby, Road(primary.port) as road:
        ...                         # programs connect to `at_port(primary.url, road.port)`
        standby.fall_behind()       # what is written from here on is lost
        ...
        primary.kill()
        standby.promote()
        road.lead_to(standby.port)
"""

import time
from collections.abc import Callable
from typing import ClassVar
from urllib.parse import urlsplit, urlunsplit

from tests.servers import PostgresServer

PATIENCE_S = 30


def at_port(url: str, port: int) -> str:
    """The same address with another port."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{place}:{port}"))


class Restored(PostgresServer):
    """What a base backup of another server becomes that is simply started.

    It has a directory and a port of its own; for PostgreSQL it is the same system, with the same
    roles, on the same timeline.
    """

    options: ClassVar[tuple[str, ...]] = ()

    def __init__(self, of: PostgresServer) -> None:
        self._of = of
        super().__init__()

    def _initialise(self, _password: str) -> None:
        self.url = at_port(self._of.url, self.port)
        copying = ("-X", "stream", "-c", "fast", "--no-sync", *self.options)
        self._run("pg_basebackup", "-d", self._of.url, *copying)


class Standby(Restored):
    """A server that follows another by streaming replication, until it is promoted."""

    options = ("-R",)

    def catch_up(self) -> None:
        """Wait until it has replayed all that the primary has written so far."""
        end = self._of.psql("SELECT pg_current_wal_flush_lsn()")
        _until(lambda: self.psql(f"SELECT pg_last_wal_replay_lsn() >= '{end}'") == "t")

    def fall_behind(self) -> None:
        """Catch up a last time, and take in nothing that the primary writes from then on."""
        self.catch_up()
        self.psql("ALTER SYSTEM SET primary_conninfo = ''")
        self.psql("SELECT pg_reload_conf()")
        _until(lambda: self.psql("SELECT count(*) FROM pg_stat_wal_receiver") == "0")

    def promote(self) -> None:
        """Make it a primary, on a new timeline; it can be written when the call returns."""
        self._run("pg_ctl", "promote", "-w")


def _until(happened: Callable[[], bool]) -> None:
    late = time.monotonic() + PATIENCE_S
    while not happened():
        if time.monotonic() > late:
            raise AssertionError(f"the standby did not get there in {PATIENCE_S} s")
        time.sleep(0.02)
