"""A letter: everything that a channel may show of a message; each takes what it can."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from escgraph.domain.terms import MessageId


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with it. `name` has an ending that fits `media_type`."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Action:
    """Something to be done at a link. A GET of `url` shows a page, and only a POST does it.

    `primary` marks the one that most readers want.
    """

    label: str
    url: str
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message, in words.

    Attributes:
        id: the same for each attempt; receivers tell doubles by it.
        kind: what it is about, as in "notice.escalated" or "TicketEscalated".
        at: when it was made, the same for each attempt.
        subject: one line; an urgent ticket's begins with the policy's indicator (C4).
        headline: the first line of the text, a sentence that stands alone.
        text: the whole in plain text, `headline` first.
        html: the same as a page, complete in itself.
        urgent: whether a phone should ring.
        thread: what letters of one ticket have in common; None for a letter about several.
        link: a page about it; None where no public address is set.
        package: links to the whole documentation, by what each is called.
        payload: the same for programs, JSON values only.
    """

    id: MessageId
    kind: str
    at: datetime
    subject: str
    headline: str
    text: str
    html: str
    urgent: bool = False
    thread: str | None = None
    link: str | None = None
    actions: tuple[Action, ...] = ()
    package: tuple[Action, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    payload: dict[str, Any] = field(default_factory=dict)

    @property
    def buttons(self) -> tuple[Action, ...]:
        """All that may be pressed, what most readers want first; each opens a page."""
        page = (Action("Open", self.link),) if self.link else ()
        first_wanted = sorted(self.actions, key=lambda action: not action.primary)
        return (*first_wanted, *page, *self.package)
