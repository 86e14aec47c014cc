"""What kind of answer a client accepts, by the q-values of its Accept header (RFC 9110 §12.5.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

HTML = "text/html"
TEXT = "text/plain"
JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Wish:
    """The kinds of answer that will do.

    Attributes:
        single: media type of a single answer; None: the client takes none that we have.
        stream: an event stream will do.
        rather_stream: an event stream is wanted more than a single answer.
    """

    single: str | None
    stream: bool
    rather_stream: bool


def wish(accept: str) -> Wish:
    """Read the header; an empty one accepts everything.

    The media type of GraphQL over HTTP changes what a status means (400 for an invalid document),
    so only a client that names it gets it where plain JSON would do as well.
    """
    ranges = _ranges(accept or "*/*")
    graphql, plain = _quality(ranges, GRAPHQL_JSON), _quality(ranges, JSON)
    stream = _quality(ranges, EVENT_STREAM)
    named = GRAPHQL_JSON in ranges and graphql >= plain
    single = GRAPHQL_JSON if graphql > 0 and (named or plain == 0) else JSON if plain > 0 else None
    return Wish(single=single, stream=stream > 0, rather_stream=stream > max(graphql, plain))


def best(accept: str, offers: Sequence[str]) -> str:
    """The offer that the client wants most, the earlier of equals; the first where none will do."""
    ranges = _ranges(accept or "*/*")
    return max(offers, key=lambda offer: _quality(ranges, offer))


def _ranges(accept: str) -> dict[str, float]:
    """Each media range with its q-value, by its name without parameters."""
    found: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        values = (p.removeprefix("q=") for p in parameters if p.startswith("q="))
        found[name] = _number(next(values, "1"))
    return found


def _quality(ranges: dict[str, float], media_type: str) -> float:
    """The most specific range that covers the type decides."""
    kind = media_type.partition("/")[0]
    names = (media_type, f"{kind}/*", "*/*")
    return next((ranges[name] for name in names if name in ranges), 0.0)


def _number(text: str) -> float:
    """A q-value between 0 and 1; what cannot be read accepts nothing."""
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
