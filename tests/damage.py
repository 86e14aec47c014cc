"""A SQLite file that a disk has spoilt: pages of it are overwritten."""

import sqlite3
from contextlib import closing
from pathlib import Path

_ROOTS = "SELECT rootpage FROM sqlite_schema WHERE tbl_name = ?"


def damage(file: Path, table: str) -> None:
    """Overwrite the first page of that table and of each of its indices."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = database.execute("PRAGMA page_size").fetchone()
        pages = [page for (page,) in database.execute(_ROOTS, (table,)).fetchall()]
    with file.open("r+b") as written:
        for page in pages:
            written.seek(size * (page - 1))
            written.write(b"\xff" * size)


def damage_schema(file: Path) -> None:
    """Overwrite the first page of all behind its header: the file opens, and no table is found."""
    with file.open("r+b") as written:
        written.seek(100)
        written.write(b"\xff" * 3996)
