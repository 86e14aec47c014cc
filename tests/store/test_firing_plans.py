"""Looking for what is due reads no more than that, whatever the database knows of its rows."""

from datetime import timedelta

import pytest
from uuid_utils.compat import uuid7

from escgraph.store import firing
from escgraph.store.database import execute, fetch
from escgraph.store.firing_statement import FIRE
from tests.crowd import multiply
from tests.store.ladders import NINE, move_in, opened, store

COPIES = 1500

analyzed = pytest.mark.parametrize("analyzed", [False, True], ids=["unknown", "analyzed"])


async def fill(*, analyze: bool) -> None:
    await move_in()
    first = await store(opened())
    await multiply(first.id, copies=COPIES, shift=lambda n: timedelta(seconds=n))
    if analyze:
        await execute("ANALYZE")


@analyzed
async def test_sqlite_goes_through_the_armed_rows_in_order(
    on_sqlite: str, *, analyzed: bool
) -> None:
    await fill(analyze=analyzed)

    for sql, values in (
        (firing._NEXT, (False, firing.BEFORE_ALL)),
        (firing._DUE, (NINE, 10, False, False)),
    ):
        plan = [row["detail"] for row in await fetch(f"EXPLAIN QUERY PLAN {sql}", *values)]
        assert "INDEX deadline_due (due_at" in plan[0]
        assert not [line for line in plan if line.startswith("SCAN") or "TEMP B-TREE" in line]


@analyzed
async def test_postgres_goes_through_the_armed_rows_in_order(
    on_postgres: str, *, analyzed: bool
) -> None:
    await fill(analyze=analyzed)
    values = (NINE, 1000, str(uuid7())[:-4], str(uuid7())[:-4], False, None, False)

    plan = [row["QUERY PLAN"] for row in await fetch(f"EXPLAIN (COSTS OFF) {FIRE}", *values)]

    assert [line for line in plan if "deadline_due on deadline d" in line]
    assert [line for line in plan if "deadline_key on deadline e" in line]
    assert [line for line in plan if "on ticket seen" in line], "the version is not compared"
