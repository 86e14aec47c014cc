"""`escgraph backup` and `escgraph restored`."""

import asyncio
import json
from pathlib import Path

from escgraph.queries.place import cursor_at
from escgraph.store import database, lives, stream
from escgraph.stream.leading import leads_on
from tests.cli.conftest import Run
from tests.queries.house import House


def where(file: Path) -> str:
    return f"sqlite://{file}"


async def test_a_backup_under_load_is_whole_and_lives_another_life(
    run: Run, sqlite_url: str, tmp_path: Path
) -> None:
    """The program copies what another process writes in."""
    copy = tmp_path / "copies" / "monday.db"
    copy.parent.mkdir()
    await database.connect(sqlite_url)
    await lives.settle()
    house = House()
    await house.move_in()
    over = asyncio.Event()

    async def work() -> int:
        count = 0
        while not over.is_set():
            await house.open(f"Ticket {count}", at=await database.database_now())
            count += 1
        return count

    at_work = asyncio.create_task(work())
    before = (await stream.head()).position
    ended = await asyncio.to_thread(run, "backup", copy, database_url=sqlite_url)
    after = (await stream.head()).position
    over.set()
    written = await at_work
    lost = await cursor_at((await stream.head()).place)
    await database.close()

    assert (ended.code, ended.out) == (0, "")
    assert ended.err.startswith(f"wrote {copy}, ")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in copy.parent.iterdir()] == ["monday.db"]
    doctor = await asyncio.to_thread(run, "doctor", "--json", database_url=where(copy))
    checks = json.loads(doctor.out)["checks"]
    assert [check["about"] for check in checks if check["state"] != "ok"] == [
        "engines",
        "outside watcher",
    ]
    await database.connect(where(copy))
    head = await stream.head()
    assert before < head.position < after <= before + written
    assert (await lives.Watch().head()).epoch != lost.epoch
    assert not await leads_on(lost)
    known = await cursor_at(head.place)
    said = await asyncio.to_thread(run, "restored", "--json", database_url=where(copy))
    assert json.loads(said.out) == {
        "position": head.position,
        "epoch": (await stream.head()).epoch,
        "epochBefore": known.epoch,
    }
    assert not await leads_on(known)
    await database.close()


def test_no_file_is_overwritten(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "kept"
    file.write_text("kept")

    ended = run("backup", file, database_url=sqlite_url)

    assert ended.code == 1
    assert ended.err == f"escgraph: {file} exists, and no backup is overwritten; name another\n"
    assert file.read_text() == "kept"


def test_on_postgresql_its_own_commands_are_printed_without_a_password(run: Run) -> None:
    """They are those of docs/backup.md, which a test runs."""
    url = "postgres://ada:secret@db:5432/escgraph?sslmode=require"

    ended = run("backup", "a b", database_url=url)

    assert ended.code == 1
    where = "--dbname='postgres://ada@db:5432/escgraph?sslmode=require'"
    assert ended.out == (
        f"pg_dump --format=custom --file='a b' {where}\n"
        f"pg_basebackup --checkpoint=fast --pgdata='a b' {where}\n"
    )
    assert "nothing was written" in ended.err
    assert "secret" not in ended.out + ended.err
