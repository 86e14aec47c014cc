"""How a ticket climbs, and how people talk meanwhile (SOP §4 and §5)."""

from escgraph.documents.blocks import Block, Bullets, Heading, Paragraph, Steps
from escgraph.documents.prose import paragraphs
from escgraph.documents.sop_people import by_priority
from escgraph.documents.sop_tables import (
    counting,
    holds_table,
    limits_table,
    reminders_table,
    updates_table,
    workflow_table,
)
from escgraph.documents.sop_words import in_days, in_hours, listed
from escgraph.domain.policy import Policy
from escgraph.domain.terms import Priority

_CLOCK = """
All times run from the moment the clock of the ticket starts, which is its opening, or the moment at
which the issue was reported if that was earlier (by {backdating} at most).
"""

_STEPS = """
Taking in. Level 1 writes the ticket. From that second it has an owner, a level and all its
deadlines.

First troubleshooting. Level 1 has [X] to solve it: {x}.

Escalation. When [X] is over and the ticket is not resolved, it moves to Level 2, once, with all its
documentation. By hand it may move earlier. A first response does not stop this; only resolving
does.

Assessment. Levels 2 and 3 have [Y] from there: {y}. {third}

Management. When [X] and [Y] are both over, the ticket moves to management, whichever level has it.
A manager accepts it, brings in people, and speaks for it. {reminded} A HIGH ticket that is marked
critical is brought before the managers at once, and stays at its level.

Resolution and closing. Whoever solved it says what was wrong and how it ended. The owner tells the
stakeholders, writes down what remains to be done, by whom and until when, or that nothing does, and
closes the ticket. Without these it cannot be closed. A manager may close for the owner, and says
why.
"""

_HOLDS = """
While others have to act first, a ticket may be on hold: the times to the next level stand still,
that of the first response does not. A HIGH ticket at Level 1 is put on hold by a manager only,
whose approval is kept with it. When the longest time is over, the ticket comes back by itself.
"""

_CHANGES = """
First response missed: it is recorded, and the owner and Level 1 are told. The ticket stays at its
level.

Another priority: needs a reason. The deadlines are counted anew from the start of the clock. What
is past by then is done at once; what was done stays done. Once a ticket has moved up, Level 2 or
above decides about a lower priority.

Back down a level: by a manager or the level that has the ticket, with a reason. The same deadline
does not move it up a second time.

Reopened: the time already spent counts, the time while it was resolved does not. Nothing escalates
sooner than {grace} after it. Reopening number {escalating} moves it to the lowest level that it has
not seen yet.

The same issue twice: one ticket is merged into the other and ends; the other keeps the earlier
start of the clock.

Nobody at the next level: the ticket moves all the same, and the leads and then the managers are
told.
"""

_COMMUNICATION = """
The ticket is the one place. Whatever was said on the phone or in a chat is written there. Nothing
written is changed afterwards; a correction is a new note.

At each escalation the owner and every stakeholder are told, each once.

An escalation takes everything along: description, all entries, what was tried, changes of priority,
holds, links, the people involved, how each deadline came about, and a list of what should be there
and is not. A gap never keeps a ticket from moving up.

Urgent tickets carry the mark {indicator} wherever they are named. Urgent are HIGH tickets, critical
ones, and those that somebody flagged.

Notes say for whom they are: for colleagues only, or for the reporter too. Updates to stakeholders
say whether they go to the inside or to the outside.

While a ticket is open, its owner tells the stakeholders how it stands at least as often as the
table below says; after each escalation and once it is resolved, at once. What is overdue stands in
the owner's own list, and the owner is reminded of it once.
"""


def workflow(policy: Policy) -> tuple[Block, ...]:
    (clock,) = paragraphs(_CLOCK, backdating=in_days(policy.backdating_cap))
    (holds,) = paragraphs(_HOLDS)
    changes = paragraphs(
        _CHANGES,
        grace=in_days(policy.reopening_grace),
        escalating=policy.escalating_reopening,
    )
    return (
        Paragraph(clock),
        workflow_table(policy),
        Steps(_steps(policy)),
        *([reminders_table(policy)] if policy.reminders else []),
        Heading(3, "On hold"),
        Paragraph(holds),
        holds_table(policy),
        Heading(3, "When things change"),
        Bullets(changes),
        limits_table(policy),
    )


def communication(policy: Policy) -> tuple[Block, ...]:
    rules = paragraphs(_COMMUNICATION, indicator=policy.urgent_indicator)
    return (Bullets(rules), updates_table(policy))


def _steps(policy: Policy) -> tuple[str, ...]:
    return paragraphs(
        _STEPS,
        x=by_priority(policy, lambda targets: targets.level_2),
        y=by_priority(policy, lambda targets: targets.assessment),
        third=_third(policy),
        reminded=_reminded(policy),
    )


def _third(policy: Policy) -> str:
    """Who reaches LEVEL_3, and how (A5)."""
    timed = [
        f"{priority} after {in_hours(third, of=counting(policy, priority))}"
        for priority in Priority
        if (third := policy.targets[priority].level_3) is not None
    ]
    if not timed:
        return "Level 2 passes to Level 3 by hand."
    return f"To Level 3 it moves by hand, or by itself: {listed(timed)}."


def _reminded(policy: Policy) -> str:
    if not policy.reminders:
        return "Nobody is reminded after that."
    after = listed([in_days(time) for time in policy.reminders])
    return f"Until one has, they are reminded after {after}."
