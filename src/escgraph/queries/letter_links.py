"""The links of a letter: what its reader may do, and the whole documentation (C3)."""

from collections.abc import Iterator
from dataclasses import dataclass

from escgraph.documents.notice_group import Group
from escgraph.domain.permissions import Act
from escgraph.domain.texts import called
from escgraph.domain.ticket import Actor
from escgraph.notify.letter import Action
from escgraph.notify.links import ACT_LASTS, PACKAGE_LASTS, Links
from escgraph.queries.letter_acts import LABELS, offered
from escgraph.queries.notice_briefs import Told
from escgraph.store.notice_rows import Message

FORMS = {"html": "page", "md": "Markdown", "json": "JSON"}
"""Of a package, and what each is called."""


@dataclass(frozen=True, slots=True)
class Linking:
    """Makes the links of one message for the one who reads it."""

    links: Links
    message: Message
    reader: Actor

    def acts(self, group: Group, told: Told) -> tuple[Action, ...]:
        """What may be done to the ticket, the likeliest first."""
        state = group.main.state
        if state is None:
            return ()
        named = [(act, self._act(told, act)) for act in offered(group.main, self.reader)]
        number = called(state.number)
        made = [(f"{LABELS[act]} {number}", url) for act, url in named if url is not None]
        return tuple(Action(label, url, primary=not n) for n, (label, url) in enumerate(made))

    def packages(self, told: Told) -> tuple[Action, ...]:
        """The documentation of the last escalation that it tells of, in each form.

        Those outside are not handed files: they get the page.
        """
        return tuple(self._packages(told))

    def _act(self, told: Told, act: Act) -> str | None:
        ticket = told.notice.ticket
        if ticket is None:
            return None
        until = self.message.told_at + ACT_LASTS
        return self.links.act(
            message=self.message.id,
            person=self.reader.person,
            ticket=ticket,
            act=act,
            until=until,
        )

    def _packages(self, told: Told) -> Iterator[Action]:
        if told.escalation is None or told.brief.state is None:
            return
        until = self.message.told_at + PACKAGE_LASTS
        number = called(told.brief.state.number)
        names = (
            {"html": f"More about {number}"}
            if told.brief.outside
            else {form: f"Package of {number} ({name})" for form, name in FORMS.items()}
        )
        for form, name in names.items():
            url = self.links.package(
                escalation=told.escalation, person=self.reader.person, form=form, until=until
            )
            if url is not None:
                yield Action(name, url)
