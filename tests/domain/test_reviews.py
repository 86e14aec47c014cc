"""Reviews by the rules: when one opens, how it is written, what completing it wants (D3)."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from escgraph.domain.errors import (
    DocumentsMissingError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    WrongStatusError,
)
from escgraph.domain.policy import SOP
from escgraph.domain.review import (
    SECTIONS,
    Review,
    ReviewChange,
    open_post_issue,
    wants_review,
)
from escgraph.domain.review_actions import add_action, complete_action, revise_action
from escgraph.domain.review_writing import complete, write_section
from escgraph.domain.terms import (
    Priority,
    ReviewActionId,
    ReviewActionState,
    ReviewId,
    ReviewKind,
    ReviewSection,
    ReviewState,
    Tier,
)
from escgraph.domain.ticket import Actor, Ticket
from tests.domain.desk import NINE, Desk, days, hours
from tests.domain.people import (
    ADMINISTRATOR,
    AGENT,
    ENGINEER,
    MANAGER,
    OTHER_AGENT,
    SCRIPT,
    STAKEHOLDER,
    WALLBOARD,
)

TODAY = NINE.date()
FRIDAY = date(2026, 3, 6)
FIRST = ReviewActionId(UUID(int=301))


def resolved() -> Ticket:
    """A ticket of the agent's that was resolved at nine, and had been critical."""
    desk = Desk(Priority.HIGH, critical=True)
    desk.resolve(NINE)
    return desk.ticket


TICKET = resolved()


class Desktop:
    """A review on somebody's desk; every act is done to it as it stands, and is remembered."""

    def __init__(self, ticket: Ticket = TICKET) -> None:
        self.ticket = ticket
        review_id = ReviewId(UUID(int=300))
        opened = open_post_issue(review_id, ticket, by=AGENT.person, at=NINE, policy=SOP)
        self.review: Review = opened.review
        self.changes: list[ReviewChange] = [opened]

    def write(self, section: ReviewSection, text: str = "x", *, by: Actor = ENGINEER) -> None:
        self._now(write_section(self.review, by=by, at=NINE, section=section, text=text))

    def write_all(self) -> None:
        for section in SECTIONS[ReviewKind.POST_ISSUE]:
            self.write(section)

    def add(
        self,
        owner: Actor | None = ENGINEER,
        due_on: date | None = FRIDAY,
        *,
        by: Actor = ENGINEER,
        description: str = "Watch the disks",
    ) -> None:
        action_id = ReviewActionId(UUID(int=301 + len(self.review.actions)))
        person = None if owner is None else owner.person
        self._now(
            add_action(
                self.review,
                action_id,
                by=by,
                at=NINE,
                today=TODAY,
                description=description,
                owner=person,
                due_on=due_on,
            )
        )

    def revise(self, *, by: Actor = ENGINEER, today: date = TODAY, **what: object) -> None:
        self._now(revise_action(self.review, FIRST, by=by, at=NINE, today=today, **what))  # type: ignore[arg-type]  # checked by the call

    def finish(self, outcome: str = "New disks", *, by: Actor = ENGINEER) -> None:
        self._now(complete_action(self.review, FIRST, by=by, at=NINE + days(1), outcome=outcome))

    def complete(self, *, by: Actor = MANAGER, no_actions: bool = False) -> None:
        self._now(
            complete(
                self.review, by=by, at=NINE + days(2), ticket=self.ticket, no_actions=no_actions
            )
        )

    @property
    def heard(self) -> list[str]:
        return [type(change.event).__name__ for change in self.changes if change.event]

    def _now(self, change: ReviewChange) -> None:
        self.review = change.review
        self.changes.append(change)


def test_resolving_a_critical_ticket_wants_a_review() -> None:
    """D3."""
    assert wants_review(TICKET)


def test_resolving_a_ticket_that_reached_management_wants_one_wherever_it_stands_now() -> None:
    """D3."""
    desk = Desk(Priority.HIGH)
    desk.sweep(NINE + hours(4))
    desk.deescalate(NINE + hours(5))
    desk.resolve(NINE + hours(6))
    assert (desk.ticket.tier, desk.ticket.reached) == (Tier.LEVEL_3, Tier.MANAGEMENT)

    assert wants_review(desk.ticket)


