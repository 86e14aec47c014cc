"""`python -m tests.faults.one [reduced] R1 …`: one scenario in a process of its own, as JSON.

Several names are those of promises that the run of the first shows too.
"""

import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import structlog

from tests.faults.house import Ground
from tests.faults.report import Report
from tests.faults.table import PROMISES
from tests.servers import PostgresServer


def main(names: Sequence[str], *, reduced: bool = False) -> Mapping[str, Report]:
    """Run the scenario of the first promise on servers of its own; the reports by name."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    (promise,) = (one for one in PROMISES if one.name == names[0])
    module = promise.load()
    with ExitStack() as running:
        home = running.enter_context(tempfile.TemporaryDirectory(prefix="escgraph-faults-"))
        server = running.enter_context(PostgresServer())
        scale = module.REDUCED if reduced else module.FULL
        ground = Ground(server.url, Path(home))
        if len(names) == 1:
            return {promise.name: asyncio.run(module.run(scale, ground))}
        together: Mapping[str, Report] = asyncio.run(module.run_together(scale, ground))
    return {name: together[name] for name in names}


if __name__ == "__main__":
    wanted = [word for word in sys.argv[1:] if word != "reduced"]
    found = main(wanted, reduced="reduced" in sys.argv)
    print(json.dumps({name: report.as_json() for name, report in found.items()}))
