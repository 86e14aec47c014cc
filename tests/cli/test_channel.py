"""`escgraph channel` and `escgraph preferences`: how an operator sets up who is told where (P2)."""

import json
import re
from typing import Any

import pytest

from escgraph.store.sealing import new_key
from tests.cli.conftest import Run

STELLA = "stella@example.org"
HOOK = "http://127.0.0.1:8009/in/SECRET"


@pytest.fixture
def settings(run: Run, sqlite_url: str) -> dict[str, str]:
    found = {
        "database_url": sqlite_url,
        "secret_keys": new_key(),
        "allowed_networks": "127.0.0.0/8",
    }
    added = run("person", "create", "Stella", STELLA, "--role", "stakeholder", **found)
    assert added.code == 0, added.err
    return found


def as_json(run: Run, *words: str, **settings: str) -> Any:  # noqa: ANN401 - JSON may hold anything
    ended = run(*words, "--json", **settings)
    assert (ended.code, ended.err) == (0, "")
    return json.loads(ended.out)


def test_a_stakeholder_gets_ways_from_the_shell(run: Run, settings: dict[str, str]) -> None:
    """P2: they never write themselves."""
    added = run("channel", "add", STELLA, "webhook", HOOK, "--name", "pager", **settings)
    (mail,) = as_json(run, "channel", "add", STELLA, "email", **settings)
    pager, _ = as_json(run, "channel", "list", STELLA, **settings)
    run("channel", "disable", pager["id"], "--reason", "On holiday", **settings)
    ordered = run("channel", "order", STELLA, mail["id"], pager["id"], **settings)
    (rotated,) = as_json(run, "channel", "rotate", pager["id"], "--grace", "0", **settings)
    left = as_json(run, "channel", "remove", pager["id"], **settings)

    assert re.fullmatch(r"whsec_[\w+/]{43}=\n", added.out)
    assert "http://127.0.0.1:8009, shown only now" in added.err
    assert "SECRET" not in added.err
    assert (pager["name"], pager["place"]) == ("pager", "http://127.0.0.1:8009")
    assert (mail["name"], mail["place"], mail["signed"]) == ("email", "s***@example.org", False)
    shown = [line.split()[0] for line in ordered.out.splitlines()[1:]]
    assert shown == [mail["id"], pager["id"]]
    assert "disabled: On holiday" in ordered.out
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != added.out.strip()
    assert left == [mail]


def test_what_cannot_be_a_way_is_refused_in_a_line(run: Run, settings: dict[str, str]) -> None:
    nowhere = run("channel", "add", STELLA, "slack", "https://169.254.169.254/SECRET", **settings)
    unknown = run("channel", "enable", "00000000-0000-7000-8000-000000000000", **settings)

    assert (nowhere.code, unknown.code) == (1, 1)
    assert "is not public" in nowhere.err
    assert "SECRET" not in nowhere.err
    assert "see: escgraph channel list" in unknown.err


def test_wishes_are_said_and_taken_back_from_the_shell(run: Run, settings: dict[str, str]) -> None:
    said = ("--zone", "Europe/Berlin", "--quiet", "22:00-07:00", "--digest", "08:30", "--cap", "5")
    after = as_json(run, "preferences", "set", STELLA, *said, **settings)
    run("preferences", "set", STELLA, "--quiet", "none", "--cap", "none", **settings)
    shown = run("preferences", "show", STELLA, **settings)
    refused = run("preferences", "set", STELLA, "--cap", "few", **settings)

    assert after == {
        "zone": "Europe/Berlin",
        "quiet": "22:00-07:00",
        "digest": "08:30",
        "cap": 5,
    }
    assert shown.out.splitlines() == [
        "zone: Europe/Berlin",
        "quiet: none",
        "digest: 08:30",
        "cap: 30",
    ]
    assert refused.code == 1
    assert "from 1 to 1000" in refused.err
