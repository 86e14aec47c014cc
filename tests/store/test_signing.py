"""The secrets that sign for an endpoint: changed without a message lost (C2)."""

import base64
from collections.abc import Iterator
from datetime import timedelta

import pytest

from escgraph.store import sealing, signing
from tests.queries.house import NINE, hours

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    sealing.use_keys([sealing.new_key()])
    yield
    sealing.use_keys([])


def test_a_secret_is_one_of_standard_webhooks_and_no_two_are_the_same() -> None:
    """`whsec_` and 24 to 64 random bytes."""
    first, second = signing.new_secret(), signing.new_secret()

    assert first != second
    assert first.startswith("whsec_")
    assert len(base64.b64decode(first.removeprefix("whsec_"), validate=True)) == 32


def test_what_is_stored_shows_no_secret() -> None:
    stored = signing.sealed("whsec_mine")

    assert "mine" not in stored
    assert "mine" not in repr(signing.Signing("whsec_mine", None))
    assert signing.signing(stored, at=NINE) == ("whsec_mine",)


def test_the_old_secret_signs_along_until_the_grace_is_over() -> None:
    stored = signing.rotated(signing.sealed("old"), "new", at=NINE, old_until=NINE + DAY)

    assert signing.signing(stored, at=NINE + DAY - timedelta(microseconds=1)) == ("new", "old")
    assert signing.signing(stored, at=NINE + DAY) == ("new",)


def test_a_secret_that_leaked_signs_no_more_at_once() -> None:
    stored = signing.rotated(signing.sealed("leaked"), "new", at=NINE, old_until=NINE)

    assert signing.signing(stored, at=NINE) == ("new",)


def test_changing_again_lets_none_sign_for_longer_than_it_was_given() -> None:
    once = signing.rotated(signing.sealed("a"), "b", at=NINE, old_until=NINE + hours(2))
    twice = signing.rotated(once, "c", at=NINE + hours(1), old_until=NINE + hours(9))

    assert signing.signing(twice, at=NINE + hours(1)) == ("c", "b", "a")
    assert signing.signing(twice, at=NINE + hours(2)) == ("c", "b")
    assert signing.signing(twice, at=NINE + hours(9)) == ("c",)


def test_no_more_sign_than_a_header_should_hold() -> None:
    stored = signing.sealed("0")
    for n in range(1, 9):
        stored = signing.rotated(stored, str(n), at=NINE, old_until=NINE + DAY)

    assert signing.signing(stored, at=NINE) == ("8", "7", "6", "5", "4")
