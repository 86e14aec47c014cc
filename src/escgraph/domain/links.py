"""What a link must be for others to open it safely and to know its file again (C3)."""

import re
from urllib.parse import SplitResult, urlsplit

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.texts import line, optional_line

URL_LENGTH = 2_000

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*", re.IGNORECASE)
_CHECKSUM = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}", re.IGNORECASE)


def address(url: str) -> str:
    """The address without its margins.

    Raises:
        InvalidInputError: it is too long, no http or https address, or holds a user or password.
    """
    text = line(url, "url", longest=URL_LENGTH)
    parts = _parts(text)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidInputError(
            "url is no http or https address; give one that a colleague can open", field=("url",)
        )
    if "@" in parts.netloc:
        raise InvalidInputError(
            "url holds a user or password, which everybody would read; leave out what stands "
            "before the @",
            field=("url",),
        )
    return text


def media_type(text: str) -> str:
    """The media type without its margins.

    Raises:
        InvalidInputError: it is none.
    """
    written = line(text, "mediaType")
    if not _MEDIA_TYPE.fullmatch(written):
        raise InvalidInputError(
            "mediaType is none; write type/subtype and no more, such as text/plain",
            field=("mediaType",),
        )
    return written


def checksum(text: str) -> str:
    """The checksum in lower case, or nothing where it is unknown.

    Raises:
        InvalidInputError: it is none, or of an algorithm that tells no file from another any more.
    """
    written = optional_line(text, "checksum").lower()
    if written and not _CHECKSUM.fullmatch(written):
        raise InvalidInputError(
            "checksum is none that is known here; write sha256: and 64 hexadecimal digits, or "
            "sha512: and 128, or leave it empty",
            field=("checksum",),
        )
    return written


def _parts(url: str) -> SplitResult | None:
    """The parts of the address; None for one that has none, such as a broken IPv6 host."""
    try:
        return None if re.search(r"\s", url) else urlsplit(url)
    except ValueError:
        return None
