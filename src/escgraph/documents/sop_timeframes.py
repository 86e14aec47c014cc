"""How much time a ticket has, when it counts, and where the ticket goes (SOP §6)."""

from escgraph.documents.blocks import Block, Heading, Paragraph
from escgraph.documents.prose import paragraphs
from escgraph.documents.sop_tables import (
    WEEKDAYS,
    calendar_tables,
    categories_table,
    clock_said,
    routes_table,
    targets_table,
)
from escgraph.documents.sop_words import listed
from escgraph.domain.policy import Policy
from escgraph.domain.terms import Priority

_PRIORITIES = """
Every ticket has a priority from the start. The category proposes one; whoever opens the ticket
decides. Each time below is counted from the start of the clock, not from the step before, and less
the time on hold.
"""

_ALWAYS = "Time counts around the clock, on every day, for every priority."

_BUSINESS = """
Time counts for {each}. A business hour is an hour in which that calendar is open: what is left of a
target at closing time goes on at the next opening, and holidays are closed. Time on hold is given
back only as far as the calendar was open.
"""

_DAYS = """
The organisation's days, weeks and quarters are those of {zone}. Its working days are {days}.
Longest holds, reminders and waiting times after a reopening run around the clock.
"""

_WITHOUT_ROUTES = """
No team is named by category or component. A ticket belongs to the agent who opened it; one that a
script opened to the person whom the administrator named.
"""

_ROUTES = """
The most exact line that fits a ticket names its team; a category weighs more than a component. A
ticket belongs to the agent who opened it; one that a script opened to the owner named here.
"""


def timeframes(policy: Policy) -> tuple[Block, ...]:
    routes = _ROUTES if policy.routes else _WITHOUT_ROUTES
    return (
        *_said(_PRIORITIES),
        targets_table(policy),
        categories_table(policy),
        Heading(3, "When time counts"),
        *_clocks(policy),
        *_said(_DAYS, zone=policy.zone, days=_working_days(policy)),
        *calendar_tables(policy),
        Heading(3, "Teams and owners"),
        *_said(routes),
        *([routes_table(policy)] if policy.routes else []),
    )


def _said(prose: str, **figures: object) -> tuple[Block, ...]:
    return tuple(map(Paragraph, paragraphs(prose, **figures)))


def _clocks(policy: Policy) -> tuple[Block, ...]:
    if not policy.clocks:
        return _said(_ALWAYS)
    each = listed([f"{priority} {clock_said(policy, priority)}" for priority in Priority])
    return _said(_BUSINESS, each=each)


def _working_days(policy: Policy) -> str:
    if policy.review_calendar is None:
        return WEEKDAYS
    return f"those on which the calendar {policy.review_calendar} is open"
