"""The SOP as a document: every figure in it comes from the policy, none is written here (Q5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from escgraph.documents.blocks import Block, Document, Heading, Paragraph, Table
from escgraph.documents.sop_people import purpose, roles, scope
from escgraph.documents.sop_review import references, review, tracking
from escgraph.documents.sop_tables import holidays_table, version_table
from escgraph.documents.sop_timeframes import timeframes
from escgraph.documents.sop_workflow import communication, workflow
from escgraph.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Edition:
    """A published version in the change history.

    `author`, `reason` and `review` are empty where nobody said, or where they are not for the
    reader. `changes` says in words what it changed; `retired_at` is None as long as it was not.
    """

    version: int
    published_at: datetime
    author: str
    reason: str
    review: str
    changes: tuple[str, ...]
    retired_at: datetime | None


def sop(policy: Policy, history: Sequence[Edition], *, in_force: int | None) -> Document:
    """The procedure by that policy; `history` has the newest edition first, none for a draft.

    `in_force` is the version under which tickets are opened now, None where there is none.
    """
    sections = (
        ("Purpose", purpose()),
        ("Scope", scope()),
        ("Roles and responsibilities", roles(policy)),
        ("Escalation workflow", workflow(policy)),
        ("Communication", communication(policy)),
        ("Priorities and timeframes", timeframes(policy)),
        ("Documentation and tracking", tracking(policy)),
        ("Review and improvement", review(policy)),
        ("References", references(policy)),
        ("Version and change history", _history(policy, history)),
        *_appendix(policy),
    )
    blocks: list[Block] = [Paragraph(_standing(policy, history, in_force)), version_table(policy)]
    for number, (name, section) in enumerate(sections, 1):
        blocks += [Heading(2, f"{number}. {name}"), *section]
    return Document(policy.name, tuple(blocks))


def _standing(policy: Policy, history: Sequence[Edition], in_force: int | None) -> str:
    """Whether it is the one to work by."""
    of = next((edition for edition in history if edition.version == policy.version), None)
    if of is None:
        return "This is a draft. It is not in force: nobody works by it yet."
    since = f"Version {policy.version} was published on {_day(of.published_at, policy)}"
    if in_force == policy.version:
        return f"{since} and is in force."
    now = "no version is" if in_force is None else f"version {in_force} is"
    return (
        f"{since} and is no longer in force: {now}. "
        "Tickets that were opened under it keep its figures unless they were moved."
    )


def _history(policy: Policy, history: Sequence[Edition]) -> tuple[Block, ...]:
    if not history:
        return (Paragraph("There is none yet: this version was not published."),)
    columns = ("Version", "Published", "By", "Reason", "Review", "What changed", "Retired")
    rows = [
        (
            str(one.version),
            _day(one.published_at, policy),
            one.author,
            one.reason,
            one.review,
            "\n".join(one.changes),
            "" if one.retired_at is None else _day(one.retired_at, policy),
        )
        for one in history
    ]
    return (
        Paragraph(
            "A published version never changes. Whoever wants other figures drafts a new version, "
            "tries it out against past tickets, and publishes it with a reason."
        ),
        _without_empty_columns(Table("Change history", columns, tuple(rows))),
    )


def _without_empty_columns(table: Table) -> Table:
    kept = [place for place in range(len(table.columns)) if any(row[place] for row in table.rows)]
    return Table(
        table.caption,
        tuple(table.columns[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in table.rows),
    )


def _appendix(policy: Policy) -> tuple[tuple[str, tuple[Block, ...]], ...]:
    """The public holidays day by day, where a calendar has any."""
    table = holidays_table(policy)
    if not table.rows:
        return ()
    said = Paragraph(
        "As they were known when this version was drafted; no business time runs then."
    )
    return (("Public holidays", (said, table)),)


def _day(moment: datetime, policy: Policy) -> str:
    """The organisation's civil day."""
    return moment.astimezone(ZoneInfo(policy.zone)).date().isoformat()
