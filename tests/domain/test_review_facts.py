"""What a review finds out by itself: lateness, packages, time, people (D3)."""

from uuid import UUID

from escgraph.domain.policy import SOP
from escgraph.domain.review_facts import Breach, Documented, Entry, Facts, gather
from escgraph.domain.state import state_of
from escgraph.domain.terms import (
    DeadlineKind,
    EscalationId,
    HoldReason,
    Priority,
    Tier,
    Trigger,
)
from tests.domain.desk import NINE, Desk, days, hours, minutes
from tests.domain.people import AGENT, ENGINEER, MANAGER


def facts(desk: Desk) -> Facts:
    """What the desk's timeline tells, each escalation documented under its version as an id."""
    entries = [Entry(step.event, step.after.version, state_of(step.after)) for step in desk.steps]
    documented = [
        Documented(
            EscalationId(UUID(int=step.after.version)),
            step.after.version,
            state_of(step.escalation.ticket),
        )
        for step in desk.steps
        if step.escalation is not None
    ]
    return gather(entries, documented)


def late() -> Desk:
    """A HIGH ticket that nobody answered until management had it; resolved an hour later."""
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(4))
    desk.acknowledge(NINE + hours(4) + minutes(30), by=MANAGER)
    desk.resolve(NINE + hours(5), by=MANAGER)
    return desk


def test_every_missed_deadline_says_when_what_it_asked_for_came_after_all() -> None:
    """D3: the response half an hour after management had it, the resolution an hour after."""
    found = facts(late()).breaches

    assert [(breach.kind, breach.due_at - NINE, breach.answered_after) for breach in found] == [
        (DeadlineKind.RESPONSE, hours(1), hours(3.5)),
        (DeadlineKind.LEVEL_2, hours(2), hours(3)),
        (DeadlineKind.MANAGEMENT, hours(4), hours(1)),
    ]
    assert {breach.late_by for breach in found} == {hours(0)}


def test_a_deadline_that_fired_late_says_by_how_much() -> None:
    """D1, D3: as after an outage."""
    desk = Desk(Priority.HIGH)
    desk.sweep(NINE + hours(3))

    assert [(breach.kind, breach.late_by) for breach in facts(desk).breaches] == [
        (DeadlineKind.RESPONSE, hours(2)),
        (DeadlineKind.LEVEL_2, hours(1)),
    ]


def test_what_has_not_come_yet_is_not_said_to_have_come() -> None:
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(2))

    assert [breach.answered_at for breach in facts(desk).breaches] == [None, None]
    assert facts(desk).breaches[0].answered_after is None


def test_a_ticket_in_time_missed_nothing() -> None:
    desk = Desk(Priority.HIGH, critical=True)
    desk.resolve(NINE + minutes(10))

    assert facts(desk).breaches == ()
    assert facts(desk).climbs == ()
    assert facts(desk).missing == ()


def test_an_escalation_by_hand_missed_nothing_and_is_a_climb_all_the_same() -> None:
    """D1, A15."""
    desk = Desk(Priority.HIGH)
    desk.log(NINE)
    desk.escalate(NINE + minutes(5))

    found = facts(desk)

    assert found.breaches == ()
    (climb,) = found.climbs
    assert (climb.trigger, climb.to_tier) == (Trigger.MANUAL, Tier.LEVEL_2)


def test_a_climb_names_what_its_package_lacked_at_that_moment() -> None:
    """C3, D3: what was written afterwards does not count, what was written before does."""
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(2))
    desk.log(NINE + hours(3))
    desk.note(NINE + hours(3))
    desk.live_until(NINE + hours(4))

    second, top = facts(desk).climbs

    assert "troubleshooting actions" in second.missing
    assert "notes" in second.missing
    assert "troubleshooting actions" not in top.missing
    assert "notes" not in top.missing
    assert "stakeholders" in top.missing
    assert second.escalation == EscalationId(UUID(int=3))
    assert facts(desk).missing == second.missing


def test_the_time_at_each_tier_adds_up_to_the_life_of_the_ticket() -> None:
    """D2, D3."""
    at_tier = facts(late()).at_tier

    assert at_tier == {
        Tier.LEVEL_1: hours(2),
        Tier.LEVEL_2: hours(2),
        Tier.LEVEL_3: hours(0),
        Tier.MANAGEMENT: hours(1),
    }


def test_who_is_everybody_who_is_named_or_acted() -> None:
    """D3."""
    desk = late()
    desk.transfer(NINE + hours(6), owner=ENGINEER.person, by=MANAGER)

    found = facts(desk)

    assert found.owner == ENGINEER.person
    assert set(found.people) == {AGENT.person, ENGINEER.person, MANAGER.person}


def test_a_hold_is_told_with_its_reason_and_its_end() -> None:
    """A7."""
    desk = Desk(Priority.MEDIUM)
    desk.hold(NINE + hours(1), reason=HoldReason.AWAITING_VENDOR)
    desk.resume(NINE + hours(3))
    desk.hold(NINE + hours(4))

    first, second = facts(desk).holds

    assert first.reason is HoldReason.AWAITING_VENDOR
    assert (first.started_at, first.ended_at) == (NINE + hours(1), NINE + hours(3))
    assert second.ended_at is None


def test_a_hold_ends_at_its_cap_however_late_that_was_seen() -> None:
    """A7: the ladder ran on from the cap."""
    desk = Desk(Priority.MEDIUM)
    desk.hold(NINE + hours(1))
    desk.sweep(NINE + days(20))

    (hold,) = facts(desk).holds

    assert hold.ended_at == hold.cap_at == NINE + hours(1) + SOP.hold_cap


def test_a_change_of_priority_is_told_with_its_reason() -> None:
    desk = Desk(Priority.MEDIUM)
    desk.prioritise(NINE + hours(1), Priority.HIGH)

    (change,) = facts(desk).priority_changes

    assert (change.from_priority, change.to_priority) == (Priority.MEDIUM, Priority.HIGH)
    assert change.reason


def test_the_story_is_that_of_all_cycles() -> None:
    """A20: a review that goes on after a reopening tells of what came before it too."""
    desk = late()
    desk.reopen(NINE + hours(6))
    desk.resolve(NINE + hours(7))

    found = facts(desk)

    assert [breach.cycle for breach in found.breaches] == [1, 1, 1]
    assert found.resolved_at == NINE + hours(7)
    assert found.ticket_version == desk.ticket.version


def test_a_breach_knows_no_answer_before_it_fired() -> None:
    breach = Breach(DeadlineKind.RESPONSE, 1, NINE, NINE, catch_up=False, answered_at=None)

    assert breach.answered_after is None
