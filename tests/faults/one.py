"""`python -m tests.faults.one R1 [reduced]`: one scenario in a process of its own, as JSON."""

import asyncio
import json
import logging
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import structlog

from tests.faults.house import Ground
from tests.faults.report import Report
from tests.faults.table import PROMISES
from tests.servers import PostgresServer


def main(name: str, *, reduced: bool = False) -> Report:
    """Run the scenario of that promise on servers of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    (promise,) = (one for one in PROMISES if one.name == name)
    module = promise.load()
    with ExitStack() as running:
        home = running.enter_context(tempfile.TemporaryDirectory(prefix="escgraph-faults-"))
        server = running.enter_context(PostgresServer())
        scale = module.REDUCED if reduced else module.FULL
        report: Report = asyncio.run(module.run(scale, Ground(server.url, Path(home))))
    return report


if __name__ == "__main__":
    _, wanted, *more = sys.argv
    print(json.dumps(main(wanted, reduced=bool(more)).as_json()))
