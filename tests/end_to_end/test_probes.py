"""What an orchestrator asks of a web process, and what it is told about the engines."""

import signal
import socket
import time
from datetime import timedelta
from typing import Any

import httpx

from escgraph.jobs import pulse
from tests.conftest import StartService
from tests.end_to_end.program import ESCGRAPH
from tests.processes import Service, free_port
from tests.receiver import Receiver
from tests.servers import psql

LONG_AGO = timedelta(seconds=31)


class Door:
    """Where a web process answers."""

    def __init__(self, start: StartService, url: str, **more: str) -> None:
        port = free_port()
        environ = {"ESCGRAPH_DATABASE_URL": url, "ESCGRAPH_PORT": str(port), **more}
        self.service: Service = start([ESCGRAPH, "serve"], environ, name="web")
        self.service.wait_for_port(port)
        self._at = f"http://127.0.0.1:{port}"

    def ask(self, path: str) -> tuple[int, dict[str, Any]]:
        answer = httpx.get(f"{self._at}{path}", timeout=5)
        assert socket.gethostname() not in answer.text
        assert str(self.service.pid) not in answer.text
        return answer.status_code, answer.json()

    def wait_for(self, status: int, path: str = "/readyz/engine") -> dict[str, Any]:
        self.service.wait_until(lambda: self.ask(path)[0] == status, what=f"answer {status}")
        return self.ask(path)[1]


def test_where_one_process_is_all_there_is_its_own_engine_counts(
    start_service: StartService, sqlite_url: str
) -> None:
    door = Door(start_service, sqlite_url)

    assert door.wait_for(200) == {"ready": True, "stands_in": False}
    assert door.ask("/healthz") == (200, {"alive": True})
    assert door.ask("/readyz") == (200, {"ready": True, "database": "ok", "doorbell": "ok"})
    assert door.service.terminate() == 0


def test_a_web_process_that_stands_in_says_so_and_makes_nothing_green(
    start_service: StartService, pg_url: str
) -> None:
    """R14: the workers stand still; the half minute is written into the database here."""
    with Receiver() as watcher:
        hears = {
            "ESCGRAPH_ALLOWED_NETWORKS": "127.0.0.0/8",
            "ESCGRAPH_HEARTBEAT_URL": watcher.url("/hush"),
        }
        door = Door(start_service, pg_url, **hears)
        alone = door.wait_for(503)
        assert alone["stands_in"] is True
        assert "start escgraph worker" in alone["advice"]
        time.sleep(1.2 * pulse.LOOKS_S)
        assert watcher.requests == []

        environ = {"ESCGRAPH_DATABASE_URL": pg_url, **hears}
        worker = start_service([ESCGRAPH, "worker"], environ, name="worker")
        assert door.wait_for(200) == {"ready": True, "stands_in": False}
        worker.wait_until(lambda: bool(watcher.at("/hush")), what="tell the watcher")

    worker.signal(signal.SIGSTOP)
    aged = f"beat_at - interval '{LONG_AGO.total_seconds()} seconds'"
    psql(pg_url, f"UPDATE heartbeat SET beat_at = {aged}")
    assert door.wait_for(503) == alone
    worker.signal(signal.SIGCONT)

    assert door.wait_for(200) == {"ready": True, "stands_in": False}
    assert "hush" not in worker.output + door.service.output
