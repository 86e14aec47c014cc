"""What belongs to one ticket: its deadlines, its holds, its resolution."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import strawberry

from escgraph.api.context import Info
from escgraph.api.hidden import COLLEAGUES, NO_WALL
from escgraph.api.types_people import Known, Person, persons
from escgraph.domain import events
from escgraph.domain import ticket as facts
from escgraph.domain.terms import DeadlineKind, DeadlineState, HoldReason, ResolutionCode


@strawberry.type(description="A moment by which something must have happened.")
class Deadline:
    kind: DeadlineKind = strawberry.field(description="What must have happened.")
    due_at: datetime = strawberry.field(
        description="The moment; while a hold lasts, as if it lasted up to its cap."
    )
    state: DeadlineState = strawberry.field(description="What became of it.")
    fired_at: datetime | None = strawberry.field(description="When it fired; null unless it did.")
    late_by: timedelta | None = strawberry.field(
        description="How long after `dueAt` it fired; null unless it did."
    )


@strawberry.type(description="An interval in which the ticket's rungs stood still.")
class Hold:
    reason: HoldReason = strawberry.field(description="For whom or what it waited.")
    note: str = strawberry.field(description=f"What was said about it; may be empty. {COLLEAGUES}")
    started_at: datetime = strawberry.field(description="When it began.")
    ended_at: datetime | None = strawberry.field(description="When it ended; null while it lasts.")
    cap_at: datetime | None = strawberry.field(
        description="When it ends by itself, unless somebody resumes before."
    )
    by: Person | None = strawberry.field(description="Who held the ticket.")
    approved_by: Person | None = strawberry.field(
        description="The manager who approved it; null where the SOP wants no approval."
    )


@strawberry.type(description="What remains to be done after a ticket was closed.")
class FollowUp:
    description: str = strawberry.field(description="What is to be done.")
    owner: Person = strawberry.field(description="Who does it.")
    due_on: date = strawberry.field(description="The day by which it is done.")


@strawberry.type(description="How the issue ended.")
class Resolution:
    summary: str = strawberry.field(description=f"What was done. {NO_WALL}")
    code: ResolutionCode = strawberry.field(description="How it ended.")
    root_cause: str = strawberry.field(
        description=f"Why it had happened; empty where unknown. {COLLEAGUES}"
    )
    follow_ups: list[FollowUp] | None = strawberry.field(
        description='What remains to be done; null until it is closed, empty for "none". Always '
        "null for stakeholders and wallboards, who do not see it."
    )


def deadline_of(row: facts.Deadline) -> Deadline:
    return Deadline(
        kind=row.kind,
        due_at=row.due_at,
        state=row.state,
        fired_at=row.fired_at,
        late_by=None if row.fired_at is None else row.fired_at - row.due_at,
    )


def holds_of(pauses: Iterable[facts.Pause], known: Known) -> list[Hold]:
    """The holds among the pauses; the others are times of being resolved."""
    return [
        Hold(
            reason=pause.reason,
            note=pause.note,
            started_at=pause.started_at,
            ended_at=pause.ended_at,
            cap_at=pause.cap_at,
            by=known.maybe(pause.by),
            approved_by=known.maybe(pause.approved_by),
        )
        for pause in pauses
        if pause.reason is not None
    ]


def resolution_of(resolution: facts.Resolution | None, known: Known) -> Resolution | None:
    if resolution is None:
        return None
    remaining = resolution.follow_ups
    return Resolution(
        summary=resolution.summary,
        code=resolution.code,
        root_cause=resolution.root_cause,
        follow_ups=None if remaining is None else [_follow_up_of(one, known) for one in remaining],
    )


async def follow_ups_of(info: Info, remaining: Sequence[events.FollowUp]) -> list[FollowUp]:
    """Those of an event, whose people did not come with it."""
    owners = await persons(info, [follow_up.owner for follow_up in remaining])
    return [
        FollowUp(description=one.description, owner=owner, due_on=one.due_on)
        for one, owner in zip(remaining, owners, strict=True)
    ]


def _follow_up_of(follow_up: events.FollowUp, known: Known) -> FollowUp:
    return FollowUp(
        description=follow_up.description,
        owner=known.one(follow_up.owner),
        due_on=follow_up.due_on,
    )
