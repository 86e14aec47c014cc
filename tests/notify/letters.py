"""Letters that tests send."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from escgraph.domain.terms import MessageId
from escgraph.notify.letter import Action, Letter

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
ID = MessageId(UUID("0195f5c0-0000-7000-8000-000000000001"))


def letter(**changes: Any) -> Letter:  # noqa: ANN401 - any field of a letter
    """An escalation, as somebody is told of it, with whatever is changed."""
    return replace(
        Letter(
            id=ID,
            kind="notice.escalated",
            at=NINE,
            subject="[URGENT] TCK-42 is now with MANAGEMENT: Mail is down",
            headline="TCK-42 was escalated to MANAGEMENT, as nobody resolved it within 4 hours.",
            text="TCK-42 was escalated to MANAGEMENT, as nobody resolved it within 4 hours.\n\n"
            "What happened: Mail is down for all of Berlin.\nAccept it by 13:15 (Europe/Berlin).",
            html="<p>TCK-42 was escalated.</p>",
            urgent=True,
            link="https://desk.example.org/tickets/42",
            actions=(
                Action("Reject", "https://desk.example.org/act/no"),
                Action("Accept the ticket", "https://desk.example.org/act/yes", primary=True),
            ),
            package=(Action("Package (Markdown)", "https://desk.example.org/package.md"),),
            payload={"ticket": {"key": "TCK-42"}, "at": "2026-03-02T09:00:00Z"},
        ),
        **changes,
    )
