"""Subscribers that are alike: each event is executed and encoded once for all of them.

Nothing is pushed: each subscriber comes for each event when it is ready for it. The first that
comes has the payload made, in a task of the group's, so that it may go without taking the payload
with it; who comes meanwhile waits for the same one. Who comes too late has it made anew: what
hangs on an event is told as it is by then, and never older than a second (payloads.py).
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from escgraph.api.impersonal import Impersonal, Sight
from escgraph.api.payloads import Answer, Entry, Payloads
from escgraph.api.session import Session

Respond = Callable[[Session], Awaitable[Answer]]
"""Executes and encodes for that session."""

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

    async def payload(self, item: Hashable, session: Session, respond: Respond) -> bytes | None:
        """What a member with that session gets of that item; None for nothing.

        Raises:
            Exception: what `respond` raised; it is not kept.
        """
        while True:
            key = self, session if self.personal else None, item
            entry = self._payloads.get(key) or self._begin(key, session, respond)
            if entry.answer is None:
                await entry.ready.wait()
            if entry.whose is None or entry.whose == session:
                return entry.payload

    def _begin(self, key: Key, session: Session, respond: Respond) -> Entry:
        entry = Entry(asyncio.get_running_loop().time(), whose=key[1])
        self._payloads.begin(key, entry)
        task = asyncio.create_task(self._make(key, entry, session, respond), name="payload")
        self._making.add(task)
        task.add_done_callback(self._making.discard)
        return entry

    async def _make(self, key: Key, entry: Entry, session: Session, respond: Respond) -> None:
        """The group's, and no member's: no member's end ends it."""
        self.executed += 1
        viewer = Impersonal(session)
        try:
            entry.answer = await respond(viewer.session if entry.whose is None else session)
        except Exception as error:  # noqa: BLE001 - each who waits for it gets it
            entry.answer = error
        if viewer.asked:
            key = self._move(key, entry, session)
        entry.ready.set()
        if self.members > 1 and entry.sound:
            self._payloads.keep(key, entry)
        else:
            self._payloads.drop(key, entry)

    def _move(self, key: Key, entry: Entry, session: Session) -> Key:
        """It is for that session alone."""
        self._payloads.drop(key, entry)
        self.personal = True
        entry.whose = session
        key = key[0], session, key[2]
        self._payloads.begin(key, entry)
        return key

    def dissolve(self) -> None:
        """Nobody is left."""
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
