"""What each kind of notice says of what happened, to colleagues and to those outside (§5, C2).

A name in braces is a fact of `notice_facts`. The sentence stands alone, ends without a stop, and
goes on with what to do.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from escgraph.domain.notice import NoticeKind


class Said(NamedTuple):
    """`subject` goes on with the title; the calm ones are for stakeholders and reporters."""

    subject: str
    sentence: str
    calm_subject: str
    calm_sentence: str


SAID: Mapping[NoticeKind, Said] = MappingProxyType(
    {
        NoticeKind.ESCALATED: Said(
            "escalated to {tier}",
            "{it} was escalated to {tier}{vacant} at {at}, because {why}",
            "passed on to {said_tier}",
            "{it} was passed on to {said_tier} at {at} and is being followed up there",
        ),
        NoticeKind.RESPONSE_BREACHED: Said(
            "first response missed",
            "nobody has answered {it} in time",
            "not answered yet",
            "{it} has not been answered as fast as promised, and those in charge know of it",
        ),
        NoticeKind.CRITICAL: Said(
            "marked critical",
            "{who} marked {it} critical at {at}",
            "treated as critical",
            "{it} has been treated as critical since {at}, and management has been told",
        ),
        NoticeKind.MANAGEMENT_REMINDER: Said(
            "waits for a manager, reminder {number}",
            "{it} is with MANAGEMENT and no manager has accepted it",
            "waits for management",
            "{it} is with management and will be taken up there",
        ),
        NoticeKind.ASSIGNED: Said(
            "assigned to {people}",
            "{who} assigned {it} to {people} at {at}",
            "being worked on",
            "{it} is now being worked on",
        ),
        NoticeKind.ALLOCATED: Said(
            "{people} added",
            "{who} put {people} on {it} at {at}",
            "more people work on it",
            "more people now work on {it}",
        ),
        NoticeKind.OWNERSHIP_GIVEN: Said(
            "now belongs to {owner}",
            "{it} now belongs to {owner}",
            "has a new contact",
            "{it} is now in the hands of {owner}",
        ),
        NoticeKind.ACKNOWLEDGED: Said(
            "acknowledged",
            "{who} took {it} in hand at {at}",
            "taken in hand",
            "{it} was taken in hand at {at}",
        ),
        NoticeKind.NOTE: Said(
            "new note",
            "{who} wrote a note on {it} at {at}",
            "new message",
            "{who} wrote to you about {it} at {at}",
        ),
        NoticeKind.PRIORITY_CHANGED: Said(
            "priority, was {before}",
            "{who} changed the priority of {it} from {before} to {priority} at {at}",
            "priority, was {before}",
            "the priority of {it} was changed from {before} to {priority} at {at}",
        ),
        NoticeKind.HOLD_ENDED: Said(
            "hold ended",
            "the hold of {it} ended at {at}, and its clock runs again",
            "goes on",
            "work on {it} goes on again",
        ),
        NoticeKind.HANDED_DOWN: Said(
            "handed down to {tier}",
            "{who} handed {it} down to {tier} at {at}",
            "back with {said_tier}",
            "{it} is back with {said_tier}",
        ),
        NoticeKind.UPDATE: Said(
            "update",
            "{who} posted an update on {it} at {at}",
            "update",
            "{who} posted an update on {it} at {at}",
        ),
        NoticeKind.CLOSING: Said(
            "closing notice",
            "{who} posted the closing notice of {it} at {at}",
            "closing notice",
            "{it} is done, as of {at}",
        ),
        NoticeKind.UPDATE_OVERDUE: Said(
            "stakeholder update overdue",
            "the stakeholders of {it} wait for an update that was due on {due}",
            "update to come",
            "the next update on {it} is late and will come",
        ),
        NoticeKind.RESOLVED: Said(
            "resolved ({code})",
            "{who} resolved {it} at {at}",
            "solved",
            "{it} was solved at {at}",
        ),
        NoticeKind.CLOSED: Said(
            "closed",
            "{who} closed {it} at {at}",
            "closed",
            "{it} was closed at {at}",
        ),
        NoticeKind.REOPENED: Said(
            "reopened",
            "{who} reopened {it} at {at}, and its clock runs again",
            "open again",
            "{it} is open again and is being looked at",
        ),
        NoticeKind.CANCELLED: Said(
            "cancelled",
            "{who} cancelled {it} at {at}",
            "cancelled",
            "{it} was cancelled at {at}",
        ),
        NoticeKind.MERGED: Said(
            "merged into {into}",
            "{who} merged {it} into {into} at {at}",
            "goes on as {into}",
            "{it} now goes on as {into}, where the same is being solved",
        ),
        NoticeKind.REVIEW_OPENED: Said(
            "review to be written",
            "{review} was opened and is due on {due}",
            "review opened",
            "{review} was opened",
        ),
        NoticeKind.REVIEW_OVERDUE: Said(
            "review overdue",
            "{review} is overdue: it was due on {due}",
            "review overdue",
            "{review} is overdue",
        ),
        NoticeKind.REVIEW_ACTION_OVERDUE: Said(
            "review action overdue",
            '"{action}", which {review} wants done, is overdue',
            "review action overdue",
            "what {review} wants done is overdue",
        ),
        NoticeKind.UNREACHED: Said(
            "{unreached} not reached",
            "{unreached} could not be reached about {it}",
            "somebody not reached",
            "those in charge of {it} are being looked for",
        ),
        NoticeKind.TEST: Said(
            "test of your notices",
            "this is a test: notices reach you this way",
            "test of your notices",
            "this is a test: notices reach you this way",
        ),
    }
)
