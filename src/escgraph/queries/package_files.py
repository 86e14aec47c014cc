"""The package of an escalation as files, as one person may see it (C3, P2).

Who does not read what colleagues write to each other gets what is for them, and is told so.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from escgraph.documents.html import html
from escgraph.documents.markdown import markdown
from escgraph.documents.package_brief import PackageBrief
from escgraph.documents.package_document import package_document
from escgraph.documents.package_json import package_json
from escgraph.domain.events import TicketEscalated
from escgraph.domain.package import Package, people_around
from escgraph.domain.permissions import may_see_internal
from escgraph.domain.terms import EscalationId
from escgraph.domain.texts import called
from escgraph.domain.ticket import Actor
from escgraph.queries import escalations
from escgraph.queries.entries import entries_of
from escgraph.queries.events import shown
from escgraph.queries.packages import FrozenPackage, assembled
from escgraph.queries.sight import as_seen, escalation_as_seen, ticket_as_seen
from escgraph.store import escalations as stored_escalations
from escgraph.store import people
from escgraph.store.transactions import snapshot


class PackageFile(NamedTuple):
    """A file; its name ends as its form does."""

    name: str
    media_type: str
    content: bytes


FORMS: Mapping[str, str] = MappingProxyType(
    {
        "md": "text/markdown; charset=utf-8",
        "json": "application/json",
        "html": "text/html; charset=utf-8",
    }
)


_MARGIN = 0.9
"""Entries are not of one length."""


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A package as one reader may see it, before it is a file."""

    brief: PackageBrief

    def file(self, form: str) -> PackageFile:
        """It in one of `FORMS`."""
        number, tier = called(self.brief.package.ticket.number), self.brief.event.to_tier
        name = f"{number}-{tier}-package.{form}"
        return PackageFile(name, FORMS[form], _content(self.brief, form))

    def small_file(self, form: str, *, most_bytes: int) -> PackageFile | None:
        """The same with as many of the last entries as fit; it says how many are missing.

        None: not even the last fits.
        """
        kept, entries = self, len(self.brief.package.timeline)
        while len((file := kept.file(form)).content) > most_bytes:
            if entries == 1:
                return None
            share = most_bytes / len(file.content)
            entries = max(1, min(entries - 1, int(entries * share * _MARGIN)))
            kept = Unwritten(self.brief.with_last(entries))
        return file


async def package_file(
    escalation_id: EscalationId, *, form: str, zone: str, viewer: Actor
) -> PackageFile:
    """The package for whoever may see the ticket, in one of `FORMS`.

    Raises:
        NotFoundError: there is no such escalation, or its ticket is none that the viewer may see.
    """

    async def read() -> FrozenPackage:
        await escalations.by_id(escalation_id, viewer=viewer)
        return await assembled(await stored_escalations.by_id(escalation_id))

    found = await unwritten(await snapshot(read), reader=viewer, zone=zone)
    return await asyncio.to_thread(found.file, form)


async def unwritten(frozen: FrozenPackage, *, reader: Actor, zone: str) -> Unwritten:
    """What that reader, who may see the ticket, may see of it."""
    row = escalation_as_seen(frozen.escalation, reader)
    package = _as_seen(frozen, reader)
    event = package.timeline[-1]
    assert isinstance(event, TicketEscalated)
    named = (*package.people, *row.responsible_from, *row.responsible_to, *row.told)
    approvers = (pause.approved_by for pause in package.pauses)
    known = await people.by_ids([*named, *(one for one in approvers if one is not None)])
    return Unwritten(
        PackageBrief(
            escalation=row.id,
            event=event,
            responsible_from=row.responsible_from,
            responsible_to=row.responsible_to,
            told=row.told,
            package=package,
            names={person.id: person.name for person in known.values()},
            whole=may_see_internal(reader),
            zone=zone,
        )
    )


def _as_seen(frozen: FrozenPackage, reader: Actor) -> Package:
    package = frozen.package
    if may_see_internal(reader):
        return package
    entries = [as_seen(entry, reader) for entry in frozen.entries if shown(entry, reader)]
    timeline = tuple(entries_of(entries))
    ticket = ticket_as_seen(package.ticket, reader)
    around = people_around(ticket, timeline)
    return replace(package, ticket=ticket, timeline=timeline, people=around, missing=())


def _content(brief: PackageBrief, form: str) -> bytes:
    if form == "json":
        return package_json(brief)
    write = markdown if form == "md" else html
    return write(package_document(brief)).encode()
