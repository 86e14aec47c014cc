"""The outgoing heartbeat: an outside watcher hears of this process as long as its engine works.

It goes by what the engine of this very process has proved lately. So it stops with the process,
with a loop that is stuck, with an engine that only fails, and with a database that is away; whoever
stands in for others has no part in it.
"""

import asyncio

import structlog

from escgraph.notify import heartbeat
from escgraph.notify.addresses import Network
from escgraph.notify.http_client import HttpClient, http_client
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.places import place_of

EVERY_S = 10.0
LOOKS_S = 1.0
"""Between two looks at a pulse that is not fresh."""

FRESH_S = 20.0
"""An engine that has proved nothing for so long is not vouched for any more: the last fetch comes
within half a minute of the last work."""

PATIENCE_S = 5.0
"""How long a fetch may take."""

log = structlog.get_logger(__name__)


class Pulse:
    """When the engine of this process last proved that it works, by the loop's own time."""

    def __init__(self) -> None:
        self._at: float | None = None

    def beat(self) -> None:
        self._at = asyncio.get_running_loop().time()

    @property
    def fresh(self) -> bool:
        """Whether that was lately."""
        return self._at is not None and asyncio.get_running_loop().time() - self._at < FRESH_S


async def run(*, pulse: Pulse, url: str, allowed: tuple[Network, ...]) -> None:
    """Fetch the URL every few seconds, as long as the pulse is fresh, for ever."""
    with http_client(allowed=allowed, timeout_s=PATIENCE_S) as client:
        watcher = Watcher(client, url)
        while True:
            if pulse.fresh:
                await watcher.told()
                await asyncio.sleep(EVERY_S)
            else:
                await asyncio.sleep(LOOKS_S)


class Watcher:
    """Tells him, and logs where he becomes deaf, and where he hears again: once each."""

    def __init__(self, client: HttpClient, url: str) -> None:
        self._client = client
        self._url = url
        self._host = place_of(url).host
        self._heard: bool | None = None

    async def told(self) -> None:
        """Fetch it once. Never raises: nobody else depends on him."""
        try:
            await heartbeat.send(self._client, self._url)
        except UndeliveredError as error:
            self._becomes(heard=False, reason=error.reason)
        except Exception as error:  # noqa: BLE001 - the edge of a loop; an error's words may show the URL
            self._becomes(heard=False, reason=type(error).__name__)
        else:
            self._becomes(heard=True, reason="")

    def _becomes(self, *, heard: bool, reason: str) -> None:
        before, self._heard = self._heard, heard
        if heard is before:
            return
        if heard:
            log.info("heartbeat.heard", host=self._host)
        else:
            log.warning("heartbeat.not_heard", host=self._host, reason=reason)
