"""`escgraph migrate`."""

import json

from tests.cli.conftest import Run


def test_it_migrates_and_seeds_a_database_and_then_has_nothing_to_do(
    run: Run, empty_database_url: str
) -> None:
    first = run("migrate", database_url=empty_database_url)
    second = run("migrate", database_url=empty_database_url)

    assert (first.code, second.code) == (0, 0)
    assert first.out.startswith("applied 0001_")
    assert (second.out, second.err) == ("", "the database is up to date\n")


def test_what_is_pending_is_shown_and_not_applied(run: Run, empty_database_url: str) -> None:
    before = run("migrate", "--check", "--json", database_url=empty_database_url)
    again = run("migrate", "--check", database_url=empty_database_url)
    applied = run("migrate", "--json", database_url=empty_database_url)
    after = run("migrate", "--check", database_url=empty_database_url)

    assert (before.code, again.code, after.code) == (1, 1, 0)
    pending = json.loads(before.out)["pending"]
    assert pending
    assert json.loads(applied.out) == {"applied": pending, "pending": []}


def test_the_policy_is_seeded(run: Run, empty_sqlite_url: str) -> None:
    run("migrate", database_url=empty_sqlite_url)

    refused = run(
        "person", "route", "ada@example.org", "--category", "no", database_url=empty_sqlite_url
    )
    assert "ada@example.org" in refused.err
    run(
        "person",
        "create",
        "Ada",
        "ada@example.org",
        "--role",
        "manager",
        database_url=empty_sqlite_url,
    )
    refused = run(
        "person", "route", "ada@example.org", "--category", "no", database_url=empty_sqlite_url
    )
    assert "use one of cosmetic-issue, " in refused.err
