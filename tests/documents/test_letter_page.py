"""A letter as a page and as plain text: whatever somebody wrote is shown and does nothing (C4)."""

import re

import pytest
from hypothesis import given

from escgraph.documents.letter_page import page_text
from escgraph.documents.mail_html import mail_html
from escgraph.documents.notice_text import notice_text
from escgraph.documents.plain import WIDTH
from escgraph.domain import events
from escgraph.domain.notice import Hearer, NoticeKind
from escgraph.domain.terms import Visibility
from tests.documents.briefs import ADA, AT, LINK, PACKAGE, brief, page
from tests.documents.texts import NASTY, TEXTS
from tests.documents.texts import Page as Read

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "table", "tr", "td"),
    *("p", "h2", "ul", "ol", "li", "blockquote", "a", "br"),
}
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def test_no_line_of_plain_text_is_longer_than_a_screen_but_for_the_first_and_addresses() -> None:
    lines = page_text(page(brief(package=PACKAGE, title="word " * 40))).split("\n")
    assert all(len(line) <= WIDTH for line in lines[1:] if "https://" not in line)
    assert any(line.endswith(LINK) for line in lines)


def test_a_figure_and_its_unit_are_not_parted() -> None:
    for length in range(60):
        told = page_text(page(brief(title="x" * length, zone="UTC")))
        assert "in 2 h, unless" in told.replace("\nunless", " unless").replace(",\n", ", ")


@pytest.mark.parametrize("nasty", [*NASTY, "\r\nBcc: all@example.org", "x" * 5000, "é" * 300])
def test_a_hostile_text_is_shown_and_does_nothing(nasty: str) -> None:
    posted = events.NoteAdded(
        at=AT,
        by=ADA,
        text=nasty,
        visibility=Visibility.REPORTER,
        corrects=None,
    )
    one = brief(NoticeKind.NOTE, Hearer.OWNER, told=[posted], title=nasty, names={ADA: nasty})
    words = notice_text(one)

    assert words.subject.isprintable()
    assert words.subject.startswith("[URGENT] ESC-000042 HIGH new note: ")
    assert len(words.subject) < 200
    assert not UNSEEN.search(words.headline)
    read = Read(mail_html(page(one)))
    assert read.links == [LINK]
    assert set(read.tags) <= TAGS
    assert not {name for name in read.attributes if name.startswith("on") or name == "src"}


@given(TEXTS)
def test_what_somebody_wrote_stays_within_its_quote(written: str) -> None:
    """Nothing that they write passes for what this program says."""
    posted = events.NoteAdded(
        at=AT,
        by=ADA,
        text=written,
        visibility=Visibility.REPORTER,
        corrects=None,
    )
    one = brief(NoticeKind.NOTE, Hearer.OWNER, told=[posted], title=written)

    lines = page_text(page(one)).split("\n")
    headings = [line for line in lines if line in {"WHAT TO DO", "BY WHEN", "WHO"}]
    assert headings == ["WHAT TO DO", "BY WHEN", "WHO"]
    assert len(Read(mail_html(page(one))).of("h2")) == 4
    assert not UNSEEN.search("\n".join(lines))


def test_a_page_asks_for_nothing_from_outside() -> None:
    written = mail_html(page(brief(package=PACKAGE)))
    for fetching in ("src=", "url(", "@import", "<link", "<script", "<img", "<iframe", "<form"):
        assert fetching not in written.lower()
