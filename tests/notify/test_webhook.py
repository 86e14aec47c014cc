"""Webhooks as any receiver with a library of Standard Webhooks sees them."""

from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from escgraph.clock import Clock
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.target import Target
from escgraph.notify.webhook import headers, send
from escgraph.store.signing import new_secret
from tests.notify.clients import client
from tests.notify.letters import ID, NINE, letter
from tests.notify.sockets import connections_tried
from tests.receiver import Receiver, Request, answer, drip_body, redirect, reset, retry_after

SECRET, OLDER = new_secret(), new_secret()


async def deliver(
    receiver: Receiver, *, at: datetime = NINE, secrets: tuple[str, ...] = (SECRET,)
) -> str:
    target = Target("the desk's script", receiver.url("/hook"), secrets)
    return await send(client(), letter(), target, at=at)


async def refusal(receiver: Receiver, *, at: datetime = NINE) -> UndeliveredError:
    with pytest.raises(UndeliveredError) as failure:
        await deliver(receiver, at=at)
    assert "hook" not in failure.value.reason
    return failure.value


def verified(request: Request, secret: str) -> object:
    return Webhook(secret).verify(request.body, dict(request.headers))


async def test_the_reference_library_verifies_what_arrives() -> None:
    with Receiver() as receiver:
        assert await deliver(receiver, at=Clock.host()) == "answered 200"

    (request,) = receiver.requests
    assert verified(request, SECRET) == {
        "type": "notice.escalated",
        "timestamp": "2026-03-02T09:00:00Z",
        "data": {"ticket": {"key": "TCK-42"}, "at": "2026-03-02T09:00:00Z"},
    }
    assert request.headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        verified(replace(request, body=request.body + b" "), SECRET)


async def test_while_secrets_change_the_old_and_the_new_one_both_verify() -> None:
    with Receiver() as receiver:
        await deliver(receiver, at=Clock.host(), secrets=(SECRET, OLDER))

    (request,) = receiver.requests
    assert len(request.headers["webhook-signature"].split(" ")) == 2
    assert verified(request, SECRET) == verified(request, OLDER)
    with pytest.raises(WebhookVerificationError):
        verified(request, new_secret())


async def test_each_attempt_has_the_same_id_and_the_same_bytes_and_its_own_time() -> None:
    with Receiver() as receiver:
        receiver.behave("/hook", answer(500), reset(), answer(200))
        for minutes in (0, 5):
            await refusal(receiver, at=NINE + timedelta(minutes=minutes))
        await deliver(receiver, at=NINE + timedelta(minutes=35))

    got = receiver.requests
    assert {request.headers["webhook-id"] for request in got} == {str(ID)}
    assert len({request.body for request in got}) == 1
    began = int(NINE.timestamp())
    assert [int(request.headers["webhook-timestamp"]) - began for request in got] == [0, 300, 2_100]
    assert len({request.headers["webhook-signature"] for request in got}) == 3


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_every_answer_of_success_is_a_delivery(status: int) -> None:
    with Receiver() as receiver:
        receiver.behave("/hook", answer(status))
        assert await deliver(receiver) == f"answered {status}"


async def test_a_success_whose_body_never_ends_is_a_delivery() -> None:
    with Receiver() as receiver:
        receiver.behave("/hook", drip_body(200))
        target = Target("slow", receiver.url("/hook"), (SECRET,))
        assert await send(client(timeout_s=0.2), letter(), target, at=NINE) == "answered 200"


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 429, 500, 502, 503])
async def test_anything_else_may_be_tried_again(status: int) -> None:
    with Receiver() as receiver:
        receiver.behave("/hook", answer(status, b"<html>whatever it says</html>"))
        refused = await refusal(receiver)

    assert refused.reason == f"answered {status}"
    assert (refused.again, refused.gone, refused.retry_after) == (True, False, None)


async def test_gone_means_never_again() -> None:
    with Receiver() as receiver:
        receiver.behave("/hook", answer(410))
        refused = await refusal(receiver)

    assert (refused.again, refused.gone) == (False, True)


async def test_a_redirect_is_no_delivery() -> None:
    with Receiver() as receiver:
        receiver.behave("/hook", redirect("/hook-2", 308))
        refused = await refusal(receiver)

    assert refused.again
    assert "give the address that it leads to" in refused.reason
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        (0, timedelta(0)),
        (120, timedelta(minutes=2)),
        (10**30, timedelta(days=1)),
        ("Mon, 02 Mar 2026 09:03:00 GMT", timedelta(minutes=3)),
        ("Mon, 02 Mar 2026 08:59:00 GMT", timedelta(0)),
        ("Mon, 02 Mar 2099 09:00:00 GMT", timedelta(days=1)),
        ("Mon, 02 Mar 2026 09:03:00 -0000", None),
        ("soon", None),
        ("-1", None),
        ("٣", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_receiver_that_asks_for_a_pause_is_heard(
    status: int, said: int | str, wait: timedelta | None
) -> None:
    with Receiver() as receiver:
        receiver.behave("/hook", retry_after(status, said))
        assert (await refusal(receiver)).retry_after == wait


async def test_nothing_goes_out_unsigned() -> None:
    target = Target("any", "https://hooks.example/", ())
    with (
        connections_tried() as tried,
        pytest.raises(UndeliveredError, match="no secret") as failure,
    ):
        await send(client(), letter(), target, at=NINE)

    assert not failure.value.again
    assert tried == []


def test_a_secret_is_32_random_bytes_as_the_standard_writes_them() -> None:
    assert SECRET.startswith("whsec_")
    assert len(b64decode(SECRET.removeprefix("whsec_"), validate=True)) == 32
    assert SECRET != OLDER


def test_the_signature_is_of_the_moment_whatever_its_zone() -> None:
    body = orjson.dumps({})
    target = Target("any", "https://hooks.example/", (SECRET,))
    abroad = NINE.astimezone(timezone(timedelta(hours=9)))

    assert headers(letter(), target, body=body, at=abroad) == headers(
        letter(), target, body=body, at=NINE.astimezone(UTC)
    )
