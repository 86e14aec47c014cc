"""What docs/operations.md says to do with a parked deadline: that one statement, as written."""

import re
from datetime import timedelta

import pytest

from escgraph.jobs.deadlines import sweep
from escgraph.store.database import execute, fetch
from escgraph.store.values import uuid
from tests.conftest import ROOT
from tests.store.ladders import HOUR, NINE, acknowledged, store
from tests.store.poison import poison

_STATEMENT = re.compile(r"`(UPDATE deadline [^`]*)`")


@pytest.mark.usefixtures("house")
async def test_a_parked_deadline_whose_row_was_mended_fires_after_the_page_s_statement() -> None:
    ticket = await store(acknowledged())
    await poison(ticket)
    assert (await sweep(now=NINE + 8 * HOUR)).parked == 1
    (parked,) = await fetch("SELECT id FROM deadline WHERE parked_at IS NOT NULL")
    (statement,) = _STATEMENT.findall((ROOT / "docs" / "operations.md").read_text())
    await execute("DELETE FROM escalation WHERE ticket_version = 1000")

    written = await execute(statement.replace("…", str(uuid(parked["id"]))))

    swept = await sweep(now=NINE + 8 * HOUR + timedelta(seconds=1))
    assert (written, swept.fired, swept.parked) == (1, 1, 0)
