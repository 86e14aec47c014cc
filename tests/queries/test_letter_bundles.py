"""Many notices in one letter: by ticket, the most urgent first, and no more than one reads."""

from itertools import pairwise

import pytest

from escgraph.commands import urgency, work
from escgraph.domain.notice import Hearer, Notice, NoticeKind, Pace
from escgraph.domain.terms import Priority, TicketId
from escgraph.notify.letter import Letter
from escgraph.notify.links import Links
from escgraph.queries.letters import MOST_GROUPS, letter_for
from escgraph.store import sealing
from escgraph.store.database import execute
from tests.queries.house import NINE, House, hours, minutes
from tests.queries.packed import BETWEEN_COLLEAGUES, everything
from tests.queries.post import notice, posted, timeline, told_of

LINKS = Links("https://escgraph.example.org", [sealing.new_key()])
AT = NINE + hours(3)


async def _assigned(house: House, title: str, priority: Priority) -> Notice:
    """The engineer hears that a ticket is now theirs."""
    ticket_id = await house.open(title, priority)
    call = house.call(house.manager, NINE)
    await work.assign_ticket(ticket_id, call=call, assignees=(house.engineer.person,))
    events = await told_of("TicketAssigned", ticket_id)
    return notice(
        NoticeKind.ASSIGNED,
        Hearer.ASSIGNEE,
        house.engineer.person,
        events,
        at=NINE,
        priority=priority,
    )


async def _raised(house: House, ticket_id: TicketId) -> Notice:
    call = house.call(house.manager, NINE + minutes(1))
    await urgency.change_priority(ticket_id, call=call, priority=Priority.HIGH, reason="It spreads")
    events = await told_of("PriorityChanged", ticket_id)
    return notice(
        NoticeKind.PRIORITY_CHANGED, Hearer.ASSIGNEE, house.engineer.person, events, at=NINE
    )


async def _letter(*notices: Notice, pace: Pace = Pace.BUNDLED) -> Letter:
    return await letter_for(await posted(*notices, at=AT, pace=pace), links=LINKS)


def _heads(letter: Letter) -> list[str]:
    """The names of its parts: lines with a rule below."""
    lines = letter.text.split("\n")
    return [line for line, below in pairwise(lines) if below and not below.strip("-")]


async def test_the_most_urgent_tickets_come_first_and_each_has_one_part(house: House) -> None:
    """C2, C4."""
    soft = await _assigned(house, "A typo", Priority.LOW)
    late = await _assigned(house, "Search is slow", Priority.MEDIUM)
    high = await _assigned(house, "Checkout is down", Priority.HIGH)
    mild = await _assigned(house, "Reports are late", Priority.MEDIUM)
    assert late.ticket is not None

    letter = await _letter(soft, late, high, mild, await _raised(house, late.ticket))

    assert letter.subject == "[URGENT] 5 notices about 4 tickets, 2 of them HIGH"
    assert letter.headline == (
        "5 notices about 4 tickets, 2 of them HIGH. First: Margaret assigned ESC-000002 (Search is "
        "slow) to you at 10:00; read it and go on with it."
    )
    assert _heads(letter) == [
        "[URGENT] ESC-000002 HIGH: Search is slow",
        "[URGENT] ESC-000003 HIGH: Checkout is down",
        "ESC-000004 MEDIUM: Reports are late",
        "ESC-000001 LOW: A typo",
    ]
    assert letter.urgent
    assert (letter.kind, letter.thread) == ("notice.bundle", None)
    assert "- Margaret changed the priority of ESC-000002 from MEDIUM to HIGH" in letter.text


async def test_the_mark_stands_first_wherever_in_it_something_is_urgent(house: House) -> None:
    """C4: a LOW ticket that somebody flagged comes behind a MEDIUM one."""
    medium = await _assigned(house, "Reports are late", Priority.MEDIUM)
    ticket_id = await house.open("A typo on the front page", Priority.LOW, flagged=True)
    call = house.call(house.manager, NINE)
    await work.assign_ticket(ticket_id, call=call, assignees=(house.engineer.person,))
    flagged = notice(
        NoticeKind.ASSIGNED,
        Hearer.ASSIGNEE,
        house.engineer.person,
        await told_of("TicketAssigned", ticket_id),
        at=NINE,
        priority=Priority.LOW,
    )

    letter = await _letter(medium, flagged)

    assert letter.subject == "[URGENT] 2 notices about 2 tickets"


