"""Whoever asked learns whether an act that failed left anything behind."""

import pytest

from escgraph.commands.outages import DatabaseBusy, NothingWritten, all_or_nothing
from escgraph.store.database import execute, fetch
from tests.queries.house import House


async def test_an_act_that_lost_against_others_says_that_nothing_was_written(house: House) -> None:
    async def loses() -> None:
        await execute("UPDATE ticket SET title = 'changed'")
        raise DatabaseBusy("a row stayed locked for too long")

    with pytest.raises(NothingWritten, match="stayed locked"):
        await all_or_nothing(loses)

    assert await fetch("SELECT id FROM ticket WHERE title = 'changed'") == []
