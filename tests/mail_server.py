"""A real mail server on a port of 127.0.0.1, which a test tells how to behave."""

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as MODERN
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

GREYLISTED = "451 4.7.1 come back later"


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as it arrived. `session` counts connections; `user` is who logged in on it."""

    sender: str
    to: str
    content: bytes
    options: tuple[str, ...]
    session: int
    encrypted: bool
    user: str | None

    @property
    def message(self) -> EmailMessage:
        """As a mail client reads it."""
        return message_from_bytes(self.content, policy=MODERN)


@dataclass
class Behaviour:
    """What it does to whom.

    Attributes:
        refused: answers to recipients, as in {"nobody@example.org": "550 5.1.1 no such user"}.
        greylisted: who is told to come back later, the first time.
        hangs: recipients on whom it falls silent.
        drops: recipients on whom it hangs up.
        rejects: what it answers to a text, instead of taking it.
        full: what it answers to every sender, where it takes nothing at all.
    """

    refused: dict[str, str] = field(default_factory=dict)
    greylisted: set[str] = field(default_factory=set)
    hangs: set[str] = field(default_factory=set)
    drops: set[str] = field(default_factory=set)
    rejects: str | None = None
    full: str | None = None


class MailServer:
    """It listens while `with` lasts, in a thread of its own."""

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        from_the_first_byte: bool = False,
        logins: Mapping[str, str] | None = None,
        utf8: bool = True,
        patience_s: float = 300,
        port: int = 0,
    ) -> None:
        """Offer STARTTLS where there is a `tls`, and AUTH where there are `logins`.

        It hangs up on whoever is silent for `patience_s`.
        """
        self.received: list[Received] = []
        self.behaviour = Behaviour()
        self.sessions = 0
        self.open = 0
        self.most_open = 0
        self._tried: Counter[str] = Counter()
        self._tls = tls
        self._implicit = from_the_first_byte
        self._logins = dict(logins or {})
        self._utf8 = utf8
        self._patience_s = patience_s
        self.port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        scheme = "smtps" if self._implicit else "smtp"
        return f"{scheme}://127.0.0.1:{self.port}"

    def url_for(self, user: str, password: str) -> str:
        """The same with what comes before the @, which the caller has percent-encoded."""
        return self.url.replace("://", f"://{user}:{password}@")

    def to(self, address: str) -> list[Received]:
        return [mail for mail in self.received if mail.to == address]

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(
            self._session, "127.0.0.1", self.port, ssl=self._tls if self._implicit else None
        )

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)

    def _session(self) -> "_Session":
        return _Session(
            self,
            loop=self._loop,
            hostname="mail.example.org",
            enable_SMTPUTF8=self._utf8,
            tls_context=None if self._implicit else self._tls,
            timeout=self._patience_s,
            auth_required=bool(self._logins) and not self._implicit,
            auth_require_tls=self._tls is not None and not self._implicit,
            authenticator=self._admits,
        )

    def _admits(self, *asked: Any) -> AuthResult:  # noqa: ANN401  # as aiosmtpd calls it
        login = asked[-1]
        assert isinstance(login, LoginPassword)
        user, password = login.login.decode(), login.password.decode()
        fits = self._logins.get(user) == password
        return AuthResult(success=fits, auth_data=user, handled=False)

    async def handle_MAIL(  # noqa: N802  # the hooks' names are aiosmtpd's
        self,
        server: "_Session",
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if self.behaviour.full is not None:
            return self.behaviour.full
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self,
        server: "_Session",
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if address in self.behaviour.hangs:
            await asyncio.sleep(3600)
        if address in self.behaviour.drops:
            server.abort()
        self._tried[address] += 1
        if address in self.behaviour.greylisted and self._tried[address] == 1:
            return GREYLISTED
        if address in self.behaviour.refused:
            return self.behaviour.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: "_Session", session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.behaviour.rejects is not None:
            return self.behaviour.rejects
        assert envelope.mail_from is not None
        assert envelope.original_content is not None
        for address in envelope.rcpt_tos:
            self.received.append(
                Received(
                    sender=envelope.mail_from,
                    to=address,
                    content=envelope.original_content,
                    options=tuple(envelope.mail_options),
                    session=server.number,
                    encrypted=session.ssl is not None or self._implicit,
                    user=session.auth_data if session.authenticated else None,
                )
            )
        return f"250 2.0.0 queued as {len(self.received)}"

    async def handle_exception(self, error: Exception) -> str:
        return f"451 {error!r}"


class _Session(SMTP):
    """One connection, counted."""

    def __init__(self, server: MailServer, **settings: Any) -> None:  # noqa: ANN401  # aiosmtpd's
        super().__init__(server, **settings)
        self._counted_by = server
        self.number = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not self.number:  # STARTTLS makes it twice
            server = self._counted_by
            server.sessions += 1
            server.open += 1
            server.most_open = max(server.most_open, server.open)
            self.number = server.sessions
        super().connection_made(transport)

    def abort(self) -> None:
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self._counted_by.open -= 1
        super().connection_lost(error)


def certificate(folder: Path, *, host: str = "127.0.0.1") -> Path:
    """The file of a certificate that vouches for itself, and of its key, good for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    itself = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
    now = datetime.now(UTC)  # noqa: TID251  # TLS asks the clock of this machine
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(itself, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "mail.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def tls_with(file: Path) -> ssl.SSLContext:
    """What a server with that certificate encrypts by."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
