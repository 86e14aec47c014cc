"""What the doctor says of each thing that it looked at."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from escgraph.store.checkup import Waiting


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; `advice` says what to do, and is empty where there is nothing to be."""

    about: str
    state: State
    says: str
    advice: str = ""


def many(waiting: Waiting) -> str:
    return f"{waiting.count}, the first since {second(waiting.since)}"


def second(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}Z" if moment else "ever"
