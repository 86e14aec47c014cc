"""What a quarter's review finds out by itself: what recurs (Q2), gaps (Q3), figures (P4)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from escgraph.commands.acting import Call
from escgraph.commands.ending import reopen_ticket, resolve_ticket
from escgraph.commands.merging import merge_tickets
from escgraph.commands.quarterly import open_quarterly_review
from escgraph.commands.work import log_action
from escgraph.domain.policy import RECURRENCE, SOP, Recurrence
from escgraph.domain.process_gaps import GapKind, gaps
from escgraph.domain.quarter import Quarter
from escgraph.domain.quarterly import QuarterlyFacts
from escgraph.domain.terms import EscalationId, Priority, ResolutionCode, ReviewId, TicketId
from escgraph.queries import escalations, recurring
from escgraph.queries.quarterly import found_out
from escgraph.store import process_gaps, quarterly_facts, recurrences, reviews
from escgraph.store.database import execute, fetch
from escgraph.store.values import moment, parsed, uuid
from tests.queries.house import House, hours
from tests.queries.published import publish

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)
NOON = datetime(2026, 2, 10, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
TWICE = Recurrence(tickets=2, within=timedelta(days=90))


async def found(house: House, *moments: datetime, rule: Recurrence = RECURRENCE) -> list[int]:
    """How many tickets each issue has that recurs, where search was slow at those moments."""
    for at in moments:
        await house.open(at=at)
    return [one.tickets for one in await recurrences.found(JANUARY, APRIL, rule, limit=9)]


async def facts(house: House) -> QuarterlyFacts:
    written = await open_quarterly_review(Quarter(2026, 1), at=APRIL)
    assert written is not None
    return await found_out(await reviews.load(ReviewId(written.id)), at=APRIL)


async def test_three_tickets_of_a_category_and_component_recur_and_two_do_not(
    house: House,
) -> None:
    """Q2."""
    assert await found(house, NOON, NOON) == []
    assert await found(house, NOON) == [3]


async def test_tickets_of_another_component_or_category_do_not_count(house: House) -> None:
    """Q2."""
    await house.open(at=NOON, component="mail")
    await house.open(at=NOON, category="minor-bug")
    assert await found(house, NOON, NOON) == []


async def test_ninety_days_are_within_and_an_instant_more_is_not(house: House) -> None:
    """Q2: the one before may lie in the quarter before, the last must lie in this one."""
    last = datetime(2026, 3, 1, tzinfo=UTC)
    assert await found(house, last - TWICE.within - timedelta(seconds=1), last, rule=TWICE) == []
    assert await found(house, last - TWICE.within, rule=TWICE) == [1]


async def test_what_came_before_the_quarter_alone_does_not_recur_in_it(house: House) -> None:
    assert await found(house, *[JANUARY - INSTANT] * 3) == []


async def test_a_merged_duplicate_is_no_issue_of_its_own(house: House) -> None:
    """Q2, A23."""
    parent = await house.open(at=NOON)
    child = await house.open(at=NOON)
    assert await found(house, NOON) == [3]
    await merge_tickets(
        child, parent, call=Call(by=house.agent, at=NOON + hours(1)), reason="the same"
    )
    assert await found(house) == []


async def test_near_duplicates_are_found_by_their_words_and_not_by_ids(house: House) -> None:
    """Q2: the component's name and long numbers are what all of them share, or none."""
    titles = ("Mail does not arrive", "Mail doesn't arrive", "Printer is on fire")
    for title in (*titles, "Order 4711000 search", "Order 4711001 search"):
        await house.open(title, at=NOON)
    (issue,) = (await facts(house)).recurring
    groups = [(group.title, group.tickets) for group in issue.alike]
    assert ("Mail does not arrive", (1, 2)) in groups
    assert all(3 not in numbers for _, numbers in groups)


async def test_tickets_that_say_the_same_are_a_group_whatever_they_are_filed_under(
    house: House,
) -> None:
    """Q2: no rule sees them, for no two share a category and component."""
    filed = [
        ("Payroll export does not start", "mail"),
        ("Payroll export doesn't start", "payroll"),
        ("payroll export does not start (call 4711000)", ""),
        ("Printer is on fire", "printer"),
    ]
    for title, component in filed:
        await house.open(title, at=NOON, component=component)
    looked_at = await facts(house)
    assert looked_at.recurring == ()
    assert looked_at.alike is not None
    assert [(one.title, one.tickets) for one in looked_at.alike] == [(filed[0][0], (1, 2, 3))]


async def test_fewer_alike_than_the_rule_wants_are_no_group(house: House) -> None:
    """Q2."""
    for component in ("mail", "payroll"):
        await house.open("Payroll export does not start", at=NOON, component=component)
    assert (await facts(house)).alike == ()


async def test_a_group_within_a_subject_that_recurs_is_told_there_alone(house: House) -> None:
    """Q2: and across subjects as soon as one of it is filed elsewhere."""
    for _ in range(3):
        await house.open("Payroll export does not start", at=NOON)
    assert await found_across() == []
    await house.open("Payroll export does not start", at=NOON, component="mail")
    assert await found_across() == [(1, 2, 3, 4)]
    for _ in range(2):
        await house.open("Printer is on fire", at=NOON, component="mail")
    assert await found_across() == [(1, 2, 3, 4)]


