"""Opening a database: how its sessions are set up, and what is said when it cannot be reached."""

import socket
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from escgraph.store import address, database
from escgraph.store.database import (
    DatabaseUnavailable,
    fetch,
)
from tests.damage import damage_schema
from tests.processes import free_port


async def test_a_session_on_postgres_has_its_limits(pg_url: str) -> None:
    await database.connect(pg_url)
    try:
        rows = await fetch(
            "SELECT name, current_setting(name) AS value FROM pg_settings "
            "WHERE name IN ('statement_timeout', 'lock_timeout', 'application_name', 'TimeZone', "
            "'idle_in_transaction_session_timeout')"
        )
    finally:
        await database.close()

    assert {row["name"]: row["value"] for row in rows} == {
        "application_name": "escgraph",
        "idle_in_transaction_session_timeout": "5s",
        "lock_timeout": "2s",
        "statement_timeout": "10s",
        "TimeZone": "UTC",
    }


async def test_a_connection_to_sqlite_is_durable_enough_and_patient(sqlite_url: str) -> None:
    await database.connect(sqlite_url)
    try:
        found = [
            next(iter((await fetch(f"PRAGMA {name}"))[0].values()))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    finally:
        await database.close()

    assert found == ["wal", 1, 1, 5000]


async def test_what_is_remembered_of_a_database_is_forgotten_with_it(sqlite_url: str) -> None:
    forgotten: list[str] = []
    database.on_close(lambda: forgotten.append("it"))
    await database.connect(sqlite_url)

    await database.close()

    assert forgotten == ["it"]


async def test_nothing_can_be_asked_of_a_database_that_was_closed(database_url: str) -> None:
    await database.connect(database_url)
    await database.close()

    with pytest.raises(DatabaseUnavailable, match="no database is connected"):
        await fetch("SELECT 1")


async def test_a_second_database_is_refused(connected: str) -> None:
    with pytest.raises(RuntimeError, match="connected already"):
        await database.connect(connected)


async def test_a_database_can_be_opened_after_a_failure(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable):
        await database.connect(f"sqlite://{tmp_path / 'none.db'}")

    await database.connect(database_url)

    assert await fetch("SELECT 1 AS one") == [{"one": 1}]
    await database.close()


async def test_a_sqlite_file_that_is_not_there_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"none\.db; run escgraph migrate"):
        await database.connect(f"sqlite://{tmp_path / 'none.db'}")


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear Ada, " * 1000)

    with pytest.raises(DatabaseUnavailable, match=r"letter\.db.*file is not a database"):
        await database.connect(f"sqlite://{tmp_path / 'letter.db'}")


async def test_a_file_whose_schema_is_damaged_says_what_helps(sqlite_url: str) -> None:
    damage_schema(Path(sqlite_url.removeprefix("sqlite://")))

    with pytest.raises(DatabaseUnavailable, match=r"^the database file cannot.*restore a backup"):
        await database.connect(sqlite_url)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"port": 1}, "127.0.0.1:1/"),
        ({"password": "hunter2"}, "password authentication failed"),
        ({"database": "nowhere"}, "/nowhere.*check.*database.*nowhere"),
        ({"host": "host.invalid"}, "host.invalid:"),
    ],
)
async def test_a_postgres_that_cannot_be_reached_says_where_and_what_to_check(
    pg_url: str, change: dict[str, object], message: str
) -> None:
    parts = urlsplit(pg_url)
    to = {
        "password": parts.password or "",
        "host": parts.hostname or "",
        "port": parts.port,
        "database": parts.path[1:],
        **change,
    }
    place = f"{parts.username}:{to['password']}@{to['host']}:{to['port']}"

    with pytest.raises(DatabaseUnavailable, match=message) as caught:
        await database.connect(urlunsplit(("postgres", place, f"/{to['database']}", "", "")))

    assert str(to["password"]) not in str(caught.value)


async def test_a_port_where_nobody_listens_is_named() -> None:
    port = free_port()

    with pytest.raises(DatabaseUnavailable, match=f"127.0.0.1:{port}/escgraph; check that it runs"):
        await database.connect(f"postgres://ada:secret@127.0.0.1:{port}/escgraph")


async def test_a_postgres_that_takes_connections_and_is_silent_has_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As one that is frozen: its port takes connections still."""
    monkeypatch.setattr(address, "CONNECT_S", 0.25)

    with socket.create_server(("127.0.0.1", 0)) as frozen:
        url = f"postgres://ada:secret@127.0.0.1:{frozen.getsockname()[1]}/escgraph"

        with pytest.raises(DatabaseUnavailable, match=r"password: it did not answer in 0\.25 s$"):
            await database.connect(url)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://localhost/escgraph", "begin with sqlite:// or postgres://"),
        ("sqlite://", "names no file"),
        ("sqlite://:memory:", "names no file"),
        ("postgres://localhost", "names no database"),
        ("postgres://ada:secret@localhost:99999/escgraph", "no number up to 65535"),
        ("postgres://ada:secret@localhost/escgraph?pool=3", "unknown options: pool"),
    ],
)
async def test_an_address_of_another_kind_is_refused(url: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        await database.connect(url)

    assert "secret" not in str(caught.value)
