"""A message as a letter: what a person is told, in words, as they may see it.

A letter depends on what the message carries and on nothing that changes: composed again, for a
retry hours later, it is the same to the byte. So "in 2 h" counts from the first attempt to send it,
which may be long after the event: quiet hours and digests hold messages back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from escgraph.documents.letter_page import Button, Page, Part, page_text
from escgraph.documents.mail_html import mail_html
from escgraph.documents.notice_brief import Brief
from escgraph.documents.notice_bundle import (
    Bundle,
    bundle_footer,
    bundle_headline,
    bundle_subject,
    group_blocks,
    group_head,
    left_out,
)
from escgraph.documents.notice_group import Group
from escgraph.documents.notice_text import group_text, notice_text
from escgraph.domain.errors import NotFoundError
from escgraph.domain.notice import Hearer, Notice, NoticeKind, Pace
from escgraph.domain.terms import MessageId, PersonId, Priority
from escgraph.domain.ticket import Actor
from escgraph.notify.letter import Action, Letter
from escgraph.notify.links import Links
from escgraph.queries.letter_attachments import Attached, attachments
from escgraph.queries.letter_groups import grouped
from escgraph.queries.letter_links import Linking
from escgraph.queries.letter_payload import payload
from escgraph.queries.notice_briefs import Reading, Told, told, with_package
from escgraph.store import carried, people
from escgraph.store.notice_rows import Message
from escgraph.store.people import Person

MOST_GROUPS = 50
"""Tickets that one letter tells of; the others are counted."""

MOST_ATTACHED = 5
"""Tickets whose packages are attached to one letter."""

MOST_OF_ONE = 10
"""Notices about one ticket that a letter tells, the latest."""


async def letter_for(message: Message, *, links: Links) -> Letter:
    """What is sent to the person of that message; the same whenever it is asked.

    Raises:
        NotFoundError: the message is for no person, or carries nothing.
    """
    notices = await carried.notices(message.id)
    if message.person is None or not notices:
        raise NotFoundError(f"the message {message.id} carries no notice to a person")
    person = await _person(message.person)
    groups = grouped(notices)
    linking = Linking(links, message, _actor(person))
    reading = Reading(_actor(person), message.zone or "UTC", message.told_at)
    if len(groups) == 1:
        return await _about_one(message, groups[0], reading, linking)
    return await _about_many(message, groups, reading, linking)


def test_letter(person: Person, *, id: MessageId, at: datetime) -> Letter:  # noqa: A002 - as a letter's
    """What `escgraph notify test` sends."""
    brief = Brief(
        kind=NoticeKind.TEST,
        hearer=Hearer.ASSIGNEE,
        pressing=False,
        priority=None,
        events=(),
        state=None,
        awaited=None,
        review=None,
        reader=person.id,
        names={person.id: person.name},
        zone="UTC",
        at=at,
    )
    page = Page(
        title=notice_text(brief).subject,
        headline=notice_text(brief).headline,
        parts=(),
        footer=f"Asked for by hand, to see that notices reach {person.name}.",
        urgent=False,
    )
    return Letter(
        id=id,
        kind="notice.test",
        at=at,
        subject=page.title,
        headline=page.headline,
        text=page_text(page),
        html=mail_html(page),
        payload={"subject": page.title, "headline": page.headline, "urgent": False},
    )


async def _about_one(
    message: Message, notices: Sequence[Notice], reading: Reading, linking: Linking
) -> Letter:
    """All of one ticket, with its documentation."""
    shown = await told(notices[-MOST_OF_ONE:], reading, packed=True)
    group = Group(tuple(one.brief for one in shown), earlier=len(notices) - len(shown))
    words = group_text(group)
    acts = linking.acts(group, shown[-1])
    packages = linking.packages(_climbed(shown))
    attached = await attachments(_climbed(shown), reading, by=message.kind)
    part = Part(
        buttons=_buttons(acts),
        blocks=(*words.blocks, *attached.said),
        links=_buttons(packages[:1] if attached.files else packages),
    )
    page = Page(
        title=words.subject,
        headline=words.headline,
        parts=(part,),
        footer=words.footer,
        urgent=_urgent(notices),
    )
    letter = _letter(message, page, kind=f"notice.{group.main.kind.lower()}", told=shown)
    return replace(
        letter,
        thread=_thread(notices[0]),
        link=packages[0].url if packages else None,
        actions=acts,
        package=packages,
        attachments=attached.files,
    )


async def _about_many(
    message: Message,
    groups: Sequence[tuple[Notice, ...]],
    reading: Reading,
    linking: Linking,
) -> Letter:
    """A part for each ticket, as many as a letter holds."""
    shown = [group[-MOST_OF_ONE:] for group in groups[:MOST_GROUPS]]
    every = await told([notice for group in shown for notice in group], reading, packed=False)
    parts = [
        await _documented(part, reading)
        for part in _regrouped(every, [len(group) for group in shown])
    ]
    attached = await _attached(message, parts, reading)
    bundle = Bundle(
        groups=tuple(Group(tuple(one.brief for one in part)) for part in parts),
        notices=sum(map(len, groups)),
        tickets=len(groups),
        high=sum(any(one.priority is Priority.HIGH for one in group) for group in groups),
        digest=message.pace is Pace.DIGEST,
    )
    page = Page(
        title=bundle_subject(bundle),
        headline=bundle_headline(bundle),
        parts=(
            *_parts(bundle, parts, linking, attached),
            Part(blocks=left_out(bundle)),
        ),
        footer=bundle_footer(bundle.groups[0].main),
        urgent=any(map(_urgent, groups)),
    )
    kind = "notice.digest" if bundle.digest else "notice.bundle"
    letter = _letter(message, page, kind=kind, told=[one for part in parts for one in part])
    return replace(letter, attachments=tuple(file for one in attached for file in one.files))


def _parts(
    bundle: Bundle,
    parts: Sequence[Sequence[Told]],
    linking: Linking,
    attached: Sequence[Attached],
) -> Iterator[Part]:
    """Each with the likeliest act, and the documentation as a page."""
    for group, shown, files in zip(bundle.groups, parts, attached, strict=True):
        acts = linking.acts(group, shown[-1])[:1]
        packages = linking.packages(_climbed(shown))[:1]
        yield Part(
            head=group_head(group),
            blocks=(*group_blocks(group), *files.said),
            links=_buttons((*acts, *packages)),
        )


async def _documented(part: Sequence[Told], reading: Reading) -> list[Told]:
    """The same, the last escalation among them with its package (C3)."""
    climbed = _climbed(part)
    packed = await with_package(climbed, reading)
    return [packed if one is climbed else one for one in part]


async def _attached(
    message: Message, parts: Sequence[Sequence[Told]], reading: Reading
) -> list[Attached]:
    """The packages as files where the letter is about a few tickets; of many it would be heavy."""
    if len(parts) > MOST_ATTACHED:
        return [Attached() for _ in parts]
    return [await attachments(_climbed(part), reading, by=message.kind) for part in parts]


def _letter(message: Message, page: Page, *, kind: str, told: Sequence[Told]) -> Letter:
    return Letter(
        id=message.id,
        kind=kind,
        at=message.told_at,
        subject=page.title,
        headline=page.headline,
        text=page_text(page),
        html=mail_html(page),
        urgent=page.urgent,
        payload=payload(message, page, kind=kind, told=told),
    )


def _climbed(shown: Sequence[Told]) -> Told:
    """The last of them that tells of an escalation, else the last."""
    return next((one for one in reversed(shown) if one.climbs), shown[-1])


def _regrouped(every: Sequence[Told], sizes: Sequence[int]) -> list[list[Told]]:
    left = iter(every)
    return [[next(left) for _ in range(size)] for size in sizes]


def _urgent(notices: Sequence[Notice]) -> bool:
    return any(notice.pressing for notice in notices)


def _thread(notice: Notice) -> str | None:
    about = notice.ticket or notice.review
    return None if about is None else str(about)


def _buttons(actions: Sequence[Action]) -> tuple[Button, ...]:
    return tuple(Button(action.label, action.url, action.primary) for action in actions)


async def _person(person_id: PersonId) -> Person:
    return (await people.by_ids([person_id]))[person_id]


def _actor(person: Person) -> Actor:
    return Actor(person.id, person.role, person.tier)
