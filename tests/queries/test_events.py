"""Reading the stream without a socket, and who sees which event."""

from dataclasses import replace

import pytest

from escgraph.commands import circle, ending, people, work
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.events import KINDS
from escgraph.domain.terms import (
    Audience,
    Priority,
    ResolutionCode,
    Role,
    TicketId,
    Tier,
    Visibility,
)
from escgraph.domain.ticket import Actor
from escgraph.queries import events
from escgraph.queries.events import EventFilter, StoredEvent
from escgraph.store import database, stream
from escgraph.stream.cursor import Cursor
from tests.queries.house import NINE, House, hours, minutes, nobody


async def _busy(house: House) -> None:
    """One ticket with every kind of text, one that climbs, one person more."""
    at = NINE + minutes(1)
    named = (house.stakeholder.person,)
    ticket = await house.open("Named", Priority.LOW, stakeholders=named)
    by_agent = house.call(house.agent, at)
    await work.add_note(ticket, call=by_agent, text="Hush", visibility=Visibility.INTERNAL)
    await work.add_note(ticket, call=by_agent, text="Dear Ann", visibility=Visibility.REPORTER)
    await work.log_action(ticket, call=by_agent, text="Restarted")
    await work.attach_link(
        ticket,
        call=by_agent,
        url="https://example.org/log",
        title="Log",
        media_type="text/plain",
        checksum="",
    )
    for audience in Audience:
        await circle.post_stakeholder_update(ticket, call=by_agent, text="So", audience=audience)
    await house.open("Climbs", Priority.HIGH, at=at)
    await house.sweep(NINE + hours(3))
    call = house.call(house.administrator, NINE + hours(3))
    await people.create_person(call=call, name="New", email="new@x.org", role=Role.STAKEHOLDER)


async def _kinds(viewer: Actor, **wanted: object) -> list[str]:
    which = EventFilter(**wanted)  # type: ignore[arg-type]  # checked by the tests' success
    return [event.kind for event in await _all(viewer, which, first=100)]


async def _all(viewer: Actor, which: EventFilter, *, first: int) -> list[StoredEvent]:
    """The whole stream in parts of that length."""
    after: Cursor | None = None
    seen: list[StoredEvent] = []
    while True:
        part = await events.read(after, which, first=first, viewer=viewer)
        seen += part.events
        after = part.cursor
        if not part.has_next:
            return seen


TOLD = [
    "TicketOpened",
    "NoteAdded",
    "TicketAcknowledged",
    "StakeholderUpdatePosted",
]
CLIMBED = ["TicketOpened", "ResponseBreached", "TicketEscalated"]


async def test_who_works_on_tickets_sees_every_event_of_every_ticket(house: House) -> None:
    await _busy(house)

    seen = await _kinds(house.engineer)

    assert seen == [
        "TicketOpened",
        "NoteAdded",
        "NoteAdded",
        "TicketAcknowledged",
        "ActionLogged",
        "LinkAttached",
        "StakeholderUpdatePosted",
        "StakeholderUpdatePosted",
        *CLIMBED,
    ]
    assert await _kinds(house.script) == seen


async def test_a_stakeholder_sees_their_tickets_and_nothing_that_is_internal(house: House) -> None:
    await _busy(house)

    seen = await _all(house.stakeholder, EventFilter(), first=100)

    assert [event.kind for event in seen] == TOLD
    assert [event.payload["text"] for event in seen if "text" in event.payload] == [
        "Dear Ann",
        "So",
    ]
    assert await _kinds(house.stranger) == []


async def test_a_wallboard_sees_every_ticket_move_and_no_text_that_people_wrote_to_others(
    house: House,
) -> None:
    await _busy(house)

    assert await _kinds(house.wallboard) == ["TicketOpened", "TicketAcknowledged", *CLIMBED]


async def test_only_administrators_and_managers_hear_of_people_and_tokens(house: House) -> None:
    await _busy(house)

    hear = {who for who in house.everybody if "PersonCreated" in await _kinds(who)}

    assert hear == {house.administrator, house.manager}


