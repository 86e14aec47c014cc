"""`escgraph doctor`: it says what is wrong, and only that."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from escgraph.commands.acting import Call
from escgraph.commands.opening import open_ticket
from escgraph.commands.seeding import person_for_playing, seed
from escgraph.domain.opening import Report
from escgraph.domain.terms import Priority, Role, Tier
from escgraph.domain.ticket import Actor
from escgraph.store import database, heartbeats, simulation
from tests.cli.conftest import Run
from tests.damage import damage
from tests.processes import free_port

DAMAGED = "database disk image is malformed; restore a backup: see docs/backup.md"
WATCHER = "https://watcher.example.org/a-secret"


async def ticket_of_yesterday() -> None:
    """An open ticket whose every deadline has passed, as no engine runs."""
    await ticket_of(await database.database_now() - timedelta(days=1))


async def ticket_of(at: datetime) -> None:
    """An open ticket from then."""
    await seed(at=at)
    manager = Actor(await person_for_playing(at=at), Role.MANAGER, Tier.MANAGEMENT)
    report = Report(
        title="Printer on fire",
        description="It burns.",
        category="system-outage",
        component="printer",
        priority=Priority.HIGH,
        reporter="Ben",
    )
    await open_ticket(report, call=Call(by=manager, at=at))


def findings(run: Run, url: str, *, code: int, **settings: str) -> dict[str, tuple[str, str]]:
    """What it says about each thing that is not ok: its state and the words."""
    settings = {"heartbeat_url": WATCHER, **settings}
    ended = run("doctor", "--json", database_url=url, **settings)
    assert ended.err == ""
    said: dict[str, Any] = json.loads(ended.out)
    assert (ended.code, said["ok"]) == (code, code == 0)
    checks = said["checks"]
    assert all(check["advice"] for check in checks if check["state"] != "ok")
    return {
        check["about"]: (check["state"], check["says"])
        for check in checks
        if check["state"] != "ok"
    }


async def test_a_database_without_an_engine_is_well_but_for_that(
    run: Run, database_url: str
) -> None:
    assert findings(run, database_url, code=0) == {"engines": ("warn", "none has ever lived")}


async def test_an_engine_that_lives_is_named(run: Run, database_url: str) -> None:
    await database.connect(database_url)
    await heartbeats.beat("worker 7", at=await database.database_now())
    await database.close()

    assert findings(run, database_url, code=0) == {}
    ended = run("doctor", database_url=database_url)
    assert "ok    engines            worker 7\n" in ended.out


async def test_an_engine_that_died_is_named_with_its_last_moment(run: Run, sqlite_url: str) -> None:
    await database.connect(sqlite_url)
    await heartbeats.beat("worker 7", at=await database.database_now() - timedelta(minutes=1))
    await database.close()

    state, says = findings(run, sqlite_url, code=0)["engines"]
    assert state == "warn"
    assert says.startswith("none lives; the last was worker 7 at ")


@pytest.mark.parametrize(("silent_s", "code"), [(20, 0), (30, 1)])
async def test_engines_that_died_fail_with_a_live_deadline_as_soon_as_the_probe_is_red(
    run: Run, database_url: str, silent_s: int, code: int
) -> None:
    """Nothing is overdue yet: whoever waited for that would learn of it hours later."""
    await database.connect(database_url)
    now = await database.database_now()
    await ticket_of(now)
    await heartbeats.beat("worker 7", at=now - timedelta(seconds=silent_s))
    await database.close()

    found = findings(run, database_url, code=code)

    assert sorted(found) == ["engines"]
    assert found["engines"][0] == ("fail" if code else "warn")
    assert ("; 6 armed, the first for " in found["engines"][1]) == bool(code)


async def test_engines_that_died_warn_where_every_ticket_is_closed(
    run: Run, database_url: str
) -> None:
    await database.connect(database_url)
    now = await database.database_now()
    await ticket_of(now)
    await database.execute("UPDATE ticket SET status = 'RESOLVED'")
    await heartbeats.beat("worker 7", at=now - timedelta(hours=1))
    await database.close()

    assert findings(run, database_url, code=0)["engines"][0] == "warn"


async def test_on_postgresql_somebody_may_stand_in_for_engines_that_hang(
    run: Run, pg_url: str
) -> None:
    await database.connect(pg_url)
    await heartbeats.beat("worker 7", at=await database.database_now() - timedelta(minutes=1))
    await database.close()

    said = run("doctor", database_url=pg_url).out

    assert "none of its own right lives; the last was worker 7 at " in said
    assert (
        "; deadlines fire only where a web process with ESCGRAPH_ENGINE=auto stands in: "
        "start escgraph worker; restart one that hangs\n"
    ) in said


async def test_on_sqlite_a_server_that_hangs_is_killed_first(run: Run, sqlite_url: str) -> None:
    said = run("doctor", database_url=sqlite_url).out

    assert "start escgraph serve; where it hangs, kill it first\n" in said


async def test_deadlines_that_should_have_fired_are_counted(run: Run, database_url: str) -> None:
    await database.connect(database_url)
    await ticket_of_yesterday()
    await database.close()

    found = findings(run, database_url, code=1)

    assert sorted(found) == ["engines", "overdue deadlines"]
    state, says = found["overdue deadlines"]
    assert state == "fail"
    assert says.startswith("5, the first since ")  # response, two rungs, two reminders


async def test_parked_deadlines_and_the_ticket_that_they_strand_are_named(
    run: Run, database_url: str
) -> None:
    await database.connect(database_url)
    await ticket_of_yesterday()
    await database.execute("UPDATE deadline SET parked_at = due_at, parked_reason = 'x'")
    await database.close()

    found = findings(run, database_url, code=1)

    assert sorted(found) == ["engines", "forgotten tickets", "parked deadlines"]
    assert found["parked deadlines"][1].startswith("6, the first since ")
    assert found["forgotten tickets"] == ("fail", "1 without a deadline: ESC-000001")


async def test_simulated_time_is_named(run: Run, database_url: str) -> None:
    await database.connect(database_url)
    await simulation.begin(at=await database.database_now())
    await database.close()

    assert sorted(findings(run, database_url, code=1)) == ["engines", "simulated time"]


def test_a_database_that_was_not_migrated_is_named(run: Run, empty_pg_url: str) -> None:
    state, says = findings(run, empty_pg_url, code=1)["migrations"]

    assert state == "fail"
    assert says.startswith("pending: 0001_")


@pytest.mark.parametrize("url", ["sqlite://nowhere.db", "postgres://u:secret@127.0.0.1:1/x"])
def test_an_unreachable_database_is_named(run: Run, url: str) -> None:
    found = findings(run, url, code=1)

    assert sorted(found) == ["database"]
    assert "secret" not in str(found)


@pytest.mark.parametrize("words", [("doctor",), ("doctor", "--deep")])
@pytest.mark.parametrize("table", ["tortoise_migrations", "deadline"])
def test_a_file_that_is_damaged_is_named_with_what_helps(
    run: Run, sqlite_url: str, words: tuple[str, ...], table: str
) -> None:
    damage(Path(sqlite_url.removeprefix("sqlite://")), table)

    ended = run(*words, database_url=sqlite_url)

    assert (ended.code, ended.err) == (1, "")
    assert f"the database file cannot be used: {DAMAGED}" in ended.out


def test_settings_that_it_does_not_go_by_are_looked_at_too(run: Run, sqlite_url: str) -> None:
    ended = run("doctor", database_url=sqlite_url, log_level="loud")

    assert ended.code == 2
    assert "ESCGRAPH_LOG_LEVEL" in ended.err


def test_a_redis_that_answers_is_well(run: Run, sqlite_url: str, redis_url: str) -> None:
    assert "redis" not in findings(run, sqlite_url, code=0, redis_url=redis_url)


def test_a_redis_that_is_silent_is_named(run: Run, sqlite_url: str) -> None:
    nowhere = f"redis://:secret@127.0.0.1:{free_port()}/0"

    state, says = findings(run, sqlite_url, code=1, redis_url=nowhere)["redis"]

    assert state == "fail"
    assert "does not answer: ConnectionError" in says
    assert "secret" not in says


def test_without_an_outside_watcher_it_warns(run: Run, sqlite_url: str) -> None:
    ended = run("doctor", database_url=sqlite_url)

    assert ended.code == 0
    assert "warn  outside watcher    none is set: nobody outside notices" in ended.out


def test_nothing_is_claimed_of_a_watcher_whom_nobody_asked(run: Run, sqlite_url: str) -> None:
    ended = run("doctor", database_url=sqlite_url, heartbeat_url=WATCHER)

    assert (
        "ok    outside watcher    each engine that works fetches watcher.example.org every 10 s; "
        "whether it is heard stands in their logs: heartbeat.not_heard, heartbeat.heard\n"
    ) in ended.out
    assert "a-secret" not in ended.out
