"""A server that cannot start says why in a line, and ends: no traceback, no secret."""

import socket
from pathlib import Path

from tests.damage import damage
from tests.end_to_end.program import attempted
from tests.processes import free_port


def test_an_unreachable_database_at_start_is_told_in_one_line(tmp_path: Path) -> None:
    url = f"postgres://escgraph:very-secret@127.0.0.1:{free_port()}/escgraph"

    told = _does_not_start({"ESCGRAPH_DATABASE_URL": url}, code=1)

    assert "cannot connect to PostgreSQL" in told
    assert "very-secret" not in told


def test_a_database_file_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    told = _does_not_start(
        {"ESCGRAPH_DATABASE_URL": f"sqlite://{tmp_path / 'file' / 'escgraph.db'}"}, code=1
    )

    assert "escgraph.db" in told


def test_a_database_that_was_not_migrated_is_told_in_one_line(tmp_path: Path) -> None:
    told = _does_not_start({"ESCGRAPH_DATABASE_URL": f"sqlite://{tmp_path / 'new.db'}"}, code=1)

    assert "escgraph migrate" in told
    assert not (tmp_path / "new.db").exists()


def test_a_database_file_that_is_damaged_is_told_in_one_line(sqlite_url: str) -> None:
    damage(Path(sqlite_url.removeprefix("sqlite://")), "tortoise_migrations")

    told = _does_not_start({"ESCGRAPH_DATABASE_URL": sqlite_url}, code=1)

    assert told.startswith("escgraph: the database file cannot be used: ")
    assert told.endswith("restore a backup: see docs/backup.md")


def test_an_address_that_is_taken_is_told_in_one_line(sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        port = str(taken.getsockname()[1])

        told = _does_not_start({"ESCGRAPH_DATABASE_URL": sqlite_url, "ESCGRAPH_PORT": port}, code=1)

    assert f"port {port}" in told


def test_every_wrong_setting_is_named_in_a_line_of_its_own() -> None:
    wrong = {
        "ESCGRAPH_PORT": "eight thousand",
        "ESCGRAPH_DATABASE_URL": "mysql://root:very-secret@localhost/escgraph",
        "ESCGRAPH_CLOCK_SPEED": "-1",
        "ESCGRAPH_LOG_LEVEL": "LOUD",
        "ESCGRAPH_DATABSE_URL": "sqlite://var/escgraph.db",
    }

    ended = attempted("serve", environ=wrong)

    lines = ended.stderr.splitlines()
    assert sorted(line.split(": ")[1] for line in lines) == sorted(wrong)
    assert ended.returncode == 2
    assert "very-secret" not in ended.stderr


def _does_not_start(environ: dict[str, str], *, code: int) -> str:
    """The one line that `escgraph serve` says before it ends with that code."""
    ended = attempted("serve", environ={"ESCGRAPH_PORT": str(free_port()), **environ})
    assert ended.returncode == code, ended.stderr
    (line,) = ended.stderr.strip().splitlines()
    assert ended.stdout == ""
    return line