async def test_a_stakeholder_hears_of_a_ticket_from_when_they_are_named_until_they_are_not(
    house: House,
) -> None:
    ticket = await house.open()
    person = house.stakeholder.person
    await circle.add_stakeholder(ticket, call=house.call(house.agent, NINE), person=person)
    await work.acknowledge_ticket(ticket, call=house.call(house.agent, NINE))
    await circle.remove_stakeholder(ticket, call=house.call(house.agent, NINE), person=person)

    assert await _kinds(house.stakeholder) == ["StakeholderAdded", "TicketAcknowledged"]


async def test_a_closing_notice_goes_to_the_stakeholders(house: House) -> None:
    ticket = await house.open(stakeholders=(house.stakeholder.person,))
    call = house.call(house.agent, NINE + minutes(1))
    await ending.resolve_ticket(
        ticket, call=call, summary="Done", code=ResolutionCode.FIXED, root_cause=""
    )
    await ending.close_ticket(ticket, call=call, follow_ups=(), closing_notice="It works")

    seen = await _kinds(house.stakeholder)

    assert seen == ["TicketOpened", "TicketResolved", "StakeholderUpdatePosted", "TicketClosed"]


async def _entry(house: House, **facts: object) -> StoredEvent:
    """A stored event of a ticket that names the stakeholder, with other facts."""
    await house.open(
        priority=Priority.HIGH, stakeholders=(house.stakeholder.person,), component="search"
    )
    (event,) = await _all(house.agent, EventFilter(), first=1)
    return replace(event, **facts)  # type: ignore[arg-type]  # checked by the tests' success


@pytest.mark.parametrize("secret", [True, False])
async def test_which_kinds_of_event_each_role_sees(house: House, secret: bool) -> None:  # noqa: FBT001 - a parameter
    payload = {
        "visibility": "INTERNAL" if secret else "REPORTER",
        "audience": "INTERNAL" if secret else "EXTERNAL",
        "closing": False,
    }
    one = await _entry(house, payload=payload)
    colleagues = {"ActionLogged", "LinkAttached"}
    addressed = {"NoteAdded", "StakeholderUpdatePosted"}
    hidden = {
        house.stranger: set(KINDS),
        house.stakeholder: colleagues | (addressed if secret else set()),
        house.wallboard: colleagues | addressed,
    }

    for viewer in house.everybody:
        seen = {kind for kind in KINDS if events.visible(replace(one, kind=kind), viewer)}
        assert seen == KINDS.keys() - hidden.get(viewer, set()), viewer.role


@pytest.mark.parametrize("of_a_ticket", [True, False])
async def test_what_a_newer_version_wrote_is_passed_over(house: House, of_a_ticket: bool) -> None:  # noqa: FBT001 - a parameter
    """Both run during an upgrade, and a reader of this one must not fail on it."""
    one = replace(await _entry(house), kind="TicketTeleported")
    if not of_a_ticket:
        one = replace(one, ticket_id=None, ticket_version=None, state=None)

    assert not any(events.visible(one, viewer) for viewer in house.everybody)


async def test_an_event_of_no_ticket_is_seen_by_those_who_oversee_alone(house: House) -> None:
    alone = await _entry(house, ticket_id=None, ticket_version=None, state=None)

    seeing = {viewer.role for viewer in house.everybody if events.visible(alone, viewer)}

    assert seeing == {Role.ADMINISTRATOR, Role.MANAGER}


async def test_a_filter_passes_what_it_names(house: House) -> None:
    one = await _entry(house)
    ticket = one.ticket_id
    assert ticket is not None
    passing = (
        EventFilter(),
        EventFilter(kinds=frozenset({"TicketOpened", "NoteAdded"})),
        EventFilter(ticket=ticket),
        EventFilter(tiers=frozenset({Tier.LEVEL_1})),
        EventFilter(priorities=frozenset({Priority.HIGH})),
        EventFilter(urgent_only=True),
        EventFilter(critical=False),
    )
    failing = (
        EventFilter(kinds=frozenset()),
        EventFilter(tiers=frozenset()),
        EventFilter(priorities=frozenset()),
        EventFilter(critical=True),
        EventFilter(kinds=frozenset({"NoteAdded"})),
        EventFilter(ticket=TicketId(nobody())),
        EventFilter(tiers=frozenset({Tier.LEVEL_2, Tier.LEVEL_3})),
        EventFilter(priorities=frozenset({Priority.LOW})),
    )

    assert [events.matches(one, which) for which in passing] == [True] * len(passing)
    assert [events.matches(one, which) for which in failing] == [False] * len(failing)


