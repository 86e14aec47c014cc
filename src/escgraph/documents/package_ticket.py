"""Every field of a ticket in words, for its documentation (C3)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from escgraph.documents.package_brief import PackageBrief
from escgraph.documents.report_words import NOTHING, moment
from escgraph.documents.sop_words import listed
from escgraph.documents.timeline_words import plain
from escgraph.domain.terms import PersonId
from escgraph.domain.texts import called
from escgraph.domain.ticket import Resolution, Ticket

Write = Callable[[PackageBrief, Ticket], str]


def ticket_rows(brief: PackageBrief) -> tuple[tuple[str, str], ...]:
    """Each field by the name that people have for it."""
    ticket = brief.package.ticket
    return tuple((name, write(brief, ticket) or NOTHING) for name, write in FIELDS.values())


def _when(field: str) -> Write:
    def write(brief: PackageBrief, ticket: Ticket) -> str:
        at = getattr(ticket, field)
        return "" if at is None else moment(at, brief.zone)

    return write


def _text(field: str) -> Write:
    return lambda _, ticket: str(getattr(ticket, field))


def _yes(field: str) -> Write:
    return lambda _, ticket: "yes" if getattr(ticket, field) else "no"


def _who(field: str) -> Write:
    return lambda brief, ticket: brief.name(getattr(ticket, field))


def _all(brief: PackageBrief, people: tuple[PersonId, ...]) -> str:
    return listed([brief.name(one) for one in people]) if people else "nobody"


def _resolution(resolution: Resolution | None) -> str:
    if resolution is None:
        return ""
    cause = f"; root cause: {resolution.root_cause}" if resolution.root_cause else ""
    return f"{resolution.summary} ({plain(resolution.code)}{cause})"


FIELDS: Mapping[str, tuple[str, Write]] = MappingProxyType(
    {
        "number": ("Ticket", lambda _, ticket: called(ticket.number)),
        "id": ("Id", _text("id")),
        "version": ("Version", _text("version")),
        "title": ("Title", _text("title")),
        "category": ("Category", _text("category")),
        "component": ("Component", _text("component")),
        "reporter": ("Reported by", _text("reporter")),
        "priority": ("Priority", _text("priority")),
        "flagged": ("Flagged as urgent", _yes("flagged")),
        "critical": ("Critical", _yes("critical")),
        "indicator": ("Indicator", _text("indicator")),
        "status": ("Status", _text("status")),
        "tier": ("Tier", _text("tier")),
        "reached": ("Highest tier reached", _text("reached")),
        "team": ("Team", _text("team")),
        "owner": ("Owner", _who("owner")),
        "assignees": ("Worked on by", lambda brief, ticket: _all(brief, ticket.assignees)),
        "stakeholders": ("Stakeholders", lambda brief, ticket: _all(brief, ticket.stakeholders)),
        "policy_version": ("Policy version", _text("policy_version")),
        "opened_by": ("Opened by", _who("opened_by")),
        "opened_at": ("Opened", _when("opened_at")),
        "clock_started_at": ("Clock started", _when("clock_started_at")),
        "updated_at": ("Last changed", _when("updated_at")),
        "acknowledged_at": ("First response", _when("acknowledged_at")),
        "response_breached_at": ("First response missed", _when("response_breached_at")),
        "accepted_at": ("Accepted by a manager", _when("accepted_at")),
        "escalated_at": ("Escalated before", _when("escalated_at")),
        "resolved_at": ("Resolved", _when("resolved_at")),
        "closed_at": ("Closed", _when("closed_at")),
        "reopened_at": ("Reopened", _when("reopened_at")),
        "cancelled_at": ("Cancelled", _when("cancelled_at")),
        "updated_stakeholders_at": ("Stakeholders updated", _when("updated_stakeholders_at")),
        "actions_logged": ("Actions logged", _text("actions_logged")),
        "cycle": ("Cycle", _text("cycle")),
        "breached": ("A deadline passed unmet", _yes("breached")),
        "resolution": ("Resolution", lambda _, ticket: _resolution(ticket.resolution)),
        "merged_into": ("Merged into", lambda _, ticket: str(ticket.merged_into or "")),
    }
)
"""The fields by their names; the description, the deadlines and the pauses have sections."""
