"""The examples do what they say, against a real server."""

import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from escgraph.clock import Clock
from tests.conftest import StartService
from tests.end_to_end.desk import Desk
from tests.processes import Service

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def subscribe(desk: Desk, start_service: StartService, tmp_path: Path) -> "Subscribe":
    return Subscribe(desk, start_service, tmp_path / "kept" / "cursor")


class Subscribe:
    """Starts the subscriber, each time with the same cursor's file."""

    def __init__(self, desk: Desk, start_service: StartService, cursor: Path) -> None:
        self.cursor = cursor
        self._desk = desk
        self._start = start_service

    def __call__(self, name: str) -> Service:
        environ = {
            "ESC_URL": self._desk.server.socket_url,
            "ESC_TOKEN_ENGINEER": self._desk.token,
            "ESC_CURSOR": str(self.cursor),
        }
        return self._start([sys.executable, EXAMPLES / "subscribe.py"], environ, name=name)


def test_the_subscriber_prints_what_happens(desk: Desk, subscribe: Subscribe) -> None:
    subscriber = subscribe("1").wait_for_text("it is live")

    desk.open(title="the scanner is dark", priority="LOW")

    subscriber.wait_for_text("LEVEL_1     the scanner is dark  (")
    assert "TicketOpened" in subscriber.output


def test_the_subscriber_goes_on_where_it_was_stopped(desk: Desk, subscribe: Subscribe) -> None:
    first = subscribe("1").wait_for_text("it is live")
    desk.open(title="seen by the first", priority="LOW")
    first.wait_for_text("seen by the first")
    desk.open(title="seen by the first, too")
    first.wait_for_text("seen by the first, too")
    first.terminate()
    desk.open(title="seen by nobody yet")

    second = subscribe("2").wait_for_text("it is live")

    assert "seen by nobody yet" in second.output
    assert "seen by the first  (" not in second.output


def test_the_subscriber_says_once_that_the_server_is_gone_and_that_it_is_back(
    desk: Desk, subscribe: Subscribe
) -> None:
    subscriber = subscribe("1").wait_for_text("it is live")

    desk.server.terminate()
    try:
        subscriber.wait_for_text("-- no server at ws://")
    finally:
        desk.server.start()
    subscriber.wait_for_text("-- connected again --")

    desk.open(title="the server is back")
    subscriber.wait_for_text("the server is back")
    assert subscriber.output.count("no server at") == 1


def test_the_subscriber_goes_on_behind_a_resync(desk: Desk, subscribe: Subscribe) -> None:
    subscribe.cursor.parent.mkdir()
    subscribe.cursor.write_text(CURSOR_OF_ANOTHER_DATABASE)
    subscriber = subscribe("1").wait_for_text("it is live")
    assert subscriber.output.startswith("-- ")

    desk.open(title="behind the resync")

    subscriber.wait_for_text("behind the resync")
    assert subscribe.cursor.read_text() != CURSOR_OF_ANOTHER_DATABASE


def test_the_wallboard_shows_what_falls_due(desk: Desk, start_service: StartService) -> None:
    wallboard = start_wallboard(desk, start_service)
    before_all_others = (Clock.host() - timedelta(minutes=50)).isoformat()

    ticket = desk.open(title="the wall is dark", critical=True, reportedAt=before_all_others)
    desk.act("escalateTicket", ticketId=ticket["id"], expectedTier="LEVEL_1", reason="CRITICAL")

    wallboard.wait_for_text("the wall is dark")


def test_the_wallboard_shows_what_comes_and_whom_it_reaches(
    desk: Desk, start_service: StartService
) -> None:
    wallboard = start_wallboard(desk, start_service)
    before_all_others = (Clock.host() - timedelta(minutes=70)).isoformat()

    desk.open(title="the next to climb", priority="HIGH", reportedAt=before_all_others)

    wallboard.wait_for_text("If nobody acts, within eight hours")
    wallboard.wait_until(
        lambda: re.search(r"ESC-\d{6} → LEVEL_2", wallboard.output) is not None,
        what="name the next to climb",
    )
    wallboard.wait_until(
        lambda: re.search(r"LEVEL_1 \d+ → \d+ · LEVEL_2 \d+ → \d+", wallboard.output) is not None,
        what="say what each tier will have",
    )


def test_the_wallboard_says_since_when_it_is_stale(desk: Desk, start_service: StartService) -> None:
    wallboard = start_wallboard(desk, start_service)

    desk.server.terminate()
    try:
        wallboard.wait_for_text("stale since ")
    finally:
        desk.server.start()

    wallboard.wait_until(
        lambda: "stale since" not in wallboard.output.rpartition("live tickets")[2][:40],
        what="show that it is back",
    )


def start_wallboard(desk: Desk, start_service: StartService) -> Service:
    terminal = {"FORCE_COLOR": "1", "COLUMNS": "120", "LINES": "40"}
    environ = {"ESC_URL": desk.server.socket_url, "ESC_TOKEN_WALLBOARD": desk.token, **terminal}
    wallboard = start_service([sys.executable, EXAMPLES / "wallboard.py"], environ)
    return wallboard.wait_for_text("live tickets")


CURSOR_OF_ANOTHER_DATABASE = "MTptYWluOmU4MGM0ZDY2LWVhMjgtNDczNS1hYThiLWY3YzJmNjU5MTM0YjoyOA"
