"""Links in messages: what they say, for how long, and that nobody else can make one."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from escgraph.domain.permissions import Act
from escgraph.domain.terms import EscalationId, MessageId, PersonId, TicketId
from escgraph.notify.links import (
    LONGEST_TOKEN,
    ExpiredLinkError,
    Links,
    PackageLink,
    UnknownLinkError,
)
from escgraph.store.sealing import new_key

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)
PLACE = "https://escgraph.example.org/desk"
KEY = new_key()
LINKS = Links(PLACE, (KEY,))

MESSAGE = MessageId(uuid4())
ADA = PersonId(uuid4())
TICKET = TicketId(uuid4())
ESCALATION = EscalationId(uuid4())


def _act(links: Links = LINKS, /, **other: object) -> str:
    """The address of an acknowledgement that is good until ten, or of one that differs."""
    said: dict[str, Any] = {
        "message": MESSAGE,
        "person": ADA,
        "ticket": TICKET,
        "act": Act.ACKNOWLEDGE,
        "until": TEN,
        **other,
    }
    address = links.act(**said)
    assert address is not None
    return address


def _package(links: Links = LINKS, form: str = "md") -> str:
    address = links.package(escalation=ESCALATION, person=ADA, form=form, until=TEN)
    assert address is not None
    return address


def _token(address: str) -> str:
    """What stands at the end of the address, without the ending of a file."""
    last = urlsplit(address).path.rpartition("/")[2]
    return last.rpartition(".")[0] if last.endswith((".md", ".json", ".html")) else last


def test_a_link_lets_one_person_do_one_act_to_one_ticket() -> None:
    address = _act()

    link = LINKS.read_act(_token(address), at=NINE)

    assert address.startswith(f"{PLACE}/link/")
    assert (link.person, link.ticket, link.act) == (ADA, TICKET, Act.ACKNOWLEDGE)


def test_a_message_that_is_sent_again_holds_the_same_links() -> None:
    assert _act() == _act()
    assert _package() == _package()


@pytest.mark.parametrize(
    "other",
    [
        {"message": MessageId(uuid4())},
        {"person": PersonId(uuid4())},
        {"ticket": TicketId(uuid4())},
        {"act": Act.ACCEPT},
    ],
)
def test_another_message_person_ticket_or_act_is_another_link(other: dict[str, Any]) -> None:
    one = LINKS.read_act(_token(_act()), at=NINE)

    assert LINKS.read_act(_token(_act(**other)), at=NINE).id != one.id


def test_a_link_is_good_until_its_moment_and_not_at_it() -> None:
    act, package = _token(_act()), _token(_package())
    just_before = TEN - timedelta(microseconds=1)

    assert LINKS.read_act(act, at=just_before).ticket == TICKET
    assert LINKS.read_package(package, at=just_before).escalation == ESCALATION
    with pytest.raises(ExpiredLinkError, match="expired"):
        LINKS.read_act(act, at=TEN)
    with pytest.raises(ExpiredLinkError, match="expired"):
        LINKS.read_package(package, at=TEN)


@pytest.mark.parametrize("form", ["md", "json", "html"])
def test_a_package_has_one_address_for_each_form(form: str) -> None:
    address = _package(form=form)

    assert address.startswith(f"{PLACE}/package/")
    assert address.endswith(f".{form}")
    assert LINKS.read_package(_token(address), at=NINE) == PackageLink(ADA, ESCALATION)


def test_a_link_for_one_purpose_is_none_for_another() -> None:
    with pytest.raises(UnknownLinkError):
        LINKS.read_package(_token(_act()), at=NINE)
    with pytest.raises(UnknownLinkError):
        LINKS.read_act(_token(_package()), at=NINE)


def test_a_link_that_was_changed_anywhere_is_none() -> None:
    token = _token(_act())

    for place, letter in enumerate(token):
        other = "A" if letter != "A" else "B"
        if place == len(token) - 1:
            continue  # of the last letter only four bits count
        with pytest.raises(UnknownLinkError):
            LINKS.read_act(token[:place] + other + token[place + 1 :], at=NINE)


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "a",
        "a.b",
        "ä.ö",
        "\0",
        "\ud800",
        "." * 300,
        "A" * LONGEST_TOKEN + ".A",
        "%00",
        "🔑",
    ],
)
def test_what_is_no_token_is_refused_in_the_same_words(token: str) -> None:
    with pytest.raises(UnknownLinkError, match="this link is not known here"):
        LINKS.read_act(token, at=NINE)


def test_a_new_key_signs_and_the_one_before_still_verifies() -> None:
    new = new_key()
    both = Links(PLACE, (new, KEY))

    assert both.read_act(_token(_act()), at=NINE).ticket == TICKET
    assert Links(PLACE, (new,)).read_act(_token(_act(both)), at=NINE).ticket == TICKET
    with pytest.raises(UnknownLinkError):
        Links(PLACE, (new,)).read_act(_token(_act()), at=NINE)


def test_after_a_change_of_keys_a_message_that_is_sent_again_holds_no_second_chance() -> None:
    both = Links(PLACE, (new_key(), KEY))

    before = both.read_act(_token(_act()), at=NINE)

    assert both.read_act(_token(_act(both)), at=NINE).id == before.id


@pytest.mark.parametrize("links", [Links(None, (KEY,)), Links(PLACE, ()), Links(None, ())])
def test_without_an_address_or_a_key_messages_carry_no_links(links: Links) -> None:
    assert not links.made
    assert links.act(message=MESSAGE, person=ADA, ticket=TICKET, act=Act.ACCEPT, until=TEN) is None
    assert links.package(escalation=ESCALATION, person=ADA, form="md", until=TEN) is None


def test_an_act_that_needs_words_of_its_own_has_no_link() -> None:
    with pytest.raises(ValueError, match="closeTicket cannot be done from a message"):
        _act(act=Act.CLOSE)


def test_without_a_key_no_link_is_known() -> None:
    with pytest.raises(UnknownLinkError):
        Links(PLACE, ()).read_act(_token(_act()), at=NINE)


def test_a_link_is_short_enough_for_a_plain_mail_and_shows_no_key() -> None:
    assert len(_token(_act())) < 150
    assert KEY not in _act()
    assert KEY not in repr(vars(LINKS).keys())
