"""What colleagues write to each other stays among them, whatever a letter tells of (P2, R3)."""

import pytest

from escgraph.domain.notice import Hearer, NoticeKind
from escgraph.domain.ticket import Actor
from escgraph.notify.letter import Letter
from escgraph.notify.links import Links
from escgraph.queries.letters import letter_for
from escgraph.store import sealing
from escgraph.store.database import execute
from escgraph.store.stream import StoredEvent
from tests.queries.house import NINE, House, hours
from tests.queries.packed import BETWEEN_COLLEAGUES, TO_ANYBODY, everything
from tests.queries.post import notice, posted, timeline

LINKS = Links("https://escgraph.example.org", [sealing.new_key()])
AT = NINE + hours(1)


async def _letters(house: House, who: Actor, hearer: Hearer) -> list[Letter]:
    """One of each kind, each telling of everything that ever happened to the ticket."""
    ticket_id, _ = await everything(house)
    told = await timeline(ticket_id)
    return [await _letter(kind, hearer, who, told) for kind in NoticeKind]


async def _letter(kind: NoticeKind, hearer: Hearer, who: Actor, told: list[StoredEvent]) -> Letter:
    message = await posted(notice(kind, hearer, who.person, told, at=AT), at=AT)
    return await letter_for(message, links=LINKS)


def _all_of(letter: Letter) -> str:
    """Everything that leaves the house with it."""
    files = " ".join(file.content.decode() for file in letter.attachments)
    return f"{letter} {files}".replace("\\", "")


@pytest.mark.parametrize("hearer", [Hearer.STAKEHOLDER, Hearer.REPORTER, Hearer.OWNER])
async def test_no_letter_of_any_kind_tells_a_stakeholder_what_colleagues_wrote(
    house: House, hearer: Hearer
) -> None:
    """P2, R3: as whatever they hear of it."""
    letters = await _letters(house, house.stakeholder, hearer)

    told = {
        letter.kind: [m for m in BETWEEN_COLLEAGUES if m in _all_of(letter)] for letter in letters
    }
    assert told == {f"notice.{kind.lower()}": [] for kind in NoticeKind}
    assert "MARK-outside" in _all_of(letters[list(NoticeKind).index(NoticeKind.UPDATE)])


async def test_a_colleague_is_told_all_of_it(house: House) -> None:
    letters = await _letters(house, house.engineer, Hearer.OWNER)
    for letter in letters:
        text = _all_of(letter)
        assert [mark for mark in (*BETWEEN_COLLEAGUES, *TO_ANYBODY) if mark not in text] == []


async def test_a_wallboard_is_told_no_text_that_anybody_wrote(house: House) -> None:
    """P2: it hangs where anybody passes."""
    for letter in await _letters(house, house.wallboard, Hearer.STAKEHOLDER):
        text = _all_of(letter)
        hidden = (*BETWEEN_COLLEAGUES, "MARK-description", "MARK-outside", "MARK-summary")
        assert [mark for mark in (*hidden, "Ann Example") if mark in text] == []


async def test_who_may_not_see_the_ticket_hears_only_its_number(house: House) -> None:
    """P2: a stakeholder who is no longer named, however the notice came about."""
    for letter in await _letters(house, house.stranger, Hearer.STAKEHOLDER):
        text = _all_of(letter)
        assert [mark for mark in (*BETWEEN_COLLEAGUES, *TO_ANYBODY) if mark in text] == []
        assert "ESC-000001" in text or letter.kind == "notice.test"
        assert letter.package == ()


async def test_an_event_of_a_newer_version_is_passed_over(house: House) -> None:
    """Two versions run side by side while one is rolled out."""
    ticket_id, _ = await everything(house)
    (opened, *_) = await timeline(ticket_id)
    await execute("UPDATE event SET kind = 'TicketSplit' WHERE position = $1", opened.position)
    letter = await _letter(NoticeKind.ASSIGNED, Hearer.ASSIGNEE, house.engineer, [opened])
    assert "ESC-000001" in letter.subject
    assert "TicketSplit" not in _all_of(letter)
