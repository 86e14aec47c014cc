"""The operator's mail server: a few connections that are used again.

It may stand in a private network, since the operator named it; no user can (so no guard is here).
A password goes only where a certificate was checked. Without one, mail would be sent in clear
where no STARTTLS is offered; so where it is, any certificate will do (RFC 7435).
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP, SMTPException

from escgraph.notify.outcome import UndeliveredError

MOST_CONNECTIONS = 4
"""Of one process: a storm waits here, and not at the server's door."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where it is. `user` and `password` are as they are sent, not as an address has them."""

    host: str
    port: int
    tls: bool
    user: str | None
    password: str | None = field(repr=False)

    @classmethod
    def at(cls, url: str) -> Self:
        """From `smtp://user:password@host:587` or `smtps://…`, percent-decoded."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        user = unquote(parts.username) if parts.username else None
        usual = 465 if tls else (587 if user else 25)
        return cls(
            host=parts.hostname or "",
            port=parts.port or usual,
            tls=tls,
            user=user,
            password=unquote(parts.password or "") if user else None,
        )

    @property
    def place(self) -> str:
        return f"the mail server {self.host}:{self.port}"


class Connections:
    """At most `most` at once; who wants another waits."""

    def __init__(self, server: Server, *, name: str, most: int = MOST_CONNECTIONS) -> None:
        """Open none yet. `name` is what we call ourselves, as in "example.org"."""
        self._server = server
        self._name = name
        self._places = asyncio.Semaphore(most)
        self._idle: list[SMTP] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator[SMTP]:
        """A connection that is greeted, encrypted and logged in, for one mail.

        It is kept for the next one, but not when what was done with it was interrupted.
        """
        async with self._places:
            client = await self._alive() or await self._new()
            try:
                yield client
            except SMTPException:
                self._keep(client)
                raise
            except BaseException:
                client.close()
                raise
            self._keep(client)

    async def close(self) -> None:
        """Take leave of the server."""
        while self._idle:
            client = self._idle.pop()
            try:
                await client.quit()
            except (SMTPException, OSError):
                client.close()

    async def _alive(self) -> SMTP | None:
        """One that was used before and that the server still answers on."""
        while self._idle:
            client = self._idle.pop()
            try:
                await client.rset()
            except (SMTPException, OSError):
                client.close()
            except BaseException:
                client.close()
                raise
            else:
                return client
        return None

    async def _new(self) -> SMTP:
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            local_hostname=self._name,
            use_tls=server.tls,
            tls_context=await asyncio.to_thread(_trusting, server),
            timeout=None,  # whoever sends has one for the whole
        )
        try:
            await client.connect()  # with STARTTLS where it is offered
            if server.user is not None:
                await _log_in(client, server)
        except BaseException:
            client.close()
            raise
        return client

    def _keep(self, client: SMTP) -> None:
        if client.is_connected:
            self._idle.append(client)


async def _log_in(client: SMTP, server: Server) -> None:
    if client.get_transport_info("sslcontext") is None:
        raise UndeliveredError(
            f"{server.place} offers no STARTTLS, and a password is never sent in clear; "
            "see ESCGRAPH_SMTP_URL: smtps://, or no password"
        )
    await client.login(server.user or "", server.password or "")


def _trusting(server: Server) -> ssl.SSLContext:
    """The certificates that we take; see above."""
    context = ssl.create_default_context()
    if server.user is None and not server.tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
