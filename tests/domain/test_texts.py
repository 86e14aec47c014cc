"""What people may write: how long, with which characters, and how it is kept."""

from collections.abc import Callable
from typing import Any

import pytest

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.texts import line, optional_line, optional_prose, prose
from tests.domain.desk import NINE, Desk, hours
from tests.domain.people import MANAGER

LINES = pytest.mark.parametrize("read", [line, optional_line])
PROSE = pytest.mark.parametrize("read", [prose, optional_prose])
EVERY = pytest.mark.parametrize("read", [line, optional_line, prose, optional_prose])

Read = Callable[[str, str], str]


def refusal(read: Read, text: str) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as refused:
        read(text, "rootCause")
    return refused.value


@EVERY
def test_a_text_is_kept_without_its_margins(read: Read) -> None:
    assert read(" \tZoë + 🙂 \n", "title") == "Zoë + 🙂"


@pytest.mark.parametrize("read", [line, prose])
@pytest.mark.parametrize("nothing", ["", " \n\t"])
def test_what_must_be_written_is_not_empty(read: Read, nothing: str) -> None:
    refused = refusal(read, nothing)

    assert refused.field == ("rootCause",)
    assert refused.message == "rootCause is empty; write it"


@pytest.mark.parametrize("read", [optional_line, optional_prose])
def test_what_may_be_left_out_may_be_empty(read: Read) -> None:
    assert read(" ", "comment") == ""


@LINES
def test_a_line_has_two_hundred_characters_at_most(read: Read) -> None:
    assert read(" " + "x" * 200, "title") == "x" * 200
    assert "201 characters; 200 are allowed" in refusal(read, "x" * 201).message


@PROSE
def test_prose_has_twenty_thousand_characters_at_most(read: Read) -> None:
    assert len(read("x" * 20_000, "text")) == 20_000
    assert "20001 characters; 20000 are allowed" in refusal(read, "x" * 20_001).message


@LINES
@pytest.mark.parametrize(
    "char", ["\0", "\t", "\n", "\r", "\x1b", "\x7f", "\x85", "\u2028", "\ud800"]
)
def test_a_line_holds_no_control_character(read: Read, char: str) -> None:
    refused = refusal(read, f"a{char}b")

    assert refused.field == ("rootCause",)
    assert f"U+{ord(char):04X} at place 2" in refused.message


@PROSE
@pytest.mark.parametrize("char", ["\0", "\b", "\v", "\f", "\r", "\x1b", "\x1f", "\x7f", "\ud800"])
def test_prose_holds_none_but_the_ends_of_lines_and_tabs(read: Read, char: str) -> None:
    assert read("a\n\tb", "text") == "a\n\tb"
    assert f"U+{ord(char):04X}" in refusal(read, f"a{char}b").message


@PROSE
def test_the_ends_of_lines_are_those_of_unix(read: Read) -> None:
    assert read("a\r\n\r\nb\r\n", "text") == "a\n\nb"


BAD = "a\x1bb"


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (lambda: Desk(title=BAD), "title"),
        (lambda: Desk(description=BAD), "description"),
        (lambda: Desk(component=BAD), "component"),
        (lambda: Desk(reporter=BAD), "reporter"),
        (lambda: Desk().note(NINE, text=BAD), "text"),
        (lambda: Desk().log(NINE, text=BAD), "text"),
        (lambda: Desk().link(NINE, title=BAD), "title"),
        (lambda: Desk().link(NINE, checksum=BAD), "checksum"),
        (lambda: Desk().allocate(NINE, MANAGER.person, reason=BAD), "reason"),
        (lambda: Desk().transfer(NINE, MANAGER.person, reason=BAD), "reason"),
        (lambda: Desk().update(NINE, text=BAD), "text"),
        (lambda: Desk().hold(NINE, note=BAD), "note"),
        (lambda: Desk().escalate(NINE, comment=BAD), "comment"),
        (lambda: Desk().resolve(NINE, summary=BAD), "summary"),
        (lambda: Desk().resolve(NINE, root_cause=BAD), "rootCause"),
        (lambda: Desk().cancel(NINE, reason=BAD), "reason"),
        (lambda: resolved().close(NINE + hours(1), closing_notice=BAD), "closingNotice"),
        (lambda: resolved().close(NINE + hours(1), override_reason=BAD), "overrideReason"),
        (lambda: resolved().reopen(NINE + hours(1), reason=BAD), "reason"),
    ],
)
def test_every_act_checks_what_is_written_by_the_name_of_its_input(
    act: Callable[[], Any], field: str
) -> None:
    with pytest.raises(InvalidInputError, match=r"U\+001B") as refused:
        act()

    assert refused.value.field == (field,)


def resolved() -> Desk:
    desk = Desk()
    desk.resolve(NINE)
    return desk
