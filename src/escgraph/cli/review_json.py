"""Reviews for programs: what `--json` prints, in the shape and the words of GraphQL."""

from datetime import datetime

from escgraph.api.identifiers import number_text
from escgraph.api.scalars import duration_text, moment_text
from escgraph.cli.review_reading import Followed, Shown
from escgraph.domain.review import SECTIONS, Action
from escgraph.domain.review_facts import Facts
from escgraph.domain.terms import PersonId
from escgraph.domain.ticket import Ticket
from escgraph.store.people import Person

Json = dict[str, object]


def summary(found: Shown) -> Json:
    """One of a list."""
    review = found.review
    return {
        "id": str(review.id),
        "kind": review.kind,
        "state": review.state,
        "ticket": _ticket(found.ticket),
        "cycle": review.cycle,
        "quarter": review.quarter,
        "openedAt": moment_text(review.opened_at),
        "dueAt": moment_text(review.due_at),
        "overdue": review.overdue,
        "completedAt": _moment(review.completed_at),
        "actions": len(review.actions),
        "missing": [*found.unread, *review.unwritten] if review.open else [],
    }


def whole(found: Shown) -> Json:
    """All of one."""
    review, by = found.review, found.review.completed_by
    return {
        **summary(found),
        "version": review.version,
        "completedBy": None if by is None else found.people[by].name,
        "sections": {
            str(section): review.sections.get(section, "") for section in SECTIONS[review.kind]
        },
        "actions": [_action(action, _who(found, action.owner)) for action in review.actions],
        "facts": None if found.facts is None else _facts(found, found.facts),
    }


def followed(one: Followed) -> Json:
    """An action of a list."""
    return {
        **_action(one.action, one.owner),
        "review": str(one.review.id),
        "ticket": _ticket(one.ticket),
        "quarter": one.review.quarter,
    }


def _ticket(ticket: Ticket | None) -> str | None:
    return None if ticket is None else number_text(ticket.number)


def _action(action: Action, owner: Person | None) -> Json:
    return {
        "id": str(action.id),
        "ordinal": action.ordinal,
        "description": action.description,
        "owner": None if owner is None else owner.name,
        "dueOn": None if action.due_on is None else action.due_on.isoformat(),
        "state": action.state,
        "outcome": action.outcome,
    }


def _facts(found: Shown, facts: Facts) -> Json:
    return {
        "ticketVersion": facts.ticket_version,
        "acknowledgedAt": _moment(facts.acknowledged_at),
        "resolvedAt": _moment(facts.resolved_at),
        "owner": found.people[facts.owner].name,
        "people": [found.people[person].name for person in facts.people],
        "breaches": [
            {
                "kind": breach.kind,
                "cycle": breach.cycle,
                "dueAt": moment_text(breach.due_at),
                "firedAt": moment_text(breach.fired_at),
                "lateBy": duration_text(breach.late_by),
                "answeredAt": _moment(breach.answered_at),
            }
            for breach in facts.breaches
        ],
        "climbs": [
            {
                "trigger": climb.trigger,
                "fromTier": climb.from_tier,
                "toTier": climb.to_tier,
                "dueAt": moment_text(climb.due_at),
                "firedAt": moment_text(climb.fired_at),
                "missing": list(climb.missing),
            }
            for climb in facts.climbs
        ],
        "timeAtTiers": {str(tier): duration_text(time) for tier, time in facts.at_tier.items()},
        "missing": list(facts.missing),
    }


def _who(found: Shown, person_id: PersonId | None) -> Person | None:
    return None if person_id is None else found.people[person_id]


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment_text(moment)
