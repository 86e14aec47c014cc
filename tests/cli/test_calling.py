"""How the program is called, and how it refuses to be."""

import subprocess
import sys
from pathlib import Path

import pytest

from escgraph.cli import COMMANDS
from tests.cli.conftest import Run
from tests.cli.program import environ
from tests.processes import free_port

NOWHERE = "postgres://somebody:secret@127.0.0.1:1/nothing"


def test_the_help_names_every_command(run: Run) -> None:
    ended = run("--help")

    assert ended.code == 0
    assert [name for name in COMMANDS if f" {name} " not in ended.out] == []


def test_the_help_is_there_without_reading_the_rest_of_the_program() -> None:
    asked = "import sys; from escgraph.cli import commands; commands(['--help'])"
    heavy = {"tortoise", "strawberry", "uvicorn", "arq", "pydantic", "redis"}
    ended = subprocess.run(
        [sys.executable, "-c", f"{asked}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        env=environ(),
        check=True,
    )

    assert heavy.isdisjoint(ended.stdout.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_is_for(run: Run, command: str) -> None:
    ended = run(command, "--help")

    assert ended.code == 0
    assert f"Usage: escgraph {command}" in ended.out


def test_the_program_says_its_version(run: Run) -> None:
    assert run("--version").out == "escgraph 0.1.0\n"


@pytest.mark.parametrize(
    "words", [["nonsense"], ["migrate", "--nonsense"], ["token", "revoke", "1"]]
)
def test_a_wrong_call_ends_with_2(run: Run, words: list[str]) -> None:
    assert run(*words).code == 2


@pytest.mark.parametrize("command", ["serve", "worker", "migrate", "demo", "doctor"])
def test_a_wrong_setting_is_named_in_one_line(run: Run, command: str) -> None:
    ended = run(command, port="many")

    assert ended.code == 2
    assert ended.err.startswith("escgraph: ESCGRAPH_PORT: 'many': ")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("words", [["serve"], ["worker"], ["migrate"], ["person", "list"]])
def test_an_unreachable_database_is_named_without_its_password(run: Run, words: list[str]) -> None:
    ended = run(*words, database_url=NOWHERE, port=str(free_port()))

    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("escgraph: cannot connect to PostgreSQL at 127.0.0.1:1")
    assert ended.err.count("\n") == 1
    assert "secret" not in ended.err


@pytest.mark.parametrize("words", [["serve"], ["serve", "--demo"], ["migrate"], ["token", "list"]])
def test_a_database_below_a_file_is_refused(run: Run, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "file").touch()

    ended = run(*words, database_url="sqlite://file/a.db", port=str(free_port()))

    assert ended.code == 1
    assert "file is a file and no folder" in ended.err
    assert ended.err.count("\n") == 1


def test_an_address_without_a_scheme_is_shown_as_it_was_given(run: Run) -> None:
    plain = run("doctor", redis_url="localhost:6379")
    secret = run("doctor", redis_url="me:hunter2@localhost:6379")

    assert "'localhost:6379'" in plain.err
    assert "'me:***@localhost:6379'" in secret.err


@pytest.mark.parametrize("words", [["serve"], ["worker"], ["token", "list"]])
def test_a_database_that_was_not_migrated_is_refused(
    run: Run, words: list[str], empty_database_url: str
) -> None:
    ended = run(*words, database_url=empty_database_url, port=str(free_port()))

    assert (ended.code, ended.out) == (1, "")
    assert "escgraph migrate" in ended.err
    assert ended.err.count("\n") == 1
