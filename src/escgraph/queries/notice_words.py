"""Notices in words, for those who ask what somebody was told: as the one who hears it reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from escgraph.documents.letter_page import Page, Part, page_text
from escgraph.documents.notice_text import NoticeText, notice_text
from escgraph.domain.calm import NO_WISHES
from escgraph.domain.notice import Notice
from escgraph.domain.terms import NoticeId
from escgraph.domain.ticket import Actor
from escgraph.queries.notice_briefs import Reading, told_each
from escgraph.store import people, preferences


@dataclass(frozen=True, slots=True)
class Words:
    """`text` is all of it, without the links and the package that a letter has."""

    subject: str
    text: str


async def words_of(notices: Sequence[Notice]) -> dict[NoticeId, Words]:
    """The words of each, its times by the clock of the one who hears it."""
    heard_by = list({notice.person for notice in notices})
    readers, wishes = await people.by_ids(heard_by), await preferences.wishes_of(heard_by)

    def reading(notice: Notice) -> Reading:
        person = readers[notice.person]
        clock = wishes.get(person.id, NO_WISHES).clock
        actor = Actor(person.id, person.role, person.tier)
        return Reading(actor, clock.key, notice.created_at)

    shown = await told_each([(notice, reading(notice)) for notice in notices], packed=False)
    return {one.notice.id: _words(notice_text(one.brief)) for one in shown}


def _words(found: NoticeText) -> Words:
    page = Page(
        title=found.subject,
        headline=found.headline,
        parts=(Part(blocks=found.blocks),),
        footer=found.footer,
        urgent=False,
    )
    return Words(found.subject, page_text(page))
