"""`escgraph person` and `escgraph token`: how a fresh installation gets its first people."""

import json
import re
from typing import Any

import pytest

from tests.cli.conftest import Run

ADA = ("person", "create", "Ada Lindqvist", "Ada@Example.org", "--role", "level_1_agent")


@pytest.fixture
def settings(sqlite_url: str) -> dict[str, str]:
    return {"database_url": sqlite_url}


def as_json(run: Run, *words: str, **settings: str) -> Any:  # noqa: ANN401 - JSON may hold anything
    ended = run(*words, "--json", **settings)
    assert (ended.code, ended.err) == (0, "")
    return json.loads(ended.out)


def test_a_person_is_added_once(run: Run, settings: dict[str, str]) -> None:
    ada = as_json(run, *ADA, **settings)
    again = run(*ADA, **settings)

    assert (ada["email"], ada["role"], ada["tier"]) == (
        "ada@example.org",
        "LEVEL_1_AGENT",
        "LEVEL_1",
    )
    assert again.code == 1
    assert (
        "somebody has the address ada@example.org already; see: escgraph person list" in again.err
    )
    assert as_json(run, "person", "list", **settings) == [ada]


def test_an_engineer_works_at_a_tier_of_choice(run: Run, settings: dict[str, str]) -> None:
    eva = ("person", "create", "Eva", "eva@example.org", "--role", "engineer")

    refused = run(*eva, **settings)

    assert refused.code == 1
    assert "LEVEL_2 or LEVEL_3" in refused.err
    assert as_json(run, *eva, "--tier", "level_3", **settings)["tier"] == "LEVEL_3"


def test_a_role_that_is_none_is_answered_with_all_there_are(
    run: Run, settings: dict[str, str]
) -> None:
    refused = run("person", "create", "Eva", "eva@example.org", "--role", "AGENT", **settings)

    assert refused.code == 2
    assert "'AGENT' is none of LEVEL_1_AGENT, ENGINEER" in refused.err
    assert "Value error" not in refused.err


def test_a_token_is_shown_once_and_alone(run: Run, database_url: str) -> None:
    settings = {"database_url": database_url}
    run(*ADA, **settings)

    made = run("token", "create", "ada@example.org", "--name", "laptop", **settings)
    listed = run("token", "list", "--json", **settings)

    assert made.code == 0
    assert made.out.startswith("esc_")
    assert len(made.out.split()) == 1
    assert re.search(r"good until \d{4}-\d\d-\d\d", made.err)
    assert "Authorization: Bearer" in made.err
    (token,) = json.loads(listed.out)
    assert (token["name"], token["scopes"]) == ("laptop", ["ACT", "READ"])
    assert made.out.strip() not in listed.out
    assert {"hash", "token"}.isdisjoint(token)


def test_a_token_may_do_what_was_asked_for_as_long_as_was_asked_for(
    run: Run, settings: dict[str, str]
) -> None:
    run(*ADA, **settings)
    create = ("token", "create", "ada@example.org", "--name")

    wall = as_json(run, *create, "wall", "--scope", "read", "--days", "1", **settings)
    usual = as_json(run, *create, "usual", **settings, token_days="1")

    assert wall["scopes"] == ["READ"]
    assert wall["expiresAt"][:10] == usual["expiresAt"][:10]
    assert run(*create, "x", "--scope", "everything", **settings).code == 2
    assert run(*create, "x", "--days", "0", **settings).code == 2


def test_a_token_is_revoked_for_good(run: Run, settings: dict[str, str]) -> None:
    run(*ADA, **settings)
    token = as_json(run, "token", "create", "ada@example.org", "--name", "lost", **settings)

    first = as_json(run, "token", "revoke", token["id"], **settings)
    again = as_json(run, "token", "revoke", token["id"], **settings)

    assert token["revokedAt"] is None
    assert first["revokedAt"] is not None
    assert again == first


def test_what_is_not_there_is_refused(run: Run, settings: dict[str, str]) -> None:
    nobody = run("token", "create", "nobody@example.org", "--name", "x", **settings)
    nothing = run("token", "revoke", "01980000-0000-7000-8000-000000000000", **settings)

    assert (nobody.code, nothing.code) == (1, 1)
    assert "see: escgraph person list" in nobody.err
    assert "see: escgraph token list" in nothing.err


def test_only_who_works_on_tickets_owns_what_scripts_open(
    run: Run, settings: dict[str, str]
) -> None:
    run(*ADA, **settings)
    run("person", "create", "Sam", "sam@example.org", "--role", "stakeholder", **settings)

    ada = as_json(run, "person", "route", "ada@example.org", "--component", "web", **settings)
    sam = run("person", "route", "sam@example.org", **settings)

    assert ada == {"owner": "ada@example.org", "category": None, "component": "web"}
    assert sam.code == 1
    assert "Sam is STAKEHOLDER" in sam.err
