"""What is kept for a limited time goes, the rest stays."""

import pytest

from escgraph.jobs import housekeeping
from escgraph.jobs.housekeeping import FORGOTTEN_AFTER
from escgraph.store import heartbeats, idempotency
from escgraph.store.database import fetch
from escgraph.store.idempotency import KEPT, Request
from tests.store.ladders import ADA, HOUR, INSTANT, NINE


@pytest.mark.usefixtures("house")
async def test_keys_go_after_their_day_and_the_heartbeats_of_the_dead_too() -> None:
    for name, at in (("old", NINE), ("young", NINE + HOUR)):
        await idempotency.earlier_answer(Request(name, "openTicket", "hash"), by=ADA.id, at=at)
        await heartbeats.beat(name, at=at)
    assert KEPT == FORGOTTEN_AFTER

    await housekeeping.tidy(now=NINE + KEPT)
    assert len(await heartbeats.beats()) == 2

    await housekeeping.tidy(now=NINE + KEPT + INSTANT)

    assert [beat.name for beat in await heartbeats.beats()] == ["young"]
    assert [row["key"] for row in await fetch("SELECT key FROM idempotency")] == ["young"]
