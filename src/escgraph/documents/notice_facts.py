"""What the sentences of a notice have in them, in words, taken from its events and the ticket."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from escgraph.documents.notice_brief import Brief
from escgraph.documents.notice_moments import clock, due
from escgraph.documents.sop_words import listed
from escgraph.documents.timeline_words import plain
from escgraph.domain.event import Event
from escgraph.domain.events import (
    ManagementReminded,
    PeopleAllocated,
    PriorityChanged,
    TicketAccepted,
    TicketAssigned,
    TicketDeescalated,
    TicketEscalated,
    TicketMerged,
    TicketReopened,
    TicketResolved,
)
from escgraph.domain.events_review import ReviewActionOverdue
from escgraph.domain.events_updates import StakeholderUpdateOverdue
from escgraph.domain.state import TicketState
from escgraph.domain.terms import PersonId, ReviewKind, Tier, Trigger
from escgraph.domain.texts import called

TITLE_LENGTH = 100
"""In characters: a subject that is longer is cut by those who show it, and who knows where."""

TIERS: Mapping[Tier, str] = MappingProxyType(
    {
        Tier.LEVEL_1: "first-level support",
        Tier.LEVEL_2: "second-level support",
        Tier.LEVEL_3: "third-level support",
        Tier.MANAGEMENT: "management",
    }
)
"""As those outside are told."""

_UNKNOWN: Mapping[str, str] = MappingProxyType(
    {
        "it": "a ticket",
        "owner": "nobody",
        "tier": "another tier",
        "said_tier": "another team",
        "priority": "another priority",
        "before": "another one",
        "who": "somebody",
        "at": "some time",
        "why": "it had to be",
        "vacant": "",
        "people": "somebody",
        "number": "",
        "into": "another ticket",
        "code": "done",
        "review": "a review",
        "action": "what a review wants done",
        "due": "its deadline",
        "unreached": "somebody",
    }
)
"""What is said where an event does not tell: a letter always can be written."""

_WHY: Mapping[Trigger, str] = MappingProxyType(
    {
        Trigger.DEADLINE: "it was not resolved in time",
        Trigger.MANUAL: "{who} asked for it",
        Trigger.REOPENED: "it was reopened so often",
    }
)


def facts(brief: Brief) -> dict[str, str]:
    """By the names under which they stand in the sentences."""
    return {
        **_UNKNOWN,
        **_of_ticket(brief),
        **_of_events(brief),
        **_of_review(brief),
        **_of_unreached(brief),
    }


def title(text: str, *, longest: int = TITLE_LENGTH) -> str:
    """A text in one line that is not too long for one; a cut one says so."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def people(brief: Brief, ids: Sequence[PersonId]) -> str:
    """The reader first, who looks for themselves."""
    ordered = sorted(ids, key=lambda one: one != brief.reader)
    return listed([title(brief.name(one)) for one in ordered]) if ordered else "nobody"


def _of_ticket(brief: Brief) -> dict[str, str]:
    state = brief.state
    if state is None:
        return {}
    return {
        "it": _it(state),
        "owner": title(brief.name(state.owner)),
        "tier": state.tier,
        "said_tier": TIERS[state.tier],
        "priority": state.priority,
    }


def _it(state: TicketState) -> str:
    """What it is called; its title where the reader may see that."""
    return f"{called(state.number)} ({title(state.title)})" if state.title else called(state.number)


def _of_events(brief: Brief) -> dict[str, str]:
    """Those of all its events, the later before the earlier."""
    found: dict[str, str] = {}
    for event in brief.events:
        who = "escgraph" if event.by is None else title(brief.name(event.by))
        said = {"who": who, "at": clock(event.at, zone=brief.zone, at=brief.at)}
        found |= said | _own(brief, event, who)
    return found


def _own(brief: Brief, event: Event, who: str) -> dict[str, str]:
    """What only its kind has."""
    own = _OWN.get(type(event))
    return {} if own is None else own(brief, event, who)


def _escalated(_: Brief, event: TicketEscalated, who: str) -> dict[str, str]:
    return {
        "tier": event.to_tier,
        "said_tier": TIERS[event.to_tier],
        "why": _WHY[event.trigger].format(who=who),
        "vacant": ", where nobody works," if event.no_recipient else "",
    }


_OWN: Mapping[type[Event], Callable[[Brief, Any, str], dict[str, str]]] = MappingProxyType(
    {
        TicketEscalated: _escalated,
        TicketDeescalated: lambda _b, e, _w: {"tier": e.to_tier, "said_tier": TIERS[e.to_tier]},
        ManagementReminded: lambda _b, e, _w: {"number": str(e.number)},
        TicketAssigned: lambda brief, e, _w: {"people": people(brief, e.assignees)},
        TicketAccepted: lambda _b, _e, who: {"people": who},
        PeopleAllocated: lambda brief, e, _w: {"people": people(brief, e.people)},
        PriorityChanged: lambda _b, e, _w: {"before": e.from_priority, "priority": e.to_priority},
        TicketMerged: lambda _b, e, _w: {"into": called(e.into_number)},
        TicketReopened: lambda _b, e, _w: {"number": str(e.number)},
        TicketResolved: lambda _b, e, _w: {"code": plain(e.code)},
        StakeholderUpdateOverdue: lambda brief, e, _w: {
            "due": due(e.due_at, zone=brief.zone, at=brief.at)
        },
        ReviewActionOverdue: lambda _b, e, _w: {"action": title(e.description)},
    }
)


def _of_unreached(brief: Brief) -> dict[str, str]:
    return {"unreached": people(brief, brief.unreached)} if brief.unreached else {}


def _of_review(brief: Brief) -> dict[str, str]:
    review = brief.review
    if review is None:
        return {}
    what = f"the quarterly review of {review.quarter}"
    if review.kind is ReviewKind.POST_ISSUE:
        of = "a ticket" if brief.state is None else called(brief.state.number)
        what = f"the post-issue review of {of}"
    return {"review": what, "due": due(review.due_at, zone=brief.zone, at=brief.at)}
