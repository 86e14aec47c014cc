"""E-mail: a letter to one address, by the operator's mail server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import Policy

from aiosmtplib import SMTP, SMTPException

from escgraph.notify.letter import Letter
from escgraph.notify.mail import POLICY, address_of, mail
from escgraph.notify.mail_failures import undelivered, without_addresses
from escgraph.notify.mail_server import Connections, Server
from escgraph.notify.target import Target


class Email:
    """Sends mails by one server. `sender` is as in `Escalations <escgraph@example.org>`."""

    def __init__(self, url: str, *, sender: str, timeout_s: float) -> None:
        """Connect to nothing yet; `timeout_s` is for the whole of an attempt."""
        self._server = Server.at(url)
        self._sender = sender
        self._from = address_of(sender)
        self._timeout_s = timeout_s
        self._connections = Connections(self._server, name=self._from.rpartition("@")[2])

    async def __call__(self, letter: Letter, target: Target, *, at: datetime) -> str:  # noqa: ARG002  # as each channel is called
        """Send it and return the server's answer.

        Raises:
            UndeliveredError: it was not taken, or nobody can say so.
        """
        message = mail(letter, to=target, sender=self._sender)
        async with self._connection() as client:
            return await self._hand_over(client, message, to=address_of(target.address))

    async def greet(self) -> None:
        """See whether the server answers, and takes our password where there is one.

        Raises:
            UndeliveredError: it does not.
        """
        async with self._connection() as client:
            await client.noop()

    async def close(self) -> None:
        """Take leave of the server, which may not answer any more."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timeout_s):
                await self._connections.close()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[SMTP]:
        try:
            async with asyncio.timeout(self._timeout_s), self._connections.one() as client:
                yield client
        except (SMTPException, OSError) as error:
            raise undelivered(error, place=self._server.place) from None

    async def _hand_over(self, client: SMTP, message: EmailMessage, *, to: str) -> str:
        beyond_ascii = not (to + self._from).isascii()
        policy: Policy = POLICY.clone(utf8=True) if beyond_ascii else POLICY
        _, answer = await client.sendmail(
            self._from,
            [to],
            message.as_bytes(policy=policy),
            mail_options=["SMTPUTF8", "BODY=8BITMIME"] if beyond_ascii else [],
        )
        return f"250 {without_addresses(answer)}"
