"""The tables of the SOP's document: each figure of a policy stands in one, and can be read back.

`sop_reading` knows them by their captions and columns. Public holidays follow from the regions of
a calendar, as in the file of a policy: listed are those of two years, and none is read back.
"""

from collections.abc import Collection, Mapping

from escgraph.documents.blocks import Table
from escgraph.documents.sop_words import HOLDS, counted, in_days, in_hours, said_or, week_said
from escgraph.domain.calendar_document import region_text
from escgraph.domain.policy import Policy, Targets
from escgraph.domain.terms import Priority

VERSION = "This version"
TARGETS = "Priorities and timeframes"
WORKFLOW = "[X] and [Y] of each priority"
CATEGORIES = "Categories"
CALENDARS = "Calendars"
HOURS = "Opening hours"
CLOSED = "Own closed days"
HOLIDAYS = "Public holidays"
ROUTES = "Where tickets go"
LIMITS = "Limits"
HOLD_LIMITS = "Longest hold"
REMINDERS = "Reminders to management"
UPDATES = "Word to stakeholders"
REVIEWS = "Reviews"
REFERENCES = "Reference documents"

NAME, NUMBER, ZONE, INDICATOR = "Name", "Version", "Time zone", "Mark of urgent tickets"
LEVEL_3 = "Level 3 after"
BY_HAND = "by hand only"
ROUND_THE_CLOCK = "around the clock"
BY_CALENDAR = "by the calendar "
BACKDATING = "A clock starts before the opening of its ticket by at most"
GRACE = "Nothing escalates sooner after a reopening than"
ESCALATING = "The reopening that escalates by itself is number"
ANY_REASON, ANY_OTHER_REASON = "Any reason", "Any other reason"
REVIEW_DUE = "A post-issue review is due within, in working days"
WORKING_DAYS = "Working days are"
WEEKDAYS = "Monday to Friday"
RECURRING = "An issue recurs from this many tickets on"
RECURRING_WITHIN = "Counted within"
NO_REGION = "none"
NO_RHYTHM = "no fixed rhythm"
ANY = "any"
NOBODY = "nobody"


def version_table(policy: Policy) -> Table:
    return _pairs(
        VERSION,
        {
            NAME: policy.name,
            NUMBER: str(policy.version),
            ZONE: policy.zone,
            INDICATOR: policy.urgent_indicator,
        },
    )


def targets_table(policy: Policy) -> Table:
    """SOP §6; a column for LEVEL_3 where any priority has that rung."""
    climbs = any(policy.targets[priority].level_3 is not None for priority in Priority)
    columns = ["Priority", "Examples", "Initial response", "Level 2 after"]
    columns += [*([LEVEL_3] if climbs else []), "Management after", "Time counts"]
    rows = []
    for priority in Priority:
        targets, of = policy.targets[priority], counting(policy, priority)
        third = BY_HAND if targets.level_3 is None else in_hours(targets.level_3, of=of)
        rows.append(
            (
                str(priority),
                examples(policy, priority),
                in_hours(targets.respond, of=of),
                in_hours(targets.level_2, of=of),
                *([third] if climbs else []),
                in_hours(targets.management, of=of),
                clock_said(policy, priority),
            )
        )
    return Table(TARGETS, tuple(columns), tuple(rows))


def workflow_table(policy: Policy) -> Table:
    """The SOP's [X] and [Y] (W2), both derived, so they are not read back."""

    def row(priority: Priority, targets: Targets) -> tuple[str, ...]:
        of = counting(policy, priority)
        return (
            str(priority),
            in_hours(targets.level_2, of=of),
            in_hours(targets.assessment, of=of),
            in_hours(targets.management, of=of),
        )

    columns = ("Priority", "[X]: Level 1", "[Y]: Levels 2 and 3", "Management, after both")
    rows = tuple(row(priority, policy.targets[priority]) for priority in Priority)
    return Table(WORKFLOW, columns, rows)


def categories_table(policy: Policy) -> Table:
    rows = tuple((one.name, one.key, str(one.suggested_priority)) for one in policy.categories)
    return Table(CATEGORIES, ("Category", "Key", "Suggested priority"), rows)