async def test_escalations_travel_with_their_documentation_in_a_bundle_too(house: House) -> None:
    """C3: what it is about, what is missing, and the files of a few."""
    numbers = range(1, 3)
    tickets = [await house.open(f"Down {n}", Priority.HIGH) for n in numbers]
    await house.sweep(NINE + hours(2))
    climbed = [
        notice(
            NoticeKind.ESCALATED,
            Hearer.TIER_TEAM,
            house.engineer.person,
            (await told_of("TicketEscalated", ticket))[-1:],
            at=AT,
            priority=Priority.HIGH,
        )
        for ticket in tickets
    ]

    letter = await _letter(*climbed)

    assert letter.text.count("> Each search takes a minute") == 2
    assert letter.text.count("Missing: troubleshooting actions, ") == 2
    assert [file.name for file in letter.attachments] == [
        f"ESC-00000{n}-LEVEL_2-package.{form}" for n in numbers for form in ("md", "json")
    ]
    assert all("a first response" in one["missing"] for one in letter.payload["notices"])


async def test_a_digest_says_that_it_is_one(house: House) -> None:
    typos = [await _assigned(house, f"Typo {number}", Priority.LOW) for number in range(2)]
    letter = await _letter(*typos, pace=Pace.DIGEST)
    assert letter.subject == "Digest: 2 notices about 2 tickets"
    assert letter.kind == "notice.digest"
    assert not letter.urgent


async def test_no_more_than_fifty_tickets_are_told_and_the_others_counted(house: House) -> None:
    many = [await _assigned(house, f"Typo {n}", Priority.LOW) for n in range(MOST_GROUPS + 2)]

    letter = await _letter(*many)

    assert letter.subject == "52 notices about 52 tickets"
    assert _heads(letter) == [f"ESC-{n:06} LOW: Typo {n - 1}" for n in range(1, 51)]
    assert "2 more tickets are left out here, the least urgent ones" in letter.text
    assert len(letter.payload["notices"]) == MOST_GROUPS


async def test_a_bundle_is_the_same_whatever_happened_in_between(house: House) -> None:
    """A retry sends the same bytes."""
    first = await _assigned(house, "Search is slow", Priority.MEDIUM)
    second = await _assigned(house, "A typo", Priority.LOW)
    message = await posted(first, second, at=AT, pace=Pace.BUNDLED)
    before = await letter_for(message, links=LINKS)

    assert first.ticket is not None
    await _raised(house, first.ticket)
    await execute("UPDATE message SET attempts = 3, fence = 3")

    assert await letter_for(message, links=LINKS) == before


@pytest.mark.parametrize("pace", [Pace.BUNDLED, Pace.DIGEST])
async def test_a_bundle_tells_a_stakeholder_nothing_that_is_between_colleagues(
    house: House, pace: Pace
) -> None:
    """P2, R3."""
    ticket_id, _ = await everything(house)
    every = await timeline(ticket_id)
    other = await _assigned(house, "Search is slow", Priority.MEDIUM)
    told = [
        notice(kind, Hearer.STAKEHOLDER, house.stakeholder.person, every, at=AT)
        for kind in (NoticeKind.ESCALATED, NoticeKind.UPDATE, NoticeKind.RESOLVED)
    ]
    theirs = notice(
        NoticeKind.ESCALATED,
        Hearer.STAKEHOLDER,
        house.stakeholder.person,
        await timeline(TicketId(other.ticket)) if other.ticket else [],
        at=AT,
    )

    letter = await _letter(*told, theirs, pace=pace)

    assert [mark for mark in BETWEEN_COLLEAGUES if mark in str(letter)] == []
    assert "MARK-title" in letter.text
    assert "Search is slow" not in str(letter)


async def test_a_hostile_title_stays_in_its_line(house: House) -> None:
    nasty = "\u202egnp.x <script>alert(1)</script> | `-------` " + "y" * 140
    others = await _assigned(house, "A typo", Priority.LOW)
    letter = await _letter(await _assigned(house, nasty, Priority.HIGH), others)

    assert letter.subject.isprintable()
    assert letter.headline.isprintable()
    assert len(_heads(letter)) == 2
    assert "<script>alert" not in letter.html
    assert "\u202e" not in letter.text + letter.html + letter.subject