async def test_an_event_of_no_ticket_passes_no_filter_on_tickets(house: House) -> None:
    alone = await _entry(house, ticket_id=None, ticket_version=None, state=None)

    assert events.matches(alone, EventFilter(kinds=frozenset({"TicketOpened"})))
    assert not events.matches(alone, EventFilter(tiers=frozenset({Tier.LEVEL_1})))
    assert not events.matches(alone, EventFilter(priorities=frozenset({Priority.HIGH})))
    assert not events.matches(alone, EventFilter(urgent_only=True))
    assert not events.matches(alone, EventFilter(critical=False))


@pytest.mark.parametrize("first", [1, 3, 100])
@pytest.mark.parametrize(
    "which",
    [
        EventFilter(),
        EventFilter(kinds=frozenset({"TicketOpened", "TicketEscalated"})),
        EventFilter(tiers=frozenset({Tier.LEVEL_2})),
        EventFilter(priorities=frozenset({Priority.HIGH})),
        EventFilter(urgent_only=True),
        EventFilter(critical=True),
        EventFilter(critical=False),
        EventFilter(kinds=frozenset()),
        EventFilter(tiers=frozenset()),
        EventFilter(priorities=frozenset()),
        EventFilter(kinds=frozenset({"NoteAdded"}), urgent_only=True),
    ],
)
async def test_the_database_passes_exactly_what_the_filter_does(
    house: House, which: EventFilter, first: int
) -> None:
    await _busy(house)

    for viewer in (house.agent, house.stakeholder, house.wallboard, house.manager):
        everything = await _all(viewer, EventFilter(), first=100)
        expected = [event for event in everything if events.matches(event, which)]
        assert await _all(viewer, which, first=first) == expected


async def test_only_the_events_of_one_ticket_where_one_is_named(house: House) -> None:
    await _busy(house)
    ticket = await house.open("Another")

    found = await _all(house.agent, EventFilter(ticket=ticket), first=2)

    assert [(event.ticket_id, event.kind) for event in found] == [(ticket, "TicketOpened")]


async def test_the_cursor_passes_what_the_viewer_does_not_see(house: House) -> None:
    await _busy(house)
    head = await stream.head()

    part = await events.read(None, first=100, viewer=house.stranger)

    assert part.events == ()
    assert part.cursor == Cursor(head.epoch, head.position)
    assert not part.has_next


async def test_a_stakeholder_pays_no_part_for_the_tickets_of_others(house: House) -> None:
    for n in range(5):
        await house.open(f"{n}")
    ticket = await house.open("Named", stakeholders=(house.stakeholder.person,))

    part = await events.read(None, first=1, viewer=house.stakeholder)

    assert [event.ticket_id for event in part.events] == [ticket]


async def test_reading_goes_on_with_what_happened_since(house: House) -> None:
    ticket = await house.open()
    part = await events.read(None, first=100, viewer=house.agent)
    call = house.call(house.agent, NINE + hours(1))

    await work.acknowledge_ticket(ticket, call=call)
    rest = await events.read(part.cursor, first=100, viewer=house.agent)
    end = await events.read(rest.cursor, first=100, viewer=house.agent)

    assert [event.kind for event in rest.events] == ["TicketAcknowledged"]
    assert end == replace(end, events=(), cursor=rest.cursor, has_next=False)


async def test_a_cursor_that_does_not_belong_to_this_stream_is_refused(house: House) -> None:
    await house.open()
    head = await stream.head()

    for foreign in (Cursor("another", 0), Cursor(head.epoch, head.position + 1)):
        with pytest.raises(InvalidInputError, match="does not belong") as refused:
            await events.read(foreign, first=1, viewer=house.agent)
        assert refused.value.field == ("after",)


async def test_a_cursor_older_than_what_is_stored_is_refused(house: House) -> None:
    for n in range(3):
        await house.open(f"{n}")
    head = await stream.head()
    await database.execute("DELETE FROM event WHERE position <= 2")

    kept = await events.read(Cursor(head.epoch, 2), first=9, viewer=house.agent)

    assert [event.position for event in kept.events] == [3]
    with pytest.raises(InvalidInputError, match="does not belong"):
        await events.read(Cursor(head.epoch, 1), first=9, viewer=house.agent)
