"""`escgraph doctor --deep`: it says which rows contradict each other, and what is to be done."""

import json
from typing import Any

from escgraph.cli.deep_checks import ADVICE
from escgraph.queries.consistency import About
from escgraph.store import database
from tests.cli.conftest import Run
from tests.queries.house import House


async def test_a_contradiction_is_named_with_its_ticket_and_what_to_do(
    run: Run, sqlite_url: str
) -> None:
    await database.connect(sqlite_url)
    house = House()
    await house.move_in()
    await house.open(at=await database.database_now())
    await database.close()
    well = run("doctor", "--deep", database_url=sqlite_url)
    assert (well.code, well.err) == (0, "")
    assert "ok    contradictions     none; tickets compared: 1\n" in well.out

    await database.connect(sqlite_url)
    await database.execute("UPDATE ticket SET flagged = 1")
    await database.close()

    ended = run("doctor", "--deep", "--json", database_url=sqlite_url)
    said: dict[str, Any] = json.loads(ended.out)
    assert (ended.code, said["ok"], ended.err) == (1, False, "")
    (many, one) = (check for check in said["checks"] if check["state"] == "fail")
    assert (many["about"], many["says"]) == ("contradictions", "1, each named below")
    assert (one["about"], one["advice"]) == ("ROW", ADVICE[About.ROW])
    assert one["says"] == (
        "ESC-000001: the row differs from its events: flagged is True and should be False"
    )


def test_there_is_advice_for_every_kind() -> None:
    assert set(ADVICE) == set(About)
