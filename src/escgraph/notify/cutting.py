"""What does not fit a service's limits is cut, and says so."""

from collections.abc import Callable

CUT = "\n[Cut here: it is too long for this channel. The whole is in the ticket.]"


def cut(text: str, most: int, *, size: Callable[[str], int] = len) -> str:
    """The text, or as much of its beginning as fits with the sentence that says so.

    `size` counts as the service counts; it grows with the text.
    """
    if size(text) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if size(text[:middle].rstrip() + CUT) <= most:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + CUT


def line(text: str, most: int) -> str:
    """One line of at most that many characters; a sign stands for the rest."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def in_bytes(text: str) -> int:
    return len(text.encode())


def fitting(text: str, most: int, make: Callable[[str], bytes]) -> bytes:
    """The body that `make` makes of the text, cut so that the body has at most that many bytes.

    What else is in the body is never cut: at worst, nothing of the text is left.
    """
    body = make(text)
    kept = len(text)
    while len(body) > most and kept > len(CUT):
        kept = max(kept - (len(body) - most) // 2 - 1, len(CUT))
        body = make(cut(text, kept))
    return body