def test_no_other_resolution_wants_one() -> None:
    """D3: a HIGH ticket that LEVEL_2 resolved is none."""
    desk = Desk(Priority.HIGH)
    desk.sweep(NINE + hours(2))
    desk.resolve(NINE + hours(3))
    assert desk.ticket.reached is Tier.LEVEL_2

    assert not wants_review(desk.ticket)


def test_a_new_review_says_what_it_looks_back_on_and_when_it_is_due() -> None:
    """D3: Monday's is due when the next Monday is over."""
    desktop = Desktop()

    assert desktop.review.ticket == TICKET.id
    assert desktop.review.cycle == 1
    assert desktop.review.state is ReviewState.OPEN
    assert (desktop.review.due_at - NINE) == days(7) + hours(15)
    assert desktop.review.unwritten == (
        "what went well",
        "what did not go well",
        "the root cause",
    )
    assert desktop.heard == ["ReviewOpened"]


def test_a_section_is_written_and_written_anew() -> None:
    """D3."""
    desktop = Desktop()
    desktop.write(ReviewSection.ROOT_CAUSE, " The disk ")
    desktop.write(ReviewSection.ROOT_CAUSE, "The controller", by=AGENT)

    assert desktop.review.sections == {ReviewSection.ROOT_CAUSE: "The controller"}
    assert desktop.review.version == 3
    assert desktop.review.unwritten == ("what went well", "what did not go well")


def test_writing_the_same_again_changes_nothing() -> None:
    desktop = Desktop()
    desktop.write(ReviewSection.ROOT_CAUSE, "The disk")
    desktop.write(ReviewSection.ROOT_CAUSE, "The disk ")

    assert desktop.review.version == 2
    assert desktop.changes[-1].event is None


def test_an_empty_section_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="text is empty"):
        Desktop().write(ReviewSection.ROOT_CAUSE, " \n")


def test_completing_names_every_empty_section_and_every_action_without_owner_or_day() -> None:
    """D3."""
    desktop = Desktop()
    desktop.write(ReviewSection.WENT_WELL)
    desktop.add(owner=None)
    desktop.add(due_on=None)
    desktop.add()

    with pytest.raises(DocumentsMissingError) as refused:
        desktop.complete()

    assert refused.value.missing == (
        "what did not go well",
        "the root cause",
        "an owner of action 1",
        "a due date of action 2",
    )
    assert refused.value.message == (
        "cannot complete a review that lacks what did not go well, the root cause, "
        "an owner of action 1, a due date of action 2; add what is missing"
    )


def test_a_review_without_actions_says_so_explicitly() -> None:
    """D3, as a closing does of its follow-ups (W6)."""
    desktop = Desktop()
    desktop.write_all()

    with pytest.raises(DocumentsMissingError) as refused:
        desktop.complete()
    assert refused.value.missing == ('an action, or an explicit "none" as noActions',)
    assert refused.value.field == ("noActions",)

    desktop.complete(no_actions=True)
    assert desktop.review.state is ReviewState.COMPLETED


def test_none_is_not_said_where_there_are_some() -> None:
    desktop = Desktop()
    desktop.write_all()
    desktop.add()

    with pytest.raises(InvalidInputError, match="the review has 1"):
        desktop.complete(no_actions=True)


def test_a_whole_review_is_completed_once() -> None:
    """D3."""
    desktop = Desktop()
    desktop.write_all()
    desktop.add()
    desktop.complete()

    assert desktop.review.completed_by == MANAGER.person
    assert desktop.review.completed_at == NINE + days(2)
    with pytest.raises(WrongStatusError, match="cannot complete a review that is COMPLETED"):
        desktop.complete()


def test_what_was_done_before_needs_neither_owner_nor_day() -> None:
    """D3: who did it, and when, is known."""
    desktop = Desktop()
    desktop.write_all()
    desktop.add(owner=None, due_on=None)
    desktop.finish()
    desktop.complete()

    assert not desktop.review.open


@pytest.mark.parametrize(
    "act",
    [
        lambda desktop: desktop.write(ReviewSection.ROOT_CAUSE, "Another one"),
        lambda desktop: desktop.add(),
        lambda desktop: desktop.revise(description="Another thing"),
    ],
)
def test_a_completed_review_never_changes(act: Callable[[Desktop], None]) -> None:
    """D3."""
    desktop = Desktop()
    desktop.write_all()
    desktop.add()
    desktop.complete()
    before = desktop.review

    with pytest.raises(WrongStatusError, match="a review that is COMPLETED; it stays as it is"):
        act(desktop)

    assert desktop.review == before


