"""`escgraph policy move`: nothing moves before somebody saw what would fire (P5, Q5)."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from escgraph.documents.policy_yaml import written
from escgraph.domain.policy import SOP, Targets
from escgraph.domain.terms import Priority
from escgraph.store import database
from tests.cli.conftest import Run
from tests.domain.desk import hours
from tests.queries.house import House

FASTER = replace(
    SOP,
    targets=MappingProxyType(
        dict.fromkeys(Priority, Targets(hours(0.5), hours(1), hours(1.5), hours(2)))
    ),
)
BY = ("--author", "alan@example.org", "--reason", "Tightened")


@pytest.fixture
def settings(run: Run, database_url: str, tmp_path: Path) -> dict[str, str]:
    """Three LOW tickets, opened 70 minutes ago under version 1, and version 2 in force."""

    async def work() -> None:
        await database.connect(database_url, pool_size=2)
        house = House()
        await house.move_in()
        for number in range(3):
            at = datetime.now(UTC) - timedelta(minutes=70)  # noqa: TID251 - the program asks the clock
            await house.open(f"Ticket {number}", Priority.LOW, at=at)
        await database.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work()).result()
    (tmp_path / "faster.yaml").write_text(written(FASTER))
    settings = {"database_url": database_url}
    assert run("policy", "publish", "faster.yaml", *BY, "--yes", **settings).code == 0
    return settings


def move(run: Run, *words: str, **settings: str) -> Any:  # noqa: ANN401 - JSON may hold anything
    ended = run("policy", "move", *BY, *words, "--json", **settings)
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def test_what_would_fire_is_shown_and_nothing_moves(run: Run, settings: dict[str, str]) -> None:
    """Q5."""
    ended = run("policy", "move", *BY, "--dry-run", **settings)

    assert ended.code == 0
    assert "ESC-000001" in ended.out
    assert "3 to move to version 2; fires at once: RESPONSE 3, LEVEL_2 3" in ended.out
    seen = move(run, "--dry-run", **settings)
    assert (seen["version"], seen["tickets"]) == (2, 3)
    assert seen["firing"] == {"RESPONSE": 3, "LEVEL_2": 3}
    assert seen["moves"][0] == {"number": "ESC-000001", "fires": ["RESPONSE", "LEVEL_2"]}


def test_the_tickets_that_are_named_move_and_then_the_others(
    run: Run, settings: dict[str, str]
) -> None:
    """P5."""
    one = move(run, "--ticket", "ESC-000002", "--yes", **settings)
    assert one["moved"] == [{"number": "ESC-000002", "fired": ["RESPONSE", "LEVEL_2"]}]

    others = run("policy", "move", *BY, "--yes", **settings)
    assert (others.code, others.err) == (0, "2 moved to version 2\n")

    nothing = run("policy", "move", *BY, "--yes", **settings)
    assert nothing.out == "0 to move to version 2; fires at once: nothing\n"
    assert (nothing.code, nothing.err) == (0, "")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "nobody can be asked here; add --yes or --dry-run"),
        (("--ticket", "12x", "--yes"), 1, "they look like ESC-000123"),
        (("--ticket", "ESC-000099", "--yes"), 1, "ESC-000099"),
        (("--author", "x@example.org", "--yes"), 1, "nobody active has the address"),
        (("--reason", "", "--yes"), 1, "reason is empty"),
    ],
)
def test_what_cannot_be_moved_is_said_and_nothing_moves(
    run: Run, settings: dict[str, str], words: tuple[str, ...], code: int, said: str
) -> None:
    ended = run("policy", "move", *BY, *words, **settings)

    assert ended.code == code
    assert said in ended.err
    assert move(run, "--dry-run", **settings)["tickets"] == 3
