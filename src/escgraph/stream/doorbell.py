"""The doorbell: tells those who read the stream that there is something new, and nothing else."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

Wake = Callable[[int], None]
"""Called with the position that was rung; it must return at once."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a doorbell is. While it is not connected, the poll of the counter stands in for it.

    Attributes:
        connected: what is rung here is heard here.
        echo_age: how long ago it was last proved; None where it was not, or needs no proof.
        fault: why it is not connected, empty where it is. Never shows a password.
    """

    connected: bool
    echo_age: timedelta | None = None
    fault: str = ""


class Doorbell(Protocol):
    """What the two doorbells have in common: this one, and the one through Redis."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def lasts(self) -> None:
        """Wait as long as it works, which is until it is stopped."""

    async def ring(self, position: int) -> None:
        """Tell that the stream has reached `position`. Never raises, never waits for others."""

    def listen(self, wake: Wake) -> AbstractContextManager[None]:
        """Call `wake` at each ring, until the end of `with`. A ring may get lost or come twice."""

    @property
    def health(self) -> Health: ...


class LocalDoorbell:
    """A doorbell inside one process."""

    def __init__(self) -> None:
        self._listeners: list[Wake] = []

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""

    async def lasts(self) -> None:
        """It is always there."""
        await asyncio.Event().wait()

    async def ring(self, position: int) -> None:
        self.tell(position)

    def tell(self, position: int) -> None:
        """Wake everybody who listens."""
        for wake in tuple(self._listeners):
            wake(position)

    @contextmanager
    def listen(self, wake: Wake) -> Iterator[None]:
        self._listeners.append(wake)
        try:
            yield
        finally:
            self._listeners.remove(wake)

    @property
    def health(self) -> Health:
        return Health(connected=True)
