"""Apprise: letters go to services with hosts of their own, and nowhere else."""

import asyncio
import io
import logging
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import requests

from escgraph.domain.errors import InvalidInputError
from escgraph.notify import apprise
from escgraph.notify.apprise import Apprise, must_be_usable
from escgraph.notify.apprise_services import SERVICES
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.target import Target
from tests.notify.test_mail import LETTER

PHONE = "15551230000"
KEY = "a1b2c3d4" * 4
SECRET = "dontshowme0123456789"

ADDRESSES = {
    "bulksms": f"bulksms://id:{SECRET}@{PHONE}",
    "clickatell": f"clickatell://{SECRET}/{PHONE}",
    "clicksend": f"clicksend://user:{SECRET}@{PHONE}",
    "d7sms": f"d7sms://{SECRET}@{PHONE}",
    "dingtalk": f"dingtalk://{SECRET}",
    "discord": f"discord://4174216298/{SECRET}",
    "feishu": f"feishu://{SECRET}",
    "firehydrant": f"firehydrant://{SECRET}",
    "gchat": f"gchat://space/{SECRET}/token",
    "ifttt": f"ifttt://{SECRET}/event",
    "incidentio": f"incidentio://source/{SECRET}",
    "join": f"join://{KEY}/all",
    "lark": f"lark://{SECRET}",
    "line": f"line://{SECRET}/user",
    "msgbird": f"msgbird://{'a' * 25}/{PHONE}/{PHONE}",
    "opsgenie": f"opsgenie://{SECRET}",
    "pagerduty": f"pagerduty://integration@{SECRET}",
    "pagertree": "pagertree://int_dontshowme",
    "pbul": f"pbul://{SECRET}",
    "pover": f"pover://{'u' * 30}@{'a' * 30}",
    "prowl": f"prowl://{'a' * 40}",
    "psafers": f"psafers://{SECRET}",
    "seven": f"seven://{SECRET}/{PHONE}",
    "signl4": f"signl4://{SECRET}",
    "spike": f"spike://{KEY}",
    "spush": f"spush://{SECRET}",
    "squadcast": f"squadcast://{SECRET}",
    "tgram": "tgram://123456789:abcdefg_hijklmnop/12315544",
    "threema": f"threema://*GATEWAY@{SECRET}/{PHONE}",
    "twilio": f"twilio://AC{'a' * 32}:{'b' * 32}@{PHONE}/{PHONE}",
    "victorops": f"victorops://route@{SECRET}",
    "vonage": f"vonage://AC{'a' * 8}:{'b' * 16}@{PHONE}/{PHONE}",
    "wecombot": f"wecombot://{SECRET}",
    "whatsapp": f"whatsapp://{SECRET}@{PHONE}/{PHONE}",
    "wxteams": f"wxteams://{'a' * 80}",
}
TELEGRAM = ADDRESSES["tgram"]


@dataclass
class Internet:
    """What was asked of it; it answers all with `status`, and not before `open` is set."""

    status: int = 200
    asked: list[str] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)

    def answer(self, request: requests.PreparedRequest) -> requests.Response:
        self.asked.append(request.url or "")
        self.open.wait(5)
        answer = requests.Response()
        answer.status_code = self.status
        answer.raw = io.BytesIO(b'{"ok": true, "result": {}}')
        answer.headers["Location"] = "http://169.254.169.254/latest/meta-data/"
        answer.url, answer.request = request.url or "", request
        return answer

    @property
    def places(self) -> set[tuple[str, str | None]]:
        return {(urlsplit(url).scheme, urlsplit(url).hostname) for url in self.asked}


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """Everything that Apprise's HTTP library would reach."""
    net = Internet()
    net.open.set()
    monkeypatch.setattr(
        requests.adapters.HTTPAdapter, "send", lambda _, request, **__: net.answer(request)
    )
    yield net
    net.open.set()


@pytest.fixture
async def send() -> AsyncIterator[Apprise]:
    channel = Apprise(timeout_s=5)
    yield channel
    await channel.close()


async def to(channel: Apprise, address: str) -> str:
    return await channel(LETTER, Target("Ben", address), at=LETTER.at)


