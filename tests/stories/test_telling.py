"""Who hears of what happens to a ticket, each once, as a shift lives through it (§5, C2)."""

from datetime import timedelta

from escgraph.commands import circle, ending, work
from escgraph.commands.urgency import change_priority, mark_critical
from escgraph.domain.notice import Hearer, Notice, NoticeKind
from escgraph.domain.terms import Audience, Priority, ResolutionCode, Tier
from escgraph.jobs.reaching import reach
from escgraph.jobs.reviews import mark_overdue
from escgraph.jobs.updates import remind_of_updates
from escgraph.store.database import execute
from tests.queries.house import NINE, hours, minutes
from tests.stories.shift import Shift


async def test_an_unattended_high_ticket_is_told_to_each_tier_once_and_management_is_reminded(
    shift: Shift,
) -> None:
    """C2, A4, A19, T1 to T3: from the first missed response to the last reminder."""
    ticket = await shift.open(priority=Priority.HIGH, stakeholders=(shift.stakeholder.person,))

    await shift.told_until(NINE + hours(1))
    assert await shift.told() == {"Ada": ["RESPONSE_BREACHED"]}
    assert await shift.tier(ticket) is Tier.LEVEL_1

    await shift.told_until(NINE + hours(4))
    assert await shift.told() == {
        "Ada": ["RESPONSE_BREACHED", "ESCALATED", "ESCALATED"],
        "Stella": ["ESCALATED", "ESCALATED"],
        "Edsger": ["ESCALATED"],
        "Margaret": ["ESCALATED"],
    }

    await shift.told_until(NINE + hours(100))
    assert (await shift.told())["Margaret"] == ["ESCALATED", *["MANAGEMENT_REMINDER"] * 3]
    await shift.tell(NINE + hours(200))
    assert sum(map(len, (await shift.told()).values())) == 3 + 2 + 1 + 4


async def test_after_six_hours_of_outage_each_person_hears_once_of_all_that_was_missed(
    shift: Shift,
) -> None:
    """A8: one notice that lists the rungs, in one message, and not three."""
    await shift.open("Mail is down", Priority.HIGH, stakeholders=(shift.stakeholder.person,))

    await shift.asleep_until(NINE + hours(6))
    await shift.tell(NINE + hours(6))

    assert await shift.told() == {
        "Ada": ["ESCALATED"],
        "Stella": ["ESCALATED"],
        "Edsger": ["ESCALATED"],
        "Margaret": ["ESCALATED"],
    }
    assert {len(one.positions) for one in await shift.notices()} == {1, 2, 3}
    (letter,) = await shift.letters_to(shift.agent)
    assert letter.subject.startswith("[URGENT] ")
    assert "LEVEL_2" in letter.text
    assert "MANAGEMENT" in letter.text


async def test_a_priority_that_is_raised_late_is_one_notice_for_all_rungs_that_it_passed(
    shift: Shift,
) -> None:
    """A8, C2: what was caught up on in one transaction."""
    ticket = await shift.open("Search is slow", Priority.LOW)
    at = NINE + hours(5)
    await change_priority(
        ticket,
        call=shift.call(shift.manager, at),
        priority=Priority.HIGH,
        reason="Nobody can work",
    )
    await shift.tell(at)

    escalated = [one for one in await shift.notices() if one.kind is NoticeKind.ESCALATED]
    assert sorted(_hearers(escalated)) == ["OWNER", "TIER_TEAM", "TIER_TEAM"]
    assert max(len(one.positions) for one in escalated) > 1


async def test_a_missed_response_of_a_ticket_that_climbed_is_told_to_level_1_all_the_same(
    shift: Shift,
) -> None:
    """A4: the tier does not change, and what does not press is gathered for a minute."""
    ticket = await shift.open(priority=Priority.MEDIUM)

    await shift.told_until(NINE + hours(4))

    assert await shift.told() == {"Ada": ["RESPONSE_BREACHED"]}
    assert await shift.tier(ticket) is Tier.LEVEL_1
    (letter,) = await shift.letters_to(shift.agent)
    assert not letter.urgent


async def test_a_critical_mark_is_told_to_management_at_once(shift: Shift) -> None:
    """A9: without any escalation, and to nobody who set it."""
    ticket = await shift.open("Mail is down", Priority.HIGH)
    await mark_critical(
        ticket,
        call=shift.call(shift.agent, NINE + minutes(5)),
        critical=True,
        reason="The whole house",
    )

    await shift.tell(NINE + minutes(5))

    (notice,) = await shift.notices()
    assert (notice.person, notice.kind, notice.pressing) == (
        shift.manager.person,
        NoticeKind.CRITICAL,
        True,
    )
    assert await shift.tier(ticket) is Tier.LEVEL_1


async def test_a_ticket_that_was_opened_as_critical_is_told_to_management_too(
    shift: Shift,
) -> None:
    """A9."""
    await shift.open("Mail is down", Priority.HIGH, critical=True)

    await shift.tell(NINE)

    assert await shift.told() == {"Margaret": ["CRITICAL"]}


