"""Several notices about one ticket: which of them counts, and what the others add."""

from dataclasses import dataclass, replace

from escgraph.documents.notice_brief import Brief
from escgraph.domain.notice import NoticeKind
from escgraph.domain.terms import LIVE, PersonId

RANK = {kind: rank for rank, kind in enumerate(NoticeKind)}
"""Of several notices about one ticket, which counts first."""


@dataclass(frozen=True, slots=True)
class Group:
    """The notices about one ticket in one letter, in their order; `earlier` are left out."""

    briefs: tuple[Brief, ...]
    earlier: int = 0

    @property
    def main(self) -> Brief:
        """The one that says what to do: the latest once the ticket has ended, if about that."""
        last = self.briefs[-1]
        ended = last.state is not None and last.state.status not in LIVE
        if ended and last.review is None:
            return last
        first = min(reversed(self.briefs), key=lambda brief: RANK[brief.kind])
        return replace(
            first, state=last.state, awaited=last.awaited, unreached=self._unreached(first)
        )

    def _unreached(self, main: Brief) -> tuple[PersonId, ...]:
        """Everybody who was not, of the same thing: one sentence names them all."""
        same = (brief for brief in self.briefs if brief.events == main.events)
        return tuple(dict.fromkeys(person for brief in same for person in brief.unreached))

    @property
    def others(self) -> tuple[Brief, ...]:
        """What else there is to tell, in its order."""
        main = self.main
        return tuple(brief for brief in self.briefs if brief.events != main.events)
