"""Reviews for people at a terminal."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import typer
from rich.table import Table
from rich.text import Text

from escgraph.api.identifiers import number_text
from escgraph.cli.console import new_table, say, say_table
from escgraph.cli.review_reading import Followed, Shown
from escgraph.domain.durations import written
from escgraph.domain.review import SECTIONS, Review
from escgraph.domain.review_facts import Facts
from escgraph.domain.terms import PersonId
from escgraph.domain.ticket import Ticket

_UNWRITTEN = "(nothing yet)"


def say_list(found: Sequence[Shown]) -> None:
    table = new_table(
        "of", "state", "opened", "due", "actions", "id", numbers=frozenset({"actions"})
    )
    for one in found:
        review = one.review
        _add_row(
            table,
            _of(review, one.ticket),
            _state(review),
            _minute(review.opened_at),
            _minute(review.due_at),
            str(len(review.actions)),
            str(review.id),
        )
    say_table(table)


def say_actions(found: Sequence[Followed]) -> None:
    table = new_table("due", "state", "owner", "what", "of")
    for one in found:
        action, owner = one.action, one.owner
        _add_row(
            table,
            "" if action.due_on is None else action.due_on.isoformat(),
            action.state,
            "" if owner is None else owner.name,
            action.description,
            _of(one.review, one.ticket),
        )
    say_table(table)


def say_review(found: Shown) -> None:
    """All of it, part by part."""
    review = found.review
    _heading(f"Review of {_of(review, found.ticket)}: {_state(review)}")
    if found.ticket is not None:
        say(found.ticket.title)
    say(f"opened {_minute(review.opened_at)}, due {_minute(review.due_at)}{_completed(found)}")
    if found.facts is not None:
        _say_facts(found, found.facts)
    for section, name in SECTIONS[review.kind].items():
        _heading(name.capitalize())
        say(review.sections.get(section, _UNWRITTEN))
    if review.actions:
        _heading("Actions")
        _say_actions_of(found)


def _say_facts(found: Shown, facts: Facts) -> None:
    _heading("What happened")
    say(f"people     {', '.join(found.people[person].name for person in facts.people)}")
    spent = (f"{tier} {_rounded(time)}" for tier, time in facts.at_tier.items() if time)
    say(f"time       {', '.join(spent)}")
    say(f"lacking    {', '.join(facts.missing) or 'nothing'}")
    if facts.breaches:
        table = new_table("missed", "due", "fired late by", "answered after")
        for breach in facts.breaches:
            after = breach.answered_after
            _add_row(
                table,
                breach.kind,
                _minute(breach.due_at),
                _rounded(breach.late_by),
                "not yet" if after is None else _rounded(after),
            )
        say()
        say_table(table)


def _say_actions_of(found: Shown) -> None:
    table = new_table("", "what", "owner", "due", "state", "outcome")
    for action in found.review.actions:
        _add_row(
            table,
            str(action.ordinal),
            action.description,
            _name(found, action.owner),
            "" if action.due_on is None else action.due_on.isoformat(),
            action.state,
            action.outcome,
        )
    say_table(table)


def _add_row(table: Table, *cells: str) -> None:
    """What people wrote stands there as they wrote it, brackets too."""
    table.add_row(*(Text(cell) for cell in cells))


def _heading(text: str) -> None:
    say()
    say(typer.style(text, bold=True))


def _of(review: Review, ticket: Ticket | None) -> str:
    return review.quarter or "" if ticket is None else number_text(ticket.number)


def _state(review: Review) -> str:
    return "OVERDUE" if review.overdue else review.state


def _completed(found: Shown) -> str:
    at, by = found.review.completed_at, found.review.completed_by
    return "" if at is None else f", completed {_minute(at)} by {_name(found, by)}"


def _name(found: Shown, person_id: PersonId | None) -> str:
    return "" if person_id is None else found.people[person_id].name


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _rounded(duration: timedelta) -> str:
    return written(timedelta(seconds=round(duration.total_seconds())))
