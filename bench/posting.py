"""What the guard costs: a POST through it against one by aiohttp alone, to a receiver beside it."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from ipaddress import ip_network

import aiohttp

from bench.figures import say
from escgraph.notify.http_client import HttpClient, http_client
from tests.receiver import Receiver

ALLOWED = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
TIMES = 300
ROUNDS = 5
BODY = b"x" * 2_000

Post = Callable[[str], Awaitable[object]]


async def measure() -> None:
    with Receiver() as receiver, http_client(allowed=ALLOWED, timeout_s=10) as client:
        fresh = aiohttp.TCPConnector(force_close=True, ssl=ssl.create_default_context())
        async with (
            aiohttp.ClientSession() as pooled,
            aiohttp.ClientSession(connector=fresh) as closing,
        ):
            url = receiver.url("/hook")
            named = url.replace("127.0.0.1", "localhost")
            ways: dict[str, tuple[Post, str]] = {
                "aiohttp, a connection for all": (_plain(pooled), url),
                "aiohttp, one for each": (_plain(closing), url),
                "guarded": (_guarded(client), url),
                "guarded, a name to look up": (_guarded(client), named),
            }
            figures = await _side_by_side(ways)
    base = figures["aiohttp, one for each"]
    for name, figure in figures.items():
        say(f"POST: {name}", f"{figure:.2f} ms of CPU, x{figure / base:.2f}", _conditions())


async def _side_by_side(ways: dict[str, tuple[Post, str]]) -> dict[str, float]:
    """The least of several rounds that take turns, each in CPU time of the sending thread."""
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, (post, url) in ways.items():
            began = time.thread_time()
            for _ in range(TIMES):
                await post(url)
            best[name] = min(best[name], (time.thread_time() - began) / TIMES * 1_000)
    return best


def _plain(session: aiohttp.ClientSession) -> Post:
    async def post(url: str) -> None:
        async with session.post(url, data=BODY, allow_redirects=False) as response:
            await response.read()

    return post


def _guarded(client: HttpClient) -> Post:
    async def post(url: str) -> None:
        await client.post(url, BODY, headers={"Content-Type": "application/json"})

    return post


def _conditions() -> str:
    return f"{TIMES} one after the other, the best of {ROUNDS} rounds; receiver in another thread"


if __name__ == "__main__":
    asyncio.run(measure())
