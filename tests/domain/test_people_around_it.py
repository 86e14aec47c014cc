"""Who works on a ticket, who answers for it and who hears of it (R2, R3, R4, W5)."""

from typing import Any

import pytest

from escgraph.domain.errors import ForbiddenError, InvalidInputError
from escgraph.domain.events import (
    ActionLogged,
    LinkAttached,
    OwnershipTransferred,
    PeopleAllocated,
    StakeholderAdded,
    StakeholderRemoved,
    StakeholderUpdatePosted,
    TicketAccepted,
    TicketAssigned,
)
from escgraph.domain.terms import Audience, Priority, Status, Tier
from escgraph.domain.ticket import Actor
from tests.domain.desk import NINE, SECOND, Desk, hours
from tests.domain.people import AGENT, ENGINEER, MANAGER, OTHER_AGENT, SPECIALIST, person


def test_accepting_makes_one_an_assignee_and_is_recorded() -> None:
    """R2."""
    desk = Desk(tier=Tier.LEVEL_2)

    desk.accept(NINE + hours(1), by=ENGINEER)

    assert desk.steps[-1].event == TicketAccepted(
        at=NINE + hours(1), by=ENGINEER.person, tier=Tier.LEVEL_2
    )
    assert desk.ticket.assignees == (ENGINEER.person,)
    assert desk.ticket.status is Status.IN_PROGRESS
    assert desk.ticket.accepted_at is None
    assert desk.accept(NINE + hours(2), by=ENGINEER).steps == ()


@pytest.mark.parametrize("by", [AGENT, SPECIALIST, MANAGER])
def test_one_accepts_only_from_the_queue_of_ones_own_tier(by: Actor) -> None:
    """R2."""
    with pytest.raises(ForbiddenError, match=f"with LEVEL_2 and you work at {by.tier}"):
        Desk(tier=Tier.LEVEL_2).accept(NINE, by=by)


def test_assigning_says_who_works_on_it_from_now_on() -> None:
    desk = Desk()

    desk.assign(NINE, person(30), person(31), person(30))
    assert desk.steps[-1].event == TicketAssigned(
        at=NINE, by=AGENT.person, assignees=(person(30), person(31))
    )
    assert desk.ticket.status is Status.IN_PROGRESS
    assert desk.assign(NINE, person(30), person(31)).steps == ()


def test_unassigned_and_never_answered_it_is_open_again() -> None:
    desk = Desk()
    desk.assign(NINE, person(30))

    desk.assign(NINE)

    assert desk.ticket.assignees == ()
    assert desk.ticket.status is Status.OPEN


def test_a_manager_allocates_people_beside_those_who_work_on_it() -> None:
    """R3."""
    desk = Desk()
    desk.assign(NINE, person(30))

    desk.allocate(NINE, person(31), person(30), person(31), reason=" more hands ")

    assert desk.steps[-1].event == PeopleAllocated(
        at=NINE, by=MANAGER.person, people=(person(31),), reason="more hands"
    )
    assert desk.ticket.assignees == (person(30), person(31))
    assert desk.allocate(NINE, person(30)).steps == ()


def test_allocating_says_why() -> None:
    """R3."""
    with pytest.raises(InvalidInputError) as refused:
        Desk().allocate(NINE, person(30), reason=" ")

    assert refused.value.field == ("reason",)


def test_only_a_manager_allocates() -> None:
    """R3, P2."""
    with pytest.raises(ForbiddenError):
        Desk().allocate(NINE, person(30), by=ENGINEER)


def test_ownership_moves_by_an_explicit_transfer() -> None:
    """R4."""
    desk = Desk()

    desk.transfer(NINE, person(40), reason=" shift ends ")

    assert desk.steps[-1].event == OwnershipTransferred(
        at=NINE,
        by=AGENT.person,
        from_owner=AGENT.person,
        to_owner=person(40),
        reason="shift ends",
    )
    assert desk.ticket.owner == person(40)


def test_ownership_moves_with_a_reason_and_not_to_oneself() -> None:
    """R4."""
    desk = Desk()

    assert desk.transfer(NINE, AGENT.person).steps == ()
    with pytest.raises(InvalidInputError) as refused:
        desk.transfer(NINE, person(40), reason="")
    assert refused.value.field == ("reason",)


def test_nobody_takes_ownership_from_a_colleague() -> None:
    """R4."""
    desk = Desk()

    with pytest.raises(ForbiddenError, match="owner"):
        desk.transfer(NINE, OTHER_AGENT.person, by=OTHER_AGENT)
    desk.transfer(NINE, OTHER_AGENT.person, by=MANAGER)

    assert desk.ticket.owner == OTHER_AGENT.person


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("by", [AGENT, MANAGER])
def test_owner_and_manager_tell_the_stakeholders_inside_or_outside(
    audience: Audience, by: Actor
) -> None:
    """R3, W5."""
    desk = Desk()

    desk.update(NINE + hours(1), by=by, text=" a cure is near ", audience=audience)

    assert desk.steps[-1].event == StakeholderUpdatePosted(
        at=NINE + hours(1),
        by=by.person,
        text="a cure is near",
        audience=audience,
        closing=False,
    )
    assert desk.ticket.updated_stakeholders_at == NINE + hours(1)


