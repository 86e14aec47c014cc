"""`escgraph archive`, and what the doctor says of the stream of events."""

import json
from datetime import timedelta
from typing import Any

import pytest

from escgraph.store import database, readers, simulation
from escgraph.store.database import execute
from tests.cli.conftest import Run
from tests.cli.test_doctor import findings, ticket_of_yesterday

LONG_AGO = timedelta(days=100)


async def _events(*, told: bool = True) -> int:
    """Some that are old; how many."""
    await ticket_of_yesterday()
    now = await database.database_now()
    await execute("UPDATE event SET at = $1, recorded_at = $1", now - LONG_AGO)
    await ticket_of_yesterday()
    if told:
        await readers.to_the_end(readers.NOTICES, at=now)
    (row,) = await database.fetch("SELECT count(*) AS many FROM event")
    return int(row["many"])


@pytest.fixture
async def old(database_url: str) -> int:
    await database.connect(database_url)
    many = await _events()
    await database.close()
    return many


def _asked(run: Run, url: str, *words: str, **settings: str) -> dict[str, Any]:
    ended = run("archive", "--json", *words, database_url=url, **settings)
    assert (ended.code, ended.err) == (0, "")
    said: dict[str, Any] = json.loads(ended.out)
    return said


async def test_it_moves_what_is_old_and_says_how_much_lies_where(
    run: Run, database_url: str, old: int
) -> None:
    said = _asked(run, database_url, event_days="90")
    again = _asked(run, database_url, "--days", "90")

    assert said["moved"] == said["archived"] == again["archived"] > 0
    assert (said["kept"], said["neededBy"], again["moved"]) == (old - said["moved"], None, 0)


async def test_for_people_it_is_two_lines(run: Run, sqlite_url: str) -> None:
    await database.connect(sqlite_url)
    await _events()
    await database.close()

    ended = run("archive", "--days", "90", database_url=sqlite_url)

    first, second = ended.out.splitlines()
    assert first.startswith("moved to the archive: ")
    assert second.startswith("kept in the stream: ")


async def test_it_says_who_needs_what_is_old(run: Run, sqlite_url: str) -> None:
    await database.connect(sqlite_url)
    await _events(told=False)
    await database.close()

    ended = run("archive", "--days", "90", database_url=sqlite_url)

    assert ended.code == 0
    assert ended.err == "older ones stay, as the reader of notices needs them still\n"


async def test_while_a_log_is_played_it_moves_nothing_and_says_so(
    run: Run, sqlite_url: str
) -> None:
    await database.connect(sqlite_url)
    await _events()
    await simulation.begin(at=await database.database_now())
    await database.close()

    ended = run("archive", "--days", "90", database_url=sqlite_url)

    assert ended.out.startswith("moved to the archive: 0 events")
    assert ended.err.startswith("older ones stay: another process archives just now, or a log")


async def test_it_has_to_be_told_how_long_events_are_kept(run: Run, sqlite_url: str) -> None:
    ended = run("archive", database_url=sqlite_url)

    assert ended.code == 2
    assert "say how many days: --days 90, or ESCGRAPH_EVENT_DAYS" in ended.err


async def test_the_doctor_says_how_much_is_kept_and_archived(
    run: Run, database_url: str, old: int
) -> None:
    moved = _asked(run, database_url, "--days", "90")["moved"]

    said = run("doctor", database_url=database_url).out

    assert f"event stream       {old - moved} kept for ever, since " in said
    assert f"; {moved} archived\n" in said


@pytest.mark.parametrize(("days", "words"), [("1", "for 1 day,"), ("90", "for 90 days,")])
async def test_the_doctor_says_for_how_long_they_are_kept(
    run: Run, sqlite_url: str, days: str, words: str
) -> None:
    await database.connect(sqlite_url)
    await ticket_of_yesterday()
    await database.close()

    assert f" kept {words} since " in run("doctor", database_url=sqlite_url, event_days=days).out


async def test_the_doctor_warns_of_events_that_nobody_archives(run: Run, sqlite_url: str) -> None:
    await database.connect(sqlite_url)
    await _events()
    await database.close()

    state, says = findings(run, sqlite_url, code=1, event_days="90")["event stream"]
    assert state == "warn"
    assert says.endswith("; nobody archives them")
    assert "event stream" not in findings(run, sqlite_url, code=1, event_days="100")
    assert "event stream" not in findings(run, sqlite_url, code=1)


async def test_the_doctor_says_what_holds_them_up(run: Run, sqlite_url: str) -> None:
    await database.connect(sqlite_url)
    await _events(told=False)
    await database.close()

    said = findings(run, sqlite_url, code=1, event_days="90")["event stream"][1]
    assert said.endswith("; needed still by the reader of notices")
