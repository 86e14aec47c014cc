"""Which texts of which events are for whom: a field that comes anew has to be decided here."""

from dataclasses import fields, is_dataclass, replace
from typing import get_args

import pytest

from escgraph.domain import (
    events_channels,
    events_notices,
    events_policy,
    events_review,
    events_updates,
    events_webhook,
)
from escgraph.domain.events import KINDS
from escgraph.domain.terms import Role
from escgraph.domain.ticket import Actor
from escgraph.queries import events
from escgraph.queries.events import EventFilter, StoredEvent
from escgraph.queries.sight import as_seen
from tests.queries.house import House

BOTH = frozenset({Role.STAKEHOLDER, Role.WALLBOARD})
STAKEHOLDER = frozenset({Role.STAKEHOLDER})
NEITHER: frozenset[Role] = frozenset()

SEEN_BY = {
    ("TicketOpened", "title"): BOTH,
    ("TicketOpened", "description"): STAKEHOLDER,
    ("NoteAdded", "text"): STAKEHOLDER,  # where it is for the reporter
    ("ActionLogged", "text"): NEITHER,
    ("LinkAttached", "url"): NEITHER,
    ("LinkAttached", "title"): NEITHER,
    ("LinkAttached", "media_type"): NEITHER,
    ("LinkAttached", "checksum"): NEITHER,
    ("PeopleAllocated", "reason"): NEITHER,
    ("OwnershipTransferred", "reason"): NEITHER,
    ("PriorityChanged", "reason"): NEITHER,
    ("UrgencyFlagged", "reason"): NEITHER,
    ("TicketMarkedCritical", "reason"): NEITHER,
    ("TicketHeld", "note"): NEITHER,
    ("TicketEscalated", "comment"): NEITHER,
    ("TicketDeescalated", "reason"): NEITHER,
    ("StakeholderUpdatePosted", "text"): STAKEHOLDER,  # where it is for those outside
    ("TicketResolved", "summary"): STAKEHOLDER,
    ("TicketResolved", "root_cause"): NEITHER,
    ("TicketClosed", "override_reason"): NEITHER,
    ("TicketClosed", "follow_ups"): NEITHER,
    ("TicketReopened", "reason"): NEITHER,
    ("TicketCancelled", "reason"): NEITHER,
    ("TicketMerged", "reason"): NEITHER,
    ("TicketMovedToPolicy", "reason"): NEITHER,
    ("DuplicateAbsorbed", "reason"): NEITHER,
    ("PolicyDrafted", "name"): NEITHER,
    ("PolicyDrafted", "reason"): NEITHER,
    ("PolicyDraftRevised", "name"): NEITHER,
    ("PolicyDraftRevised", "reason"): NEITHER,
    ("PolicyDraftDiscarded", "reason"): NEITHER,
    ("PolicyPublished", "name"): NEITHER,
    ("PolicyPublished", "reason"): NEITHER,
    ("PolicyPublished", "changes"): NEITHER,
    ("PersonCreated", "name"): NEITHER,
    ("TokenCreated", "name"): NEITHER,
    ("ChannelAdded", "name"): NEITHER,
    ("ChannelDisabled", "reason"): NEITHER,
    ("ReviewOpened", "quarter"): NEITHER,
    ("ReviewSectionWritten", "text"): NEITHER,
    ("ReviewActionAdded", "description"): NEITHER,
    ("ReviewActionRevised", "description"): NEITHER,
    ("ReviewActionDone", "outcome"): NEITHER,
    ("ReviewActionOverdue", "description"): NEITHER,
    ("StakeholderUpdateOverdue", "title"): NEITHER,
    ("StakeholderUpdateOverdue", "indicator"): NEITHER,
    ("ReviewCasesRead", "finding"): NEITHER,
    ("DeliveryDied", "reason"): NEITHER,
    ("WebhookCreated", "name"): NEITHER,
    ("WebhookChanged", "name"): NEITHER,
    ("WebhookDisabled", "reason"): NEITHER,
    ("WebhookReplayed", "replayed_after"): NEITHER,
}
OF_NO_TICKET = frozenset({"PersonCreated", "TokenCreated", "TokenRevoked"}) | {
    name
    for name, kind in KINDS.items()
    if kind.__module__
    in {
        events_channels.__name__,
        events_notices.__name__,
        events_policy.__name__,
        events_review.__name__,
        events_updates.__name__,
        events_webhook.__name__,
    }
}


def test_for_every_text_of_every_event_it_is_decided_who_sees_it() -> None:
    texts = {
        (name, field.name)
        for name, kind in KINDS.items()
        for field in fields(kind)
        if _holds_text(field.type)
    }

    assert SEEN_BY.keys() == texts


@pytest.mark.parametrize(("kind", "field"), SEEN_BY)
async def test_a_text_is_seen_by_those_whom_it_is_for(house: House, kind: str, field: str) -> None:
    event = await _event(house, kind)

    for viewer in (house.stakeholder, house.wallboard):
        seen = _read(event, viewer).get(field) == "MARK"
        assert seen is (viewer.role in SEEN_BY[kind, field]), viewer.role
    assert as_seen(event, house.engineer) == event


async def test_a_list_that_is_not_for_the_viewer_is_empty(house: House) -> None:
    event = await _event(house, "TicketClosed")
    event = replace(event, payload={"follow_ups": [{"description": "MARK"}]})

    for viewer in (house.stakeholder, house.wallboard):
        assert as_seen(event, viewer).payload == {"follow_ups": []}


async def test_the_state_beside_an_event_names_no_reporter_to_a_wallboard(house: House) -> None:
    event = await _event(house, "TicketOpened")
    assert event.state is not None

    assert as_seen(event, house.wallboard).state == {**event.state, "reporter": ""}
    assert as_seen(event, house.stakeholder).state == event.state


def _holds_text(kind: object) -> bool:
    """Whether a value of that type is a text, or has one in it."""
    if isinstance(kind, type) and is_dataclass(kind):
        return any(_holds_text(field.type) for field in fields(kind))
    return kind is str or any(_holds_text(part) for part in get_args(kind))


def _read(event: StoredEvent, viewer: Actor) -> dict[str, object]:
    return as_seen(event, viewer).payload if events.visible(event, viewer) else {}


async def _event(house: House, kind: str) -> StoredEvent:
    """An event of that kind, for readers outside where it says for whom, all its texts marked."""
    await house.open(stakeholders=(house.stakeholder.person,))
    opened = (await events.read(None, EventFilter(), first=1, viewer=house.agent)).events[0]
    payload = {one.name: "MARK" for one in fields(KINDS[kind])}
    payload |= {"visibility": "REPORTER", "audience": "EXTERNAL", "closing": ""}
    event = replace(opened, kind=kind, payload=payload)
    if kind in OF_NO_TICKET:
        return replace(event, ticket_id=None, ticket_version=None, state=None)
    return event
