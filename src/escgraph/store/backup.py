"""A copy of a SQLite database while others write in it, whole or not there at all.

It is copied page by page, as it is at one moment, and read once before it stands there. The copy is
marked as one, so that the database that is made of it knows that it lives another life.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from escgraph.store.failures import DatabaseUnavailable, translated
from escgraph.store.lives import COPY

PATIENCE_S = 60.0


def back_up(database: Path, file: Path) -> int:
    """Write the copy to that file, for this user alone; how many bytes it has. It may take a while.

    Raises:
        FileExistsError: there is such a file.
        OSError: it cannot be written.
        DatabaseUnavailable: there is no database of ours, or it is damaged.
    """
    if file.exists():
        raise FileExistsError(file)
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.touch(mode=0o600, exist_ok=False)
    try:
        with translated():
            _copy(database, part)
        _settle(part)
        os.link(part, file)
        _settle(file.parent)
        return file.stat().st_size
    finally:
        part.unlink()


def _copy(database: Path, part: Path) -> None:
    uri = f"{database.absolute().as_uri()}?mode=rw"
    with (
        closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE_S)) as source,
        closing(sqlite3.connect(part)) as copy,
    ):
        if not source.execute("SELECT 1 FROM sqlite_schema WHERE name = 'stream'").fetchone():
            raise DatabaseUnavailable(f"{database} is no database of escgraph; name another")
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        if copy.execute("SELECT 1 FROM pragma_table_info('stream') WHERE name = 'life'").fetchone():
            copy.execute("UPDATE stream SET life = ?", (COPY,))
            copy.commit()
        (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise DatabaseUnavailable(f"{database} is damaged, so it was not copied: {verdict}")


def _settle(path: Path) -> None:
    """Have the system write down what it holds of a file or a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
