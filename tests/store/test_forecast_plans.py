"""Looking ahead reads no more than what falls due, whatever the database knows of its rows."""

from datetime import timedelta

import pytest

from escgraph.store import database, forecast
from escgraph.store.database import execute, fetch
from tests.crowd import multiply
from tests.store.ladders import HOUR, NINE, move_in, opened, store

COPIES = 1500

analyzed = pytest.mark.parametrize("analyzed", [False, True], ids=["unknown", "analyzed"])


async def fill(*, analyze: bool) -> None:
    """Tickets a minute apart, so that a few of many fall due within the window."""
    await move_in()
    first = await store(opened())
    await multiply(first.id, copies=COPIES, shift=lambda n: timedelta(minutes=n))
    if analyze:
        await execute("ANALYZE")


async def plans(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """How both statements are executed that look five hours ahead."""
    asked: list[tuple[str, tuple[object, ...]]] = []

    async def listen(sql: str, *values: object) -> list[dict[str, object]]:
        asked.append((sql, values))
        return await fetch(sql, *values)

    monkeypatch.setattr(forecast, "fetch", listen)
    due = await forecast.due(until=NINE + 5 * HOUR, limit=50, named=None)
    moves = await forecast.moves(until=NINE + 9 * HOUR, named=None)
    assert len(due) == 50
    assert sum(move.count for move in moves) == 62

    explain = "EXPLAIN (COSTS OFF)" if database.dialect() == "postgres" else "EXPLAIN QUERY PLAN"
    found = []
    for sql, values in asked:
        rows = await fetch(f"{explain} {sql}", *values)
        found.append([str(row.get("QUERY PLAN") or row.get("detail")) for row in rows])
    return found


@analyzed
async def test_sqlite_begins_at_the_armed_rows(
    on_sqlite: str, monkeypatch: pytest.MonkeyPatch, *, analyzed: bool
) -> None:
    """`d` and `moved` are what was found there, and no table."""
    await fill(analyze=analyzed)

    for plan in await plans(monkeypatch):
        scans = [line for line in plan if line.startswith("SCAN")]
        assert set(scans) <= {"SCAN d", "SCAN moved"}, plan
        assert [line for line in plan if "deadline_due (due_at" in line], plan
        assert [line for line in plan if line.startswith("SEARCH t USING INDEX")], plan


@analyzed
async def test_postgres_begins_at_the_armed_rows(
    on_postgres: str, monkeypatch: pytest.MonkeyPatch, *, analyzed: bool
) -> None:
    """For the next fifty it looks up fifty tickets, however many there are."""
    await fill(analyze=analyzed)

    due, moves = await plans(monkeypatch)

    for plan in (due, moves):
        assert [line for line in plan if "deadline_due" in line], plan
        assert not [line for line in plan if "Seq Scan on deadline" in line], plan
    assert [line for line in due if "ticket_pkey on ticket t" in line], due
