"""The post office: which channel carries what kind of letter. A channel is a line here."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from ipaddress import IPv4Network, IPv6Network
from typing import Protocol

from escgraph.domain.notice import ChannelKind
from escgraph.notify import ntfy, slack, teams, webhook
from escgraph.notify.apprise import Apprise
from escgraph.notify.email import Email
from escgraph.notify.http_client import http_client
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


@asynccontextmanager
async def post_office(settings: PostSettings) -> AsyncIterator[Ways]:
    """The ways that those settings open, for as long as they are needed; one for each process.

    A kind that is missing cannot be used: no mail server is set.
    LOG is nobody's here: it is what the sender does where no way is left.
    """
    with http_client(allowed=settings.allowed_networks, timeout_s=settings.timeout_s) as client:
        ways: dict[ChannelKind, Send] = {
            ChannelKind.WEBHOOK: partial(webhook.send, client),
            ChannelKind.SLACK: partial(slack.send, client),
            ChannelKind.TEAMS: partial(teams.send, client),
            ChannelKind.NTFY: partial(ntfy.send, client),
        }
        async with AsyncExitStack() as staff:
            if settings.smtp_url is not None and settings.mail_from is not None:
                ways[ChannelKind.EMAIL] = email = Email(
                    settings.smtp_url, sender=settings.mail_from, timeout_s=settings.timeout_s
                )
                staff.push_async_callback(email.close)
            ways[ChannelKind.APPRISE] = apprise = Apprise(timeout_s=settings.timeout_s)
            staff.push_async_callback(apprise.close)
            yield ways
