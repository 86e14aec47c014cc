"""Texts that would like to be markup, and pages read as a browser and a Markdown reader do."""

from html.parser import HTMLParser

from hypothesis import strategies as st

NASTY = (
    "a|b",
    "| --- |",
    "<script>alert(1)</script>",
    "`code` ``and``` more",
    "[x](javascript:alert(1))",
    "![x](https://example.org/x.png)",
    "[x]: https://example.org",
    "# not a title",
    "## title #",
    "- not an item",
    "+ nor this",
    "12. nor this",
    "1) nor this",
    "---",
    "===",
    "* * *",
    "_word_ LEVEL_2 __x__",
    "**bold** *slanted*",
    "~~gone~~",
    "> quoted",
    "    code",
    "\tcode",
    "\\",
    "ends with \\",
    "\\|",
    "&amp; &#65; &copy;",
    "$x^2$",
    "two\nlines",
    "three\n\nlines",
    "\x00\x07\x1b[31m\x7f\x85\u2028",
    "\u202egnp.exe",
    "{U+0007}",
    " margins ",
    "https://example.org/a_b?c=d&e=f",
    'https://example.org/"><script>',
    "https://example.org is a place",
    "www.example.org/a_b",
    "x' onload='alert(1)",
    '"><img src=x onerror=alert(1)>',
    "</td></tr></table>",
    "]]>",
    "<!-- -->",
    "日本語 😀 é",
    "@everybody #12",
)
SIGNS = "ab 1\n\t|\\`*_{}[]()<>#+-.!~&;:/$^=@\"'\x00\x07\x1b\u2028\u202e\ud800é日😀{U+0007}"
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(SIGNS, max_size=30), st.text(max_size=30))


class Page(HTMLParser):
    """The elements of a page, the texts in each kind of them, and all their ids."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[tuple[str, str]] = []
        self._open: list[list[str]] = [["", ""]]
        self.feed(page)
        self.close()

    def of(self, tag: str) -> list[str]:
        """The texts of the elements of that kind, in the order of the page."""
        return [text for kind, text in self.texts if kind == tag]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.attributes |= set(given)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if tag == "a" else []
        if tag == "br":
            self.handle_data("\n")
        elif tag not in {"meta", "path", "use", "rect"}:
            self._open.append([tag, ""])

    def handle_endtag(self, tag: str) -> None:
        if tag not in {kind for kind, _ in self._open}:
            return
        kind, text = self._open.pop()
        while kind != tag:
            kind, text = self._open.pop()
        self.texts.append((kind, text))
        if kind == "a":
            self.handle_data(text)

    def handle_data(self, data: str) -> None:
        self._open[-1][1] += data
