"""The tables themselves: alike on both engines, and refusing what no program may write."""

import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from tortoise.context import TortoiseContext
from uuid_utils.compat import uuid7

from escgraph.store import database
from escgraph.store.address import address
from escgraph.store.consistency_stream import UNIQUE
from escgraph.store.database import (
    Duplicate,
    dialect,
    execute,
    fetch,
)
from tests.store.rows import add, add_a_ticket


async def test_the_models_describe_the_tables_that_the_migrations_make(
    sqlite_url: str, tmp_path: Path
) -> None:
    from_models = tmp_path / "models.db"
    async with TortoiseContext() as context:
        await context.init(address(f"sqlite://{from_models}").config())
        await context.generate_schemas()

    migrated = _columns(Path(sqlite_url.removeprefix("sqlite://")))
    assert migrated.pop("tortoise_migrations")
    assert _columns(from_models) == migrated


def _columns(file: Path) -> dict[str, object]:
    """By table: each column with its type, and what refers to which table."""
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        )
        return {
            table: (
                {
                    (name, kind.upper(), required, key)
                    for _, name, kind, required, _, key in connection.execute(
                        f"PRAGMA table_info({table})"
                    )
                },
                {
                    (column, other, on_delete)
                    for _, _, other, column, _, _, on_delete, _ in connection.execute(
                        f"PRAGMA foreign_key_list({table})"
                    )
                },
            )
            for (table,) in tables.fetchall()
        }


async def test_both_engines_have_the_same_tables_and_indexes(sqlite_url: str, pg_url: str) -> None:
    await database.connect(sqlite_url)
    sqlite = await _shape()
    await database.close()
    await database.connect(pg_url)
    postgres = await _shape()
    await database.close()

    assert postgres["columns"] == sqlite["columns"]
    assert postgres["indexes"] - sqlite["indexes"] == {"ticket_assignees"}
    assert sqlite["indexes"] - postgres["indexes"] == set()
    assert len(sqlite["columns"]) > 100
    assert len(sqlite["indexes"]) > 15


WRONG = {
    "a tier that is none": "UPDATE person SET tier = 'LEVEL_9'",
    "a priority that is none": "UPDATE category SET suggested_priority = 'URGENT'",
    "a status that is none": "UPDATE ticket SET status = 'DONE'",
    "a version before the first": "UPDATE ticket SET version = 0",
    "a tier above the highest that was reached": "UPDATE ticket SET tier = 'LEVEL_2'",
    "a category that does not exist": "UPDATE ticket SET category = 'none'",
    "a deadline that fired at no moment": "UPDATE deadline SET state = 'FIRED'",
    "a deadline that is armed and fired": "UPDATE deadline SET fired_at = due_at",
    "an escalation by no trigger": "UPDATE escalation SET trigger = 'LUCK'",
    "a deadline's escalation without its kind": "UPDATE escalation SET kind = NULL",
    "a version of no ticket": "UPDATE event SET ticket_id = NULL",
    "a person who is still referred to": "DELETE FROM person",
    "a ticket that has events": "DELETE FROM ticket",
}


@pytest.mark.parametrize("statement", WRONG.values(), ids=WRONG.keys())
async def test_the_database_refuses(connected: str, statement: str) -> None:
    await add_a_ticket()

    with pytest.raises((sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)):
        await execute(statement)


TWICE = {
    "pause": ["ordinal"],
    "deadline": [],
    "event": ["position"],
    "escalation": [],
    "idempotency": [],
    "route": [],
}


@pytest.mark.parametrize("table", TWICE)
async def test_the_database_refuses_a_second(connected: str, table: str) -> None:
    await add_a_ticket()
    (row,) = await fetch(f"SELECT * FROM {table}")
    another = {**row, "id": uuid7(), **dict.fromkeys(TWICE[table], 7)}

    with pytest.raises(Duplicate):
        await add(table, **another)


