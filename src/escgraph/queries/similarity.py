"""How alike two texts are, whoever wrote them: by their words, not by the order of the words.

It runs here and not in the database, so that both engines say the same. Texts are cut before they
are compared, so that no text costs more than any other.
"""

from collections.abc import Sequence
from unicodedata import normalize

from rapidfuzz import fuzz, utils

LONGEST = 1000
"""Characters of a text that count. Who reports an issue twice says so in the first lines."""

TITLE = 0.4
"""What the title weighs beside the description, which says more of what is meant."""

NEAR = 0.6
"""From here on two reports are suggested as one issue.

Of the pairs in the tests, all that mean the same lie above it, and two of seventeen that do not:
both made from one template, where nothing but the one word that matters is another. A suggestion
that is wrong costs a look, one that is missing costs a second ladder."""

Report = tuple[str, str]
"""A title and a description."""


def likeness(a: str, b: str) -> float:
    """0 for texts without anything in common, 1 for the same words.

    The mean of two measures: one wants all words of both, the other is content where the one text
    says all that the other says. A text without a letter or digit is like no other.
    """
    return _likeness(_plain(a), _plain(b))


def nearest(
    report: Report, others: Sequence[Report], *, at_least: float = NEAR, most: int
) -> list[tuple[int, float]]:
    """Those of the others that are so much like the report, by their places; the likest first."""
    title, description = map(_plain, report)
    scored = [
        TITLE * _likeness(title, _plain(other[0]))
        + (1 - TITLE) * _likeness(description, _plain(other[1]))
        for other in others
    ]
    near = [(place, score) for place, score in enumerate(scored) if score >= at_least]
    return sorted(near, key=lambda one: (-one[1], one[0]))[:most]


def clusters(texts: Sequence[str], *, at_least: float) -> list[tuple[int, ...]]:
    """Groups of two or more texts, by their places, each so much like the first of its group.

    A text joins the first group that it is like; so the same texts in the same order make the same
    groups, and no chain of small steps joins what is far apart. The time grows with the number of
    texts times the number of groups.
    """
    groups: dict[str, list[int]] = {}
    for place, text in enumerate(map(_plain, texts)):
        first = text if text in groups else _first_like(text, groups, at_least)
        groups.setdefault(first, []).append(place)
    return [tuple(places) for text, places in groups.items() if text and len(places) > 1]


def _first_like(text: str, firsts: dict[str, list[int]], at_least: float) -> str:
    """The beginning of the group that the text belongs to, or itself for a new one."""
    return next((first for first in firsts if _likeness(first, text) >= at_least), text)


def _likeness(a: str, b: str) -> float:
    if not a or not b:
        return 0.0
    return (fuzz.token_sort_ratio(a, b) + fuzz.token_set_ratio(a, b)) / 200


def _plain(text: str) -> str:
    """Its words in small letters, a space between them; what is composed is one character."""
    return utils.default_process(normalize("NFC", text[:LONGEST]).casefold())