async def test_what_lies_outside_the_quarter_or_is_merged_is_in_no_group(house: House) -> None:
    """Q2, A23."""
    title = "Payroll export does not start"
    numbered = [
        await house.open(title, at=NOON, component=component) for component in ("a", "b", "c")
    ]
    await house.open(title, at=JANUARY - INSTANT, component="d")
    await house.open(title, at=APRIL, component="e")
    assert await found_across() == [(1, 2, 3)]
    child, parent, _ = numbered
    await merge_tickets(
        child, parent, call=Call(by=house.agent, at=NOON + hours(1)), reason="the same"
    )
    assert await found_across() == []


async def found_across() -> list[tuple[int, ...]]:
    listed = await recurring.subjects(JANUARY, APRIL, RECURRENCE)
    groups = await recurring.across(JANUARY, APRIL, RECURRENCE, listed=listed)
    return [one.tickets for one in groups]


async def test_facts_that_were_kept_before_words_were_compared_are_still_read(
    house: House,
) -> None:
    looked_at = await facts(house)
    (row,) = await fetch("SELECT id FROM review WHERE kind = 'QUARTERLY'")
    review_id = ReviewId(uuid(row["id"]))
    await quarterly_facts.keep(review_id, looked_at)
    (row,) = await fetch("SELECT facts FROM review")
    older = parsed(row["facts"])
    assert isinstance(older, dict)
    assert older.pop("alike") == []
    await execute("UPDATE review SET facts = $1", older)
    assert await quarterly_facts.kept(review_id) == replace(looked_at, alike=None)


async def test_the_gaps_of_packages_are_those_that_the_packages_name(house: House) -> None:
    """Q3, C3: counted in one statement, and the same as each package says."""
    bare = await house.open("Bare", Priority.HIGH, at=NOON, component="")
    told = await house.open(
        "Told", Priority.HIGH, at=NOON, stakeholders=(house.stakeholder.person,)
    )
    await log_action(told, call=Call(by=house.agent, at=NOON + hours(1)), text="Restarted")
    await house.sweep(NOON + hours(4))
    await log_action(bare, call=Call(by=house.agent, at=NOON + hours(5)), text="Too late to count")

    observed = await process_gaps.observed(JANUARY, APRIL)
    counted = [(one.ticket, one.to_tier, one.contents.missing) for one in observed.escalations]

    packaged = []
    for row in await fetch("SELECT id FROM escalation"):
        frozen = await escalations.frozen_package(
            EscalationId(uuid(row["id"])), viewer=house.manager
        )
        number = frozen.package.ticket.number
        packaged.append((number, frozen.escalation.to_tier, frozen.package.missing))
    assert sorted(counted) == sorted(packaged)
    assert len(counted) == 4


async def test_late_responses_are_told_of_those_that_fell_due_in_the_quarter(house: House) -> None:
    """Q3."""
    await house.open(at=NOON, priority=Priority.HIGH)
    await house.open(at=JANUARY - hours(2), priority=Priority.HIGH)
    await house.sweep(NOON + hours(2))
    observed = await process_gaps.observed(JANUARY, APRIL)
    tally = observed.late_responses
    assert (tally.count, tally.of, tally.tickets) == (1, 1, (1,))


async def test_tiers_without_people_are_named(house: House) -> None:
    """Q3: nobody here works at LEVEL_3."""
    told = {gap.kind: gap for gap in gaps(await process_gaps.observed(JANUARY, APRIL))}
    assert [part.name for part in told[GapKind.TIER_WITHOUT_PEOPLE].parts] == ["LEVEL_3"]
    assert house.agent.tier == "LEVEL_1"


async def test_a_review_that_was_opened_is_not_missing_and_one_that_is_late_is_overdue(
    house: House,
) -> None:
    """Q3, D3: also where a later cycle of the ticket goes on with the review of an earlier one."""
    ticket = await house.open(priority=Priority.HIGH, at=NOON)
    await house.sweep(NOON + hours(4))
    await _resolved(house, ticket, at=NOON + hours(5))
    call = Call(by=house.agent, at=NOON + hours(6))
    await reopen_ticket(ticket, call=call, reason="It came back")
    await _resolved(house, ticket, at=NOON + hours(7))
    observed = await process_gaps.observed(JANUARY, APRIL)
    assert (observed.missing_reviews.count, observed.missing_reviews.of) == (0, 2)
    assert (observed.overdue_reviews.count, observed.overdue_reviews.of) == (1, 1)


