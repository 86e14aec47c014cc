"""A notice as a person reads it at night: subject, first line, what to do, by when (§5, C2, C4)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from escgraph.documents.blocks import Bullets, Heading, Paragraph
from escgraph.documents.letter_page import page_text
from escgraph.documents.notice_brief import ReviewFacts
from escgraph.documents.notice_group import Group
from escgraph.documents.notice_happened import WORDS_HERE
from escgraph.documents.notice_steps import REASON, STEPS
from escgraph.documents.notice_text import HEADLINE_LENGTH, NoticeText, group_text, notice_text
from escgraph.documents.notice_words import SAID
from escgraph.domain import events
from escgraph.domain.hearing import HEARD
from escgraph.domain.notice import Hearer, NoticeKind
from escgraph.domain.terms import Audience, DeadlineKind, ReviewKind, Status, Tier
from tests.documents.briefs import (
    ADA,
    AT,
    PACKAGE,
    READER,
    WRITTEN,
    brief,
    by_hand,
    climb,
    page,
    text,
)

EVERY = [(kind, hearer) for kind in NoticeKind for hearer in Hearer]
OUTSIDE = [Hearer.STAKEHOLDER, Hearer.REPORTER]


def whole(words: NoticeText) -> str:
    return f"{words.subject} {words.headline} {words.blocks} {words.footer}"


def test_the_tables_of_words_have_every_kind_and_every_hearer() -> None:
    assert SAID.keys() == STEPS.keys() == set(NoticeKind)
    assert {frozenset(row) for row in STEPS.values()} == {frozenset(Hearer)}
    assert REASON.keys() == set(Hearer)


def test_every_event_that_is_told_has_words() -> None:
    told = {occasion.split()[0] for occasion, row in HEARD.items() if row.kind is not None}
    assert told <= {kind.__name__ for kind in WORDS_HERE}


@pytest.mark.parametrize(("kind", "hearer"), EVERY)
def test_a_subject_begins_with_the_indicator_and_names_the_ticket(
    kind: NoticeKind, hearer: Hearer
) -> None:
    """C4: nothing stands before it."""
    subject = notice_text(brief(kind, hearer)).subject

    if kind.startswith("REVIEW"):
        assert subject.startswith("ESC-000042 review ")
    elif kind is not NoticeKind.TEST:
        assert subject.startswith("[URGENT] ESC-000042 HIGH ")
    if kind is not NoticeKind.TEST:
        assert subject.endswith(": Checkout is down")
    assert "{" not in subject
    assert "\n" not in subject


@pytest.mark.parametrize(("kind", "hearer"), EVERY)
def test_a_first_line_is_a_sentence_that_stands_alone(kind: NoticeKind, hearer: Hearer) -> None:
    headline = notice_text(brief(kind, hearer)).headline

    assert "{" not in headline
    assert "\n" not in headline
    assert headline[:1] in {headline[:1].upper(), '"'}
    if kind in {NoticeKind.UPDATE, NoticeKind.CLOSING}:
        assert headline == WRITTEN
    elif kind is not NoticeKind.TEST:
        assert "ESC-000042" in headline
        assert headline.endswith(".")


@pytest.mark.parametrize(("kind", "hearer"), EVERY)
def test_what_to_do_first_stands_in_the_first_line(kind: NoticeKind, hearer: Hearer) -> None:
    words = notice_text(brief(kind, hearer))
    steps = STEPS[kind][hearer]
    if steps and "{" not in steps[0]:
        assert words.headline.endswith(f"; {steps[0]}.")
        assert f"{steps[0][:1].upper()}{steps[0][1:]}." in whole(words)
    elif not steps:
        assert "Nothing: you are told so that you know." in whole(words)


@pytest.mark.parametrize("hearer", OUTSIDE)
@pytest.mark.parametrize("kind", NoticeKind)
def test_those_outside_hear_nothing_of_how_we_work(kind: NoticeKind, hearer: Hearer) -> None:
    """P2: no tiers, no deadlines, nobody who is to blame."""
    words = whole(notice_text(brief(kind, hearer)))
    for internal in ("LEVEL_", "MANAGEMENT", "deadline", "escgraph", "accept", "assigned"):
        assert internal not in words


def test_a_letter_says_by_when_in_the_zone_of_its_reader_and_in_utc() -> None:
    assert (
        "Management is called on 2 March 2026, 06:00 Europe/Berlin (05:00 UTC), in 2 h, unless it "
        "is resolved before."
    ) in text(brief())
    assert "called on 2 March 2026, 05:00 UTC, in 2 h, unless" in text(brief(zone="UTC"))
    assert "called on 1 March 2026, 19:00 Pacific/Honolulu (2 March 2026, 05:00 UTC), in" in text(
        brief(zone="Pacific/Honolulu")
    )


@pytest.mark.parametrize(
    ("awaited", "said"),
    [
        (DeadlineKind.RESPONSE, "A first response is due on 2 March 2026, 05:00 UTC, in 2 h."),
        (DeadlineKind.LEVEL_2, "It goes to LEVEL_2 on 2 March 2026, 05:00 UTC, in 2 h, unless"),
        (DeadlineKind.LEVEL_3, "It goes to LEVEL_3 on 2 March 2026, 05:00 UTC, in 2 h, unless"),
        (DeadlineKind.MANAGEMENT, "Management is called on 2 March 2026, 05:00 UTC, in 2 h, unl"),
    ],
)
def test_a_letter_says_what_falls_next(awaited: DeadlineKind, said: str) -> None:
    assert said in text(brief(awaited=awaited, zone="UTC"))


def test_a_deadline_that_passed_while_the_letter_waited_is_told_as_past() -> None:
    late = brief(next_due_at=AT - timedelta(minutes=5), zone="UTC")
    assert "Management is called now: that was due on 2 March 2026, 02:55 UTC, 5 min ago." in text(
        late
    )
    calm = brief(hearer=Hearer.STAKEHOLDER, next_due_at=AT)
    assert "BY WHEN The next step follows now." in text(calm)


def test_a_ticket_without_a_deadline_says_so_and_an_ended_one_does_not() -> None:
    assert "No deadline is ahead." in text(brief(next_due_at=None))
    assert "BY WHEN" not in text(brief(NoticeKind.CLOSED, Hearer.OWNER))
    assert "its clock stands still" in text(brief(status=Status.ON_HOLD))
    assert "its clock stands still" not in text(brief())


def test_a_letter_says_who_owns_it_and_who_works_on_it() -> None:
    assert "Owner: Ada - Works on it: nobody yet - Stands at: LEVEL_2, OPEN" in text(brief())
    mine = text(brief(owner=READER, assignees=(ADA, READER)))
    assert "Owner: you - Works on it: Ada and you" in mine
    assert "Ada answers for it." in text(brief(hearer=Hearer.STAKEHOLDER))


def test_a_catch_up_lists_each_rung_with_when_it_was_due_and_when_it_fired() -> None:
    """A8, R10: one notice, not one for each rung."""
    rungs = [
        climb(Tier.LEVEL_2, due=AT - timedelta(hours=3), catch_up=True),
        climb(Tier.MANAGEMENT, due=AT - timedelta(hours=1), catch_up=True),
    ]
    told = text(brief(told=rungs, zone="UTC", hearer=Hearer.OWNER))

    assert "escalated to MANAGEMENT" in told
    for rung in (
        "LEVEL_1 to LEVEL_2 (deadline). It was due 2 March 2026, 00:00 UTC and fired 3 h later.",
        "LEVEL_1 to MANAGEMENT (deadline). It was due 2 March 2026, 02:00 UTC and fired 1 h later.",
    ):
        assert f"- 03:00: Escalated from {rung}" in told
    calm = text(brief(told=rungs, zone="UTC", hearer=Hearer.STAKEHOLDER))
    assert "- Passed on to second-level support at 03:00; planned for 2 March 2026, 00:00" in calm
    assert "- Passed on to management at 03:00; planned for 2 March 2026, 02:00 UTC." in calm


def test_an_escalation_by_hand_says_by_whom_and_in_whose_words() -> None:
    told = text(brief(told=[by_hand()]))
    assert "because Ada asked for it; accept it now." in told
    assert "(manual, expertise needed), by Ada. > WRITTEN BY SOMEBODY" in told


def test_an_escalation_to_where_nobody_works_says_so() -> None:
    """A22."""
    told = notice_text(
        brief(hearer=Hearer.TEAM_LEAD, told=[climb(Tier.LEVEL_2, no_recipient=True)])
    )
    assert "was escalated to LEVEL_2, where nobody works, at 04:00" in told.headline
    assert told.headline.endswith("find somebody who accepts it now.")


def test_an_update_comes_first_and_once() -> None:
    """R3, W6."""
    one_line = text(brief(NoticeKind.UPDATE, Hearer.STAKEHOLDER))
    assert one_line.startswith(WRITTEN)
    assert one_line.count(WRITTEN) == 1
    assert "Ada posted an update on ESC-000042 (Checkout is down) at 04:00." in one_line

    lines = "Payments work again.\n\nWe go on watching them."
    posted = events.StakeholderUpdatePosted(
        at=AT, by=ADA, text=lines, audience=Audience.EXTERNAL, closing=False
    )
    told = page_text(page(brief(NoticeKind.UPDATE, Hearer.STAKEHOLDER, told=[posted])))
    assert told.startswith("Payments work again.\n")
    assert told.count("Payments work again.") == 1
    assert "\n> We go on watching them.\n" in told


def test_the_summary_of_the_package_says_what_was_tried_and_what_is_missing() -> None:
    """C3."""
    told = text(brief(package=PACKAGE))
    assert "> Every payment ends with error 502." in told
    assert "WHAT WAS TRIED > Restarted the gateway: no change" in told
    assert "Missing: a stakeholder update and notes." in told
    assert "Worked on it so far: Ada." in told


def test_a_first_line_that_is_too_long_is_cut_where_it_is_followed_by_the_whole() -> None:
    long = "word " * 200
    posted = events.StakeholderUpdatePosted(
        at=AT, by=ADA, text=long.strip(), audience=Audience.EXTERNAL, closing=False
    )
    told = notice_text(brief(NoticeKind.UPDATE, Hearer.STAKEHOLDER, told=[posted]))
    assert len(told.headline) <= HEADLINE_LENGTH
    assert told.headline.endswith("…")
    assert long.strip() in str(told.blocks)


def test_a_quarterly_review_has_no_ticket_and_says_which_quarter() -> None:
    """Q1."""
    facts = ReviewFacts(kind=ReviewKind.QUARTERLY, quarter="2026-Q1", due_at=AT)
    one = brief(NoticeKind.REVIEW_OPENED, Hearer.MANAGER)
    words = notice_text(replace(one, state=None, review=facts))
    assert words.subject == "Review to be written: the quarterly review of 2026-Q1"
    assert words.headline.startswith("The quarterly review of 2026-Q1 was opened and is due on ")


@pytest.mark.parametrize(
    ("kinds", "main"),
    [
        ([NoticeKind.ASSIGNED, NoticeKind.ESCALATED, NoticeKind.NOTE], NoticeKind.ESCALATED),
        ([NoticeKind.ESCALATED, NoticeKind.RESOLVED], NoticeKind.RESOLVED),
        ([NoticeKind.RESOLVED, NoticeKind.CLOSED], NoticeKind.CLOSED),
        ([NoticeKind.REVIEW_OVERDUE, NoticeKind.REVIEW_ACTION_OVERDUE], NoticeKind.REVIEW_OVERDUE),
    ],
)
def test_of_several_notices_about_one_ticket_one_counts_and_the_others_are_told_below(
    kinds: list[NoticeKind], main: NoticeKind
) -> None:
    """Once a ticket has ended, nobody is asked to accept it any more."""
    group = Group(tuple(brief(kind, Hearer.OWNER) for kind in kinds), earlier=3)
    words = group_text(group)
    assert group.main.kind is main
    assert words.headline == notice_text(brief(main, Hearer.OWNER)).headline
    assert Heading(2, "Also") in words.blocks
    assert Paragraph("3 earlier notices left out here.") in words.blocks
    also = words.blocks[words.blocks.index(Heading(2, "Also")) :]
    assert sum(isinstance(block, Bullets) for block in also) == len(kinds) - 1
