"""Statements on either engine: what goes in comes out, and what fails says what to do."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from uuid_utils.compat import uuid7

from escgraph.domain.terms import Priority
from escgraph.store import database
from escgraph.store.database import (
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
from tests.store.rows import NINE

ADD_PERSON = (
    "INSERT INTO person (id, name, email, role, lead, active, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)"
)


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


def test_the_text_of_a_uuid_and_the_uuid_are_read_alike() -> None:
    identity = uuid4()

    assert uuid(str(identity)) == uuid(identity) == UUID(str(identity))
