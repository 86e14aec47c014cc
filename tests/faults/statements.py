"""What PostgreSQL says that it carried out, by its own log."""

import re
from pathlib import Path

from escgraph.store.database import execute, fetch


class Statements:
    """Those of programs that connect to this database from now on.

    The log is the server's, so only what bears the name of the database counts.
    """

    def __init__(self, log: Path, database: str) -> None:
        self._log = log
        self._database = database
        self._began = log.stat().st_size

    @classmethod
    async def logged(cls) -> "Statements":
        """Have the database that we are connected to write down each statement."""
        (row,) = await fetch(
            "SELECT current_setting('data_directory') AS home, current_database() AS name"
        )
        name = row["name"]
        await execute(f'ALTER DATABASE "{name}" SET log_min_duration_statement = 0')
        return cls(Path(row["home"]).parent / "log", name)

    def count(self, beginning: str) -> int:
        """How many were carried out that begin so, since the count before."""
        with self._log.open("rb") as log:
            log.seek(self._began)
            written = log.read()
        self._began += len(written)
        told = re.compile(
            rf" {re.escape(self._database)} LOG:  duration: \S+ ms  execute [^:]+: "
            rf"{re.escape(beginning)}".encode()
        )
        return len(told.findall(written))
