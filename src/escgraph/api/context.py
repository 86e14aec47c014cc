"""What every resolver can reach: who asks, and the surroundings that the process has one of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network

import strawberry

from escgraph.api.boards import Boards
from escgraph.api.groups import Groups
from escgraph.api.loaders import Loaders
from escgraph.api.session import Session
from escgraph.clock import Clock
from escgraph.domain.errors import ForbiddenError
from escgraph.domain.permissions import Act, scope
from escgraph.domain.ticket import Actor
from escgraph.queries.views import Wanted
from escgraph.stream.doorbell import Doorbell
from escgraph.stream.hub import HEARTBEAT, Hub


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One for each process; the app makes it and stops what is in it.

    `heartbeat` is after how long without an item a subscription gets a sign of life;
    `token_lifetime` how long a new token is good when nobody says otherwise. `allowed_networks` may
    be sent to although they are not public.
    """

    hub: Hub
    clock: Clock
    doorbell: Doorbell
    heartbeat: timedelta = HEARTBEAT
    token_lifetime: timedelta = timedelta(days=90)
    allowed_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    boards: Boards = field(default_factory=Boards)
    groups: Groups = field(default_factory=Groups)


@dataclass(slots=True)
class Context:
    """One for each operation.

    Attributes:
        loaders: a subscription takes new ones for each item, so that nothing is read from before.
        selections: what `selection.wanted` found out about this operation's document.
    """

    session: Session
    surroundings: Surroundings
    loaders: Loaders
    selections: dict[tuple[int, ...], Wanted] = field(default_factory=dict)

    def permitted(self, act: Act = Act.READ) -> Actor:
        """Who asks, if their token may be used for that.

        Raises:
            ForbiddenError: the token lacks the scope. What the role allows is asked later.
        """
        needed = scope(act)
        if needed not in self.session.scopes:
            raise ForbiddenError(
                f"{act} needs a token with the scope {needed} and this one has "
                f"{' and '.join(sorted(self.session.scopes))}; use another token"
            )
        return self.session.actor

    def forget(self) -> None:
        """Read everything anew from now on."""
        self.loaders = Loaders(self.session.actor)


Info = strawberry.Info[Context, object]


def make_context(session: Session, surroundings: Surroundings) -> Context:
    """The context of one operation."""
    return Context(session, surroundings, Loaders(session.actor))


def context_maker(surroundings: Surroundings) -> Callable[[Session], Context]:
    """What the transport calls for each operation."""
    return lambda session: make_context(session, surroundings)
