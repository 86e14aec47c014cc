"""The package that travels with an escalation: whole, frozen, plain about its gaps (C3, D1)."""

from escgraph.domain.events import Event
from escgraph.domain.explanation import explain
from escgraph.domain.package import NONE_RECORDED, Package, actions_taken, assemble
from escgraph.domain.terms import Priority, Tier, Visibility
from tests.domain.desk import NINE, Desk, hours, minutes
from tests.domain.people import AGENT, ENGINEER, MANAGER, SCRIPT, person

EVERYTHING = (
    "troubleshooting actions",
    "a first response",
    "an assignee",
    "stakeholders",
    "a stakeholder update",
    "the component",
    "notes",
)


def timeline(desk: Desk) -> tuple[Event, ...]:
    return tuple(step.event for step in desk.steps)


def package_of_last(desk: Desk) -> Package:
    ticket = desk.escalations[-1].ticket
    entries = timeline(desk)[: ticket.version + 1]
    return assemble(ticket, timeline=entries, explanations=explain(ticket, desk.policy))


def documented() -> Desk:
    desk = Desk(Priority.LOW, stakeholders=(person(20),))
    desk.acknowledge(NINE)
    desk.assign(NINE, ENGINEER.person)
    desk.log(NINE, text="restarted it")
    desk.log(NINE, text="reindexed it")
    desk.note(NINE, visibility=Visibility.INTERNAL)
    desk.link(NINE)
    desk.update(NINE)
    desk.hold(NINE, by=MANAGER)
    desk.resume(NINE + hours(1))
    desk.prioritise(NINE + hours(1), Priority.MEDIUM)
    desk.escalate(NINE + hours(2))
    desk.deescalate(NINE + hours(3))
    desk.live_until(NINE + hours(17))
    return desk


def test_a_package_holds_everything_that_was_written() -> None:
    """C3."""
    desk = documented()
    package = package_of_last(desk)

    assert package.ticket == desk.escalations[-1].ticket
    assert package.timeline == timeline(desk)
    assert [action.text for action in package.actions] == ["restarted it", "reindexed it"]
    assert [link.title for link in package.links] == ["Trace"]
    assert [change.to_priority for change in package.priority_changes] == [Priority.MEDIUM]
    assert [move.to_tier for move in package.tier_changes] == [
        Tier.LEVEL_2,
        Tier.LEVEL_1,
        Tier.MANAGEMENT,
    ]
    assert [(p.started_at, p.ended_at) for p in package.pauses] == [(NINE, NINE + hours(1))]
    assert len(package.explanations) == 3
    assert package.missing == ()


def test_everybody_involved_is_named_once() -> None:
    """C3."""
    assert package_of_last(documented()).people == (
        AGENT.person,
        ENGINEER.person,
        person(20),
        MANAGER.person,
    )


def test_who_was_named_earlier_and_is_so_no_longer_is_named_too() -> None:
    """C3: the next tier may want to ask them."""
    desk = Desk(Priority.HIGH, by=SCRIPT, owner=person(40), stakeholders=(person(20),))
    desk.assign(NINE, person(30), by=MANAGER)
    desk.assign(NINE, person(31), by=MANAGER)
    desk.allocate(NINE, person(32))
    desk.assign(NINE, by=MANAGER)
    desk.transfer(NINE, person(41), by=MANAGER)
    desk.transfer(NINE, person(42), by=MANAGER)
    desk.remove_stakeholder(NINE, person(20))
    desk.add_stakeholder(NINE, person(21), by=MANAGER)
    desk.remove_stakeholder(NINE, person(21), by=MANAGER)
    desk.live_until(NINE + hours(2))

    package = package_of_last(desk)

    assert (package.ticket.assignees, package.ticket.stakeholders) == ((), ())
    assert package.people[0] == package.ticket.owner == person(42)
    assert sorted(package.people) == sorted(
        [person(number) for number in (20, 21, 30, 31, 32, 40, 41, 42)]
        + [actor.person for actor in (SCRIPT, MANAGER, AGENT)]
    )


def test_a_package_names_what_nobody_wrote_and_blocks_nothing() -> None:
    """C3: a missing part never blocks an automatic escalation."""
    desk = Desk(Priority.HIGH, by=SCRIPT, component="")

    desk.live_until(NINE + hours(2))

    assert package_of_last(desk).missing == EVERYTHING


def test_a_package_does_not_change_with_what_happens_later() -> None:
    """C3."""
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(2))
    before = package_of_last(desk)

    desk.log(NINE + hours(2))
    desk.assign(NINE + hours(2), person(30))
    desk.hold(NINE + hours(3), by=MANAGER)

    assert package_of_last(desk) == before


def test_each_missing_part_is_named_for_itself() -> None:
    """C3."""
    missing = {}
    for part in EVERYTHING:
        desk = Desk(
            Priority.HIGH,
            component="" if part == "the component" else "search",
            stakeholders=() if part == "stakeholders" else (person(20),),
        )
        if part != "troubleshooting actions":
            desk.log(NINE)
        if part != "a first response":
            desk.acknowledge(NINE)
        if part != "an assignee":
            desk.assign(NINE, ENGINEER.person)
        if part != "a stakeholder update":
            desk.update(NINE)
        if part != "notes":
            desk.note(NINE, visibility=Visibility.INTERNAL)
        desk.live_until(NINE + hours(2))
        missing[part] = package_of_last(desk).missing

    assert missing == {part: (part,) for part in EVERYTHING}


def test_none_recorded_is_said() -> None:
    """D1: never null."""
    assert actions_taken(timeline(Desk())) == NONE_RECORDED == "None recorded"


def test_actions_are_told_a_line_each_in_their_order() -> None:
    """D1."""
    desk = Desk()
    desk.log(NINE, text="restarted it")
    desk.note(NINE + minutes(1), text="not an action")
    desk.log(NINE + minutes(2), text="reindexed it")

    assert actions_taken(timeline(desk)) == "restarted it\nreindexed it"
