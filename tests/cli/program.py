"""The real program, run as its users run it: its words, its settings, a directory, its output.

Each is a process of its own, forked from one that has imported the commands: the interpreter and
the imports would otherwise cost most of what these tests take. Where the start itself matters,
`PROGRAM` is what is installed.
"""

import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from escgraph import cli
from tests.forks import fork, imported_before

PROGRAM = Path(sys.executable).with_name("escgraph")
PATIENCE_S = 120

imported_before(__name__)
for _name in cli.COMMANDS:
    import_module(f"escgraph.cli.{_name.replace('-', '_')}")


@dataclass(frozen=True, slots=True)
class Ran:
    """How it ended: the exit code, and what it wrote to standard output and standard error."""

    code: int
    out: str
    err: str


def escgraph(*words: object, at: Path, **settings: str) -> Ran:
    """Run it in the directory `at`, with those settings and no others."""
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
        given = [str(word) for word in words]
        process = fork(_run, given, str(at), environ(**settings), out.name, err.name)
        process.join(PATIENCE_S)
        if process.exitcode is None:
            process.kill()
            raise AssertionError(f"escgraph {' '.join(given)} did not end in {PATIENCE_S} s")
        ran = Ran(process.exitcode, _text(out), _text(err))
    assert "Traceback" not in ran.err, ran.err
    return ran


def environ(**settings: str) -> dict[str, str]:
    ours = {name: text for name, text in os.environ.items() if not name.startswith("ESCGRAPH_")}
    return ours | {f"ESCGRAPH_{name.upper()}": text for name, text in settings.items()}


def _text(file: "tempfile._TemporaryFileWrapper[bytes]") -> str:
    return file.read().decode()


def _run(words: list[str], at: str, given: Mapping[str, str], out: str, err: str) -> None:
    os.chdir(at)
    os.environ.clear()
    os.environ.update(given)
    for number, path in ((0, os.devnull), (1, out), (2, err)):
        file = os.open(path, os.O_RDWR)
        os.dup2(file, number)
        os.close(file)
    sys.argv = ["escgraph", *words]
    cli.main()