async def test_a_review_that_was_completed_before_a_resolution_is_none_of_it(
    house: House,
) -> None:
    """Q3, D3: one that is completed at that very moment was open still."""
    ticket = await house.open(priority=Priority.HIGH, at=NOON, critical=True)
    await _resolved(house, ticket, at=NOON + hours(1))
    call = Call(by=house.agent, at=NOON + hours(2))
    await reopen_ticket(ticket, call=call, reason="It came back")
    await _resolved(house, ticket, at=NOON + hours(3))
    reviewed = "UPDATE review SET state = 'COMPLETED', completed_at = $1"

    await execute(reviewed, NOON + hours(3))
    assert (await process_gaps.observed(JANUARY, APRIL)).missing_reviews.count == 0
    await execute(reviewed, NOON + hours(3) - INSTANT)
    missing = (await process_gaps.observed(JANUARY, APRIL)).missing_reviews
    assert (missing.count, missing.of, missing.tickets) == (1, 2, (1,))


async def test_a_review_that_was_opened_after_a_resolution_is_none_of_it(house: House) -> None:
    """Q3, D3."""
    ticket = await house.open(priority=Priority.HIGH, at=NOON, critical=True)
    await _resolved(house, ticket, at=NOON + hours(1))
    await execute("UPDATE review SET opened_at = $1", NOON + hours(1) + INSTANT)

    assert (await process_gaps.observed(JANUARY, APRIL)).missing_reviews.count == 1


async def test_the_review_of_another_ticket_is_none_of_a_resolution(house: House) -> None:
    """Q3, D3."""
    first = await house.open(priority=Priority.HIGH, at=NOON, critical=True)
    other = await house.open(priority=Priority.HIGH, at=NOON, critical=True)
    await _resolved(house, first, at=NOON + hours(1))
    await _resolved(house, other, at=NOON + hours(1))
    await execute("DELETE FROM review WHERE ticket_id = $1", other)

    missing = (await process_gaps.observed(JANUARY, APRIL)).missing_reviews
    assert (missing.count, missing.of, missing.tickets) == (1, 2, (2,))


async def test_a_review_that_was_completed_when_it_was_due_is_not_overdue(house: House) -> None:
    """Q3, A13: and one an instant later is."""
    ticket = await house.open(priority=Priority.HIGH, at=NOON, critical=True)
    await _resolved(house, ticket, at=NOON + hours(1))
    (row,) = await fetch("SELECT due_at FROM review")
    due_at = moment(row["due_at"])
    assert due_at is not None
    for completed_at, overdue in ((due_at, 0), (due_at + INSTANT, 1)):
        await execute("UPDATE review SET state = 'COMPLETED', completed_at = $1", completed_at)
        tally = (await process_gaps.observed(JANUARY, APRIL)).overdue_reviews
        assert (tally.count, tally.of) == (overdue, 1)


async def test_figures_stand_beside_those_of_the_four_quarters_before(house: House) -> None:
    """P4: the last one is the quarter itself."""
    await house.open(at=NOON)
    await house.open(at=datetime(2025, 11, 3, 12, tzinfo=UTC))
    looked_at = await facts(house)
    names = [one.quarter for one in looked_at.figures]
    assert names == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"]
    assert [one.opened for one in looked_at.figures] == [0, 0, 0, 1, 1]


async def test_figures_are_of_the_time_that_the_review_looks_at_wherever_the_zone_has_moved(
    house: House,
) -> None:
    """P4, A24: opened in UTC; in India, 1 April began five hours and a half before its end."""
    late = APRIL - hours(1)
    await house.open(at=late, priority=Priority.HIGH)
    written = await open_quarterly_review(Quarter(2026, 1), at=APRIL)
    assert written is not None
    await publish(replace(SOP, version=2, zone="Asia/Kolkata"), at=APRIL)
    looked_at = await found_out(await reviews.load(ReviewId(written.id)), at=APRIL)
    assert looked_at.zone == "Asia/Kolkata"
    assert [one.opened for one in looked_at.figures] == [0, 0, 0, 0, 1]


async def test_the_weeks_of_a_quarter_hold_all_of_its_escalations(house: House) -> None:
    """Thursday 1 January is a week of four days; the last one ends with Tuesday 31 March."""
    await house.open(at=JANUARY, priority=Priority.HIGH)
    await house.sweep(JANUARY + hours(2))
    looked_at = await facts(house)
    assert [str(week.begins) for week in looked_at.weeks[:2]] == ["2026-01-01", "2026-01-05"]
    assert str(looked_at.weeks[-1].begins) == "2026-03-30"
    assert sum(one.count for week in looked_at.weeks for one in week.climbs) == 1


async def test_facts_that_were_kept_are_read_back_as_they_were(house: House) -> None:
    for _ in range(3):
        await house.open(at=NOON, priority=Priority.HIGH)
    await house.sweep(NOON + hours(4))
    looked_at = await facts(house)
    (row,) = await fetch("SELECT id FROM review WHERE kind = 'QUARTERLY'")
    review_id = ReviewId(uuid(row["id"]))
    assert await quarterly_facts.kept(review_id) is None
    await quarterly_facts.keep(review_id, looked_at)
    assert await quarterly_facts.kept(review_id) == looked_at


async def _resolved(house: House, ticket: TicketId, *, at: datetime) -> None:
    await resolve_ticket(
        ticket,
        call=Call(by=house.agent, at=at),
        summary="Fixed",
        code=ResolutionCode.FIXED,
        root_cause="A bug",
    )
