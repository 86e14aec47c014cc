"""Texts that no database stores are refused, wherever they stand, and nothing is written."""

import pytest

from escgraph.store import stream
from tests.api.counter import opened
from tests.api.office import Office

ADD_NOTE = """mutation($ticket: ID!, $text: String!) {
  addNote(input: {ticketId: $ticket, text: $text, visibility: INTERNAL}) { errors { code } }
}"""


@pytest.mark.parametrize("text", ["a\0b", "\ud83d"])
async def test_a_variable_that_cannot_be_stored_is_refused(office: Office, text: str) -> None:
    ticket_id = await opened(office)
    before = await stream.head()

    error = await office.refusal(ADD_NOTE, {"ticket": ticket_id, "text": text})

    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "take it out" in error["message"]
    assert await stream.head() == before


async def test_a_literal_that_cannot_be_stored_is_refused(office: Office) -> None:
    error = await office.refusal(r'{ tickets(filter: {text: "a\u0000b"}) { totalCount } }')

    assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_every_other_text_is_kept_as_it_is(office: Office) -> None:
    ticket_id = await opened(office)
    text = "smile 😀, tab\t, line\nbreak, «ÄRGER»"

    await office.data(ADD_NOTE, {"ticket": ticket_id, "text": text})

    head = await stream.head()
    assert (await stream.read(head.position - 1, limit=1))[0].payload["text"] == text
