"""Copies of a SQLite database: of one of ours, whole, or none at all."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from escgraph.store import database, lives, stream
from escgraph.store.backup import back_up
from escgraph.store.failures import DatabaseUnavailable


@pytest.fixture
def original(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite://"))


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    folder = tmp_path / "copies"
    folder.mkdir()
    return folder


async def test_a_copy_that_is_put_in_place_begins_a_new_epoch_once(
    on_sqlite: str, copies: Path
) -> None:
    await lives.settle()
    before = await stream.head()
    back_up(Path(on_sqlite.removeprefix("sqlite://")), copies / "copy.db")
    assert await lives.Watch().head() == before
    await database.close()

    await database.connect(f"sqlite://{copies / 'copy.db'}")
    assert not (await lives.look(0)).settled
    after = await lives.Watch().head()

    assert after.epoch != before.epoch
    assert await lives.Watch().head() == after


def test_a_database_from_before_there_were_lives_is_copied_too(
    original: Path, copies: Path
) -> None:
    """One is backed up before it is migrated."""
    with closing(sqlite3.connect(original)) as old:
        old.execute("ALTER TABLE stream DROP COLUMN life")

    back_up(original, copies / "copy.db")

    with closing(sqlite3.connect(copies / "copy.db")) as copy:
        assert copy.execute("SELECT position FROM stream").fetchall() == [(0,)]


def test_a_damaged_database_is_not_copied(original: Path, copies: Path) -> None:
    with original.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 40)

    with pytest.raises(DatabaseUnavailable, match="malformed"):
        back_up(original, copies / "copy.db")

    assert list(copies.iterdir()) == []


def test_a_database_of_others_is_not_copied(tmp_path: Path, copies: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as foreign:
        foreign.execute("CREATE TABLE letters (text)")

    with pytest.raises(DatabaseUnavailable, match="no database of escgraph; name another"):
        back_up(tmp_path / "foreign.db", copies / "copy.db")

    assert list(copies.iterdir()) == []


def test_a_name_that_is_taken_meanwhile_is_left_alone(original: Path, copies: Path) -> None:
    """A link that leads nowhere does not exist, and yet its name is taken."""
    taken = copies / "copy.db"
    taken.symlink_to(copies / "nowhere")

    with pytest.raises(FileExistsError):
        back_up(original, taken)

    assert [file.name for file in copies.iterdir()] == ["copy.db"]
    assert taken.is_symlink()


def test_a_file_that_cannot_be_written_is_said(original: Path, copies: Path) -> None:
    with pytest.raises(FileNotFoundError):
        back_up(original, copies / "no" / "copy.db")
