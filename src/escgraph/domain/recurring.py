"""Issues that come back: enough tickets of one category and component within one time (Q2)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_SUBJECTS = 20
"""So many that recur are told, the most frequent."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Tickets whose titles say nearly the same. `title` is that of the first."""

    title: str
    tickets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Recurring:
    """A category and component whose tickets came often enough, often enough close together.

    Attributes:
        component: empty where the tickets name none.
        tickets: how many were opened in the quarter.
        most: how many at most lay within the policy's time, of which the last in the quarter.
        escalated: how many of the quarter's tickets were ever escalated.
        first: the numbers of the first ones of the quarter.
        alike: groups of near-duplicates by text among them, the largest first.
    """

    category: str
    component: str
    tickets: int
    most: int
    escalated: int
    first: tuple[int, ...]
    alike: tuple[Alike, ...]


@dataclass(frozen=True, slots=True)
class Titled:
    """A ticket by its number and title, for telling which of them are alike."""

    number: int
    title: str

    def says(self, component: str) -> str:
        """What of the title can be alike: neither the component, which all share, nor an id."""
        words = self.title.replace(component, " ").split() if component else self.title.split()
        return " ".join(word for word in words if not _ID.search(word))


_ID = re.compile(r"\d{5}")
"""The mark of a word that stands for one thing only: a number of a ticket, an order, a call."""


def alike(groups: Sequence[Sequence[Titled]], *, most: int) -> tuple[Alike, ...]:
    """Groups of two and more, the largest first, so many at most; each in order of number."""
    found = [sorted(group, key=_number) for group in groups if len(group) > 1]
    found.sort(key=lambda group: (-len(group), group[0].number))
    return tuple(
        Alike(group[0].title, tuple(one.number for one in group)) for group in found[:most]
    )


def _number(one: Titled) -> int:
    return one.number
