"""The life of a ticket: act by act and status by status, by the acts themselves (R5, A3, A20)."""

import pytest

from escgraph.domain.errors import ForbiddenError, WrongStatusError
from escgraph.domain.permissions import ADMINISTRATION, PERSONAL, REVIEWING, WEBHOOKS, Act
from escgraph.domain.status import ALLOWED
from escgraph.domain.terms import Priority, Status, Tier
from tests.domain.acts import ACTS, doer
from tests.domain.desk import NINE, Desk, hours
from tests.domain.people import MANAGER, STAKEHOLDER, person

STATUSES = (
    Status.OPEN,
    Status.IN_PROGRESS,
    Status.ON_HOLD,
    Status.RESOLVED,
    Status.CLOSED,
    Status.CANCELLED,
)

# One letter for each of STATUSES: yes or no.
TABLE = {
    Act.ACKNOWLEDGE: "yyynnn",
    Act.ADD_NOTE: "yyyyyy",
    Act.LOG_ACTION: "yyyynn",
    Act.ATTACH_LINK: "yyyyyy",
    Act.ASSIGN: "yyynnn",
    Act.ACCEPT: "yyynnn",
    Act.ALLOCATE: "yyynnn",
    Act.TRANSFER: "yyyyyn",
    Act.CHANGE_PRIORITY: "yyynnn",
    Act.FLAG_URGENT: "yyynnn",
    Act.MARK_CRITICAL: "yyynnn",
    Act.HOLD: "yynnnn",
    Act.RESUME: "nnynnn",
    Act.ESCALATE: "yyynnn",
    Act.DEESCALATE: "yyynnn",
    Act.POST_UPDATE: "yyyyyn",
    Act.ADD_STAKEHOLDER: "yyyyyn",
    Act.REMOVE_STAKEHOLDER: "yyyyyn",
    Act.RESOLVE: "yyynnn",
    Act.CLOSE: "nnnynn",
    Act.REOPEN: "nnnyyn",
    Act.CANCEL: "yyynnn",
    Act.MERGE: "yyynnn",
}

# What an act makes of the status of a ticket that nobody has taken in hand.
LEADS_TO = {
    (Act.ACKNOWLEDGE, Status.OPEN): Status.IN_PROGRESS,
    (Act.ADD_NOTE, Status.OPEN): Status.IN_PROGRESS,
    (Act.ASSIGN, Status.OPEN): Status.IN_PROGRESS,
    (Act.ACCEPT, Status.OPEN): Status.IN_PROGRESS,
    (Act.ALLOCATE, Status.OPEN): Status.IN_PROGRESS,
    (Act.HOLD, Status.OPEN): Status.ON_HOLD,
    (Act.HOLD, Status.IN_PROGRESS): Status.ON_HOLD,
    (Act.RESUME, Status.ON_HOLD): Status.OPEN,
    (Act.RESOLVE, Status.OPEN): Status.RESOLVED,
    (Act.RESOLVE, Status.IN_PROGRESS): Status.RESOLVED,
    (Act.RESOLVE, Status.ON_HOLD): Status.RESOLVED,
    (Act.CLOSE, Status.RESOLVED): Status.CLOSED,
    (Act.REOPEN, Status.RESOLVED): Status.OPEN,
    (Act.REOPEN, Status.CLOSED): Status.OPEN,
    (Act.CANCEL, Status.OPEN): Status.CANCELLED,
    (Act.CANCEL, Status.IN_PROGRESS): Status.CANCELLED,
    (Act.CANCEL, Status.ON_HOLD): Status.CANCELLED,
    (Act.MERGE, Status.OPEN): Status.CANCELLED,
    (Act.MERGE, Status.IN_PROGRESS): Status.CANCELLED,
    (Act.MERGE, Status.ON_HOLD): Status.CANCELLED,
}

CELLS = [
    pytest.param(act, status, letter == "y", id=f"{act} {status}")
    for act, letters in TABLE.items()
    for status, letter in zip(STATUSES, letters, strict=True)
]


def desk_in(status: Status) -> Desk:
    """A HIGH ticket at LEVEL_2 that stands in that status."""
    desk = Desk(Priority.HIGH, tier=Tier.LEVEL_2, stakeholders=(person(54),))
    if status is Status.IN_PROGRESS:
        desk.acknowledge(NINE)
    if status is Status.ON_HOLD:
        desk.hold(NINE)
    if status in {Status.RESOLVED, Status.CLOSED}:
        desk.resolve(NINE)
    if status is Status.CLOSED:
        desk.close(NINE)
    if status is Status.CANCELLED:
        desk.cancel(NINE)
    assert desk.ticket.status is status
    return desk


def test_the_table_is_full() -> None:
    """Nothing is left to a default."""
    assert set(TABLE) == set(ALLOWED) == set(ACTS)
    elsewhere = ADMINISTRATION | REVIEWING | WEBHOOKS | PERSONAL | {Act.REDELIVER}
    assert set(ALLOWED) == set(Act) - elsewhere - {Act.READ, Act.OPEN}
    assert set(STATUSES) == set(Status)


@pytest.mark.parametrize(("act", "status", "allowed"), CELLS)
def test_an_act_is_done_where_the_table_says_and_leads_where_it_must(
    act: Act, status: Status, *, allowed: bool
) -> None:
    desk = desk_in(status)
    before = desk.ticket

    if allowed:
        change = ACTS[act](desk, NINE + hours(1), doer(act))
        assert desk.ticket.status is LEADS_TO.get((act, status), status)
        assert desk.ticket.version == before.version + len(change.steps)
    else:
        with pytest.raises(WrongStatusError) as refused:
            ACTS[act](desk, NINE + hours(1), doer(act))
        assert refused.value.code == "WRONG_STATUS"
        assert f"a ticket that is {status}; " in refused.value.message
        assert desk.ticket == before


@pytest.mark.parametrize("act", list(TABLE))
def test_every_act_asks_first_who_does_it(act: Act) -> None:
    """P2: on any ticket, a forbidden act answers FORBIDDEN and writes nothing."""
    for status in Status:
        desk = desk_in(status)
        before = desk.ticket
        with pytest.raises(ForbiddenError, match=act):
            ACTS[act](desk, NINE + hours(1), STAKEHOLDER)
        assert desk.ticket == before


@pytest.mark.parametrize(
    ("act", "status", "message"),
    [
        (
            Act.CLOSE,
            Status.IN_PROGRESS,
            "cannot close a ticket that is IN_PROGRESS; resolve it first",
        ),
        (Act.CLOSE, Status.OPEN, "cannot close a ticket that is OPEN; resolve it first"),
        (
            Act.ACKNOWLEDGE,
            Status.CLOSED,
            "cannot acknowledge a ticket that is CLOSED; reopen it first",
        ),
        (Act.HOLD, Status.ON_HOLD, "cannot hold a ticket that is ON_HOLD; it is held already"),
        (
            Act.ESCALATE,
            Status.CANCELLED,
            "cannot escalate a ticket that is CANCELLED; open a new ticket that refers to it",
        ),
    ],
)
def test_a_refusal_names_the_act_the_status_and_the_way_out(
    act: Act, status: Status, message: str
) -> None:
    with pytest.raises(WrongStatusError) as refused:
        ACTS[act](desk_in(status), NINE + hours(1), MANAGER)

    assert refused.value.message == message
