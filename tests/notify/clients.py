"""HTTP clients whose names lead where a test says; their sockets are real."""

import ssl
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_network

from escgraph.notify.addresses import Network
from escgraph.notify.http_client import HttpClient

LOOPBACK = "127.0.0.0/8"


class Names:
    """A name server. Of several answers for a host each is given once, the last for good."""

    def __init__(self, answers: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._answers = {host: iter(course) for host, course in answers.items()}
        self._last: dict[str, list[str]] = {}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        course: Iterator[Sequence[str]] = self._answers.get(host, iter(()))
        answer = next(course, None)
        if answer is not None:
            self._last[host] = list(answer)
        if host not in self._last:
            raise OSError(f"{host} is not known")
        return self._last[host]


TRUST = ssl.create_default_context()


def networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


def client(
    names: Names | None = None,
    *,
    allowed: tuple[Network, ...] = networks(LOOPBACK),
    timeout_s: float = 5,
    trust: ssl.SSLContext | None = None,
) -> HttpClient:
    return HttpClient(
        allowed=allowed,
        timeout_s=timeout_s,
        lookup=names or Names({}),
        trust=trust or TRUST,
    )
