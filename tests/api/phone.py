"""A browser without scripts, as far as a page with one form needs it: it reads, and presses."""

from html.parser import HTMLParser
from typing import Self
from urllib.parse import urljoin

import httpx

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
"""As browsers send it."""


class Screen(HTMLParser):
    """What a page shows: its texts by element, its facts by name, and what can be pressed.

    Attributes:
        texts: of each kind of element, in the order of the page.
        form: the attributes of the only form; None where there is none.
        language: of the page.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: dict[str, list[str]] = {}
        self.form: dict[str, str | None] | None = None
        self.language: str | None = None
        self.tags: list[str] = []
        self._open: list[tuple[str, list[str]]] = []
        self.feed(page)
        self.close()

    @property
    def heading(self) -> str:
        (heading,) = self.texts["h1"]
        return heading

    @property
    def said(self) -> str:
        """What stands under the heading and is read aloud."""
        (said,) = self.texts["status"]
        return said

    @property
    def facts(self) -> dict[str, str]:
        return dict(zip(self.texts.get("dt", ()), self.texts.get("dd", ()), strict=True))

    @property
    def button(self) -> str | None:
        buttons = self.texts.get("button", [])
        assert len(buttons) == (self.form is not None)
        return buttons[0] if buttons else None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if tag == "html":
            self.language = given.get("lang")
        if tag == "form":
            assert self.form is None
            self.form = given
        if tag != "meta":
            self._open.append((given.get("role") or tag, []))

    def handle_endtag(self, tag: str) -> None:
        kind, pieces = self._open.pop()
        self.texts.setdefault(kind, []).append("".join(pieces))

    def handle_data(self, data: str) -> None:
        for _, pieces in self._open:
            pieces.append(data)


class Phone:
    """Opens one page after the other."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._at = ""
        self.answer: httpx.Response
        self.screen: Screen

    async def open(self, address: str) -> Self:
        return await self._shown(await self._client.get(address, headers={"Accept": ACCEPT}))

    async def press(self) -> Self:
        """Press the only button: the form goes where it says, or to the page's own address."""
        form = self.screen.form
        assert form is not None
        assert self.screen.button
        place = urljoin(str(self.answer.url), form.get("action") or "")
        headers = {
            "Accept": ACCEPT,
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": "null",
        }
        method = (form.get("method") or "get").upper()
        return await self._shown(await self._client.request(method, place, headers=headers))

    async def _shown(self, answer: httpx.Response) -> Self:
        self.answer = answer
        self.screen = Screen(answer.text)
        return self
