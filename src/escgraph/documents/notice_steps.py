"""What each hearer of each kind of notice should do, the most pressing first.

A name in braces is a fact of `notice_facts`. The first step ends the headline, too.
"""

from collections.abc import Mapping
from types import MappingProxyType

from escgraph.domain.notice import Hearer, NoticeKind

Steps = tuple[str, ...]

NOTHING: Steps = ()

ACCEPT: Steps = ("accept it now", "read below what is known and what was tried")
ANSWER: Steps = ("acknowledge it now",)
FIND: Steps = ("find somebody who accepts it now",)
HAND_OVER: Steps = ("tell {tier} what you know and go on helping until they accept it",)
TELL: Steps = ("see that {tier} accepts it", "post an update to its stakeholders")
TAKE_UP: Steps = ("read it and go on with it",)
WRITE_REVIEW: Steps = ("write it together, and complete it by then",)
COMPLETE: Steps = ("complete it today",)
CLOSE: Steps = (
    "check with the reporter that it is solved",
    "tell the stakeholders",
    "close it",
)
READ: Steps = ("read it, and answer on the ticket",)


def _row(
    *,
    owner: Steps,
    assignee: Steps,
    team: Steps,
    lead: Steps,
    manager: Steps,
    stakeholder: Steps = NOTHING,
    reporter: Steps = NOTHING,
) -> Mapping[Hearer, Steps]:
    """Those outside seldom have anything to do: they are told."""
    return MappingProxyType(
        {
            Hearer.OWNER: owner,
            Hearer.ASSIGNEE: assignee,
            Hearer.TIER_TEAM: team,
            Hearer.TEAM_LEAD: lead,
            Hearer.MANAGER: manager,
            Hearer.STAKEHOLDER: stakeholder,
            Hearer.REPORTER: reporter,
        }
    )


def _told() -> Mapping[Hearer, Steps]:
    """Nobody has to do anything about it."""
    return _row(owner=NOTHING, assignee=NOTHING, team=NOTHING, lead=NOTHING, manager=NOTHING)


