"""Where a listener stands in the stream: an opaque text that it hands back to go on from there."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from typing import Self

from escgraph.domain.errors import InvalidInputError

STREAM = "main"
VERSION = "1"

_LONGEST = 256
_FORM = re.compile(
    r"(?P<version>\d+):(?P<stream>[a-z_]+):"
    r"(?P<epoch>[\w-]+?)(_(?P<tag>[0-9a-f]{8}))?:(?P<position>\d{1,19})"
)
_HIGHEST = 2**63 - 1
_ADVICE = "hand back one that this server gave, unchanged, or none to begin now"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Behind the event at `position`, in the database's life that `epoch` names.

    What goes on from a cursor begins with the event at `position + 1`.

    Attributes:
        tag: that of the event at `position`, which tells it from another there, where the life is
            another without a sign; None where no event was stored there, or by an older server.
    """

    epoch: str
    position: int
    tag: str | None = field(default=None, compare=False)

    def encode(self) -> str:
        """The cursor as text that is safe in URLs.

        A server that knows no tags takes one for a part of the epoch, so that it does not go on
        from there silently.
        """
        life = self.epoch if self.tag is None else f"{self.epoch}_{self.tag}"
        plain = f"{VERSION}:{STREAM}:{life}:{self.position}"
        return urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The cursor that `encode` wrote.

        Raises:
            InvalidInputError: it is none of ours, of another stream, or of a newer server.
        """
        form = _FORM.fullmatch(_plain(text))
        if form is None:
            raise _garbled()
        if form["version"] != VERSION:
            raise _refused(f"the cursor is of version {form['version']}, not {VERSION}; {_ADVICE}")
        if form["stream"] != STREAM:
            raise _refused(f"the cursor is of the stream {form['stream']}, not {STREAM}; {_ADVICE}")
        cursor = cls(form["epoch"], int(form["position"]), form["tag"])
        if cursor.position > _HIGHEST or cursor.encode() != text:
            raise _garbled()
        return cursor


def _plain(text: str) -> str:
    if len(text) > _LONGEST:
        raise _garbled()
    try:
        return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode("ascii")
    except (NotBase64, UnicodeError):
        raise _garbled() from None


def _garbled() -> InvalidInputError:
    return _refused(f"this is no cursor of the event stream; {_ADVICE}")


def _refused(message: str) -> InvalidInputError:
    return InvalidInputError(message, field=("after",))
