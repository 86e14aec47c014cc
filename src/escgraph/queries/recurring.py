"""What came back in a quarter: by the policy's rule, and by the words of the titles (Q2)."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from escgraph.domain import recurring
from escgraph.domain.policy import Recurrence
from escgraph.domain.recurring import MOST_SUBJECTS, Alike, Key, Recurring, Titled
from escgraph.queries import similarity
from escgraph.store import recurrences
from escgraph.store.recurrences import Subject

MOST_ALIKE = 5
NAMED = 5

ALIKE = 0.8
"""From here on two titles say nearly the same (Q2)."""


async def subjects(
    starts_at: datetime, ends_at: datetime, rule: Recurrence
) -> tuple[Recurring, ...]:
    """The categories and components that came back by the rule, the most frequent first."""
    found_so = await recurrences.found(starts_at, ends_at, rule, limit=MOST_SUBJECTS)
    keys = [(subject.category, subject.component) for subject in found_so]
    titles = await recurrences.titles(keys, starts_at, ends_at)
    compared = await asyncio.to_thread(_compared, titles)
    return tuple(
        _came_back(subject, titles[key], same)
        for subject, key, same in zip(found_so, keys, compared, strict=True)
    )


async def across(
    starts_at: datetime, ends_at: datetime, rule: Recurrence, *, listed: Sequence[Recurring]
) -> tuple[Alike, ...]:
    """As many tickets as the rule wants whose titles are alike, whatever they are filed under.

    A group that lies within a subject that is listed is told there.
    """
    newest = await recurrences.newest(starts_at, ends_at)
    groups = await asyncio.to_thread(_groups, newest)
    keys = [(one.category, one.component) for one in listed]
    return recurring.across(groups, keys, least=rule.tickets)


def _compared(subjects: Mapping[Key, Sequence[Titled]]) -> list[tuple[Alike, ...]]:
    """The near-duplicates of each subject; not for an event loop."""
    found = []
    for (_, component), tickets in subjects.items():
        found.append(recurring.alike(_groups(tickets, component), most=MOST_ALIKE))
    return found


def _groups(tickets: Sequence[Titled], component: str = "") -> list[list[Titled]]:
    """Those that are alike; a component that all of them share says nothing."""
    said = [one.says(component) for one in tickets]
    found = similarity.clusters(said, at_least=ALIKE)
    return [[tickets[place] for place in places] for places in found]


def _came_back(subject: Subject, tickets: Sequence[Titled], same: tuple[Alike, ...]) -> Recurring:
    return Recurring(
        category=subject.category,
        component=subject.component,
        tickets=subject.tickets,
        most=subject.most,
        escalated=subject.escalated,
        first=tuple(one.number for one in tickets[:NAMED]),
        alike=same,
    )