async def test_a_tier_is_reached_twice_by_hand_and_once_by_its_deadline(
    connected: str,
) -> None:
    await add_a_ticket()
    (row,) = await fetch("SELECT * FROM escalation")
    await add("escalation", **{**row, "id": uuid7(), "ticket_version": 2, "trigger": "MANUAL"})
    await add("escalation", **{**row, "id": uuid7(), "ticket_version": 3, "trigger": "MANUAL"})

    with pytest.raises(Duplicate):
        await add("escalation", **{**row, "id": uuid7(), "ticket_version": 4})


async def test_the_keys_that_keep_a_row_from_being_there_twice(connected: str) -> None:
    """Alike on both engines; `doctor --deep` looks after all that have a name of their own."""
    keys = await fetch(_KEYS[dialect()])

    assert {(row["of"], row["columns"]) for row in keys} == UNIQUE_COLUMNS
    assert {row["name"] for row in keys if row["named"]} == UNIQUE


UNIQUE_COLUMNS = {
    ("attempt", "message_id, number"),
    ("deadline", "ticket_id, cycle, kind"),
    ("delivery", "notice_id, via"),
    ("escalation", "ticket_id, cycle, kind, where"),
    ("escalation", "ticket_id, ticket_version"),
    ("event", "id"),
    ("event", "ticket_id, ticket_version"),
    ("event_archive", "id"),
    ("event_archive", "ticket_id, ticket_version"),
    ("idempotency", "actor_id, key"),
    ("message", "webhook_id, event_position, where"),
    ("notice", "key"),
    ("pause", "ticket_id, ordinal"),
    ("pause", "ticket_id, where"),
    ("person", "email"),
    ("preference", "person_id"),
    ("review", "quarter, where"),
    ("review", "ticket_id, cycle, where"),
    ("review_action", "review_id, ordinal"),
    ("review_case", "review_id, escalation_id"),
    ("route", "?, ?"),
    ("skipped", "reader, position"),
    ("ticket", "number"),
    ("token", "hash"),
}
_KEYS = {
    "sqlite": """
SELECT t.name AS "of", i.name, i.name NOT LIKE 'sqlite%' AS named,
  (SELECT group_concat(coalesce(c.name, '?'), ', ') FROM pragma_index_info(i.name) c)
  || CASE WHEN i.partial THEN ', where' ELSE '' END AS columns
FROM sqlite_master t, pragma_index_list(t.name) i
WHERE t.type = 'table' AND t.name <> 'tortoise_migrations' AND i."unique" AND i.origin <> 'pk'
""",
    "postgres": """
SELECT t.relname AS "of", n.relname AS name,
  NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = n.oid) AS named,
  (SELECT string_agg(coalesce(a.attname, '?'), ', ' ORDER BY k.n)
   FROM unnest(i.indkey) WITH ORDINALITY AS k (number, n)
   LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number)
  || CASE WHEN i.indpred IS NULL THEN '' ELSE ', where' END AS columns
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class n ON n.oid = i.indexrelid
WHERE i.indisunique AND NOT i.indisprimary AND t.relnamespace = 'public'::regnamespace
  AND t.relname <> 'tortoise_migrations'
""",
}


async def _shape() -> dict[str, set[str]]:
    """Each column with its table, and each index that was given its name by us."""
    if dialect() == "sqlite":
        columns = await fetch(
            "SELECT t.name || '.' || c.name AS name "
            "FROM sqlite_master t, pragma_table_info(t.name) c "
            "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'"
        )
        indexes = await fetch(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite%'"
        )
    else:
        columns = await fetch(
            "SELECT table_name || '.' || column_name AS name FROM information_schema.columns "
            "WHERE table_schema = 'public'"
        )
        indexes = await fetch(
            "SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public' "
            "AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
    return {
        "columns": {row["name"] for row in columns},
        "indexes": {row["name"] for row in indexes},
    }
