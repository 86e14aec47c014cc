"""Issues that come back: enough tickets of one category and component, or of one wording (Q2)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

MOST_SUBJECTS = 20
"""So many that recur are told, the most frequent."""

MOST_ACROSS = 20
"""So many groups of near-duplicates of several subjects are told, the largest."""

Key = tuple[str, str]
"""The category and component of a subject."""


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
    """A ticket by its number, title and subject, for telling which of them are alike."""

    number: int
    title: str
    subject: Key

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


def across(
    groups: Sequence[Sequence[Titled]], listed: Collection[Key], *, least: int
) -> tuple[Alike, ...]:
    """Groups of so many at least, unless a subject that is listed already holds all of one."""
    told = [group for group in groups if len(group) >= least and not _within_one(group, listed)]
    return alike(told, most=MOST_ACROSS)


def _within_one(group: Sequence[Titled], listed: Collection[Key]) -> bool:
    subjects = {one.subject for one in group}
    return len(subjects) == 1 and subjects <= set(listed)


def _number(one: Titled) -> int:
    return one.number
