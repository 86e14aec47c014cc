"""Who is meant by each hearer, and who of them is told: each person once (§5)."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from escgraph.domain.event import Event
from escgraph.domain.events import (
    FollowUp,
    ManagementReminded,
    OwnershipTransferred,
    PeopleAllocated,
    ResponseBreached,
    TicketAccepted,
    TicketAcknowledged,
    TicketAssigned,
    TicketClosed,
    TicketDeescalated,
    TicketEscalated,
    TicketOpened,
)
from escgraph.domain.events_review import ReviewActionOverdue, ReviewOpened, ReviewOverdue
from escgraph.domain.hearers import Happening, House, hear
from escgraph.domain.notice import Hearer, NoticeKind
from escgraph.domain.state import state_of
from escgraph.domain.terms import (
    Audience,
    PersonId,
    ReviewActionId,
    ReviewId,
    ReviewKind,
    Tier,
    Visibility,
)
from tests.domain.desk import NINE
from tests.domain.happenings import (
    ADMINISTRATOR,
    AGENT,
    COLLEAGUE,
    ENGINEER,
    GONE,
    HOUSE,
    LEAD,
    MANAGER,
    MEMBERS,
    OTHER_MANAGER,
    OWNER,
    SCRIPT,
    SPECIALIST,
    STAKEHOLDER,
    WALLBOARD,
    escalated,
    happening,
    marked_critical,
    note,
    state,
    update,
)
from tests.domain.lives import LIVES, START, Life, act, born, later, wake

TEAM = (LEAD, ENGINEER, COLLEAGUE)


def told(happened: Happening, house: House = HOUSE) -> dict[PersonId, Hearer]:
    return {one.person: one.hearer for one in hear(happened, house)}


def test_an_escalation_is_told_to_owner_assignees_the_tier_it_reached_and_stakeholders() -> None:
    """C2, W3."""
    seen = state(tier=Tier.LEVEL_2, assignees=(AGENT,), stakeholders=(STAKEHOLDER,))

    assert told(happening(escalated(), seen, responsible=TEAM)) == {
        OWNER: Hearer.OWNER,
        AGENT: Hearer.ASSIGNEE,
        LEAD: Hearer.TIER_TEAM,
        ENGINEER: Hearer.TIER_TEAM,
        COLLEAGUE: Hearer.TIER_TEAM,
        STAKEHOLDER: Hearer.STAKEHOLDER,
    }


def test_who_is_several_things_is_told_once_as_the_first_of_them() -> None:
    """C2: the owner works at the tier it reached, and is a stakeholder too."""
    seen = state(owner=ENGINEER, assignees=(ENGINEER,), stakeholders=(ENGINEER, COLLEAGUE))
    heard = hear(happening(escalated(), seen, responsible=(ENGINEER, COLLEAGUE)), HOUSE)

    assert [(one.person, one.hearer) for one in heard] == [
        (ENGINEER, Hearer.OWNER),
        (COLLEAGUE, Hearer.TIER_TEAM),
    ]


def test_owner_and_stakeholders_hear_of_an_escalation_that_they_made_themselves() -> None:
    """C2: each once per rung, always."""
    seen = state(owner=OWNER, stakeholders=(ENGINEER,))

    assert OWNER in told(happening(escalated(by=OWNER), seen))
    assert told(happening(escalated(by=ENGINEER), seen, responsible=(ENGINEER,))) == {
        OWNER: Hearer.OWNER,
        ENGINEER: Hearer.STAKEHOLDER,
    }


def test_who_escalates_as_an_assignee_or_of_the_team_is_not_told_of_it() -> None:
    seen = state(assignees=(ENGINEER,))

    assert told(happening(escalated(by=ENGINEER), seen, responsible=(ENGINEER,))) == {
        OWNER: Hearer.OWNER
    }


def test_nobody_at_the_tier_leaves_the_leads_and_then_the_managers_to_be_told() -> None:
    """A22: as the escalation wrote them down."""
    event = escalated(Tier.LEVEL_3, no_recipient=True)

    assert told(happening(event, told=(LEAD, OTHER_MANAGER))) == {
        OWNER: Hearer.OWNER,
        LEAD: Hearer.TEAM_LEAD,
        OTHER_MANAGER: Hearer.MANAGER,
    }


def test_leads_and_managers_stay_out_of_an_escalation_that_finds_its_team() -> None:
    """A22."""
    assert told(happening(escalated(), responsible=(ENGINEER,))) == {
        OWNER: Hearer.OWNER,
        ENGINEER: Hearer.TIER_TEAM,
    }


def test_a_missed_first_response_is_told_to_the_owner_and_to_level_1() -> None:
    """A4: whatever tier holds it."""
    event = ResponseBreached(at=NINE, by=None, due_at=NINE, catch_up=False)
    seen = state(tier=Tier.LEVEL_2, assignees=(ENGINEER,), stakeholders=(STAKEHOLDER,))

    assert told(happening(event, seen)) == {OWNER: Hearer.OWNER, AGENT: Hearer.TIER_TEAM}


def test_a_critical_ticket_is_told_to_every_manager_and_to_who_works_on_it() -> None:
    """A9."""
    seen = state(assignees=(ENGINEER,), stakeholders=(STAKEHOLDER,))

    assert told(happening(marked_critical(critical=True), seen)) == {
        OWNER: Hearer.OWNER,
        ENGINEER: Hearer.ASSIGNEE,
        MANAGER: Hearer.MANAGER,
        OTHER_MANAGER: Hearer.MANAGER,
    }


def test_a_reminder_is_told_to_the_managers_alone() -> None:
    """A19."""
    event = ManagementReminded(at=NINE, by=None, number=1, due_at=NINE)

    assert told(happening(event, state(tier=Tier.MANAGEMENT))) == {
        MANAGER: Hearer.MANAGER,
        OTHER_MANAGER: Hearer.MANAGER,
    }


def test_an_internal_update_reaches_only_stakeholders_who_read_internal_texts() -> None:
    """R3, P2."""
    seen = state(assignees=(ENGINEER,), stakeholders=(STAKEHOLDER, SPECIALIST))

    assert told(happening(update(Audience.INTERNAL), seen)) == {
        OWNER: Hearer.OWNER,
        ENGINEER: Hearer.ASSIGNEE,
        SPECIALIST: Hearer.STAKEHOLDER,
    }


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (update(Audience.EXTERNAL), NoticeKind.UPDATE),
        (replace(update(Audience.EXTERNAL), closing=True), NoticeKind.CLOSING),
        (replace(update(Audience.INTERNAL), closing=True), NoticeKind.CLOSING),
    ],
)
def test_an_external_update_and_the_closing_notice_reach_all_stakeholders_and_the_reporter(
    event: Event, kind: NoticeKind
) -> None:
    """R3, W6."""
    seen = state(
        assignees=(ENGINEER,),
        stakeholders=(STAKEHOLDER, SPECIALIST),
        reporter="Emil, emil@example.org",
    )

    heard = hear(happening(event, seen), HOUSE)

    assert {one.person for one in heard} == {STAKEHOLDER, SPECIALIST, COLLEAGUE}
    assert {one.kind for one in heard} == {kind}


def test_a_note_between_colleagues_is_told_to_nobody_and_one_to_the_reporter_to_them() -> None:
    """A12."""
    seen = state(reporter="emil@example.org", stakeholders=(STAKEHOLDER,))

    assert told(happening(note(Visibility.INTERNAL), seen)) == {}
    assert told(happening(note(Visibility.REPORTER), seen)) == {COLLEAGUE: Hearer.REPORTER}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("emil@example.org", (COLLEAGUE,)),
        ("Emil Example <EMIL@Example.org>", (COLLEAGUE,)),
        ("Emil (emil@example.org), floor 2", (COLLEAGUE,)),
        ("stella@example.org.", (STAKEHOLDER,)),
        ("emil@example.org; eva@example.org; emil@example.org", (COLLEAGUE, ENGINEER)),
        ("mailto:emil@example.org", (COLLEAGUE,)),
        ("Emil Example", ()),
        ("emil@elsewhere.example.org", ()),
        ("notemil@example.org", ()),
        ("robot@example.org", ()),
        ("@", ()),
    ],
)
def test_the_reporter_is_who_has_the_address_that_stands_in_the_ticket(
    text: str, found: tuple[PersonId, ...]
) -> None:
    assert HOUSE.named_in(text) == found


def test_an_assignment_is_told_to_those_who_are_new_to_it() -> None:
    """R2."""
    event = TicketAssigned(at=NINE, by=ENGINEER, assignees=(AGENT, ENGINEER, COLLEAGUE))
    seen = state(assignees=event.assignees)

    assert told(happening(event, seen, assigned_before=(AGENT,))) == {COLLEAGUE: Hearer.ASSIGNEE}


def test_an_owner_who_is_assigned_to_it_by_somebody_else_is_told() -> None:
    event = TicketAssigned(at=NINE, by=MANAGER, assignees=(OWNER,))

    assert told(happening(event, state(assignees=(OWNER,)))) == {OWNER: Hearer.ASSIGNEE}


def test_people_whom_a_manager_adds_are_told_and_those_there_are_not() -> None:
    """R3."""
    event = PeopleAllocated(at=NINE, by=MANAGER, people=(SPECIALIST,), reason="All hands")
    seen = state(assignees=(ENGINEER, SPECIALIST))

    assert told(happening(event, seen)) == {SPECIALIST: Hearer.ASSIGNEE}


def test_a_transfer_is_told_to_who_answers_for_it_now_and_to_who_did() -> None:
    """R4."""
    event = OwnershipTransferred(
        at=NINE, by=MANAGER, from_owner=OWNER, to_owner=AGENT, reason="Vacation"
    )

    assert told(happening(event, state(owner=AGENT))) == {
        AGENT: Hearer.OWNER,
        OWNER: Hearer.ASSIGNEE,
    }
    assert told(happening(replace(event, by=OWNER), state(owner=AGENT))) == {AGENT: Hearer.OWNER}


def test_the_owner_of_a_ticket_that_a_script_opened_is_told_and_one_who_opened_it_is_not() -> None:
    """R4."""
    event = TicketOpened(at=NINE, by=SCRIPT, title="", description="", backdated_to=None)

    assert told(happening(event)) == {OWNER: Hearer.OWNER}
    assert told(happening(replace(event, by=OWNER))) == {}


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        (TicketAcknowledged(at=NINE, by=ENGINEER), {COLLEAGUE}),
        (TicketAccepted(at=NINE, by=ENGINEER, tier=Tier.LEVEL_2), {OWNER}),
    ],
)
def test_the_reporter_learns_once_that_somebody_has_it_in_hand(
    event: Event, wanted: set[PersonId]
) -> None:
    """A12, R2: whoever accepts it later is no news to them."""
    seen = state(assignees=(ENGINEER,), reporter="emil@example.org", stakeholders=(STAKEHOLDER,))

    assert set(told(happening(event, seen))) == wanted


def test_a_ticket_handed_down_is_told_to_the_tier_that_has_it_again() -> None:
    """A21."""
    event = TicketDeescalated(
        at=NINE, by=MANAGER, from_tier=Tier.MANAGEMENT, to_tier=Tier.LEVEL_2, reason="Solved"
    )

    assert told(happening(event, state(tier=Tier.LEVEL_2))) == {
        OWNER: Hearer.OWNER,
        LEAD: Hearer.TIER_TEAM,
        ENGINEER: Hearer.TIER_TEAM,
        COLLEAGUE: Hearer.TIER_TEAM,
    }


def test_who_has_something_to_do_after_a_closing_is_told_of_it() -> None:
    """W6, R5."""
    follow_up = FollowUp("Write the runbook", SPECIALIST, date(2026, 4, 1))
    event = TicketClosed(at=NINE, by=MANAGER, follow_ups=(follow_up,), override_reason="She left")

    assert told(happening(event, state(assignees=(ENGINEER,)))) == {
        OWNER: Hearer.OWNER,
        SPECIALIST: Hearer.ASSIGNEE,
    }


def test_a_stakeholder_who_is_not_on_the_ticket_any_more_hears_nothing() -> None:
    seen = state(stakeholders=(STAKEHOLDER, SPECIALIST))

    assert STAKEHOLDER not in told(happening(escalated(), seen, left=(STAKEHOLDER,)))
    assert SPECIALIST in told(happening(escalated(), seen, left=(STAKEHOLDER,)))


def test_service_accounts_hear_nothing_and_neither_does_who_left() -> None:
    seen = state(
        owner=SCRIPT, assignees=(WALLBOARD,), stakeholders=(GONE,), reporter="robot@example.org"
    )
    event = escalated()

    assert told(happening(event, seen, responsible=(SCRIPT, GONE), told=(SCRIPT,))) == {}
    assert SCRIPT not in HOUSE.leads
    assert ADMINISTRATOR in HOUSE


def _review(ticket: bool) -> dict[str, object]:  # noqa: FBT001 - a test's own
    return {
        "at": NINE,
        "by": None,
        "review": ReviewId(GONE),
        "version": 1,
        "ticket": GONE if ticket else None,
    }


def test_a_review_that_is_overdue_is_told_to_those_whom_its_event_names() -> None:
    """D3."""
    event = ReviewOverdue(
        **_review(ticket=True),  # type: ignore[arg-type]  # a test's own
        review_kind=ReviewKind.POST_ISSUE,
        due_at=NINE,
        told=(OWNER, MANAGER),
    )

    assert told(Happening(event=event, state=None, owner=OWNER)) == {
        OWNER: Hearer.OWNER,
        MANAGER: Hearer.MANAGER,
    }


def test_an_overdue_action_is_told_to_who_owes_it_and_to_those_whom_its_event_names() -> None:
    """Q4."""
    event = ReviewActionOverdue(
        **_review(ticket=True),  # type: ignore[arg-type]  # the same
        action=ReviewActionId(GONE),
        description="Write the runbook",
        owner=SPECIALIST,
        due_on=date(2026, 3, 1),
        told=(SPECIALIST, OWNER, MANAGER),
    )

    assert told(Happening(event=event, state=None, owner=OWNER)) == {
        OWNER: Hearer.OWNER,
        SPECIALIST: Hearer.ASSIGNEE,
        MANAGER: Hearer.MANAGER,
    }


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [(ReviewKind.POST_ISSUE, {OWNER}), (ReviewKind.QUARTERLY, {MANAGER, OTHER_MANAGER})],
)
def test_a_review_that_opens_is_told_to_the_owner_or_of_a_quarter_to_the_managers(
    kind: ReviewKind, wanted: set[PersonId]
) -> None:
    """D3, Q1."""
    event = ReviewOpened(
        **_review(ticket=kind is ReviewKind.POST_ISSUE),  # type: ignore[arg-type]  # the same
        review_kind=kind,
        quarter=None,
        due_at=NINE,
    )
    owner = OWNER if kind is ReviewKind.POST_ISSUE else None

    assert set(told(Happening(event=event, state=None, owner=owner))) == wanted


@given(LIVES)
@settings(max_examples=100, deadline=None)
def test_whatever_happens_everybody_hears_once_and_nobody_of_their_own_acts(life: Life) -> None:
    """C2: and owner and stakeholders hear of every rung."""
    desk, at = born(life), START
    for moment in life.moments:
        at = later(at, moment)
        wake(desk, at, moment.engine)
        act(desk, at, moment)
    house = House(replace(one, email=f"{n}@example.org") for n, one in enumerate(MEMBERS))
    for step in desk.steps:
        seen = state_of(step.after)
        happened = Happening(event=step.event, state=seen, stakeholders=seen.stakeholders)
        heard = hear(happened, house)
        assert len({one.person for one in heard}) == len(heard)
        if isinstance(step.event, TicketEscalated):
            circle = {seen.owner, *seen.stakeholders}
            assert {p for p in circle if p in house} <= {one.person for one in heard}
        else:
            assert step.event.by not in {one.person for one in heard}
