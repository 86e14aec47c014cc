"""`escgraph worker`: it lives until it is told to end."""

import json

from tests.cli.conftest import Run
from tests.cli.program import PROGRAM
from tests.conftest import StartService


def test_a_worker_shows_that_it_lives_and_ends_when_asked(
    run: Run, start_service: StartService, pg_url: str, redis_url: str
) -> None:
    run("migrate", database_url=pg_url)
    environ = {"ESCGRAPH_DATABASE_URL": pg_url, "ESCGRAPH_REDIS_URL": redis_url}
    worker = start_service([PROGRAM, "worker"], environ).wait_for_text("worker.started")

    worker.wait_until(
        lambda: '"worker ' in run("doctor", "--json", database_url=pg_url).out,
        what="show a heartbeat",
    )

    assert worker.terminate() == 0
    assert "Traceback" not in worker.output
    logged = [json.loads(line)["event"] for line in worker.output.splitlines()]
    assert "worker.stopping" in logged
    assert logged.count("links.off") == 1
    assert "periodic.failed" not in logged
