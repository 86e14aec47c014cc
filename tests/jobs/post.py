"""Ways that tests watch: what was sent, and what is to go wrong."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from escgraph.clock import Clock
from escgraph.domain.notice import ChannelKind
from escgraph.jobs.posting import Post, Rules
from escgraph.notify.letter import Letter
from escgraph.notify.post_office import Send
from escgraph.notify.target import Target
from escgraph.store.notice_rows import Message

SECOND = timedelta(seconds=1)
RULES = Rules(send_timeout=SECOND, sends_at_once=4, retry_waits=(SECOND / 100, 300 * SECOND))


class Bell:
    """Hears of what was written."""

    def __init__(self) -> None:
        self.position = 0

    async def ring(self, position: int) -> None:
        self.position = position


class Sending:
    """A way that notes what goes by it; before each, it does what `does` says."""

    def __init__(self, *does: Send) -> None:
        self.sent: list[Letter] = []
        self.targets: list[Target] = []
        self._does = list(does)

    async def __call__(self, letter: Letter, target: Target, *, at: datetime) -> str:
        self.targets.append(target)
        if self._does:
            await self._does.pop(0)(letter, target, at=at)
        self.sent.append(letter)
        return "200 ok"


async def composed(message: Message) -> Letter:
    """A letter without any art."""
    return Letter(
        id=message.id,
        kind="notice.test",
        at=message.created_at,
        subject="HIGH #1 went to LEVEL_2",
        headline="Nobody answered.",
        text="Nobody answered.",
        html="<p>Nobody answered.</p>",
        payload={"id": str(message.id)},
    )


def post(
    *ways: Send,
    clock: Clock | None = None,
    bell: Bell | None = None,
    rules: Rules = RULES,
    kinds: Sequence[ChannelKind] = (ChannelKind.EMAIL, ChannelKind.WEBHOOK),
) -> Post:
    """What an attempt needs; the one way given serves every kind."""
    return Post(
        clock=clock or Clock(),
        ring=(bell or Bell()).ring,
        ways={kind: way for way in ways for kind in kinds},
        compose=composed,
        rules=rules,
    )
