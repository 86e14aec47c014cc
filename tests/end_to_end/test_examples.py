"""The examples do what they say, against a real server."""

import sys
from pathlib import Path

from tests.conftest import StartService
from tests.end_to_end.desk import Desk

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_subscriber_prints_what_happens(desk: Desk, start_service: StartService) -> None:
    environ = {"ESC_URL": desk.server.socket_url, "ESC_TOKEN_ENGINEER": desk.token}
    subscriber = start_service([sys.executable, EXAMPLES / "subscribe.py"], environ)
    subscriber.wait_for_text("it is live")

    desk.open(title="the scanner is dark")

    subscriber.wait_for_text("the scanner is dark")
    assert "TicketOpened" in subscriber.output


def test_the_wallboard_shows_what_falls_due(desk: Desk, start_service: StartService) -> None:
    terminal = {"FORCE_COLOR": "1", "COLUMNS": "120", "LINES": "40"}
    environ = {"ESC_URL": desk.server.socket_url, "ESC_TOKEN_WALLBOARD": desk.token, **terminal}
    wallboard = start_service([sys.executable, EXAMPLES / "wallboard.py"], environ)
    wallboard.wait_for_text("live tickets")

    ticket = desk.open(title="the wall is dark", critical=True)
    desk.act("escalateTicket", ticketId=ticket["id"], expectedTier="LEVEL_1", reason="CRITICAL")

    wallboard.wait_for_text("the wall is dark")
