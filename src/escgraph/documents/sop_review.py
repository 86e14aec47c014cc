"""What is kept of each ticket, and what is learned from it (SOP §7 to §9)."""

from escgraph.documents.blocks import Block, Bullets, Paragraph
from escgraph.documents.prose import paragraphs
from escgraph.documents.sop_tables import references_table, reviews_table
from escgraph.documents.sop_words import counted, in_days
from escgraph.domain.policy import Policy
from escgraph.domain.review_cases import TIMES

_TRACKING = """
Of each escalation there is kept: when it was due and when it happened, from whom to whom, what set
it off, the description, and what had been tried. Where nothing was written, it says so.

Of each resolution: what was wrong, how it ended, how long each level had the ticket, and which
deadlines passed. The log can be filtered and exported, to see what grows and what shrinks.

A critical ticket, and each one that reached management, is looked at again once it is resolved.
That review is due within {days}. It says what happened when, what went well, what did not, and why
it came to it, and names actions, each with a person and a day. The owner of the ticket or a manager
completes it. A late review is reported.
"""

_QUARTERLY = """
At the end of each quarter a review of it opens by itself, with every escalation of the quarter. A
manager completes it within {days}: when each case was read, and when it is written what was found,
what is to be improved, and what in this procedure should change, if anything. It looks for:

Where the review finds that the figures here are wrong, they are changed in a new version of this
document; see the change history.
"""

_FINDINGS = """
issues that recur: {recurring} or more of the same category and component within {within}, and
tickets whose texts are alike;

gaps in the work itself: deadlines missed, escalations that came late or with incomplete papers,
reviews missing or overdue, levels without people, tickets without stakeholders;

what could be better. Each action has a person and a day, and comes up again in the next review
until it is done.
"""


def tracking(policy: Policy) -> tuple[Block, ...]:
    days = counted(policy.review_working_days, "working day")
    return (Bullets(paragraphs(_TRACKING, days=days)),)


def review(policy: Policy) -> tuple[Block, ...]:
    days = counted(TIMES * policy.review_working_days, "working day")
    opening, update = map(Paragraph, paragraphs(_QUARTERLY, days=days))
    findings = paragraphs(
        _FINDINGS,
        recurring=counted(policy.recurrence.tickets, "ticket"),
        within=in_days(policy.recurrence.within),
    )
    return (opening, Bullets(findings), update, reviews_table(policy))


def references(policy: Policy) -> tuple[Block, ...]:
    if not policy.references:
        return (Paragraph("This procedure refers to no other document."),)
    return (references_table(policy),)
