"""What only some letters have: who was not reached, reviews, buttons, files (C3, D3, Q4, R4)."""

from dataclasses import replace

import pytest
from uuid_utils.compat import uuid7

from escgraph.commands import ending, reviews
from escgraph.domain.notice import ChannelKind, Hearer, Notice, NoticeKind
from escgraph.domain.terms import NoticeId, Priority, ResolutionCode, ReviewId, TicketId
from escgraph.domain.ticket import Actor
from escgraph.jobs.reviews import mark_overdue
from escgraph.jobs.updates import remind_of_updates
from escgraph.notify.letter import Letter
from escgraph.notify.links import Links
from escgraph.queries.letters import letter_for
from escgraph.store import review_search, sealing
from tests.queries.house import NINE, House, hours
from tests.queries.post import notice, posted, told_of

LINKS = Links("https://escgraph.example.org", [sealing.new_key()])
TWO_WEEKS = NINE + hours(14 * 24)


async def _letter(*notices: Notice, kind: ChannelKind = ChannelKind.EMAIL) -> Letter:
    message = await posted(*notices, at=notices[-1].created_at, kind=kind)
    return await letter_for(message, links=LINKS)


async def _of(kind: str, what: NoticeKind, hearer: Hearer, who: Actor) -> Notice:
    """The notice of the first event of that kind."""
    event = (await told_of(kind))[0]
    return notice(what, hearer, who.person, [event], at=event.at)


async def _down(house: House) -> TicketId:
    return await house.open(
        "Checkout is down", Priority.HIGH, stakeholders=(house.stakeholder.person,)
    )


def _labels(letter: Letter) -> list[str]:
    return [action.label for action in letter.actions]


async def test_a_lead_reads_who_was_not_reached_about_what(house: House) -> None:
    """C2: once for the same, with the names of all."""
    await _down(house)
    await house.sweep(NINE + hours(2))
    lost = [
        await _of("TicketEscalated", NoticeKind.ESCALATED, Hearer.TIER_TEAM, who)
        for who in (house.engineer, house.agent)
    ]
    await posted(*lost, at=NINE + hours(2))
    told = [
        replace(
            await _of("TicketEscalated", NoticeKind.UNREACHED, Hearer.TEAM_LEAD, house.manager),
            key=f"unreached:{one.id}:{house.manager.person}",
        )
        for one in lost
    ]

    letter = await _letter(*told)

    assert letter.subject == (
        "[URGENT] ESC-000001 HIGH Edsger and Ada not reached: Checkout is down"
    )
    assert letter.headline == (
        "Edsger and Ada could not be reached about ESC-000001 (Checkout is down); find somebody "
        "who accepts it now, by phone if need be."
    )
    assert "Escalated from LEVEL_1 to LEVEL_2" in letter.text
    assert "ALSO" not in letter.text
    unreached = [person for one in letter.payload["notices"] for person in one["unreached"]]
    assert unreached == [str(house.engineer.person), str(house.agent.person)]


async def test_who_owes_an_update_reads_since_when(house: House) -> None:
    """R3, R4."""
    ticket_id = await _down(house)
    await remind_of_updates(now=NINE + hours(1))
    one = await _of(
        "StakeholderUpdateOverdue", NoticeKind.UPDATE_OVERDUE, Hearer.OWNER, house.agent
    )
    letter = await _letter(replace(one, ticket=ticket_id))
    assert letter.subject == (
        "[URGENT] ESC-000001 HIGH stakeholder update overdue: Checkout is down"
    )
    assert "wait for an update that was due on 2 March 2026, " in letter.headline
    assert letter.headline.endswith("; post an update, even if there is nothing new.")


async def test_a_closing_notice_reaches_a_stakeholder_in_its_own_words(house: House) -> None:
    """W6."""
    ticket_id = await _down(house)
    call = house.call(house.agent, NINE + hours(1))
    await ending.resolve_ticket(
        ticket_id, call=call, summary="New disk", code=ResolutionCode.FIXED, root_cause="Old disk"
    )
    await ending.close_ticket(
        ticket_id,
        call=call,
        follow_ups=(),
        closing_notice="Payments work again.\n\nThank you for your patience.",
        override_reason="",
    )
    letter = await _letter(
        await _of(
            "StakeholderUpdatePosted", NoticeKind.CLOSING, Hearer.STAKEHOLDER, house.stakeholder
        )
    )
    assert letter.subject == "[URGENT] ESC-000001 HIGH closing notice: Checkout is down"
    assert letter.headline == "Payments work again."
    assert "> Thank you for your patience." in letter.text
    assert "Old disk" not in str(letter)


async def _reviewed(house: House) -> ReviewId:
    ticket_id = await house.open("Mail is down", Priority.HIGH, critical=True)
    await ending.resolve_ticket(
        ticket_id,
        call=house.call(house.engineer, NINE),
        summary="New disk",
        code=ResolutionCode.FIXED,
        root_cause="",
    )
    (review,) = (await review_search.of_tickets([ticket_id]))[ticket_id]
    await reviews.add_review_action(
        review.id,
        call=house.call(house.agent, NINE),
        description="Watch the disks",
        owner=house.engineer.person,
        due_on=NINE.date(),
    )
    await mark_overdue(now=TWO_WEEKS)
    return review.id


