"""The SOP as a document: every figure in it comes from the policy, none is written here (Q5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from escgraph.documents.blocks import Block, Document, Heading, Paragraph, Table
from escgraph.documents.sop_people import purpose, roles, scope
from escgraph.documents.sop_review import references, review, tracking
from escgraph.documents.sop_tables import holidays_table, version_table, without_empty_columns
from escgraph.documents.sop_timeframes import timeframes
from escgraph.documents.sop_workflow import communication, workflow
from escgraph.domain.policy import Policy
from escgraph.domain.policy_diff import Difference


@dataclass(frozen=True, slots=True)
class Edition:
    """A published version in the change history.

    Attributes:
        author: a name; it, `reason` and `review` are empty where nobody said, or where they are
            not for the reader.
        review: what to call the review that led to it.
        changes: what differs from the version before.
        retired_at: None as long as it was not.
    """

    version: int
    published_at: datetime
    author: str
    reason: str
    review: str
    changes: tuple[Difference, ...]
    retired_at: datetime | None


def sop(
    policy: Policy, history: Sequence[Edition], *, in_force: int | None, at: datetime
) -> Document:
    """The procedure by that policy; `history` has the newest edition first, none for a draft.

    `in_force` is the version under which tickets are opened now, None where there is none. The
    public holidays are those of the year of `at` and of the next.
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
        *_appendix(policy, at=at),
    )
    blocks: list[Block] = [Paragraph(_standing(policy, history, in_force)), version_table(policy)]
    for number, (name, section) in enumerate(sections, 1):
        blocks += [Heading(2, f"{number}. {name}"), *section]
    return Document(policy.name, tuple(blocks))


def _standing(policy: Policy, history: Sequence[Edition], in_force: int | None) -> str:
    """Whether it is the one to work by."""
    of = next((edition for edition in history if edition.version == policy.version), None)
    if of is None:
        return (
            "This is a draft. It is not in force: nobody works by it yet. "
            f"The number {policy.version} below only holds the place of the one that it gets when "
            "it is published."
        )
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
            "\n".join(change.words for change in one.changes),
            "" if one.retired_at is None else _day(one.retired_at, policy),
        )
        for one in history
    ]
    return (
        Paragraph(
            "A published version never changes. Whoever wants other figures drafts a new version, "
            "tries it out against past tickets, and publishes it with a reason."
        ),
        without_empty_columns(Table("Change history", columns, tuple(rows))),
    )


def _appendix(policy: Policy, *, at: datetime) -> tuple[tuple[str, tuple[Block, ...]], ...]:
    """The public holidays day by day, where a calendar has any."""
    year = at.astimezone(ZoneInfo(policy.zone)).year
    table = holidays_table(policy, years=(year, year + 1))
    if not table.rows:
        return ()
    said = (
        f"Those of {year} and {year + 1}, as they were known when this version was drafted. "
        "No business time runs on them."
    )
    return (("Public holidays", (Paragraph(said), table)),)


def _day(moment: datetime, policy: Policy) -> str:
    """The organisation's civil day."""
    return moment.astimezone(ZoneInfo(policy.zone)).date().isoformat()
