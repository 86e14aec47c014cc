"""Moving open tickets from a shell: first what would fire, then doing it."""

from dataclasses import dataclass
from typing import Any

from escgraph.cli.console import new_table, remark, say, say_table
from escgraph.cli.person import administrator_of
from escgraph.cli.running import opened
from escgraph.commands.moving import Chosen, Found, Moves, Named, TicketFilter, move_tickets_at_once
from escgraph.config import Settings
from escgraph.domain.ticket import Actor, Deadline
from escgraph.queries import tickets
from escgraph.queries.policy_moves import PolicyMove, Preview, preview
from escgraph.store import policies

SHOWN = 50
"""So many tickets are listed; the counts are of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Which tickets, and who answers for it. No number stands for every live ticket."""

    author: str
    reason: str
    numbers: tuple[int, ...]

    async def looked_at(self, settings: Settings) -> Preview:
        """What it would do by now; nothing is written.

        Raises:
            NotFoundError: there is no such author or ticket.
        """
        async with opened(settings) as now:
            viewer = await self._viewer()
            chosen, version = await self._chosen(viewer), (await policies.in_force()).version
            return await preview(chosen, version=version, at=now, first=SHOWN, viewer=viewer)

    async def done(self, settings: Settings, *, seen: Preview) -> Moves:
        """Move as many as were seen, in as many goes as it takes.

        Raises:
            ConflictError: there are more or fewer of them by now.
            InvalidInputError: there is no reason, or another version came into force.
            NotFoundError: there is no such author or ticket.
        """
        async with opened(settings) as now:
            viewer = await self._viewer()
            chosen, expected = await self._chosen(viewer), seen.tickets
            whole = Moves(0)
            while True:
                moves = await move_tickets_at_once(
                    chosen,
                    version=seen.version,
                    reason=self.reason,
                    by=viewer.person,
                    at=now,
                    expected=expected,
                )
                _add(whole, moves)
                if not moves.left or not moves.moved:
                    return whole
                expected = moves.left + len(moves.refused)

    async def _viewer(self) -> Actor:
        author = await administrator_of(self.author)
        return Actor(author.id, author.role, author.tier)

    async def _chosen(self, viewer: Actor) -> Chosen:
        if not self.numbers:
            return Found(TicketFilter())
        found = [await tickets.by_number(number, viewer=viewer) for number in self.numbers]
        return Named(tuple(view.facts.id for view in found))


def tell(seen: Preview) -> None:
    """What would come of it, for people."""
    firing = [move for move in seen.moves if move.firing]
    if firing:
        table = new_table("ticket", "title", "tier", "would fire at once", "tier after")
        for move in firing:
            table.add_row(
                _number(move), move.ticket.title, move.ticket.tier, _kinds(move), move.after.tier
            )
        say_table(table)
    counts = ", ".join(f"{kind} {count}" for kind, count in seen.kinds.items())
    say(f"{seen.tickets} to move to version {seen.version}; fires at once: {counts or 'nothing'}")
    if seen.looked_at < seen.tickets:
        remark(f"only the first {seen.looked_at} were looked at")


def preview_json(seen: Preview) -> dict[str, Any]:
    """The same for programs."""
    return {
        "version": seen.version,
        "tickets": seen.tickets,
        "lookedAt": seen.looked_at,
        "firing": {str(kind): count for kind, count in seen.kinds.items()},
        "moves": [
            {"number": _number(move), "fires": [str(row.kind) for row in move.firing]}
            for move in seen.moves
        ],
    }


def moves_json(moves: Moves, *, version: int) -> dict[str, Any]:
    return {
        "version": version,
        "moved": [
            {"number": f"ESC-{one.number:06d}", "fired": [str(row.kind) for row in one.fired]}
            for one in moves.moved
        ],
        "unchanged": len(moves.unchanged),
        "refused": [{"id": str(one.id), "message": one.error.message} for one in moves.refused],
        "left": moves.left,
    }


def _add(whole: Moves, moves: Moves) -> None:
    whole.position, whole.left = moves.position, moves.left
    whole.moved += moves.moved
    whole.unchanged += moves.unchanged
    whole.refused = moves.refused


def _number(move: PolicyMove) -> str:
    return f"ESC-{move.ticket.number:06d}"


def _kinds(move: PolicyMove) -> str:
    rows: tuple[Deadline, ...] = move.firing
    return ", ".join(row.kind for row in rows)
