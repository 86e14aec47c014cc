"""A letter for programs: what a person's own webhook is sent, as JSON values."""

from collections.abc import Sequence
from typing import Any

from escgraph.documents.letter_page import Button, Page
from escgraph.documents.notice_text import notice_text
from escgraph.domain.texts import called
from escgraph.queries.notice_briefs import Told
from escgraph.store.notice_rows import Message
from escgraph.store.stream import StoredEvent
from escgraph.store.values import moment_text


def payload(message: Message, page: Page, *, kind: str, told: Sequence[Told]) -> dict[str, Any]:
    """Its words, and each notice with its ticket and events as the person sees them."""
    return {
        "type": kind,
        "message": str(message.id),
        "timestamp": moment_text(message.told_at),
        "subject": page.title,
        "headline": page.headline,
        "urgent": page.urgent,
        "links": [_link(link) for part in page.parts for link in (*part.buttons, *part.links)],
        "notices": [_notice(one) for one in told],
    }


def _link(link: Button) -> dict[str, str]:
    return {"label": link.label, "url": link.url}


def _notice(one: Told) -> dict[str, Any]:
    words = notice_text(one.brief)
    return {
        "id": str(one.notice.id),
        "kind": one.notice.kind.value,
        "hearer": one.notice.hearer.value,
        "subject": words.subject,
        "headline": words.headline,
        "ticket": _ticket(one),
        "review": None if one.notice.review is None else str(one.notice.review),
        "events": [_event(event) for event in one.stored],
        "unreached": [str(person) for person in one.brief.unreached],
        "missing": None if one.brief.package is None else list(one.brief.package.missing),
    }


def _ticket(one: Told) -> dict[str, Any] | None:
    """As it stood after the last event that the notice tells of."""
    state = one.brief.state
    if state is None:
        return None
    return {
        "id": str(one.notice.ticket),
        "number": called(state.number),
        "title": state.title,
        "priority": state.priority.value,
        "urgent": state.urgent,
        "indicator": state.indicator,
        "critical": state.critical,
        "status": state.status.value,
        "tier": state.tier.value,
        "owner": str(state.owner),
        "assignees": [str(person) for person in state.assignees],
        "nextDueAt": None if state.next_due_at is None else moment_text(state.next_due_at),
        "awaited": None if one.brief.awaited is None else one.brief.awaited.value,
    }


def _event(event: StoredEvent) -> dict[str, Any]:
    return {
        "id": str(event.id),
        "position": event.position,
        "kind": event.kind,
        "at": moment_text(event.at),
        "payload": event.payload,
    }
