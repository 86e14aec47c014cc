"""Everything else: a letter to one of the services that Apprise knows, an optional extra.

An address of Apprise's is a secret from end to end, and Apprise logs addresses; so nothing that it
or its HTTP library logs gets any further than here.
"""

import asyncio
import importlib.util
import logging
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from types import ModuleType
from typing import Any

from escgraph.domain.errors import InvalidInputError
from escgraph.notify.apprise_services import ARGUMENTS, SERVICES
from escgraph.notify.letter import Letter
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.target import Target

INSTALL = "Apprise is not installed; run: pip install 'escgraph[apprise]'"
THREADS = 8
"""Apprise waits without asyncio. Each wait ends in time, since its sockets have time-outs."""

_STATUS = re.compile(r"\berror=(\d{3})\b")
_answered = threading.local()


def is_installed() -> bool:
    return importlib.util.find_spec("apprise") is not None


def must_be_usable(address: str) -> None:
    """Pass if that is an address of Apprise's that letters may go to.

    Raises:
        InvalidInputError: it is not, or Apprise is not installed; the address is not repeated.
    """
    _service(address)


class Apprise:
    """Sends in threads of its own; `timeout_s` is for the whole of an attempt."""

    def __init__(self, *, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="apprise")

    async def __call__(self, letter: Letter, target: Target, *, at: datetime) -> str:  # noqa: ARG002  # as each channel is called
        """Send subject and text; what was answered is all that Apprise tells.

        Raises:
            UndeliveredError: it was not taken, or nobody can say so.
        """
        work = asyncio.get_running_loop().run_in_executor(
            self._threads, _send, letter, target.address, self._timeout_s
        )
        try:
            async with asyncio.timeout(self._timeout_s):
                return await work
        except TimeoutError:
            raise UndeliveredError("the service did not answer in time") from None

    async def close(self) -> None:
        """Begin nothing more; what is under way ends by its own time-outs."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _send(letter: Letter, address: str, timeout_s: float) -> str:
    try:
        service = _service(address)
    except InvalidInputError as error:
        raise UndeliveredError(error.message, again=False, shared=False) from None
    service.socket_connect_timeout = service.socket_read_timeout = timeout_s / 2
    service.overflow_mode = "truncate"
    _answered.status = None
    sent = service.notify(
        title=letter.subject,
        body=letter.text,
        notify_type="warning" if letter.urgent else "info",
        body_format="text",
    )
    if not sent:
        raise _refused(_answered.status)
    return f"taken by {service.service_name}"


def _refused(status: int | None) -> UndeliveredError:
    """A service that does not answer, or answers that it is not well, may be better later."""
    if status is None:
        return UndeliveredError("the service did not take it")
    again = status >= 500 or status in {408, 425, 429}
    return UndeliveredError(f"the service answered {status}", again=again)


def _service(address: str) -> Any:  # noqa: ANN401  # Apprise has no types of its own
    """The service as Apprise will use it: what is checked is what it read, and not what we did."""
    library = _library()
    schema = re.fullmatch(r"([a-z0-9]+)://\S+", address)
    if schema is None or schema[1] not in SERVICES:
        raise InvalidInputError(
            "Apprise is for services with a place of their own: "
            f"{', '.join(f'{name}://' for name in SERVICES)}; for one of your own hosts, add a "
            "webhook or an ntfy channel",
            field=("address",),
        )
    read = library.plugins.url_to_dict(address)
    if read is None or read["schema"] != schema[1]:
        raise _unreadable(schema[1])
    asked = {*read.get("qsd", {}), *_meant_for_requests(read)}
    if not asked <= ARGUMENTS:
        raise InvalidInputError(
            f"an address of Apprise's may have no {', '.join(sorted(asked - ARGUMENTS))} behind "
            f"the ? here; only {', '.join(sorted(ARGUMENTS))}",
            field=("address",),
        )
    service = library.Apprise.instantiate(read, asset=_manners())
    if service is None:
        raise _unreadable(schema[1])
    if len(service) > 1:
        raise InvalidInputError(
            "this address has several receivers, and who is told again must not be told twice; "
            "add a channel for each",
            field=("address",),
        )
    return service


def _meant_for_requests(read: dict[str, Any]) -> list[str]:
    """Arguments that begin with +, - or :, by which headers and payloads are set."""
    return [mark[-1] + name for mark in ("qsd+", "qsd-", "qsd:") for name in read.get(mark, ())]


def _unreadable(schema: str) -> InvalidInputError:
    return InvalidInputError(
        f"this is no {schema}:// address as Apprise reads it; see "
        f"https://appriseit.com/services/ for how to write one",
        field=("address",),
    )


@cache
def _library() -> ModuleType:
    """Apprise, made silent. Half a second the first time.

    Raises:
        InvalidInputError: it is not installed.
    """
    if not is_installed():
        raise InvalidInputError(INSTALL, field=("address",))
    import apprise  # noqa: PLC0415 - optional

    logger = logging.getLogger("apprise")
    logger.setLevel(logging.WARNING)
    logger.addFilter(_keep_to_ourselves)
    for name in ("urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.ERROR)  # even warnings show whole URLs
    return apprise


@cache
def _manners() -> Any:  # noqa: ANN401  # as above
    """Follow no redirect, keep nothing on disk, load no plugin from anywhere."""
    return _library().AppriseAsset(
        app_id="escgraph", http_redirects=False, storage_mode="memory", plugin_paths=[]
    )


def _keep_to_ourselves(record: logging.LogRecord) -> bool:
    """Let no line of Apprise's out, and take the status from it that it does not tell otherwise."""
    found = _STATUS.search(record.getMessage())
    if found:
        _answered.status = int(found[1])
    return False
