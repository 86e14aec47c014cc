"""What is said to whoever followed a link of a message, whatever it is then written as."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from escgraph.documents.report_words import moment, short
from escgraph.domain.permissions import Act
from escgraph.domain.terms import DeadlineKind
from escgraph.domain.texts import called
from escgraph.domain.ticket import Ticket
from escgraph.queries.from_messages import Prospect, Standing

DO: Mapping[Act, str] = MappingProxyType({Act.ACKNOWLEDGE: "Acknowledge", Act.ACCEPT: "Accept"})
DID: Mapping[Act, str] = MappingProxyType({Act.ACKNOWLEDGE: "acknowledged", Act.ACCEPT: "accepted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One answer.

    Attributes:
        status: of HTTP.
        state: for programs: a `Standing`, UNKNOWN, EXPIRED or the code of a refusal.
        message: for people, one line.
        acted: whether this very request changed the ticket.
        button: what pressing it does; empty where nothing is to be pressed.
        facts: what a page shows beside it, by their names.
    """

    status: int
    state: str
    message: str
    acted: bool = False
    button: str = ""
    ticket: Ticket | None = None
    facts: tuple[tuple[str, str], ...] = ()


def told(prospect: Prospect, *, at: datetime, acted: bool = False, status: int = 200) -> Told:
    """How the ticket and the link stand, to the person whose link it is."""
    ready = prospect.standing is Standing.READY
    return Told(
        status=status,
        state=prospect.standing,
        message=_did(prospect) if acted else _STANDS[prospect.standing](prospect),
        acted=acted,
        button=f"{DO[prospect.act]} {called(prospect.ticket.number)}" if ready else "",
        ticket=prospect.ticket,
        facts=_facts(prospect, at=at),
    )


def _ready(prospect: Prospect) -> str:
    return f"{DO[prospect.act]} {_number(prospect)} as {prospect.person.name}?"


def _did(prospect: Prospect) -> str:
    return f"You {DID[prospect.act]} {_number(prospect)}. It is {_stands(prospect)}."


def _used(prospect: Prospect) -> str:
    assert prospect.used_at is not None
    used = _moment(prospect.used_at, prospect)
    return f"This link was used on {used}. {_number(prospect)} is {_stands(prospect)}."


def _done(prospect: Prospect) -> str:
    """Somebody else has acknowledged it, or this person works on it already."""
    answered = prospect.ticket.acknowledged_at
    if prospect.act is Act.ACKNOWLEDGE and answered is not None:
        answer = f"was acknowledged on {_moment(answered, prospect)} already"
        return f"{_number(prospect)} {answer}. It is {_stands(prospect)}."
    return f"You work on {_number(prospect)} already. It is {_stands(prospect)}."


def _refused(prospect: Prospect) -> str:
    return f"{_number(prospect)}: {prospect.refusal}."


_STANDS = MappingProxyType(
    {
        Standing.READY: _ready,
        Standing.USED: _used,
        Standing.DONE: _done,
        Standing.REFUSED: _refused,
    }
)


def _number(prospect: Prospect) -> str:
    return called(prospect.ticket.number)


def _stands(prospect: Prospect) -> str:
    return f"{_plain(prospect.ticket.status)} at {_plain(prospect.ticket.tier)}"


def _plain(term: str) -> str:
    return term.replace("_", " ")


def _moment(at: datetime, prospect: Prospect) -> str:
    return f"{moment(at, prospect.zone)} ({prospect.zone})"


def _facts(prospect: Prospect, *, at: datetime) -> tuple[tuple[str, str], ...]:
    ticket, person = prospect.ticket, prospect.person
    return (
        ("Priority", f"{ticket.priority}{', critical' if ticket.critical else ''}"),
        ("Status", _plain(ticket.status)),
        ("Tier", _plain(ticket.tier)),
        ("Next deadline", _next(prospect, at=at)),
        ("You are", f"{person.name} ({person.email})"),
    )


def _next(prospect: Prospect, *, at: datetime) -> str:
    """What falls first, when, and in whole minutes how long that is."""
    due = prospect.ticket.next_target
    if due is None:
        return "none"
    response = due.kind is DeadlineKind.RESPONSE
    what = "first response by" if response else f"goes to {_plain(due.to_tier or due.kind)} on"
    left = max(due.due_at - at, timedelta())
    left = left - left % timedelta(minutes=1) if left > timedelta(minutes=1) else left
    return f"{what} {_moment(due.due_at, prospect)}, in {short(left)}"
