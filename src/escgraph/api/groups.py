"""Subscribers that are alike: each event is executed and encoded once for all of them.

Nothing is pushed: each subscriber comes for each event when it is ready for it. The first that
comes has the payload made, in a task of the group's, so that it may go without taking the payload
with it; who comes meanwhile waits for the same one. Who comes too late has it made anew: what
hangs on an event is told as it is by then, and never older than a second (payloads.py).
"""

import asyncio
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

import structlog

from escgraph.api.impersonal import Impersonal, Sight
from escgraph.api.payloads import Answer, Entry, Payloads
from escgraph.api.session import Session

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Maker(Protocol[T]):
    """How a member makes payloads; each member of a group makes the same."""

    def key(self, item: T) -> Hashable:
        """What tells the item from others."""

    def ahead(self, item: T) -> Sequence[T]:
        """What it will come for next, as far as that is here already; a few at most."""

    async def make(self, made: Sequence[T], viewer: Session) -> Sequence[Answer | Exception]:
        """Execute and encode each for that session, with nothing that was read before."""


Key = tuple["Group", Session | None, Hashable]


@dataclass(frozen=True, slots=True)
class Alike:
    """What those have in common who get the same of the same event.

    Attributes:
        document: its text.
        operation: which one of the document's; None for its only one.
        variables: their JSON, without the one that only says where to begin.
        sight: what may be shared of who they are; for the rest, see impersonal.py.
    """

    document: str
    operation: str | None
    variables: bytes
    sight: Sight


class Group:
    """Those who are alike.

    Attributes:
        personal: an answer was found to depend on the person; from then on, only those share who
            have the same session.
        executed: how often something was executed for it.
    """

    def __init__(self, payloads: Payloads) -> None:
        self.members = 0
        self.personal = False
        self.executed = 0
        self._payloads = payloads
        self._making: set[asyncio.Task[None]] = set()

    async def payload(self, item: T, session: Session, maker: Maker[T]) -> bytes | None:
        """What a member with that session gets of that item; None for nothing.

        Raises:
            Exception: what making it raised; it is not kept.
        """
        while True:
            entry = self._payloads.get(self._key(item, session, maker))
            if entry is None:
                entry = self._begin(item, session, maker)
            if entry.answer is None:
                await entry.ready.wait()
            if entry.whose is None or entry.whose == session:
                return entry.payload

    def _key(self, item: T, session: Session, maker: Maker[T]) -> Key:
        return self, session if self.personal else None, maker.key(item)

    def _begin(self, item: T, session: Session, maker: Maker[T]) -> Entry:
        """Have it made, with what all will ask for next: that is read together."""
        batch: dict[Key, tuple[T, Entry]] = {}
        for one in (item, *(maker.ahead(item) if self.members > 1 else ())):
            key = self._key(one, session, maker)
            if not batch or self._payloads.get(key) is None:
                batch[key] = one, Entry(asyncio.get_running_loop().time(), whose=key[1])
                self._payloads.begin(key, batch[key][1])
        task = asyncio.create_task(self._make(batch, session, maker), name="payload")
        self._making.add(task)
        task.add_done_callback(lambda ended: self._ended(ended, batch))
        return next(iter(batch.values()))[1]

    async def _make(
        self, batch: dict[Key, tuple[T, Entry]], session: Session, maker: Maker[T]
    ) -> None:
        """The group's, and no member's: no member's end ends it."""
        self.executed += len(batch)
        viewer = Impersonal(session)
        whose = next(iter(batch))[1]
        items = [item for item, _ in batch.values()]
        answers: Sequence[Answer | Exception]
        try:
            answers = await maker.make(items, viewer.session if whose is None else session)
        except Exception as error:  # noqa: BLE001 - nobody is left waiting
            answers = [error] * len(items)
        self.personal = self.personal or viewer.asked
        for (key, (_, entry)), answer in zip(batch.items(), answers, strict=True):
            entry.answer = answer
            self._settle(key, entry, whose=session if viewer.asked else whose)

    def _settle(self, key: Key, entry: Entry, *, whose: Session | None) -> None:
        """It was made: for those who wait for it, and for those who will."""
        if entry.whose != whose:
            self._payloads.drop(key, entry)
            entry.whose = whose
            key = key[0], whose, key[2]
            self._payloads.begin(key, entry)
        entry.ready.set()
        if self.members > 1 and entry.sound:
            self._payloads.keep(key, entry)
        else:
            self._payloads.drop(key, entry)

    def _ended(self, task: asyncio.Task[None], batch: dict[Key, tuple[T, Entry]]) -> None:
        """What was not made to its end never will be, and would pass for being made for ever."""
        self._making.discard(task)
        if task.cancelled():
            for key, (_, entry) in batch.items():
                self._payloads.drop(key, entry)

    def dissolve(self) -> None:
        """Nobody is left."""
        log.debug("group.dissolved", executed=self.executed)
        for task in self._making:
            task.cancel()


class Groups:
    """Those of this process."""

    def __init__(self) -> None:
        self.payloads = Payloads()
        self._groups: dict[Alike, Group] = {}

    def __len__(self) -> int:
        return len(self._groups)

    @contextmanager
    def joined(self, alike: Alike) -> Iterator[Group]:
        """The group of those; forgotten when its last member leaves."""
        group = self._groups.setdefault(alike, Group(self.payloads))
        group.members += 1
        try:
            yield group
        finally:
            group.members -= 1
            if not group.members:
                del self._groups[alike]
                group.dissolve()
