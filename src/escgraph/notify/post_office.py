"""The post office: which channel carries what kind of letter. A channel is a line here."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Protocol

from escgraph.domain.notice import ChannelKind
from escgraph.notify.letter import Letter
from escgraph.notify.target import Target


class Send(Protocol):
    """Sends one letter, once."""

    async def __call__(self, letter: Letter, target: Target, *, at: datetime) -> str:
        """What was answered, in a few words, for the record; `at` is the present.

        Raises:
            UndeliveredError: it did not arrive, or nobody can say so.
        """


@dataclass(frozen=True, slots=True)
class PostSettings:
    """What the channels go by; see the settings of the same names."""

    smtp_url: str | None = field(repr=False)
    mail_from: str | None
    allowed_networks: tuple[IPv4Network | IPv6Network, ...]
    timeout_s: float


Ways = Mapping[ChannelKind, Send]
Close = Callable[[], Awaitable[None]]
