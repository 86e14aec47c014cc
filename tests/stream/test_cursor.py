"""Rules of the cursor: what the server wrote it reads again, and anything else it refuses."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escgraph.domain.errors import InvalidInputError
from escgraph.stream.cursor import Cursor

EPOCH = "0199c5f2-7d5e-7a41-8c57-0d8a4f0e6b11"


def _encoded(plain: str) -> str:
    return urlsafe_b64encode(plain.encode()).decode().rstrip("=")


@given(
    epoch=st.uuids(),
    position=st.integers(min_value=0, max_value=2**63 - 1),
    tag=st.none() | st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
)
def test_a_cursor_is_read_as_it_was_written(epoch: object, position: int, tag: str | None) -> None:
    cursor = Cursor(str(epoch), position, tag)

    read = Cursor.parse(cursor.encode())

    assert (read.epoch, read.position, read.tag) == (str(epoch), position, tag)


def test_a_server_that_knows_no_tags_takes_a_cursor_with_one_for_one_of_another_epoch() -> None:
    """By the form that servers read before there were tags."""
    plain = urlsafe_b64decode(Cursor(EPOCH, 7, "0123abcd").encode() + "==").decode()

    old = re.fullmatch(
        r"(?P<version>\d+):(?P<stream>[a-z_]+):(?P<epoch>[\w-]+):(?P<position>\d{1,19})", plain
    )

    assert old is not None
    assert old.groupdict() == {
        "version": "1",
        "stream": "main",
        "epoch": f"{EPOCH}_0123abcd",
        "position": "7",
    }


def test_a_cursor_is_safe_in_urls_and_tells_a_reader_nothing() -> None:
    text = Cursor(EPOCH, 4711).encode()

    assert text.replace("-", "").replace("_", "").isalnum()
    assert EPOCH not in text
    assert "4711" not in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4711",
        "no cursor at all",
        "ünïcödé",
        "\x00",
        "!!!!",
        "A" * 100_000,
        Cursor(EPOCH, 7).encode() + "=",
        Cursor(EPOCH, 7).encode()[:-3],
        " " + Cursor(EPOCH, 7).encode(),
        _encoded(f"1:main:{EPOCH}:-1"),
        _encoded(f"1:main:{EPOCH}:007"),
        _encoded(f"1:main:{EPOCH}:٣"),
        _encoded(f"1:main:{EPOCH}:{2**63}"),
        _encoded(f"1:main:{EPOCH}:7\n"),
        _encoded(f"1:main:{EPOCH}"),
        _encoded("opened_at:2026-03-02T09:00:00Z"),
    ],
)
def test_a_garbled_or_foreign_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="no cursor of the event stream; hand back") as no:
        Cursor.parse(text)

    assert no.value.field == ("after",)


def test_a_cursor_of_another_stream_is_refused_by_name() -> None:
    with pytest.raises(InvalidInputError, match="of the stream notices, not main"):
        Cursor.parse(_encoded(f"1:notices:{EPOCH}:7"))


def test_a_cursor_of_a_newer_server_is_refused_by_version() -> None:
    with pytest.raises(InvalidInputError, match="of version 2, not 1"):
        Cursor.parse(_encoded(f"2:main:{EPOCH}:7"))
