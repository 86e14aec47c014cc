"""What a new policy changes, in words that a support manager would use, and as data (Q5)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from escgraph.domain.calendar import ALWAYS
from escgraph.domain.calendar_diff import calendar_differences
from escgraph.domain.catalogue_diff import (
    category_differences,
    recurrence_differences,
    reference_differences,
    route_differences,
)
from escgraph.domain.difference import Difference as Difference  # noqa: PLC0414 - known from here
from escgraph.domain.durations import written
from escgraph.domain.policy import Policy, Targets
from escgraph.domain.terms import HoldReason, Priority


def differences(before: Policy, after: Policy) -> tuple[Difference, ...]:
    """All of them, in the order in which a policy is read; none for the same figures."""
    return tuple(
        difference for compare in COMPARED.values() for difference in compare(before, after)
    )


Compare = Callable[[Policy, Policy], Iterator[Difference]]


def _text(path: str, said: str, read: Callable[[Policy], str]) -> Compare:
    def compare(before: Policy, after: Policy) -> Iterator[Difference]:
        was, now = read(before), read(after)
        if was != now:
            yield Difference(path, was, now, said.format(was=was, now=now))

    return compare


def _targets(before: Policy, after: Policy) -> Iterator[Difference]:
    for priority in Priority:
        was, now = before.targets[priority], after.targets[priority]
        for key, said, read in _STEPS:
            if read(was) != read(now):
                yield _step(
                    f"targets.{priority}.{key}", f"{priority}: {said}", read(was), read(now)
                )


def _step(path: str, said: str, was: timedelta | None, now: timedelta | None) -> Difference:
    before, after = _maybe(was), _maybe(now)
    if after is None:
        return Difference(path, before, None, f"{said} no longer; it did after {before}")
    if before is None:
        return Difference(path, None, after, f"{said} after {after}, which it did not before")
    return Difference(path, before, after, f"{said} after {after} instead of {before}")


def _clocks(before: Policy, after: Policy) -> Iterator[Difference]:
    for priority in Priority:
        was, now = before.clocks.get(priority), after.clocks.get(priority)
        if was != now:
            yield Difference(
                f"clocks.{priority}",
                was or ALWAYS.name,
                now or ALWAYS.name,
                f"{priority}: its time counts {_hours(now)} instead of {_hours(was)}",
            )


def _hours(name: str | None) -> str:
    return "around the clock" if name is None else f"in the hours of the calendar {name}"


def _calendars(before: Policy, after: Policy) -> Iterator[Difference]:
    for name in sorted({*before.calendars, *after.calendars}):
        yield from calendar_differences(before.calendars.get(name), after.calendars.get(name))


def _hold_caps(before: Policy, after: Policy) -> Iterator[Difference]:
    for reason in HoldReason:
        was, now = _maybe(before.hold_caps.get(reason)), _maybe(after.hold_caps.get(reason))
        if was != now:
            yield Difference(
                f"holdCaps.{reason}",
                was,
                now,
                f"A hold for {reason} lasts {now or 'as long as any other'} at most "
                f"instead of {was or 'as long as any other'}",
            )


def _cadence(before: Policy, after: Policy) -> Iterator[Difference]:
    for priority in Priority:
        was, now = (_maybe(policy.update_cadence.get(priority)) for policy in (before, after))
        if was != now:
            yield Difference(
                f"updateCadence.{priority}",
                was,
                now,
                f"{priority}: stakeholders are told {_every(now)} instead of {_every(was)}",
            )


def _every(cadence: str | None) -> str:
    return "in no fixed rhythm" if cadence is None else f"every {cadence}"


def _maybe(length: timedelta | None) -> str | None:
    return None if length is None else written(length)


def _reminders(before: Policy, after: Policy) -> Iterator[Difference]:
    was, now = (", ".join(map(written, policy.reminders)) or None for policy in (before, after))
    if was != now:
        said = f"is reminded after {now}" if now else "is never reminded"
        before_that = f"after {was}" if was else "never"
        words = f"Management {said} instead of {before_that}"
        yield Difference("reminders", was, now, words)


_STEPS: tuple[tuple[str, str, Callable[[Targets], timedelta | None]], ...] = (
    ("respond", "the first response is due", lambda targets: targets.respond),
    ("level2", "escalates to LEVEL_2", lambda targets: targets.level_2),
    ("level3", "escalates to LEVEL_3", lambda targets: targets.level_3),
    ("management", "escalates to MANAGEMENT", lambda targets: targets.management),
)

COMPARED: Mapping[str, Compare] = MappingProxyType(
    {
        "name": _text("name", 'It is called "{now}" instead of "{was}"', lambda p: p.name),
        "urgent_indicator": _text(
            "urgentIndicator",
            "What is urgent is marked {now} instead of {was}",
            lambda p: p.urgent_indicator,
        ),
        "zone": _text(
            "zone", "Days and quarters go by the time of {now} instead of {was}", lambda p: p.zone
        ),
        "targets": _targets,
        "clocks": _clocks,
        "calendars": _calendars,
        "hold_cap": _text(
            "holdCap",
            "A hold lasts {now} at most instead of {was}",
            lambda p: written(p.hold_cap),
        ),
        "hold_caps": _hold_caps,
        "backdating_cap": _text(
            "backdatingCap",
            "A ticket may be dated back by {now} at most instead of {was}",
            lambda p: written(p.backdating_cap),
        ),
        "reopening_grace": _text(
            "reopeningGrace",
            "After a reopening nothing escalates for {now} instead of {was}",
            lambda p: written(p.reopening_grace),
        ),
        "escalating_reopening": _text(
            "escalatingReopening",
            "Reopening number {now} escalates by itself instead of number {was}",
            lambda p: str(p.escalating_reopening),
        ),
        "reminders": _reminders,
        "update_cadence": _cadence,
        "review_working_days": _text(
            "reviewWorkingDays",
            "A post-issue review is due within {now} working days instead of {was}",
            lambda p: str(p.review_working_days),
        ),
        "review_calendar": _text(
            "reviewCalendar",
            "Working days are those of {now} instead of {was}",
            lambda p: p.review_calendar or "Monday to Friday",
        ),
        "recurrence": recurrence_differences,
        "categories": category_differences,
        "routes": route_differences,
        "references": reference_differences,
    }
)
"""How each field of a policy is compared, but for its number; a test holds the table to be full."""
