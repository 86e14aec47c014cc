"""How alike texts are: which pairs of reports count as one issue, and what no text can do to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escgraph.queries.similarity import LONGEST, NEAR, Report, clusters, likeness, nearest
from tests.queries.reports import OTHER, SAME

TEMPLATES = 2
"""Pairs of OTHER that were made from one template, which words alone do not tell apart."""


def score(a: Report, b: Report) -> float:
    ((_, found),) = nearest(a, [b], at_least=0, most=1)
    return found


@pytest.mark.parametrize(("a", "b"), SAME)
def test_two_reports_of_one_issue_are_near(a: Report, b: Report) -> None:
    assert score(a, b) >= NEAR
    assert score(b, a) == pytest.approx(score(a, b))


def test_reports_of_two_issues_are_not_near_unless_they_come_from_one_template() -> None:
    near = [(a, b) for a, b in OTHER if score(a, b) >= NEAR]

    assert len(near) == TEMPLATES
    assert [a[0].split()[0] for a, _ in near] == ["Button", "ALERT:"]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Mail is down", "Mail is down", 1),
        ("Mail is down", "DOWN is: mail!", 1),  # the same words
        ("Größe falsch", "GRÖSSE falsch", 1),  # ß and SS are one letter to a reader
        ("Café zu", "Cafe\u0301 zu", 1),  # one character or two
        ("Mail is down", "", 0),
        ("", "", 0),
        ("?!", "?!", 0),  # no word in either
    ],
)
def test_words_count_and_not_how_they_are_written(a: str, b: str, expected: float) -> None:
    assert likeness(a, b) == expected


def test_one_text_that_says_all_of_the_other_is_like_it_but_not_the_same() -> None:
    assert NEAR < likeness("Mail is down", "Mail is down on floor three") < 1


@given(st.text(), st.text())
def test_likeness_is_between_none_and_all_and_the_same_both_ways(a: str, b: str) -> None:
    assert 0 <= likeness(a, b) <= 1
    assert likeness(a, b) == pytest.approx(likeness(b, a))


@pytest.mark.parametrize(
    "hostile",
    [
        "a " * 10_000,
        "\ufdfa" * 20_000,
        "e\u0301\u0323\u0330" * 5_000,
        "\U0001d160" * 20_000,
        " ".join(map(str, range(5_000))),
    ],
    ids=["one word", "one character that stands for many", "stacked", "notes", "all words"],
)
def test_no_more_of_a_text_counts_than_its_beginning(hostile: str) -> None:
    """So that no text costs more than any other."""
    assert likeness(hostile, "Mail is down") == likeness(hostile[:LONGEST], "Mail is down")
    assert likeness("x" * LONGEST + "y" * 19_000, "x" * LONGEST) == 1


def test_the_likest_come_first_and_no_more_than_asked_for() -> None:
    given = ("Mail is down", "Nobody gets mail")
    others = [
        ("Printer is out of toner", "The display says empty"),
        ("Mail down", "Nobody gets any mail at all"),
        given,
        given,
    ]

    assert [place for place, _ in nearest(given, others, most=9)] == [2, 3, 1]
    assert [place for place, _ in nearest(given, others, most=2)] == [2, 3]


def test_texts_that_say_the_same_are_one_group_by_their_places() -> None:
    """Q2."""
    texts = [
        "Mail is down",
        "Printer out of toner",
        "mail down!",
        "Search finds nothing",
        "Is mail down?",
        "Out of toner: the printer",
    ]

    assert clusters(texts, at_least=0.7) == [(0, 2, 4), (1, 5)]


def test_no_chain_of_small_steps_joins_what_is_far_apart() -> None:
    """Q2: each text of a group is like its first."""
    steps = ["a b c d e f", "b c d e f g", "c d e f g h", "d e f g h i", "e f g h i j"]

    for group in clusters(steps, at_least=0.8):
        assert all(likeness(steps[group[0]], steps[place]) >= 0.8 for place in group)
    assert clusters(steps, at_least=0.8) != [(0, 1, 2, 3, 4)]


@given(st.lists(st.sampled_from(["mail down", "Down: mail", "no toner", "", "?"]), max_size=12))
def test_no_text_is_in_two_groups_and_none_is_alone(texts: list[str]) -> None:
    """Q2."""
    groups = clusters(texts, at_least=0.9)
    places = [place for group in groups for place in group]

    assert len(places) == len(set(places))
    assert all(len(group) > 1 for group in groups)
    assert all(any(letter.isalnum() for letter in texts[place]) for place in places)
