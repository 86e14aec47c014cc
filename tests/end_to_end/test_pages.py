"""The pages under docs/ do what they say: their commands run as written, and print what they show.

Each block `sh` of a page runs in one shell, in order, against a fresh demo server, which answers in
place of the one on port 8000 whose health a page asks for; each line of a block `text` must be
among what was printed. A block `graphql` is checked against the schema.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from escgraph.store.sealing import new_key
from tests.conftest import ROOT, StartService
from tests.end_to_end.program import ESCGRAPH
from tests.processes import free_port

PAGES = sorted((ROOT / "docs").glob("*.md"))
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXPORT = re.compile(r"^export (ESC_TOKEN_\w+)=(\S+)$", re.MULTILINE)


def _blocks(page: Path, kind: str) -> list[str]:
    return [text for found, text in _BLOCK.findall(page.read_text()) if found == kind]


def _script(page: Path, url: str) -> str:
    here = f"{url.removesuffix('/graphql')}/readyz"
    return "\n".join(_blocks(page, "sh")).replace("http://127.0.0.1:8000/readyz", here)


@pytest.fixture
def shell(start_service: StartService, tmp_path: Path) -> dict[str, str]:
    """The environment of a shell beside a running `make run`; its port is free for another."""
    port = free_port()
    settings = {
        "ESCGRAPH_DATABASE_URL": f"sqlite://{tmp_path / 'pages.db'}",
        "ESCGRAPH_SECRET_KEYS": new_key(),
        "ESCGRAPH_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ESCGRAPH_ALLOWED_NETWORKS": "127.0.0.0/8",
    }
    server = start_service(
        [ESCGRAPH, "serve", "--demo"], {**settings, "ESCGRAPH_PORT": str(port)}, name="serve"
    )
    server.wait_for_text("Ctrl-C stops.")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    tokens = dict(_EXPORT.findall(server.output))
    assert len(tokens) == 5
    path = f"{ESCGRAPH.parent}:{os.environ['PATH']}"
    (tmp_path / "var").mkdir()
    return {
        **settings,
        **tokens,
        "PATH": path,
        "ESC_URL": f"http://127.0.0.1:{port}/graphql",
        "ESCGRAPH_PORT": str(free_port()),
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_what_it_says(page: Path, shell: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", _script(page, shell["ESC_URL"])],
        cwd=tmp_path,
        env=shell,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    printed = [" ".join(line.split()) for line in (done.stdout + done.stderr).splitlines()]
    for line in "".join(_blocks(page, "text")).splitlines():
        wanted = re.escape(" ".join(line.split())).replace("…", ".*")
        assert any(re.fullmatch(wanted, said) for said in printed), f"{line} was not printed"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_asks_stands_in_the_schema(page: Path) -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text())

    for document in _blocks(page, "graphql"):
        assert validate(schema, parse(document)) == []
