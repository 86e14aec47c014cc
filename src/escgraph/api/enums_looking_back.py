"""The closed sets of reviews, trends and documents as GraphQL enums, with a word on each value."""

from escgraph.api.enums import described
from escgraph.documents.forms import DocumentFormat
from escgraph.documents.rows import RowFormat
from escgraph.domain.figures import Dimension
from escgraph.domain.periods import Period
from escgraph.domain.process_gaps import GapKind
from escgraph.domain.terms import ReviewActionState, ReviewKind, ReviewSection, ReviewState

described(
    RowFormat,
    "What rows are written in.",
    {
        "CSV": "RFC 4180 in UTF-8, the names of the columns first. A text that a spreadsheet "
        "would run as a formula has an apostrophe in front.",
        "JSON_LINES": "An object a line, every text as it is.",
    },
)
described(
    DocumentFormat,
    "What a document is written in.",
    {
        "MARKDOWN": "CommonMark with tables, as on GitHub.",
        "HTML": "A whole page that needs no other file and runs no script.",
    },
)
described(
    Period,
    "How long a bucket of trends is, by the organisation's clocks.",
    {
        "DAY": "From midnight to midnight: 23 or 25 hours where the clocks change.",
        "WEEK": "A week of ISO 8601, from Monday.",
        "MONTH": "A calendar month.",
        "QUARTER": "Three months, from January, April, July or October.",
    },
)
described(
    Dimension,
    "What tickets are grouped by in trends: each counts where it stands now.",
    {
        "PRIORITY": "Their priority.",
        "CATEGORY": "Their category.",
        "COMPONENT": "What is affected.",
        "TIER": "The tier that works on them, or did so last.",
        "TEAM": "The team that they were routed to.",
    },
)
described(
    ReviewKind,
    "What a review looks back on.",
    {
        "POST_ISSUE": "One ticket that was critical or had reached management.",
        "QUARTERLY": "All of a quarter.",
    },
)
described(
    ReviewState,
    "Whether a review may still be written.",
    {
        "OPEN": "It may.",
        "COMPLETED": "It stays as it is, but for the progress of its actions.",
    },
)
described(
    ReviewSection,
    "What people write into a review.",
    {
        "WENT_WELL": "What went well.",
        "WENT_BADLY": "What did not go well.",
        "ROOT_CAUSE": "Why the issue happened.",
        "FINDINGS": "What was found in the quarter.",
        "IMPROVEMENTS": "What is to be improved.",
        "SOP_CHANGE": 'What the SOP should change, or an explicit "none".',
    },
)
described(
    GapKind,
    "Where the SOP may not have been lived by.",
    {
        "RESPONSE_BREACHED": "A first response came too late, or never.",
        "RUNG_BREACHED": "A deadline escalated a ticket, and no person did before.",
        "FIRED_LATE": "A deadline was fired more than a minute after it was due: by an outage, or "
        "since it had passed already when a priority was changed.",
        "INCOMPLETE_PACKAGE": "The package of an escalation lacked something.",
        "REVIEW_MISSING": "A resolved ticket that was critical or had reached management got no "
        "review.",
        "REVIEW_OVERDUE": "A post-issue review was not completed in time.",
        "NOBODY_TOLD": "Nobody worked at the tier that a ticket reached.",
        "TIER_WITHOUT_PEOPLE": "Nobody works at a tier now.",
        "NO_STAKEHOLDERS": "A ticket was escalated that had no stakeholder.",
    },
)
described(
    ReviewActionState,
    "Whether an action is done.",
    {
        "OPEN": "It is to be done.",
        "OVERDUE": "It is to be done, and its day is over.",
        "DONE": "It is done.",
    },
)
