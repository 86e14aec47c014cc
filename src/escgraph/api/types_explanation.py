"""Why a deadline is when it is, as a type."""

from datetime import datetime, timedelta

import strawberry

from escgraph.domain import explanation
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


@strawberry.type(
    description="How one deadline follows from the facts: start + target + stopped time, not "
    "before the floor."
)
class DeadlineExplanation:
    kind: DeadlineKind = strawberry.field(description="Which deadline.")
    priority: Priority = strawberry.field(description="The priority whose targets count.")
    policy_version: int = strawberry.field(description="The policy that sets them.")
    calendar: str = strawberry.field(description="When time counts.")
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
        clock_started_at=explained.clock_started_at,
        target=explained.target,
        stopped=[_stopped_of(stopped) for stopped in explained.stopped],
        floor=explained.floor,
        due_at=explained.due_at,
        stored_due_at=explained.stored_due_at,
        state=explained.state,
    )


def _stopped_of(stopped: explanation.StoppedTime) -> StoppedTime:
    return StoppedTime(
        started_at=stopped.started_at,
        ended_at=stopped.ended_at,
        lasts=stopped.lasts,
        reason=stopped.reason,
        not_counted=stopped.not_counted,
    )