def test_the_actions_of_a_completed_review_go_on() -> None:
    """Q4: they move to another owner or day, and are done."""
    desktop = Desktop()
    desktop.write_all()
    desktop.add()
    desktop.complete()
    desktop.revise(owner=AGENT.person, due_on=date(2026, 3, 9))
    desktop.finish("All eight")

    (action,) = desktop.review.actions
    assert (action.owner, action.due_on) == (AGENT.person, date(2026, 3, 9))
    assert action.state is ReviewActionState.DONE
    assert (action.done_by, action.outcome) == (ENGINEER.person, "All eight")


def test_a_done_action_stays_done() -> None:
    desktop = Desktop()
    desktop.add()
    desktop.finish()

    with pytest.raises(WrongStatusError, match="cannot complete an action that is DONE"):
        desktop.finish("Twice")
    with pytest.raises(WrongStatusError, match="cannot revise an action that is DONE"):
        desktop.revise(owner=AGENT.person)


def test_an_action_is_done_with_an_outcome() -> None:
    desktop = Desktop()
    desktop.add()

    with pytest.raises(InvalidInputError, match="outcome is empty"):
        desktop.finish(" ")


def test_what_is_not_said_of_an_action_stays() -> None:
    desktop = Desktop()
    desktop.add()
    desktop.revise(description="Watch all disks")

    (action,) = desktop.review.actions
    assert action.description == "Watch all disks"
    assert (action.owner, action.due_on) == (ENGINEER.person, FRIDAY)
    desktop.revise(description="Watch all disks", owner=ENGINEER.person, due_on=FRIDAY)
    assert desktop.changes[-1].event is None


@pytest.mark.parametrize("due_on", [TODAY, FRIDAY])
def test_an_action_is_due_today_or_later(due_on: date) -> None:
    desktop = Desktop()
    desktop.add(due_on=due_on)

    assert desktop.review.actions[0].due_on == due_on


def test_an_action_that_would_be_overdue_already_is_refused() -> None:
    desktop = Desktop()
    with pytest.raises(InvalidInputError, match="give a day from 2026-03-02 on"):
        desktop.add(due_on=date(2026, 3, 1))
    desktop.add()
    with pytest.raises(InvalidInputError, match="due on 2026-03-05, before today"):
        desktop.revise(due_on=date(2026, 3, 5), today=date(2026, 3, 6))


def test_an_action_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="see reviewActions"):
        Desktop().finish()


@pytest.mark.parametrize(
    ("by", "may"), [(AGENT, True), (MANAGER, True), (OTHER_AGENT, False), (ENGINEER, False)]
)
def test_a_post_issue_review_is_completed_by_the_ticket_s_owner_or_a_manager(
    by: Actor, *, may: bool
) -> None:
    """D3, R4."""
    desktop = Desktop()
    desktop.write_all()
    desktop.add()

    if may:
        desktop.complete(by=by)
        assert desktop.review.completed_by == by.person
    else:
        with pytest.raises(ForbiddenError, match="is for the ticket's owner or a manager"):
            desktop.complete(by=by)


@pytest.mark.parametrize("by", [STAKEHOLDER, WALLBOARD, SCRIPT, ADMINISTRATOR])
@pytest.mark.parametrize(
    "act",
    [
        lambda desktop, by: desktop.write(ReviewSection.ROOT_CAUSE, by=by),
        lambda desktop, by: desktop.add(by=by),
        lambda desktop, by: desktop.revise(by=by, owner=AGENT.person),
        lambda desktop, by: desktop.finish(by=by),
        lambda desktop, by: desktop.complete(by=by),
    ],
)
def test_who_does_not_work_on_tickets_does_nothing_to_a_review(
    by: Actor, act: Callable[[Desktop, Actor], None]
) -> None:
    """P2."""
    desktop = Desktop()
    desktop.add()
    before = desktop.review

    with pytest.raises(ForbiddenError):
        act(desktop, by)

    assert desktop.review == before
