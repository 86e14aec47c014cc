"""What the documentation of an escalation is written from, as its reader may see it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from escgraph.domain.events import TicketEscalated
from escgraph.domain.package import Package
from escgraph.domain.terms import EscalationId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageBrief:
    """A package with what its escalation adds.

    Attributes:
        told: who heard of it in place of a tier where nobody works (A22).
        whole: False where what colleagues write to each other was left out for the reader.
        zone: that of the moments in it.
        left_out: the earliest entries that were left out of the timeline to keep it small.
    """

    escalation: EscalationId
    event: TicketEscalated
    responsible_from: tuple[PersonId, ...]
    responsible_to: tuple[PersonId, ...]
    told: tuple[PersonId, ...]
    package: Package
    names: Mapping[PersonId, str]
    whole: bool
    zone: str
    left_out: int = 0

    def name(self, person: PersonId | None) -> str:
        return "nobody" if person is None else self.names.get(person, "somebody unknown")

    def with_last(self, entries: int) -> "PackageBrief":
        """The same with no more than the last entries of its timeline."""
        dropped = max(0, len(self.package.timeline) - entries)
        package = replace(self.package, timeline=self.package.timeline[dropped:])
        return replace(self, package=package, left_out=self.left_out + dropped)
