"""The events of any life, told again by themselves, give the ticket that the acts gave."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

import pytest
from hypothesis import given, settings

from escgraph.domain import ladder, moving
from escgraph.domain.contradiction import Contradiction
from escgraph.domain.permissions import Act
from escgraph.domain.recorded import (
    Record,
    StoredDeadline,
    StoredEscalation,
    Told,
)
from escgraph.domain.recorded_rows import rows_against
from escgraph.domain.recount import Recount
from escgraph.domain.state import state_of
from escgraph.domain.terms import RANK, Priority, Tier
from escgraph.domain.ticket import Deadline, Escalation, Step
from tests.domain.acts import ACTS, doer
from tests.domain.desk import NINE, Desk, first_due, hours, minutes
from tests.domain.lives import BRISK, LIVES, START, Life, act, born, later
from tests.domain.people import MANAGER, person

NAME = "ESC-000001"
SLOWER = replace(
    BRISK,
    version=BRISK.version + 1,
    urgent_indicator="(!)",
    targets=MappingProxyType(dict.fromkeys(Priority, BRISK.targets[Priority.MEDIUM])),
    reminders=(minutes(30), hours(2), hours(3)),
)
POLICIES = {policy.version: policy for policy in (BRISK, SLOWER)}


def lived(life: Life) -> Desk:
    """Every fifth moment moves the ticket to the other policy, where it is live."""
    desk, at = born(life), START
    for count, moment in enumerate(life.moments):
        at = later(at, moment)
        awake(desk, at, moment.engine)
        if count % 5 == 4 and desk.ticket.live:
            move(desk, at)
        else:
            act(desk, at, moment)
    return desk


def awake(desk: Desk, at: datetime, engine: str) -> None:
    """Like the store's engines, and unlike the desk's: none fires before the latest event."""
    while engine != "asleep" and (row := first_due(desk.ticket, by=at)) is not None:
        if row.due_at == at and engine == "prompt but for this moment":
            return
        now = at if engine == "late" else max(row.due_at, desk.ticket.updated_at)
        desk._do(ladder.fire(desk.ticket, row.kind, at=now))


def move(desk: Desk, at: datetime) -> None:
    desk.policy = SLOWER if desk.policy is BRISK else BRISK
    moved = moving.moved(desk.ticket, by=None, at=at, policy=desk.policy, reason="A better one")
    desk._do(moved)


def told(steps: Sequence[Step]) -> list[Told]:
    return [
        Told(n, step.after.version, step.event, state_of(step.after))
        for n, step in enumerate(steps, 1)
    ]


def record(desk: Desk) -> Record:
    ticket = desk.ticket
    ends: dict[object, Deadline] = {}
    for step in desk.steps:
        ends |= {(row.cycle, row.kind): row for row in step.after.deadlines}
    return Record(
        ticket=ticket,
        urgent=ticket.urgent,
        next_due_at=None if ticket.next_target is None else ticket.next_target.due_at,
        team="",
        deadlines=tuple(StoredDeadline(row, RANK[row.kind], parked=False) for row in ends.values()),
        pauses=ticket.pauses,
        escalations=tuple(
            _row(step.after.version, step.escalation) for step in desk.steps if step.escalation
        ),
    )


def _row(version: int, escalation: Escalation) -> StoredEscalation:
    before = escalation.ticket
    return StoredEscalation(
        version=version,
        cycle=escalation.cycle,
        trigger=escalation.trigger,
        kind=escalation.kind,
        from_tier=escalation.from_tier,
        to_tier=escalation.to_tier,
        due_at=escalation.due_at,
        fired_at=escalation.fired_at,
        catch_up=escalation.catch_up,
        by=escalation.by,
        reason=escalation.reason,
        comment=escalation.comment,
        no_recipient=False,
        description=before.description,
        responsible_from=tuple(dict.fromkeys((before.owner, *before.assignees))),
        facts=state_of(before),
    )


def contradictions(events: Sequence[Told], of: Record) -> list[Contradiction]:
    recount = Recount(of.ticket.id, name=NAME, policies=POLICIES)
    heard = [found for one in events for found in recount.hear(one)]
    return [*heard, *rows_against(of, recount, name=NAME)]


BEFORE: Mapping[Act, Callable[[Desk], object]] = {
    Act.RESUME: lambda desk: desk.hold(NINE, by=MANAGER),
    Act.CLOSE: lambda desk: desk.resolve(NINE, by=MANAGER),
    Act.REOPEN: lambda desk: desk.resolve(NINE, by=MANAGER),
}
"""What must have been done, so that the act can be."""


@pytest.mark.parametrize("name", ACTS)
def test_what_an_act_did_is_told_by_its_event_alone(name: Act) -> None:
    desk = Desk(Priority.HIGH, tier=Tier.LEVEL_2, policy=BRISK, stakeholders=(person(54),))
    if name in BEFORE:
        BEFORE[name](desk)
    steps = len(desk.steps)
    ACTS[name](desk, NINE + minutes(30), doer(name))

    assert len(desk.steps) > steps
    assert contradictions(told(desk.steps), record(desk)) == []


def test_what_a_merge_and_each_deadline_did_is_told_too() -> None:
    desk = Desk(Priority.HIGH, policy=BRISK)
    Desk(Priority.HIGH, at=NINE - minutes(10), number=2).merge(NINE, desk, by=MANAGER)
    desk.hold(NINE + minutes(20), by=MANAGER)
    desk.live_until(NINE + hours(12))

    assert {*desk.heard} == {
        "DuplicateAbsorbed",
        "ManagementReminded",
        "ResponseBreached",
        "TicketEscalated",
        "TicketHeld",
        "TicketOpened",
        "TicketResumed",
    }
    assert contradictions(told(desk.steps), record(desk)) == []


@settings(max_examples=150, deadline=None)
@given(LIVES)
def test_no_life_contradicts_itself(life: Life) -> None:
    desk = lived(life)

    recount = Recount(desk.ticket.id, name=NAME, policies=POLICIES)
    assert [found for one in told(desk.steps) for found in recount.hear(one)] == []
    assert [one.ticket for one in recount.standings] == [desk.ticket]
    assert list(rows_against(record(desk), recount, name=NAME)) == []
