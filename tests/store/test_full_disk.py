"""A disk without room: nothing is half written, the word is that of an outage, and it goes on."""

import pytest

from escgraph.queries.consistency import contradictions
from escgraph.store.database import DatabaseUnavailable, execute, fetch
from escgraph.store.stream import head
from tests.store.ladders import move_in, opened, store


async def test_on_sqlite_an_act_without_room_leaves_nothing_behind(on_sqlite: str) -> None:
    await move_in()
    await store(opened())
    (row,) = await fetch("PRAGMA page_count")
    await fetch(f"PRAGMA max_page_count = {row['page_count'] + 4}")

    with pytest.raises(DatabaseUnavailable, match="full"):
        await _open_many()
    before = await head()
    assert await contradictions() == []

    await fetch("PRAGMA max_page_count = 1000000")
    await store(opened())
    assert (await head()).position == before.position + 1
    assert await contradictions() == []


async def test_on_postgres_it_is_an_outage_and_no_fault_of_a_row(on_postgres: str) -> None:
    await move_in()
    await execute(
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE 'could not extend file' USING ERRCODE = '53100'; END $$"
    )
    await execute(
        "CREATE TRIGGER no_room BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION no_room()"
    )

    with pytest.raises(DatabaseUnavailable, match="disk"):
        await store(opened())
    await execute("DROP TRIGGER no_room ON event")

    await store(opened())
    assert (await head()).position == 1
    assert await contradictions() == []


async def _open_many() -> None:
    for _ in range(200):
        await store(opened())
