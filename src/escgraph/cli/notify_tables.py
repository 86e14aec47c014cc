"""How notices fared, for people at a terminal and for programs."""

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from escgraph.api.identifiers import number_text
from escgraph.cli.console import new_table, say_table
from escgraph.cli.notify_reading import Fate
from escgraph.domain.notice import ChannelKind, MessageState
from escgraph.jobs.trial import Trial
from escgraph.store.delivery_search import Fared


def way(trial: Trial) -> str:
    """What the person calls it, and where it goes."""
    return _way(trial.way.kind, trial.name, trial.place)


def say_fates(found: Sequence[Fate]) -> None:
    """A row for each delivery; ids are in the JSON."""
    table = new_table("at", "ticket", "about", "person", "by", "state", "what came of it")
    for one in found:
        fared = one.fared
        row = (
            _minute(one.notice.created_at),
            "" if one.number is None else number_text(one.number),
            one.notice.kind,
            one.person.name,
            _way(fared.kind, fared.name, fared.place),
            _state(fared),
            _came_of(fared),
        )
        table.add_row(*map(Text, row))
    say_table(table)


def as_json(one: Fate) -> dict[str, object]:
    fared = one.fared
    return {
        "id": str(fared.id),
        "message": str(fared.message),
        "notice": str(fared.notice),
        "kind": one.notice.kind,
        "ticket": None if one.number is None else number_text(one.number),
        "person": one.person.email,
        "pressing": one.notice.pressing,
        "channel": fared.kind,
        "name": fared.name or None,
        "place": fared.place or None,
        "state": fared.state,
        "attempts": fared.attempts,
        "createdAt": _written(fared.created_at),
        "dueAt": _written(fared.due_at) if fared.state is MessageState.WAITING else None,
        "deliveredAt": _written(fared.delivered_at),
        "diedAt": _written(fared.died_at),
        "fault": fared.fault,
    }


def _state(fared: Fared) -> str:
    """What stands in the log only has reached nobody."""
    logged = fared.kind is ChannelKind.LOG and fared.state is MessageState.DELIVERED
    return "LOGGED" if logged else fared.state.value


def _came_of(fared: Fared) -> str:
    """When it arrived; else why it did not, and when it is tried again."""
    tries = f"{fared.attempts} attempt{'' if fared.attempts == 1 else 's'}"
    match fared.state:
        case MessageState.DELIVERED:
            return f"{tries}, {_minute(fared.delivered_at)}"
        case MessageState.DEAD:
            return f"{tries}: {fared.fault}"
        case MessageState.SENDING:
            return f"{tries}, one of them now"
        case MessageState.WAITING:
            until = f"until {_minute(fared.due_at)}"
            return f"{tries}, {until}: {fared.fault}" if fared.fault else until


def _way(kind: ChannelKind, name: str, place: str) -> str:
    return " ".join(word for word in (kind, name, place) if word)


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z" if moment else ""


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
