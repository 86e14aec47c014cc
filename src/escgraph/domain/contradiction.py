"""What a consistency check finds: two things that the database says and that cannot both be so."""

from dataclasses import dataclass
from enum import StrEnum


class About(StrEnum):
    """The kinds of contradictions. The names are stable, for programs."""

    INDEX = "INDEX"
    POSITION = "POSITION"
    COUNTER = "COUNTER"
    EVENT_ID = "EVENT_ID"
    UNREADABLE = "UNREADABLE"
    VERSION = "VERSION"
    MOMENT = "MOMENT"
    EVENT = "EVENT"
    STATE = "STATE"
    ROW = "ROW"
    NEXT_DUE = "NEXT_DUE"
    PAUSE = "PAUSE"
    DEADLINE = "DEADLINE"
    FORGOTTEN = "FORGOTTEN"
    FIRED_EARLY = "FIRED_EARLY"
    FIRED_UNARMED = "FIRED_UNARMED"
    FIRED_WITHOUT_EVENT = "FIRED_WITHOUT_EVENT"
    EVENT_WITHOUT_FIRING = "EVENT_WITHOUT_FIRING"
    ENGINE_ON_ENDED = "ENGINE_ON_ENDED"
    ESCALATION = "ESCALATION"
    ESCALATION_MISSING = "ESCALATION_MISSING"
    ESCALATION_WITHOUT_EVENT = "ESCALATION_WITHOUT_EVENT"
    RUNG_TWICE = "RUNG_TWICE"
    RESULT = "RESULT"
    READER = "READER"
    NOTICE = "NOTICE"
    MESSAGE = "MESSAGE"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`where` is a ticket with its version, a position of the stream, or the row of a table."""

    about: About
    where: str
    says: str
