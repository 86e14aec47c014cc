"""Secrets at rest."""

from collections.abc import Iterator

import pytest

from escgraph.domain.errors import ConflictError
from escgraph.store import sealing
from escgraph.store.sealing import SealingError

URL = "https://hooks.example.org/T0/B0/secret"


@pytest.fixture(autouse=True)
def _no_keys_afterwards() -> Iterator[None]:
    yield
    sealing.use_keys(())


def test_what_is_sealed_shows_nothing_and_opens_again() -> None:
    sealing.use_keys((sealing.new_key(),))

    sealed = sealing.seal(URL)

    assert "hooks" not in sealed
    assert sealed != sealing.seal(URL)
    assert sealing.unseal(sealed) == URL


def test_an_old_key_still_opens_and_the_new_one_seals() -> None:
    old, new = sealing.new_key(), sealing.new_key()
    sealing.use_keys((old,))
    sealed = sealing.seal(URL)

    sealing.use_keys((new, old))
    assert sealing.unseal(sealed) == URL
    anew = sealing.sealed_anew(sealed)

    sealing.use_keys((new,))
    assert sealing.unseal(anew) == URL
    with pytest.raises(SealingError, match="ESCGRAPH_SECRET_KEYS") as refused:
        sealing.unseal(sealed)
    assert old not in str(refused.value)


def test_without_a_key_nothing_is_kept_and_the_refusal_says_how_to_make_one() -> None:
    with pytest.raises(ConflictError, match="escgraph secret-key"):
        sealing.must_seal()
    with pytest.raises(ConflictError, match="escgraph secret-key"):
        sealing.seal(URL)


@pytest.mark.parametrize("text", ["", "short", "x" * 44, "not base64 ☃"])
def test_what_is_no_key_is_told_apart(text: str) -> None:
    assert not sealing.is_key(text)


def test_a_new_key_is_one() -> None:
    assert sealing.is_key(sealing.new_key())
