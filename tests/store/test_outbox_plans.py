"""A claim reads no more than it takes, however much waits, whatever the database knows (C2)."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from escgraph.store.database import execute, fetch
from escgraph.store.outbox_statement import CLAIM, FIRST, NEXT_DUE, ROOMS
from tests.store.ladders import ADA, NINE, move_in
from tests.store.letterbox import a_circuit, waiting

SLOW = 3000
"""Messages that wait for one slow place."""

OTHERS = 20
LEASE = timedelta(seconds=20)
UNDER_WAY = "SCAN message USING INDEX message_sending"
"""Those whose leases are counted: no more than senders send at once."""

analyzed = pytest.mark.parametrize("analyzed", [False, True], ids=["unknown", "analyzed"])

MULTIPLY = """
INSERT INTO message (id, person_id, kind, pace, circuit, state, created_at, due_at, attempts, fence)
SELECT {id}, $1, 'SLACK', 'AT_ONCE', 'SLACK:slow', 'WAITING', $2, $2, 0, 0
FROM {numbers}
"""


async def fill(*, analyze: bool) -> None:
    """Much waits for one place, whose few leases are all taken, and one message for each other."""
    await move_in()
    for n in range(OTHERS):
        await waiting(circuit=f"SLACK:{n:02}")
        await a_circuit(f"SLACK:{n:02}")
    await a_circuit("SLACK:slow")
    for n in range(4):
        await waiting(circuit="SLACK:slow", state="SENDING", leased_until=NINE + n * LEASE + LEASE)
    if analyze:
        await execute("ANALYZE")


@analyzed
async def test_sqlite_looks_at_the_first_of_each_circuit(on_sqlite: str, *, analyzed: bool) -> None:
    await fill(analyze=False)
    numbers = f"json_each('{list(range(SLOW))}')"
    await execute(MULTIPLY.format(id="lower(hex(randomblob(18)))", numbers=numbers), ADA.id, NINE)
    if analyzed:
        await execute("ANALYZE")

    for sql, values in (
        (ROOMS, (NINE, 4)),
        (NEXT_DUE, (NINE,)),
        (FIRST, ("SLACK:slow", "AT_ONCE", NINE, 4)),
    ):
        plan = [row["detail"] for row in await fetch(f"EXPLAIN QUERY PLAN {sql}", *values)]
        scans = [line for line in plan if line.startswith(("SCAN m", "SCAN message"))]
        assert set(scans) <= {UNDER_WAY}, plan


@analyzed
async def test_postgres_reads_no_more_than_it_takes(on_postgres: str, *, analyzed: bool) -> None:
    await fill(analyze=False)
    numbers = f"generate_series(1, {SLOW})"
    await execute(MULTIPLY.format(id="gen_random_uuid()", numbers=numbers), ADA.id, NINE)
    if analyzed:
        await execute("ANALYZE")

    for sql, values in ((CLAIM, (NINE, NINE + LEASE, 32, 4)), (NEXT_DUE, (NINE,))):
        plan = await fetch(f"EXPLAIN (ANALYZE, COSTS OFF, FORMAT JSON) {sql}", *values)
        read = _read(orjson.loads(plan[0]["QUERY PLAN"])[0]["Plan"])
        assert read < 10 * OTHERS, plan


def _read(node: dict[str, Any]) -> int:
    """Rows of messages that a part of a plan has looked at, those that it threw away too."""
    own = 0
    if node.get("Relation Name") == "message":
        assert node["Node Type"] != "Seq Scan"
        thrown = [node.get(f"Rows Removed by {part}", 0) for part in ("Filter", "Index Recheck")]
        own = (node["Actual Rows"] + sum(thrown)) * node["Actual Loops"]
    return own + sum(_read(part) for part in node.get("Plans", ()))