STEPS: Mapping[NoticeKind, Mapping[Hearer, Steps]] = MappingProxyType(
    {
        NoticeKind.ESCALATED: _row(
            owner=TELL, assignee=HAND_OVER, team=ACCEPT, lead=FIND, manager=FIND
        ),
        NoticeKind.RESPONSE_BREACHED: _row(
            owner=ANSWER, assignee=ANSWER, team=ANSWER, lead=FIND, manager=FIND
        ),
        NoticeKind.CRITICAL: _row(
            owner=("put everything else aside for it", "post an update to its stakeholders"),
            assignee=("put everything else aside for it",),
            team=ACCEPT,
            lead=FIND,
            manager=("see that it has all the people it needs", "tell the stakeholders"),
        ),
        NoticeKind.MANAGEMENT_REMINDER: _row(
            owner=("call a manager",),
            assignee=("go on with it until a manager takes over",),
            team=("accept it now",),
            lead=("call a manager",),
            manager=("accept it now",),
        ),
        NoticeKind.ASSIGNED: _row(
            owner=NOTHING, assignee=TAKE_UP, team=NOTHING, lead=NOTHING, manager=NOTHING
        ),
        NoticeKind.ALLOCATED: _row(
            owner=NOTHING, assignee=TAKE_UP, team=NOTHING, lead=NOTHING, manager=NOTHING
        ),
        NoticeKind.OWNERSHIP_GIVEN: _row(
            owner=("see it through to its closing", "tell its stakeholders who you are"),
            assignee=NOTHING,
            team=NOTHING,
            lead=NOTHING,
            manager=NOTHING,
        ),
        NoticeKind.ACKNOWLEDGED: _told(),
        NoticeKind.NOTE: _row(
            owner=READ,
            assignee=READ,
            team=NOTHING,
            lead=NOTHING,
            manager=NOTHING,
            stakeholder=("answer {who} if you can help",),
            reporter=("answer {who} if you are asked something",),
        ),
        NoticeKind.PRIORITY_CHANGED: _row(
            owner=("look at its new deadlines",),
            assignee=("look at its new deadlines",),
            team=NOTHING,
            lead=NOTHING,
            manager=NOTHING,
        ),
        NoticeKind.HOLD_ENDED: _row(
            owner=("go on with it, or hold it again with a reason",),
            assignee=("go on with it",),
            team=("go on with it",),
            lead=NOTHING,
            manager=NOTHING,
        ),
        NoticeKind.HANDED_DOWN: _row(
            owner=("see that {tier} goes on with it",),
            assignee=NOTHING,
            team=ACCEPT,
            lead=FIND,
            manager=NOTHING,
        ),
        NoticeKind.UPDATE: _told(),
        NoticeKind.CLOSING: _told(),
        NoticeKind.UPDATE_OVERDUE: _row(
            owner=("post an update, even if there is nothing new",),
            assignee=("tell {owner} how it stands",),
            team=NOTHING,
            lead=("see that {owner} posts an update",),
            manager=("post an update, or ask {owner} for it",),
        ),
        NoticeKind.RESOLVED: _row(
            owner=(
                "check with the reporter that it is solved",
                "tell the stakeholders",
                "close it",
            ),
            assignee=NOTHING,
            team=NOTHING,
            lead=NOTHING,
            manager=NOTHING,
            reporter=("tell {owner} if it is not solved for you",),
        ),
        NoticeKind.CLOSED: _told(),
        NoticeKind.REOPENED: _row(
            owner=("find out what is still wrong, and go on with it",),
            assignee=TAKE_UP,
            team=ACCEPT,
            lead=FIND,
            manager=NOTHING,
        ),
        NoticeKind.CANCELLED: _told(),
        NoticeKind.MERGED: _row(
            owner=("go on with {into}",),
            assignee=("go on with {into}",),
            team=NOTHING,
            lead=NOTHING,
            manager=NOTHING,
        ),
        NoticeKind.REVIEW_OPENED: _row(
            owner=WRITE_REVIEW,
            assignee=WRITE_REVIEW,
            team=NOTHING,
            lead=NOTHING,
            manager=WRITE_REVIEW,
        ),
        NoticeKind.REVIEW_OVERDUE: _row(
            owner=COMPLETE, assignee=COMPLETE, team=NOTHING, lead=COMPLETE, manager=COMPLETE
        ),
        NoticeKind.REVIEW_ACTION_OVERDUE: _row(
            owner=("see that it is done, or moved to another day",),
            assignee=("do it today, or move it to another day",),
            team=NOTHING,
            lead=NOTHING,
            manager=("see that it is done, or moved to another day",),
        ),
        NoticeKind.UNREACHED: _row(
            owner=ANSWER,
            assignee=ANSWER,
            team=("accept it now",),
            lead=("find somebody who accepts it now, by phone if need be",),
            manager=("find somebody who accepts it now, by phone if need be",),
        ),
        NoticeKind.TEST: _told(),
    }
)

REASON: Mapping[Hearer, str] = MappingProxyType(
    {
        Hearer.OWNER: "you own this ticket",
        Hearer.ASSIGNEE: "you work on this ticket",
        Hearer.TIER_TEAM: "you work at the tier that holds this ticket",
        Hearer.TEAM_LEAD: "you lead a team",
        Hearer.MANAGER: "you are a manager",
        Hearer.STAKEHOLDER: "you are named as a stakeholder of this ticket",
        Hearer.REPORTER: "you reported this",
    }
)
"""Why somebody gets a notice."""

REASON_OF_REVIEW: Mapping[Hearer, str] = MappingProxyType(
    {**REASON, Hearer.OWNER: "you owned this ticket", Hearer.ASSIGNEE: "this is yours to do"}
)
"""Why somebody gets one about a review."""