async def test_a_tier_without_people_leaves_the_managers_to_be_told(shift: Shift) -> None:
    """A22: the ticket moves all the same."""
    await execute("UPDATE person SET active = $1 WHERE id = $2", False, shift.engineer.person)  # noqa: FBT003 - a value
    ticket = await shift.open(priority=Priority.HIGH)

    await shift.told_until(NINE + hours(2))

    assert await shift.tier(ticket) is Tier.LEVEL_2
    assert await shift.told() == {
        "Ada": ["RESPONSE_BREACHED", "ESCALATED"],
        "Margaret": ["ESCALATED"],
    }


async def test_a_notice_that_reaches_nobody_is_told_to_the_managers_with_what_it_said(
    shift: Shift,
) -> None:
    """§5: nobody leads a team here, so that they stand in; once, however long it takes."""
    ticket = await shift.open("Mail is down", priority=Priority.HIGH)
    await shift.told_until(NINE + hours(1))

    for n in range(1, 4):
        await reach(now=NINE + hours(1) + minutes(5 * n), mail_is_set=True)

    assert await shift.told() == {"Ada": ["RESPONSE_BREACHED"], "Margaret": ["UNREACHED"]}
    (letter,) = await shift.letters_to(shift.manager)
    assert letter.urgent
    assert "Ada" in letter.text
    assert "Mail is down" in letter.text
    assert letter.thread == str(ticket)


async def test_reminders_end_when_a_manager_accepts(shift: Shift) -> None:
    """A19; the owner hears that somebody has it."""
    ticket = await shift.open(priority=Priority.HIGH)
    await shift.told_until(NINE + hours(5))
    await work.accept_ticket(ticket, call=shift.call(shift.manager, NINE + hours(5) + minutes(1)))

    await shift.told_until(NINE + hours(60))

    told = await shift.told()
    assert told["Margaret"] == ["ESCALATED", "MANAGEMENT_REMINDER"]
    assert told["Ada"][-1] == "ACKNOWLEDGED"


async def test_an_update_goes_to_whom_it_is_for_and_its_author_hears_nothing(shift: Shift) -> None:
    """R3, W5, P2: what is internal is not told to stakeholders, who read nothing internal."""
    ticket = await shift.open(stakeholders=(shift.stakeholder.person,))
    for n, audience in enumerate((Audience.INTERNAL, Audience.EXTERNAL)):
        await circle.post_stakeholder_update(
            ticket,
            call=shift.call(shift.manager, NINE + minutes(n)),
            text="Still at it",
            audience=audience,
        )

    await shift.tell(NINE + minutes(2))

    assert await shift.told() == {"Ada": ["UPDATE"], "Stella": ["UPDATE"]}


async def test_who_is_put_to_work_is_told_and_who_was_at_it_before_is_not(shift: Shift) -> None:
    """R2, R3."""
    ticket = await shift.open()
    both = (shift.engineer.person, shift.manager.person)
    for n, assignees in enumerate((both[:1], both)):
        call = shift.call(shift.agent, NINE + minutes(n))
        await work.assign_ticket(ticket, call=call, assignees=assignees)
        await shift.tell(call.at)

    assert await shift.told() == {"Edsger": ["ASSIGNED"], "Margaret": ["ASSIGNED"]}


async def test_a_review_is_told_to_the_owner_and_its_delay_to_the_managers_too(
    shift: Shift,
) -> None:
    """D3: once, and as what is about the review."""
    ticket = await shift.open("Mail is down", Priority.HIGH, critical=True)
    await ending.resolve_ticket(
        ticket,
        call=shift.call(shift.engineer, NINE),
        summary="New disk",
        code=ResolutionCode.FIXED,
        root_cause="",
    )
    for days in (10, 11):
        await mark_overdue(now=NINE + timedelta(days=days))
        await shift.tell(NINE + timedelta(days=days))

    of_review = [one for one in await shift.notices() if one.review is not None]
    assert [(one.person, one.kind, one.ticket) for one in of_review] == [
        (shift.agent.person, NoticeKind.REVIEW_OPENED, ticket),
        (shift.agent.person, NoticeKind.REVIEW_OVERDUE, ticket),
        (shift.manager.person, NoticeKind.REVIEW_OVERDUE, ticket),
    ]
    assert {one.pressing for one in of_review} == {False}


async def test_an_owner_is_told_of_the_word_that_they_owe_and_nobody_else(shift: Shift) -> None:
    """R4: a reminder, which presses as its ticket does."""
    await shift.open(priority=Priority.HIGH, stakeholders=(shift.stakeholder.person,))
    at = NINE + hours(1)
    await remind_of_updates(now=at)

    await shift.tell(at)

    notices = await shift.notices()
    assert _hearers(notices) == [Hearer.OWNER]
    assert [(one.kind, one.pressing) for one in notices] == [(NoticeKind.UPDATE_OVERDUE, True)]


def _hearers(notices: list[Notice]) -> list[str]:
    return [one.hearer.value for one in notices]
