"""`escgraph webhook`: for operators, who have a shell and need no token."""

import json
from typing import Any

import pytest

from escgraph.store.sealing import new_key
from tests.cli.conftest import Run

URL = "https://hooks.example.org/a-hidden-path"
ROBOT = "robot@example.org"
CREATE = ("webhook", "create", ROBOT, URL, "--name", "the desk's")
NOTHING = "01980000-0000-7000-8000-000000000000"


@pytest.fixture
def settings(run: Run, sqlite_url: str) -> dict[str, str]:
    """With a script in the house."""
    settings = {"database_url": sqlite_url, "secret_keys": new_key()}
    robot = ("robot", ROBOT, "--role", "script")
    assert run("person", "create", *robot, **settings).code == 0
    return settings


def as_json(run: Run, *words: str, **settings: str) -> Any:  # noqa: ANN401 - JSON may hold anything
    ended = run(*words, "--json", **settings)
    assert (ended.code, ended.err) == (0, "")
    return json.loads(ended.out)


def test_the_secret_is_printed_once_and_alone_and_where_it_leads_nowhere(
    run: Run, settings: dict[str, str]
) -> None:
    made = run(*CREATE, **settings)
    listed = run("webhook", "list", **settings)
    (webhook,) = as_json(run, "webhook", "list", **settings)

    assert (made.code, len(made.out.split())) == (0, 1)
    secret = made.out.strip()
    assert secret.startswith("whsec_")
    assert "shown only now" in made.err
    assert webhook["id"] in listed.out
    assert (webhook["place"], webhook["owner"]) == (
        "https://hooks.example.org",
        ROBOT,
    )
    told = f"{listed.out} {webhook} {made.err}"
    assert secret not in told
    assert "a-hidden-path" not in told


def test_a_webhook_is_made_rotated_tried_replayed_disabled_enabled_and_removed(
    run: Run, settings: dict[str, str]
) -> None:
    wanted = ("--kind", "TicketEscalated", "--tier", "level_3", "--priority", "high", "--urgent")
    made = as_json(run, *CREATE, *wanted, **settings)
    assert made["filter"] == {
        "kinds": ["TicketEscalated"],
        "ticket": None,
        "tiers": ["LEVEL_3"],
        "priorities": ["HIGH"],
        "urgentOnly": True,
        "critical": None,
    }
    which = made["id"]

    rotated = as_json(run, "webhook", "rotate", which, "--grace", "0.5", **settings)
    assert rotated["secret"] not in {made["secret"], None}
    tested = as_json(run, "webhook", "test", which, **settings)
    assert tested["lag"] > made["lag"]
    replayed = as_json(run, "webhook", "replay", which, "--after", made["cursor"], **settings)
    assert replayed["cursor"] == made["cursor"]
    disabled = as_json(run, "webhook", "disable", which, "--reason", "maintenance", **settings)
    assert (disabled["state"], disabled["disabledReason"]) == ("DISABLED", "maintenance")
    assert as_json(run, "webhook", "enable", which, **settings)["state"] == "ENABLED"
    assert run("webhook", "remove", which, **settings).code == 0
    assert as_json(run, "webhook", "list", **settings) == []


def test_what_cannot_be_is_refused_with_what_to_do(run: Run, settings: dict[str, str]) -> None:
    name = ("--name", "x")
    for words, advice in (
        (("enable", NOTHING), "see: escgraph webhook list"),
        (("create", "nobody@example.org", URL, *name), "see: escgraph person list"),
        (("create", ROBOT, "https://10.0.0.1/", *name), "ESCGRAPH_ALLOWED_NETWORKS"),
    ):
        refused = run("webhook", *words, **settings)
        assert (refused.code, refused.out) == (1, "")
        assert advice in refused.err
    keyless = {"database_url": settings["database_url"]}
    assert "ESCGRAPH_SECRET_KEYS" in run(*CREATE, **keyless).err
    unknown = run(*CREATE, "--kind", "Nonsense", **settings)
    assert (unknown.code, "is no kind of event" in unknown.err) == (2, True)
