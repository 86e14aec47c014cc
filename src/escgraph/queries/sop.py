"""The SOP as a document: of the policy in force or of one version, with how it came about (Q5)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from escgraph.documents.blocks import Document
from escgraph.documents.forms import FORMS, DocumentFormat
from escgraph.documents.sop import Edition, sop
from escgraph.domain.permissions import Act, may_see_internal, permit
from escgraph.domain.policy import Policy
from escgraph.domain.policy_diff import Difference, differences
from escgraph.domain.ticket import Actor
from escgraph.store import editions, policies
from escgraph.store.editions import EditionRow

NOT_SHOWN = "not shown to you"
"""Stands for the address of an owner."""


@dataclass(frozen=True, slots=True)
class Sop:
    """A policy with the history that led to it, the newest edition first."""

    policy: Policy
    history: tuple[Edition, ...]
    in_force: int | None

    def document(self, *, at: datetime) -> Document:
        """As it reads at that moment."""
        return sop(self.policy, self.history, in_force=self.in_force, at=at)


@dataclass(frozen=True, slots=True)
class Written:
    """The document of that version in the form that was asked for."""

    version: int
    form: DocumentFormat
    text: str


async def written(
    version: int | None, *, form: DocumentFormat, viewer: Actor, at: datetime
) -> Written:
    """The document, of the policy in force where no version is named.

    Who published a version and why, and the addresses in routes, are for those who work on tickets;
    all else is for everybody.

    Raises:
        NotFoundError: there is no such version, or none is in force.
    """
    permit(viewer, Act.READ)
    found = await whole(version)
    seen = found if may_see_internal(viewer) else _from_outside(found)
    text = await asyncio.to_thread(lambda: FORMS[form].write(seen.document(at=at)))
    return Written(seen.policy.version, form, text)


async def whole(version: int | None) -> Sop:
    """All of it, for whoever has a shell here. Raises as `written` does."""
    policy = await (policies.in_force() if version is None else policies.of_version(version))
    rows = await editions.editions()
    known = {row.version: await policies.of_version(row.version) for row in rows}
    earlier = [row for row in rows if row.version <= policy.version]
    history = (
        _edition(row, _changes(before, row, known)) for row, before in _with_the_one_before(earlier)
    )
    in_force = next((row.version for row in rows if row.retired_at is None), None)
    return Sop(policy, tuple(history), in_force)


def _from_outside(found: Sop) -> Sop:
    """Without what colleagues write to each other, and where they are reached."""
    routes = tuple(
        route if route.owner is None else replace(route, owner=NOT_SHOWN)
        for route in found.policy.routes
    )
    history = tuple(
        replace(one, author="", reason="", review="", changes=_shown_outside(one.changes))
        for one in found.history
    )
    return replace(found, policy=replace(found.policy, routes=routes), history=history)


def _shown_outside(changes: Sequence[Difference]) -> tuple[Difference, ...]:
    return tuple(change for change in changes if change.path != "routes")


def _with_the_one_before(
    rows: Sequence[EditionRow],
) -> list[tuple[EditionRow, EditionRow | None]]:
    return list(zip(rows, [*rows[1:], None], strict=True))


def _changes(
    before: EditionRow | None, row: EditionRow, known: Mapping[int, Policy]
) -> tuple[Difference, ...]:
    if before is None:
        return ()
    return differences(known[before.version], known[row.version])


def _edition(row: EditionRow, changes: tuple[Difference, ...]) -> Edition:
    return Edition(
        version=row.version,
        published_at=row.published_at,
        author=row.author or "",
        reason=row.reason or "",
        review=_review_name(row),
        changes=changes,
        retired_at=row.retired_at,
    )


def _review_name(row: EditionRow) -> str:
    if row.quarter is not None:
        return f"Quarterly review {row.quarter}"
    return "" if row.ticket is None else f"Post-issue review of ESC-{row.ticket:06d}"
