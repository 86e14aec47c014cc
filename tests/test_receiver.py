"""The receiver that other tests send to: it must keep what it got, and fail as it was told."""

import asyncio
from collections import Counter

import httpx
import pytest

from tests.receiver import Receiver, answer, by_chance, drip_body, hang, reset, retry_after


async def test_it_keeps_what_it_gets() -> None:
    with Receiver() as receiver:
        async with httpx.AsyncClient() as client:
            answered = await client.post(
                receiver.url("/hook?a=1"), content=b"told", headers={"X": "y"}
            )

    (request,) = receiver.requests
    assert answered.status_code == 200
    assert (request.method, request.path, request.body) == ("POST", "/hook?a=1", b"told")
    assert request.headers["x"] == "y"
    assert request.outcome == "200"


async def test_it_follows_its_course_and_stays_at_the_end_of_it() -> None:
    with Receiver() as receiver:
        receiver.behave("/hook", answer(500), retry_after(429, 7), answer(204))
        async with httpx.AsyncClient() as client:
            answers = [await client.post(receiver.url("/hook")) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [500, 429, 204, 204]
    assert answers[1].headers["retry-after"] == "7"


async def test_it_resets_hangs_and_drips_when_told() -> None:
    with Receiver() as receiver:
        receiver.behave("/hook", reset(), hang(), drip_body())
        async with httpx.AsyncClient(timeout=0.2) as client:
            with pytest.raises(httpx.ReadError):
                await client.post(receiver.url("/hook"))
            with pytest.raises(httpx.ReadTimeout):
                await client.post(receiver.url("/hook"))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.4):
                    await client.post(receiver.url("/hook"))

    assert [request.outcome for request in receiver.requests] == ["reset", "hang", "drip body"]


def test_the_same_seed_gives_the_same_course_in_about_the_shares_asked_for() -> None:
    chances = (0.1, answer(500)), (0.2, reset())
    course, again = by_chance(7, *chances), by_chance(7, *chances)

    drawn = [course().name for _ in range(1_000)]

    assert drawn == [again().name for _ in range(1_000)]
    assert Counter(drawn) == {"200": 664, "reset": 228, "500": 108}
