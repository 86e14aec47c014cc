"""Statements on either engine: what goes in comes out, and what fails says what to do."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import pytest
from uuid_utils.compat import uuid7

from escgraph.domain.terms import Priority
from escgraph.store import database
from escgraph.store.database import (
    DatabaseUnavailable,
    Duplicate,
    database_now,
    dialect,
    execute,
    execute_many,
    fetch,
)
from escgraph.store.models import Person
from escgraph.store.transactions import unit_of_work
from escgraph.store.values import boolean, moment, parsed, uuid
from tests.processes import free_port

NINE = datetime(2026, 1, 31, 9, tzinfo=UTC)
ADD_PERSON = (
    "INSERT INTO person (id, name, email, role, lead, active, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)"
)


@pytest.fixture
async def connected(database_url: str) -> AsyncIterator[str]:
    await database.connect(database_url, pool_size=3)
    yield database_url
    await database.close()


def _person(email: str = "ada@example.org", *, at: datetime = NINE) -> tuple[object, ...]:
    return uuid7(), "Ada", email, Priority.HIGH, True, False, at


async def test_every_kind_of_value_comes_back_as_it_went_in(connected: str) -> None:
    kinds = {"sqlite": "TEXT", "postgres": "jsonb"}
    await execute(
        "CREATE TABLE sample (id uuid, at timestamptz, name text, yes boolean, n bigint, "
        f"gone text, document {kinds[dialect()]}, people {kinds[dialect()]})"
    )
    identity, at = uuid4(), datetime(2026, 1, 31, 9, 0, 0, 123, tzinfo=UTC)
    document = {"priority": Priority.LOW, "deep": [1, None, {"ü": "€"}], "who": identity}
    await execute(
        "INSERT INTO sample VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        *(identity, at, Priority.LOW, True, 2**40, None, document, (str(identity),)),
    )

    (row,) = await fetch("SELECT * FROM sample")

    assert uuid(row["id"]) == identity
    assert moment(row["at"]) == at
    assert (row["name"], row["n"], row["gone"]) == ("LOW", 2**40, None)
    assert boolean(row["yes"]) is True
    assert parsed(row["document"]) == {
        "priority": "LOW",
        "deep": [1, None, {"ü": "€"}],
        "who": str(identity),
    }
    assert parsed(row["people"]) == [str(identity)]


async def test_moments_are_compared_as_time_whatever_their_offset(connected: str) -> None:
    tokyo = timezone(timedelta(hours=9))
    moments = [
        NINE,
        (NINE + timedelta(microseconds=1)).astimezone(tokyo),
        NINE + timedelta(seconds=1),
        (NINE + timedelta(hours=1)).astimezone(tokyo),
    ]
    await execute_many(ADD_PERSON, [_person(f"{n}@x", at=at) for n, at in enumerate(moments)])

    rows = await fetch(
        "SELECT email FROM person WHERE created_at > $1 AND created_at <= $2 ORDER BY created_at",
        moments[0].astimezone(tokyo),
        moments[3],
    )

    assert [row["email"] for row in rows] == ["1@x", "2@x", "3@x"]


async def test_a_naive_moment_is_refused(connected: str) -> None:
    with pytest.raises(ValueError, match="is naive"):
        await execute(ADD_PERSON, *_person(at=NINE.replace(tzinfo=None)))


async def test_a_value_without_a_form_is_refused(connected: str) -> None:
    with pytest.raises(TypeError, match="a complex has no form in the database"):
        await fetch("SELECT $1", 1j)


async def test_placeholders_come_in_any_order_and_more_than_once(connected: str) -> None:
    (row,) = await fetch(
        "SELECT $2::text AS second, $1::text AS first, $2::text AS again", "1", "2"
    )

    assert row == {"second": "2", "first": "1", "again": "2"}


async def test_execute_counts_the_rows_that_it_wrote(connected: str) -> None:
    assert await execute_many(ADD_PERSON, [_person(f"{n}@x") for n in range(3)]) == 3
    assert await execute("UPDATE person SET name = $1 WHERE email <> $2", "Bob", "0@x") == 2
    assert await execute("DELETE FROM person WHERE email = $1", "nobody") == 0


async def test_a_second_row_with_a_key_names_the_key(connected: str) -> None:
    await execute(ADD_PERSON, *_person())

    with pytest.raises(Duplicate) as caught:
        await execute(ADD_PERSON, *_person())

    expected = {"sqlite": "person.email", "postgres": "person_email_key"}
    assert caught.value.constraint == expected[dialect()]


async def test_a_second_row_against_an_index_over_expressions_names_the_index(
    connected: str,
) -> None:
    person, *rest = _person()
    await execute(ADD_PERSON, person, *rest)
    add = "INSERT INTO route (id, category, component, owner_id) VALUES ($1, $2, NULL, $3)"
    await execute(add, uuid7(), None, person)

    with pytest.raises(Duplicate, match="route_key"):
        await execute(add, uuid7(), None, person)


async def test_many_rows_are_written_all_or_none(connected: str) -> None:
    with pytest.raises(Duplicate):
        await execute_many(ADD_PERSON, [_person("a@x"), _person("b@x"), _person("a@x")])

    assert await fetch("SELECT * FROM person") == []


async def test_the_database_tells_the_time_in_utc(connected: str) -> None:
    first, second = await database_now(), await database_now()

    assert first.utcoffset() == timedelta(0)
    assert first <= second


async def test_a_model_writes_the_same_text_as_a_statement(connected: str) -> None:
    tokyo = timezone(timedelta(hours=9))
    identity = uuid7()
    await Person.create(
        id=identity,
        name="Ada",
        email="ada@example.org",
        role="MANAGER",
        tier=None,
        lead=True,
        active=True,
        created_at=NINE.astimezone(tokyo),
    )
    await execute(ADD_PERSON, *_person("bob@example.org"))

    rows = await fetch("SELECT created_at FROM person")
    found = await Person.get(created_at__lte=NINE, email__startswith="ada")

    assert rows[0] == rows[1]
    assert (found.id, found.created_at) == (identity, NINE)


async def test_a_list_is_an_array_where_postgres_wants_one(pg_url: str) -> None:
    await database.connect(pg_url)
    wanted = [uuid4(), uuid4()]
    try:
        rows = await fetch("SELECT unnest($1::uuid[]) AS id", wanted)
    finally:
        await database.close()

    assert [row["id"] for row in rows] == wanted


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


async def test_a_writer_waits_for_another_program_that_writes(sqlite_url: str) -> None:
    await database.connect(sqlite_url)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite://"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(
        unit_of_work(lambda: execute("UPDATE stream SET position = position + 1"))
    )
    try:
        done, _ = await asyncio.wait({waiting}, timeout=0.2)
        other.execute("UPDATE stream SET position = 40")
        other.execute("COMMIT")
        assert not done
        assert await waiting == 1
        assert (await fetch("SELECT position FROM stream"))[0]["position"] == 41
    finally:
        other.close()
        await database.close()


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


def test_the_text_of_a_uuid_and_the_uuid_are_read_alike() -> None:
    identity = uuid4()

    assert uuid(str(identity)) == uuid(identity) == UUID(str(identity))
