"""Whom the SOP is for, and what it asks of each of them (§1 to §3)."""

from collections.abc import Callable
from datetime import timedelta

from escgraph.documents.blocks import Block, Bullets, Heading, Paragraph, Steps, Table
from escgraph.documents.prose import paragraphs
from escgraph.documents.sop_tables import counting
from escgraph.documents.sop_words import in_hours, listed
from escgraph.domain.policy import Policy, Targets
from escgraph.domain.terms import Priority

_PURPOSE = """
No technical issue may lie forgotten. This procedure says how long each kind of issue may wait for
an answer, who takes it on when the time of those who have it is over, and what everybody does until
it is solved, told and written down.

The clocks run by themselves. When a time given here is over, the ticket moves up without anybody
having to remember it, and takes everything with it that was written.
"""

_SCOPE = """
It holds for everybody who works on technical issues, who decides about them, or who waits for them
to be solved:

One issue is one ticket. A ticket keeps the version of this procedure that it was opened under to
its end, unless an administrator moves it to a newer one.
"""

_EVERYBODY = """
Level 1, who take issues in;

Level 2 and Level 3, who take on what Level 1 cannot solve in time;

management, who step in when that was not enough, or at once when it is critical;

owners and stakeholders, whichever team they are in.
"""

_ROLES = """
Level 1 agent: Writes the ticket: title, description, category, priority, reporter. Gives the first
response. Tries to solve it and logs every attempt. Hands it on when others are needed, at the
latest when the time of Level 1 is over.

Level 2 or Level 3 engineer: Accepts tickets from the queue of their level, looks deeper, logs what
was done, and resolves the ticket or hands it to management.

Manager: Takes over what is critical or has reached management: accepts the ticket, brings in more
people, speaks with those affected inside and outside. Approves the hold of a HIGH ticket that is
still at Level 1.

Owner, one person on each ticket: Follows the ticket to its end, whoever works on it. Keeps the
stakeholders up to date. Closes it. At first this is the agent who opened it; ownership moves only
when it is handed over to somebody else.

Stakeholder: Is told of each escalation and each update of the tickets that name them. Reads along,
and writes nothing.

Administrator: Looks after people and access, and publishes this procedure.
"""

_FIRST_DAY = """
See whether there is a ticket for it already. If not, open one, even if you can solve it at once.
The category proposes a priority; you decide, by section 6.

Everything down, or data at risk? Open it as HIGH and mark it critical: management hears of it at
once.

Answer the reporter: acknowledge the ticket, or write a note that the reporter can read. You have,
from the opening: {respond}. A note among colleagues or an assignment is no answer.

Try to solve it. Log each thing that you try, also what did not help: whoever comes after you sees
it and need not try again.

Stuck? Do not wait for the clock. Escalate by hand and say why. Log at least one attempt first,
unless you have no access or it is critical. What you leave lying moves to Level 2 by itself, after:
{level_2}.

Waiting for somebody else? Put the ticket on hold and choose the reason. A HIGH ticket at Level 1 is
put on hold by a manager: ask one. A hold does not stop the clock of the first response.

Solved? Resolve it: what was wrong, what you did, and how it ended. Then tell the stakeholders,
write down what remains to be done and by whom, or that nothing does, and close it.
"""


def purpose() -> tuple[Block, ...]:
    return tuple(map(Paragraph, paragraphs(_PURPOSE)))


def scope() -> tuple[Block, ...]:
    first, last = map(Paragraph, paragraphs(_SCOPE))
    return (first, Bullets(paragraphs(_EVERYBODY)), last)


def roles(policy: Policy) -> tuple[Block, ...]:
    """SOP §3, and what a new agent does first."""
    rows = (text.partition(": ") for text in paragraphs(_ROLES))
    steps = paragraphs(
        _FIRST_DAY,
        respond=by_priority(policy, lambda targets: targets.respond),
        level_2=by_priority(policy, lambda targets: targets.level_2),
    )
    return (
        Table("Roles", ("Role", "What they do"), tuple((role, does) for role, _, does in rows)),
        Heading(3, "Your first day at Level 1"),
        Paragraph("For each issue that reaches you:"),
        Steps(steps),
    )


def by_priority(policy: Policy, time: Callable[[Targets], timedelta]) -> str:
    """One of the targets for each priority: "HIGH 1 hour, MEDIUM 4 hours and LOW 24 hours"."""
    times = {
        priority: in_hours(time(policy.targets[priority]), of=counting(policy, priority))
        for priority in Priority
    }
    return listed([f"{priority} {said}" for priority, said in times.items()])
