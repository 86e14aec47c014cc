"""How a webhook fares is read from what is under way and dead, not from all that it was sent."""

import pytest

from escgraph.store import sealing
from escgraph.store.database import execute, fetch
from escgraph.store.webhook_search import _STANDINGS
from tests.store.ladders import move_in
from tests.store.letterbox import a_webhook

INDEXES = {"message_due", "message_sending", "message_webhook_dead", "message_webhook_delivered"}


@pytest.mark.usefixtures("on_sqlite")
async def test_sqlite_reads_the_indexes_of_what_is_under_way() -> None:
    rows = await fetch(f"EXPLAIN QUERY PLAN {_STANDINGS.format('$1')}", "x")

    _reads_nothing_else(" ".join(row["detail"] for row in rows))


@pytest.mark.usefixtures("on_postgres")
async def test_postgres_reads_the_indexes_of_what_is_under_way() -> None:
    sealing.use_keys([sealing.new_key()])
    await move_in()
    webhook = await a_webhook()
    await execute(
        "INSERT INTO message (id, webhook_id, event_position, kind, pace, circuit, state, "
        "created_at, due_at, delivered_at, attempts, fence) SELECT gen_random_uuid(), $1, n, "
        "'WEBHOOK', 'AT_ONCE', 'WEBHOOK:' || $2, 'DELIVERED', now(), now(), now(), 1, 1 "
        "FROM generate_series(1, 3000) n",
        webhook,
        str(webhook),
    )
    await execute("ANALYZE message")

    rows = await fetch(f"EXPLAIN {_STANDINGS.format('$1')}", webhook)

    _reads_nothing_else(" ".join(row["QUERY PLAN"] for row in rows))


def _reads_nothing_else(plan: str) -> None:
    assert "message_event" not in plan
    assert "Seq Scan on message" not in plan
    assert "SCAN m" not in plan
    assert {index for index in INDEXES if index in plan} == INDEXES