def calendar_tables(policy: Policy) -> tuple[Table, ...]:
    """The calendars, their hours, and their own closed days where they have any."""
    calendars = policy.calendars.items()
    zones = tuple(
        (name, of.zone, ", ".join(map(region_text, of.regions)) or NO_REGION)
        for name, of in calendars
    )
    hours = tuple((name, *span) for name, of in calendars for span in week_said(of.week))
    closed = tuple(
        (name, day.day.isoformat(), day.name) for name, of in calendars for day in of.closed
    )
    tables = (
        Table(CALENDARS, ("Calendar", "Time zone", "Public holidays of"), zones),
        Table(HOURS, ("Calendar", "Days", "Open"), hours),
        Table(CLOSED, ("Calendar", "Day", "Why"), closed),
    )
    return tuple(table for table in tables if table.rows)


def holidays_table(policy: Policy, *, years: Collection[int]) -> Table:
    """The public holidays of those years, as they were known when the policy was published."""
    rows = tuple(
        (name, day.day.isoformat(), day.name)
        for name, of in policy.calendars.items()
        for day in of.holidays
        if day.day.year in years
    )
    return Table(HOLIDAYS, ("Calendar", "Day", "Holiday"), rows)


def routes_table(policy: Policy) -> Table:
    rows = tuple(
        (
            said_or(route.category, ANY),
            said_or(route.component, ANY),
            route.team,
            said_or(route.owner, NOBODY),
        )
        for route in policy.routes
    )
    return Table(ROUTES, ("Category", "Component", "Team", "Owner, if a script opens it"), rows)


def limits_table(policy: Policy) -> Table:
    return _pairs(
        LIMITS,
        {
            BACKDATING: in_days(policy.backdating_cap),
            GRACE: in_days(policy.reopening_grace),
            ESCALATING: str(policy.escalating_reopening),
        },
    )


def holds_table(policy: Policy) -> Table:
    caps = {HOLDS[reason]: in_days(cap) for reason, cap in policy.hold_caps.items()}
    rest = ANY_OTHER_REASON if caps else ANY_REASON
    rows = tuple({**caps, rest: in_days(policy.hold_cap)}.items())
    return Table(HOLD_LIMITS, ("Reason", "At most"), rows)


def reminders_table(policy: Policy) -> Table:
    rows = tuple((str(number), in_days(after)) for number, after in enumerate(policy.reminders, 1))
    return Table(REMINDERS, ("Reminder", "After management was reached"), rows)


def updates_table(policy: Policy) -> Table:
    """A priority of that rhythm in a row of its own, also where it has none (R4)."""
    every = {priority: policy.update_cadence.get(priority) for priority in Priority}
    rows = tuple(
        (
            str(priority),
            NO_RHYTHM if time is None else in_hours(time, of=counting(policy, priority)),
        )
        for priority, time in every.items()
    )
    return Table(UPDATES, ("Priority", "At least every"), rows)


def reviews_table(policy: Policy) -> Table:
    days = WEEKDAYS if policy.review_calendar is None else f"{BY_CALENDAR}{policy.review_calendar}"
    return _pairs(
        REVIEWS,
        {
            REVIEW_DUE: str(policy.review_working_days),
            WORKING_DAYS: days,
            RECURRING: counted(policy.recurrence.tickets, "ticket"),
            RECURRING_WITHIN: in_days(policy.recurrence.within),
        },
    )


def references_table(policy: Policy) -> Table:
    rows = tuple((one.title, one.version, one.link) for one in policy.references)
    return without_empty_columns(Table(REFERENCES, ("Document", "Version", "Link"), rows))


def counting(policy: Policy, priority: Priority) -> str:
    """The word before a unit of time where not all time counts."""
    return "business" if priority in policy.clocks else ""


def clock_said(policy: Policy, priority: Priority) -> str:
    """By what the time of that priority counts."""
    name = policy.clocks.get(priority)
    return ROUND_THE_CLOCK if name is None else f"{BY_CALENDAR}{name}"


def examples(policy: Policy, priority: Priority) -> str:
    """The categories that suggest that priority (T10)."""
    return ", ".join(one.name for one in policy.categories if one.suggested_priority is priority)


def without_empty_columns(table: Table) -> Table:
    """The table without the columns in which nobody wrote anything."""
    kept = [place for place in range(len(table.columns)) if any(row[place] for row in table.rows)]
    return Table(
        table.caption,
        tuple(table.columns[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in table.rows),
    )


def _pairs(caption: str, figures: Mapping[str, str]) -> Table:
    return Table(caption, ("What", "Figure"), tuple(figures.items()))
