"""A session that notices when it is asked whose it is.

An answer that was made with it, and for which nobody asked, is the same for everybody of that
sight: whatever it depends on is a part of the sight. So nobody has to know which fields of the
schema look at the person, and a field that begins to do so tomorrow is noticed by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Self, TypeVar

from escgraph.api.session import Session
from escgraph.domain.terms import Role, Scope, Tier
from escgraph.domain.ticket import Actor

Note = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Sight:
    """All of a session that an answer may depend on and be shared nevertheless."""

    role: Role
    tier: Tier | None
    scopes: frozenset[Scope]

    @classmethod
    def of(cls, session: Session) -> Self:
        return cls(session.actor.role, session.actor.tier, session.scopes)


class Impersonal:
    """One session without its person. `asked` says that somebody wanted to know whose it is."""

    def __init__(self, session: Session) -> None:
        self.asked = False
        actor = _watched(_Actor, session.actor, self._ask)
        self.session = _watched(_Session, session, self._ask, actor=actor)

    def _ask(self) -> None:
        self.asked = True


_OF_THE_SIGHT = frozenset(one.name for one in fields(Sight)) | {"actor"}
_OF_THE_PERSON = frozenset(
    one.name for kind in (Actor, Session) for one in fields(kind) if one.name not in _OF_THE_SIGHT
)
"""What is in the sight may be read freely; whatever else there is or will be, is noticed."""


class _Actor(Actor):
    """Comparing and hashing read the person, so they are noticed too."""

    _note: Note

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - whatever the attribute is
        if name in _OF_THE_PERSON:
            object.__getattribute__(self, "_note")()
        return object.__getattribute__(self, name)


class _Session(Session):
    _note: Note

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - the same
        if name in _OF_THE_PERSON:
            object.__getattribute__(self, "_note")()
        return object.__getattribute__(self, name)


_T = TypeVar("_T", _Actor, _Session)


def _watched(kind: type[_T], of: Actor | Session, note: Note, **instead: Any) -> _T:  # noqa: ANN401 - of any type, as fields are
    given = {one.name: getattr(of, one.name) for one in fields(of)}
    made = kind(**{**given, **instead})
    object.__setattr__(made, "_note", note)
    return made
