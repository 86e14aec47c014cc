"""`escgraph serve` and `escgraph demo`: what a newcomer pastes, works."""

import json
import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.program import PROGRAM
from tests.conftest import StartService
from tests.processes import Service, free_port

EXPORT = re.compile(r"^export ESC_TOKEN_\w+=esc_\S+$", re.MULTILINE)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The settings of a server that runs in the test's own directory."""
    monkeypatch.chdir(tmp_path)
    return {"ESCGRAPH_PORT": str(free_port())}


def pasted(*lines: str) -> str:
    """What a shell prints for the lines; a stream is cut off when the server ends it."""
    script = "\n".join(lines)
    ended = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    return ended.stdout


def curl_lines(service: Service) -> list[str]:
    return [line for line in service.output.splitlines() if line.startswith("curl ")]


def test_the_lines_that_a_demo_server_prints_work_when_pasted(
    start_service: StartService, here: dict[str, str]
) -> None:
    server = start_service([PROGRAM, "serve", "--demo"], here).wait_for_text("curl ")

    (curl,) = curl_lines(server)
    exports = EXPORT.findall(server.output)
    answer = json.loads(pasted(*exports, curl))

    assert len(exports) == 5
    assert "until the next `make run`" in server.output
    assert "Uvicorn" not in server.output
    assert answer == {
        "data": {
            "me": {
                "person": {"name": "Ada Lindqvist", "role": "LEVEL_1_AGENT", "tier": "LEVEL_1"},
                "scopes": ["ACT", "READ"],
            }
        }
    }


def test_a_demo_server_ends_cleanly_and_the_next_revokes_its_tokens(
    start_service: StartService, here: dict[str, str]
) -> None:
    first = start_service([PROGRAM, "serve", "--demo"], here, name="1").wait_for_text("curl ")
    exports = EXPORT.findall(first.output)
    first.signal(signal.SIGINT)

    assert first.wait() == 0
    assert "Traceback" not in first.output
    second = start_service([PROGRAM, "serve", "--demo"], here, name="2").wait_for_text("curl ")
    (curl,) = curl_lines(second)
    assert "UNAUTHENTICATED" in pasted(*exports, curl)


def test_demo_tokens_are_never_made_on_postgresql(run: Run, pg_url: str) -> None:
    refused = run("serve", "--demo", database_url=pg_url, port=str(free_port()))

    assert refused.code == 2
    assert "SQLite" in refused.err
    assert json.loads(run("person", "list", "--json", database_url=pg_url).out) == []


def test_a_server_needs_a_database(run: Run) -> None:
    refused = run("serve", port=str(free_port()))

    assert refused.code == 1
    assert "sqlite://var/escgraph.db does not exist" in refused.err


def test_a_port_that_is_taken_is_named(run: Run, sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("serve", "--port", port, database_url=sqlite_url)

    assert refused.code == 1
    assert f"cannot listen on 127.0.0.1 port {port}" in refused.err


@pytest.mark.parametrize("words", [["serve", "--demo"], ["demo"]])
def test_a_port_that_a_demo_has_is_refused_with_what_to_stop(run: Run, words: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = run(*words, port=str(taken.getsockname()[1]))

    assert refused.code == 1
    assert "perhaps `make run` or `make demo` runs already: stop it first" in refused.err


def test_a_demo_leaves_alone_the_database_on_which_another_runs(
    run: Run, start_service: StartService, here: dict[str, str], tmp_path: Path
) -> None:
    first = start_service([PROGRAM, "demo"], here).wait_for_text("The day begins")
    elsewhere = {"port": str(free_port())}
    made = (tmp_path / "var" / "demo.db").stat()

    again = run("demo", **elsewhere)
    served = run("serve", "--demo", database_url="sqlite://var/demo.db", **elsewhere)

    for refused in (again, served):
        assert refused.code == 1
        assert f":{first.pid} is at work on sqlite://var/demo.db" in refused.err
    assert (tmp_path / "var" / "demo.db").stat().st_ino == made.st_ino
    *_, curl = curl_lines(first)
    assert "EscalationItem" in curl
    assert "UNAUTHENTICATED" not in pasted(f"{curl} --max-time 1")


def test_escalations_arrive_in_a_demo_and_nothing_of_its_day_is_refused(
    start_service: StartService, here: dict[str, str]
) -> None:
    fast = here | {"ESCGRAPH_CLOCK_SPEED": "1200"}
    demo = start_service([PROGRAM, "demo"], fast).wait_for_text("The day begins")

    subscription = curl_lines(demo)[-1]
    arrived = pasted(f"{subscription} --max-time 5")

    escalation = '"trigger":"DEADLINE","fromTier":"LEVEL_1","toTier":"LEVEL_2"'
    assert escalation in arrived
    demo.wait_for_text("The day is over", seconds=60)
    arrived_later = pasted(f"{subscription} --max-time 2")
    assert arrived_later.count(escalation) >= 5
    _, _, day = demo.output.partition("The day begins")
    told = [
        line for line in day.splitlines()[1:] if not re.match(r"\d\d:\d\d  .*ESC-00000\d", line)
    ]
    assert told == ["The day is over. What was left open climbs on; Ctrl-C ends the demo."]
    assert day.count("ESCALATES") >= 6
    demo.signal(signal.SIGINT)
    assert demo.wait() == 0


def test_a_demo_ends_by_itself_where_it_should(run: Run, tmp_path: Path) -> None:
    ended = run("demo", "--for", 1, port=str(free_port()))

    assert ended.code == 0
    assert "its clock runs 60 times as fast" in ended.out
    assert (tmp_path / "var" / "demo.db").exists()


def test_a_demo_starts_anew_each_time(run: Run) -> None:
    settings = {"port": str(free_port()), "clock_speed": "600"}
    for _ in range(2):
        ended = run("demo", "--for", 1, **settings)
        assert "openTicket             ESC-000001" in ended.out.replace("  ESC", "   ESC")


def test_a_demo_runs_on_sqlite_only(run: Run, pg_url: str) -> None:
    refused = run("demo", "--database", pg_url, port=str(free_port()))
    at_real_speed = run("demo", "--database", pg_url, clock_speed="1")

    assert refused.code == 2
    assert "ESCGRAPH_CLOCK_SPEED" in refused.err
    assert at_real_speed.code == 2
    assert "SQLite file only" in at_real_speed.err
