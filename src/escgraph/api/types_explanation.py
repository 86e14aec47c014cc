"""Why a deadline is when it is, as a type."""

from datetime import date, datetime, timedelta

import strawberry

from escgraph.domain import counted_windows, explanation
from escgraph.domain.terms import DeadlineKind, DeadlineState, HoldReason, Priority


@strawberry.type(description="An interval that took time off the clock.")
class StoppedTime:
    started_at: datetime = strawberry.field(description="When it began.")
    ended_at: datetime = strawberry.field(description="When it ended; the hold's cap if it lasts.")
    lasts: bool = strawberry.field(description="Whether it lasts still.")
    reason: HoldReason | None = strawberry.field(
        description="Why the ticket was held; null while it was resolved."
    )
    not_counted: timedelta = strawberry.field(description="What it took off the clock.")


@strawberry.type(description="An open window of a calendar, and what was counted in it.")
class CountedWindow:
    opens: datetime = strawberry.field(description="When it opened, or will.")
    closes: datetime = strawberry.field(description="When it closed, or will.")
    counted: timedelta = strawberry.field(
        description="What was counted in it: after the start, before the deadline, not stopped."
    )


@strawberry.type(description="A civil day on which a calendar does not open.")
class ClosedDay:
    day: date = strawberry.field(description="The day in the calendar's zone.")
    name: str = strawberry.field(description="Why it is closed; empty where nobody said.")


@strawberry.type(
    description="How one deadline follows from the facts: start + target + stopped time, counted "
    "by the calendar, not before the floor."
)
class DeadlineExplanation:
    kind: DeadlineKind = strawberry.field(description="Which deadline.")
    priority: Priority = strawberry.field(description="The priority whose targets count.")
    policy_version: int = strawberry.field(description="The policy that sets them.")
    calendar: str = strawberry.field(
        description="The calendar by which time counts; 24x7 never closes."
    )
    zone: str = strawberry.field(description="The IANA time zone of the calendar's windows.")
    windows: list[CountedWindow] = strawberry.field(
        description="The calendar's open windows from the start on until the time that counts is "
        "used up, in order; none where it never closes. Of more than 40, the first and the last 20."
    )
    windows_left_out: int = strawberry.field(description="How many windows in the middle of them.")
    holidays: list[ClosedDay] = strawberry.field(
        description="The days between on which it would have opened and did not, in order. Of "
        "more than 40, the first and the last 20."
    )
    holidays_left_out: int = strawberry.field(description="How many days in the middle of them.")
    clock_started_at: datetime = strawberry.field(description="What is counted from.")
    target: timedelta = strawberry.field(description="The time allowed.")
    stopped: list[StoppedTime] = strawberry.field(description="What did not count.")
    floor: datetime | None = strawberry.field(
        description="Before which no rung fires after a reopening; null without one."
    )
    due_at: datetime = strawberry.field(description="The result.")
    stored_due_at: datetime | None = strawberry.field(
        description="What is stored; null where this cycle has no such deadline."
    )
    state: DeadlineState | None = strawberry.field(
        description="What became of it; null where this cycle has no such deadline."
    )


def explanation_of(explained: explanation.Explanation) -> DeadlineExplanation:
    return DeadlineExplanation(
        kind=explained.kind,
        priority=explained.priority,
        policy_version=explained.policy_version,
        calendar=explained.calendar,
        zone=explained.zone,
        windows=[_window_of(window) for window in explained.windows],
        windows_left_out=explained.windows_left_out,
        holidays=[ClosedDay(day=one.day, name=one.name) for one in explained.holidays],
        holidays_left_out=explained.holidays_left_out,
        clock_started_at=explained.clock_started_at,
        target=explained.target,
        stopped=[_stopped_of(stopped) for stopped in explained.stopped],
        floor=explained.floor,
        due_at=explained.due_at,
        stored_due_at=explained.stored_due_at,
        state=explained.state,
    )


def _window_of(window: counted_windows.CountedWindow) -> CountedWindow:
    return CountedWindow(opens=window.opens, closes=window.closes, counted=window.counted)


def _stopped_of(stopped: explanation.StoppedTime) -> StoppedTime:
    return StoppedTime(
        started_at=stopped.started_at,
        ended_at=stopped.ended_at,
        lasts=stopped.lasts,
        reason=stopped.reason,
        not_counted=stopped.not_counted,
    )
