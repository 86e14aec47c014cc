"""The life of a draft (Q5): the table of what may follow on what, walked in full."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from escgraph.domain import drafts
from escgraph.domain.drafts import Draft, DraftState
from escgraph.domain.errors import InvalidInputError, WrongStatusError
from escgraph.domain.policy import SOP
from escgraph.domain.terms import PolicyDraftId, ReviewId
from tests.domain.desk import NINE, days, hours
from tests.domain.people import MANAGER

TIGHTER = replace(SOP, hold_cap=days(7))
ONE = ReviewId(UUID(int=1))
NEW = drafts.draft(
    TIGHTER,
    id=PolicyDraftId(UUID(int=9)),
    source="holdCap: 7d\n",
    author=MANAGER.person,
    reason="Holds lasted too long",
    review=ONE,
    at=NINE,
)
IN_STATE = {
    DraftState.DRAFT: NEW,
    DraftState.VALIDATED: replace(NEW, validated_at=NINE),
    DraftState.PUBLISHED: replace(NEW, validated_at=NINE, published_version=2),
    DraftState.DISCARDED: replace(NEW, discarded_at=NINE),
}

ACTS: dict[str, Callable[[Draft], Draft]] = {
    "revise": lambda draft: drafts.revise(
        draft, SOP, source="x", reason=None, review=None, at=NINE + hours(1)
    ),
    "validate": lambda draft: drafts.validated(draft, TIGHTER, at=NINE + hours(1)),
    "publish": lambda draft: drafts.publish(draft, in_force=SOP, version=2)[0],
    "discard": lambda draft: drafts.discard(draft, at=NINE + hours(1)),
}

# One letter for each of the acts: yes or no.
TABLE = {
    DraftState.DRAFT: "yyny",
    DraftState.VALIDATED: "yyyy",
    DraftState.PUBLISHED: "nnnn",
    DraftState.DISCARDED: "nnnn",
}
CELLS = [
    pytest.param(state, act, letter == "y", id=f"{act} {state}")
    for state, letters in TABLE.items()
    for act, letter in zip(ACTS, letters, strict=True)
]


def test_the_table_is_full() -> None:
    assert set(TABLE) == set(DraftState) == set(IN_STATE)
    assert {state: draft.state for state, draft in IN_STATE.items()} == {
        state: state for state in DraftState
    }


@pytest.mark.parametrize(("state", "act", "allowed"), CELLS)
def test_a_draft_lives_by_the_table(state: DraftState, act: str, *, allowed: bool) -> None:
    """Q5: publishing needs validating; what is over is over."""
    if allowed:
        ACTS[act](IN_STATE[state])
        return
    with pytest.raises(WrongStatusError, match=f"cannot {act} a draft that is {state}; ") as error:
        ACTS[act](IN_STATE[state])
    assert error.value.field == ("draftId",)


def test_publishing_what_was_not_validated_says_what_to_do_first() -> None:
    with pytest.raises(WrongStatusError, match="validate it first"):
        drafts.publish(NEW, in_force=SOP, version=2)


def test_a_draft_that_is_revised_has_to_be_validated_anew() -> None:
    revised = ACTS["revise"](IN_STATE[DraftState.VALIDATED])

    assert revised.state is DraftState.DRAFT
    assert (revised.source, revised.policy) == ("x", SOP)
    assert (revised.created_at, revised.revised_at) == (NINE, NINE + hours(1))
    assert (revised.reason, revised.review) == (NEW.reason, NEW.review)


def test_a_revision_may_give_another_reason_and_review() -> None:
    revised = drafts.revise(
        NEW, SOP, source="x", reason=" Better ", review=ReviewId(UUID(int=2)), at=NINE
    )

    assert (revised.reason, revised.review) == ("Better", ReviewId(UUID(int=2)))


@pytest.mark.parametrize("reason", ["", " \n "])
def test_nobody_drafts_revises_or_publishes_without_a_reason(reason: str) -> None:
    """Q5: author, reason, review."""
    with pytest.raises(InvalidInputError, match="reason is empty"):
        drafts.draft(SOP, id=NEW.id, source="x", author=None, reason=reason, review=None, at=NINE)
    with pytest.raises(InvalidInputError, match="reason is empty"):
        drafts.revise(NEW, SOP, source="x", reason=reason, review=None, at=NINE)


def test_what_is_published_gets_its_number_then_and_says_what_it_changes() -> None:
    published, changes = drafts.publish(IN_STATE[DraftState.VALIDATED], in_force=SOP, version=7)

    assert published.policy == replace(TIGHTER, version=7)
    assert published.published_version == 7
    assert changes == ("A hold lasts 7d at most instead of 14d",)


def test_validating_takes_over_what_the_text_says_today() -> None:
    later = replace(TIGHTER, hold_cap=timedelta(days=8))

    validated = drafts.validated(NEW, later, at=NINE + hours(1))

    assert (validated.policy, validated.validated_at) == (later, NINE + hours(1))
