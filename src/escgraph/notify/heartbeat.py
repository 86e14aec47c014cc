"""Tells an outside watcher that all is well: he raises the alarm when he is told no more."""

from escgraph.notify.answers import delivered
from escgraph.notify.http_client import HttpClient
from escgraph.notify.outcome import UndeliveredError


async def send(client: HttpClient, url: str) -> None:
    """Tell the watcher that all is well, once.

    Raises:
        UndeliveredError: nobody can say that he heard of it; the reason names his host at most.
    """
    answer = await client.get(url)
    if not delivered(answer):
        raise UndeliveredError(f"it answered {answer.status}; check the address")