def test_each_service_is_tried() -> None:
    assert sorted(ADDRESSES) == sorted(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_is_spoken_to_at_its_own_place_only_and_encrypted(
    service: str, internet: Internet, send: Apprise
) -> None:
    answers_in_their_own_way = {"opsgenie", "psafers"}

    try:
        await to(send, ADDRESSES[service])
    except UndeliveredError:
        assert service in answers_in_their_own_way

    assert internet.asked
    assert internet.places <= {("https", host) for host in SERVICES[service]}


EVIL = ("x@169.254.169.254", "x%40169.254.169.254", "169.254.169.254%2F", "..%2F..%2F@evil.example")


@pytest.mark.parametrize("service", SERVICES)
async def test_no_part_of_an_address_names_another_place(
    service: str, internet: Internet, send: Apprise
) -> None:
    start, rest = ADDRESSES[service].split("://")
    parts = rest.replace("@", "/").replace(":", "/").split("/")

    for part in parts:
        for evil in (*EVIL, f"{part}@evil.example:80"):
            try:
                await to(send, f"{start}://{rest.replace(part, evil, 1)}")
            except UndeliveredError:
                continue

    assert internet.places <= {("https", host) for host in SERVICES[service]}


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense",
        "json://169.254.169.254/latest",
        "jsons://example.org",
        "xml://127.0.0.1",
        "form://127.0.0.1:6379",
        "mailto://user:pass@example.org",
        "ntfy://127.0.0.1/topic",
        "matrix://user:pass@127.0.0.1",
        "nostr://key?relay=ws://127.0.0.1",
        "apprise://127.0.0.1/key",
        "workflows://127.0.0.1/a/b",
        "vapid://me@example.org/you?keyfile=/etc/passwd",
        "syslog://",
        "dbus://",
        "file:///etc/passwd",
        "http://169.254.169.254/",
        "https://discord.com/api/webhooks/1/x",
        f"{TELEGRAM}?template=http://169.254.169.254/",
        f"{TELEGRAM}?template=/etc/passwd",
        f"{TELEGRAM}?verify=no",
        f"{TELEGRAM}?redirect=yes",
        f"{TELEGRAM}?retry=9&wait=60",
        f"{TELEGRAM}?rto=3600",
        f"{TELEGRAM}?+X-Header=1",
        f"{TELEGRAM}/another",
        f"{TELEGRAM}, json://169.254.169.254",
        f" json://169.254.169.254?x={TELEGRAM}",
        f"TGRAM://x json://169.254.169.254?{TELEGRAM}",
        "tgram://",
        "discord://only-half",
    ],
)
async def test_what_may_lead_elsewhere_is_refused_when_added_and_when_sent(
    address: str, internet: Internet, send: Apprise
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        must_be_usable(address)
    with pytest.raises(UndeliveredError) as undelivered:
        await to(send, address)

    assert internet.asked == []
    assert refused.value.field == ("address",)
    assert (undelivered.value.again, undelivered.value.shared) == (False, False)


async def test_a_redirect_is_not_followed(internet: Internet, send: Apprise) -> None:
    internet.status = 302

    with pytest.raises(UndeliveredError, match="the service answered 302"):
        await to(send, TELEGRAM)

    assert internet.places == {("https", "api.telegram.org")}


@pytest.mark.parametrize(
    ("status", "again"), [(401, False), (404, False), (408, True), (429, True), (503, True)]
)
async def test_a_refusal_is_for_good_unless_the_service_may_be_better_later(
    status: int,
    again: bool,  # noqa: FBT001
    internet: Internet,
    send: Apprise,
) -> None:
    internet.status = status

    with pytest.raises(UndeliveredError, match=f"the service answered {status}") as refused:
        await to(send, ADDRESSES["pagerduty"])

    assert refused.value.again is again


async def test_a_service_that_hangs_holds_up_neither_the_loop_nor_the_others(
    internet: Internet,
) -> None:
    internet.open.clear()
    channel = Apprise(timeout_s=0.2)

    with pytest.raises(UndeliveredError, match="did not answer in time") as refused:
        await to(channel, TELEGRAM)

    internet.open.set()
    assert refused.value.again
    assert await to(channel, TELEGRAM) == "taken by Telegram"
    await channel.close()


async def test_no_secret_is_logged_or_told(
    internet: Internet, send: Apprise, caplog: pytest.LogCaptureFixture
) -> None:
    said = [await to(send, ADDRESSES["discord"])]
    internet.status = 500
    with caplog.at_level(logging.NOTSET):
        for address in (ADDRESSES["discord"], f"discord://{SECRET}", f"json://{SECRET}"):
            with pytest.raises(UndeliveredError) as refused:
                await to(send, address)
            said.append(refused.value.reason)
            logging.getLogger("urllib3.connectionpool").warning("no header: /%s", SECRET)

    assert SECRET not in caplog.text + "".join(said)


async def test_an_urgent_letter_is_marked_so_where_the_service_can(
    internet: Internet, send: Apprise, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies: list[str] = []
    answer = internet.answer

    def kept(request: requests.PreparedRequest) -> requests.Response:
        bodies.append(str(request.body))
        return answer(request)

    monkeypatch.setattr(internet, "answer", kept)

    await to(send, ADDRESSES["pagerduty"])

    assert '"severity": "warning"' in bodies[0]
    assert LETTER.subject in bodies[0]


async def test_without_the_extra_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, send: Apprise
) -> None:
    monkeypatch.setattr(apprise, "is_installed", lambda: False)
    apprise._library.cache_clear()

    with pytest.raises(InvalidInputError, match=r"pip install 'escgraph\[apprise\]'"):
        must_be_usable(TELEGRAM)
    with pytest.raises(UndeliveredError, match=r"pip install 'escgraph\[apprise\]'"):
        await to(send, TELEGRAM)


def test_it_is_imported_only_when_it_is_used() -> None:
    program = "import sys, escgraph.notify.post_office; sys.exit('apprise' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


async def test_several_go_at_the_same_time(internet: Internet, send: Apprise) -> None:
    internet.open.clear()
    all_of_them = asyncio.gather(*(to(send, TELEGRAM) for _ in range(4)))
    async with asyncio.timeout(5):
        while len(internet.asked) < 4:  # noqa: ASYNC110  # they are threads, and tell nobody
            await asyncio.sleep(0.01)
    internet.open.set()

    assert await all_of_them == ["taken by Telegram"] * 4
