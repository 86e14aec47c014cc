"""Secrets at rest: sealed with a key from the environment, opened for the moment of their use.

The first key seals, and each of them opens what it has sealed, so keys can be changed: put the new
one in front, seal anew what is stored, take the old one out.
"""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from escgraph.domain.errors import ConflictError


class SealingError(ConflictError):
    """What is stored cannot be opened: the key that sealed it is none of ours."""


class _Keys:
    """The keys of this process."""

    ring: MultiFernet | None = None


def use_keys(keys: Sequence[str]) -> None:
    """Seal and open with these from now on, each as `new_key` makes it; without any, not at all."""
    _Keys.ring = MultiFernet([Fernet(key) for key in keys]) if keys else None


def new_key() -> str:
    return Fernet.generate_key().decode()


def is_key(text: str) -> bool:
    """Whether it is a key: 32 bytes in URL-safe base64."""
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def must_seal() -> None:
    """Pass if secrets can be kept.

    Raises:
        ConflictError: no key is set; the message says how to make one.
    """
    _ring()


def seal(secret: str) -> str:
    """The secret as it may be stored.

    Raises:
        ConflictError: no key is set; the message says how to make one.
    """
    return _ring().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed.

    Raises:
        ConflictError: no key is set.
        SealingError: it was sealed with a key that is not among ours.
    """
    try:
        return _ring().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealingError(_ANOTHER_KEY) from None


def sealed_anew(sealed: str) -> str:
    """The same secret, sealed with the first key. Raises as `unseal` does."""
    try:
        return _ring().rotate(sealed.encode()).decode()
    except InvalidToken:
        raise SealingError(_ANOTHER_KEY) from None


def _ring() -> MultiFernet:
    if _Keys.ring is None:
        raise ConflictError(
            "secrets cannot be kept: no key is set; make one with `escgraph secret-key`, put it "
            "into ESCGRAPH_SECRET_KEYS and start anew"
        )
    return _Keys.ring


_ANOTHER_KEY = (
    "a secret in the database was sealed with another key; "
    "add that key behind the others in ESCGRAPH_SECRET_KEYS"
)
