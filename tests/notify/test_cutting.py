"""What is too long for a service is cut where it fits, and says so."""

from hypothesis import given
from hypothesis import strategies as some

from escgraph.notify.cutting import CUT, cut, fitting, in_bytes, line


def test_a_text_that_fits_is_left_as_it_is() -> None:
    assert cut("x" * 100, 100) == "x" * 100


def test_a_text_that_does_not_fit_ends_with_the_sentence_that_says_so() -> None:
    made = cut("x" * 101, 100)

    assert len(made) == 100
    assert made == "x" * (100 - len(CUT)) + CUT


@given(some.text(min_size=0, max_size=400), some.integers(len(CUT), 400))
def test_in_bytes_no_character_is_torn_and_nothing_is_longer_than_allowed(
    text: str, most: int
) -> None:
    text = text.encode(errors="ignore").decode()
    made = cut(text, most, size=in_bytes)

    assert in_bytes(made) <= max(most, in_bytes(CUT))
    assert made == text or text.startswith(made.removesuffix(CUT))


def test_a_line_is_one_line() -> None:
    assert line(" Mail\n is  down ", 20) == "Mail is down"
    assert line("x" * 30, 20) == "x" * 19 + "…"


def test_a_body_is_cut_until_it_fits_whatever_its_form_costs() -> None:
    body = fitting('"' * 1_000, 900, lambda text: repr(text).replace('"', '\\"').encode())

    assert 700 < len(body) <= 900
    assert CUT.strip().encode()[:20] in body


def test_a_body_that_cannot_fit_is_left_with_nothing_of_the_text() -> None:
    assert fitting("x" * 1_000, 10, str.encode) == CUT.encode()