def test_an_update_says_something() -> None:
    """R3."""
    with pytest.raises(InvalidInputError):
        Desk().update(NINE, text="")


def test_an_update_is_overdue_from_an_escalation_until_it_is_posted() -> None:
    """R4."""
    desk = Desk(Priority.HIGH)
    seen = [desk.ticket.stakeholder_update_due]
    for act in (
        lambda: desk.live_until(NINE + hours(2)),
        lambda: desk.update(NINE + hours(2)),
        lambda: desk.update(NINE + hours(2) + SECOND),
        lambda: desk.resolve(NINE + hours(3)),
        lambda: desk.update(NINE + hours(4)),
    ):
        act()
        seen.append(desk.ticket.stakeholder_update_due)

    assert seen == [False, True, True, False, True, False]


def test_a_stakeholder_is_added_once() -> None:
    """C2."""
    desk = Desk()

    desk.add_stakeholder(NINE, person(20))

    assert desk.steps[-1].event == StakeholderAdded(at=NINE, by=AGENT.person, person=person(20))
    assert desk.add_stakeholder(NINE, person(20)).steps == ()
    assert desk.ticket.stakeholders == (person(20),)


def test_a_stakeholder_is_removed_once() -> None:
    """C2."""
    desk = Desk(stakeholders=(person(20), person(21)))

    desk.remove_stakeholder(NINE, person(20))

    assert desk.steps[-1].event == StakeholderRemoved(at=NINE, by=AGENT.person, person=person(20))
    assert desk.ticket.stakeholders == (person(21),)
    with pytest.raises(InvalidInputError) as refused:
        desk.remove_stakeholder(NINE, person(20))
    assert refused.value.field == ("personId",)


def test_each_action_is_logged_and_counted() -> None:
    """R1, R2."""
    desk = Desk()

    desk.log(NINE, text=" restarted it ")
    desk.log(NINE, by=ENGINEER)

    assert desk.steps[1].event == ActionLogged(at=NINE, by=AGENT.person, text="restarted it")
    assert desk.ticket.actions_logged == 2
    with pytest.raises(InvalidInputError):
        desk.log(NINE, text="")


def test_a_file_is_linked_with_title_type_and_checksum() -> None:
    """C3."""
    desk = Desk()

    desk.link(NINE, url=" https://example.org/trace.txt ", title=" Trace ")

    assert desk.steps[-1].event == LinkAttached(
        at=NINE,
        by=AGENT.person,
        url="https://example.org/trace.txt",
        title="Trace",
        media_type="text/plain",
        checksum=f"sha256:{'0' * 64}",
    )


@pytest.mark.parametrize("url", ["", "trace.txt", "ftp://example.org/x", "https://", "//host/x"])
def test_an_address_that_nobody_can_open_is_refused(url: str) -> None:
    """C3."""
    with pytest.raises(InvalidInputError) as refused:
        Desk().link(NINE, url=url)

    assert refused.value.field == ("url",)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"url": "https://ada:secret@example.org/x"}, "url", "user or password"),
        ({"url": "https://ada@example.org/x"}, "url", "user or password"),
        ({"url": "http://[::1/x"}, "url", "no http or https"),
        ({"url": "https://example.org/a b"}, "url", "no http or https"),
        ({"url": "https://example.org/a\nb"}, "url", "control character"),
        ({"url": f"https://example.org/{'x' * 1981}"}, "url", "2000 are allowed"),
        ({"media_type": "text"}, "mediaType", "type/subtype"),
        ({"media_type": "text/plain; charset=utf-8"}, "mediaType", "type/subtype"),
        ({"media_type": ""}, "mediaType", "write it"),
        ({"checksum": "sha256:00"}, "checksum", "sha256: and 64"),
        ({"checksum": f"sha512:{'0' * 64}"}, "checksum", "sha512: and 128"),
        ({"checksum": f"md5:{'0' * 32}"}, "checksum", "sha256: and 64"),
        ({"checksum": f"sha256:{'g' * 64}"}, "checksum", "sha256: and 64"),
    ],
)
def test_a_link_that_others_could_not_trust_is_refused(
    given: dict[str, Any], field: str, words: str
) -> None:
    """C3."""
    with pytest.raises(InvalidInputError, match=words) as refused:
        Desk().link(NINE, **given)

    assert refused.value.field == (field,)


@pytest.mark.parametrize(
    "given",
    [
        {"url": f"https://example.org/{'x' * 1980}"},
        {"url": "http://[::1]:8080/x?at=a@b"},
        {"media_type": "application/vnd.ms-excel.sheet+xml"},
        {"checksum": f"SHA512:{'Af' * 64}"},
        {"checksum": ""},
    ],
)
def test_a_link_may_have_every_form_that_is_known(given: dict[str, Any]) -> None:
    """C3."""
    assert Desk().link(NINE, **given).steps


def test_a_link_without_a_title_is_refused() -> None:
    """C3."""
    with pytest.raises(InvalidInputError):
        Desk().link(NINE, title=" ")


def test_allocating_nobody_is_refused() -> None:
    """R3."""
    with pytest.raises(InvalidInputError, match="name the people") as refused:
        Desk().allocate(NINE)

    assert refused.value.field == ("personIds",)
