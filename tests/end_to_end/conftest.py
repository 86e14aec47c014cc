"""The server that is sent bad input: one for all, since nothing of it may change anything."""

from collections.abc import Iterator

import pytest

from tests.end_to_end.desk import Desk, Json
from tests.end_to_end.program import Server, escgraph


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("desk")
    environ = {"ESCGRAPH_DATABASE_URL": f"sqlite://{home / 'escgraph.db'}"}
    escgraph("migrate", environ=environ)
    agent = ("Ada Lindqvist", "ada@example.org", "--role", "level_1_agent")
    escgraph("person", "create", *agent, environ=environ)
    made = escgraph("token", "create", "ada@example.org", "--name", "desk", environ=environ)
    with Server(environ, log=home / "serve.log") as server:
        desk = Desk(server, made.strip())
        yield desk
        desk.close()


@pytest.fixture
def ticket(desk: Desk) -> Json:
    """One that was just opened."""
    return desk.open()
