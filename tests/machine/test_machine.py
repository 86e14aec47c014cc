"""The rules, SQLite and PostgreSQL agree after every step of whatever may happen to tickets."""

import os
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from escgraph.domain.permissions import Act
from tests.domain.acts import ACTS
from tests.machine.acts import WAYS
from tests.machine.databases import database_process
from tests.machine.machine import machine_on

ROUNDS = int(os.environ.get("ESCGRAPH_TEST_MACHINE_ROUNDS", "4"))
"""How many rounds, each from a seed of its own. Within one, Hypothesis soon varies what it has."""

ROUND = settings(
    max_examples=10,
    stateful_step_count=36,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def databases(sqlite_url: str, pg_url: str) -> Iterator[Mapping[str, Connection]]:
    with database_process(sqlite_url) as sqlite, database_process(pg_url) as postgres:
        yield {"SQLite": sqlite, "PostgreSQL": postgres}


def test_the_rules_and_both_databases_agree_after_every_step(
    databases: Mapping[str, Connection],
) -> None:
    for number in range(ROUNDS):
        run_state_machine_as_test(seed(number)(machine_on(databases)), settings=ROUND)


def test_every_act_on_a_ticket_is_a_step() -> None:
    assert {*WAYS, Act.MERGE} == set(ACTS)