@pytest.mark.parametrize(
    ("event", "kind", "said"),
    [
        (
            "ReviewOpened",
            NoticeKind.REVIEW_OPENED,
            "The post-issue review of ESC-000001 was opened ",
        ),
        (
            "ReviewOverdue",
            NoticeKind.REVIEW_OVERDUE,
            "The post-issue review of ESC-000001 is overdu",
        ),
        (
            "ReviewActionOverdue",
            NoticeKind.REVIEW_ACTION_OVERDUE,
            '"Watch the disks", which the post-issue review of ESC-000001 wants done, is overdue; ',
        ),
    ],
)
async def test_a_letter_about_a_review_says_of_which_ticket_and_by_when(
    house: House, event: str, kind: NoticeKind, said: str
) -> None:
    """D3, Q4."""
    review_id = await _reviewed(house)
    (about,) = {one.ticket_id or one.payload["ticket"] for one in await told_of(event)}
    one = await _of(event, kind, Hearer.OWNER, house.agent)

    letter = await _letter(replace(one, ticket=TicketId(about), review=review_id))

    assert letter.headline.startswith(said)
    assert letter.subject.startswith("ESC-000001 review ")
    assert letter.actions == ()
    if kind is NoticeKind.REVIEW_ACTION_OVERDUE:
        assert "Not done by 2 March 2026, owed by Edsger: Watch the disks." in letter.text
        assert "BY WHEN\nIt was due on 2 March 2026.\n" in letter.text
    else:
        assert "BY WHEN\nDue 10 March 2026, 01:00 Europe/Berlin (00:00 UTC), " in letter.text


async def test_an_email_carries_the_files_and_other_ways_link_to_them(house: House) -> None:
    """C3."""
    await _down(house)
    await house.sweep(NINE + hours(2))
    one = await _of("TicketEscalated", NoticeKind.ESCALATED, Hearer.TIER_TEAM, house.engineer)
    mail = await _letter(one)
    push = await _letter(replace(one, id=NoticeId(uuid7()), key="again"), kind=ChannelKind.NTFY)

    assert [file.name for file in mail.attachments] == [
        "ESC-000001-LEVEL_2-package.md",
        "ESC-000001-LEVEL_2-package.json",
    ]
    assert "Its whole documentation is attached." in mail.text
    assert mail.text.count("Package of ESC-000001") == 1
    assert push.attachments == ()
    assert "attached" not in push.text
    assert push.text.count("Package of ESC-000001") == 3
    assert len(mail.package) == len(push.package) == 3
    assert mail.link == mail.package[0].url
    assert [link["label"] for link in push.payload["links"]] == [
        *_labels(push),
        *(package.label for package in push.package),
    ]


async def test_a_stakeholder_is_given_a_page_and_no_files(house: House) -> None:
    """P2: calm."""
    await _down(house)
    await house.sweep(NINE + hours(2))
    letter = await _letter(
        await _of("TicketEscalated", NoticeKind.ESCALATED, Hearer.STAKEHOLDER, house.stakeholder)
    )
    assert letter.attachments == ()
    assert [package.label for package in letter.package] == ["More about ESC-000001"]
    assert letter.link == letter.package[0].url


async def test_what_is_to_be_done_first_is_the_first_button(house: House) -> None:
    """A12, C4."""
    await _down(house)
    await house.sweep(NINE + hours(2))
    missed = await _of("ResponseBreached", NoticeKind.RESPONSE_BREACHED, Hearer.OWNER, house.agent)
    climbed = await _of("TicketEscalated", NoticeKind.ESCALATED, Hearer.TIER_TEAM, house.engineer)

    assert _labels(await _letter(missed)) == ["Acknowledge ESC-000001", "Accept ESC-000001"]
    assert _labels(await _letter(climbed)) == ["Accept ESC-000001", "Acknowledge ESC-000001"]


async def test_who_is_to_act_reads_what_it_is_about(house: House) -> None:
    """At night nobody looks it up first."""
    await _down(house)
    await house.sweep(NINE + hours(1))
    missed = await _of("ResponseBreached", NoticeKind.RESPONSE_BREACHED, Hearer.OWNER, house.agent)
    known = await _of("ResponseBreached", NoticeKind.ACKNOWLEDGED, Hearer.OWNER, house.agent)

    assert "WHAT IT IS ABOUT\n> " in (await _letter(missed)).text
    assert "WHAT IT IS ABOUT" not in (await _letter(known)).text


async def test_who_has_nothing_to_do_has_nothing_to_press(house: House) -> None:
    await _down(house)
    await house.sweep(NINE + hours(1))
    told = await _of("ResponseBreached", NoticeKind.ACKNOWLEDGED, Hearer.OWNER, house.agent)
    letter = await _letter(told)
    assert "Nothing: you are told so that you know." in letter.text
    assert letter.actions == ()
