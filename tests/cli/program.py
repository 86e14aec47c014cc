"""The real program, run as its users run it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("escgraph")


@dataclass(frozen=True, slots=True)
class Ran:
    """How it ended: the exit code, and what it wrote to standard output and standard error."""

    code: int
    out: str
    err: str


def escgraph(*words: object, at: Path, **settings: str) -> Ran:
    """Run it in the directory `at`, with those settings and no others."""
    ended = subprocess.run(
        [PROGRAM, *map(str, words)],
        cwd=at,
        env=environ(**settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return Ran(ended.returncode, ended.stdout, ended.stderr)


def environ(**settings: str) -> dict[str, str]:
    ours = {name: text for name, text in os.environ.items() if not name.startswith("ESCGRAPH_")}
    return ours | {f"ESCGRAPH_{name.upper()}": text for name, text in settings.items()}
