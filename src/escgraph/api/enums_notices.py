"""The closed sets of notices and of the ways to people as GraphQL enums, with a word on each."""

from escgraph.api.enums import described
from escgraph.domain.notice import ChannelKind, Hearer, MessageState, NoticeKind
from escgraph.domain.notice_status import NoticeStatus

described(
    Hearer,
    "As what somebody hears of a ticket: the first of these that fits.",
    {
        "OWNER": "They answer for it.",
        "ASSIGNEE": "They work on it.",
        "TIER_TEAM": "They work at the tier that it stands at.",
        "TEAM_LEAD": "They lead the team, and nobody else would hear of it.",
        "MANAGER": "They are an escalation manager.",
        "STAKEHOLDER": "It concerns them.",
        "REPORTER": "They reported it.",
    },
)
described(
    NoticeKind,
    "What a notice is about.",
    {
        "ESCALATED": "A ticket moved up a tier, or several at once.",
        "RESPONSE_BREACHED": "A first response did not come in time.",
        "CRITICAL": "A ticket was marked as critical.",
        "MANAGEMENT_REMINDER": "A ticket reached management, and no manager has accepted it.",
        "ASSIGNED": "They are to work on a ticket.",
        "ALLOCATED": "A manager put them on a ticket too.",
        "OWNERSHIP_GIVEN": "They answer for a ticket from now on.",
        "ACKNOWLEDGED": "Somebody took a ticket in hand.",
        "NOTE": "A note that is for them was added.",
        "PRIORITY_CHANGED": "A ticket has another priority.",
        "HOLD_ENDED": "A ticket is not on hold any more.",
        "HANDED_DOWN": "A ticket moved down a tier.",
        "UPDATE": "A stakeholder update was posted.",
        "CLOSING": "The notice with which a ticket is closed.",
        "UPDATE_OVERDUE": "Stakeholders wait for word from them.",
        "RESOLVED": "A ticket was resolved.",
        "CLOSED": "A ticket was closed.",
        "REOPENED": "A ticket was reopened.",
        "CANCELLED": "A ticket was cancelled.",
        "MERGED": "A ticket goes on in another.",
        "REVIEW_OPENED": "A review was opened.",
        "REVIEW_OVERDUE": "A review is late.",
        "REVIEW_ACTION_OVERDUE": "What a review wants done is late.",
        "UNREACHED": "Somebody could not be reached.",
        "TEST": "Somebody tries whether notices arrive.",
    },
)
described(
    ChannelKind,
    "The ways to a person.",
    {
        "EMAIL": "E-mail.",
        "WEBHOOK": "A signed request to an endpoint of theirs, as in Standard Webhooks.",
        "SLACK": "An incoming webhook of Slack.",
        "TEAMS": "An incoming webhook of Microsoft Teams.",
        "NTFY": "A topic of ntfy, which rings phones.",
        "APPRISE": "Any other service that Apprise knows, by its address.",
        "LOG": "No way at all: the notice stands in the log and here.",
    },
)
described(
    MessageState,
    "How a delivery fares.",
    {
        "WAITING": "It waits for its moment, or for its next attempt.",
        "SENDING": "An attempt is being made.",
        "DELIVERED": "It was taken by whoever carries it on.",
        "DEAD": "It was given up.",
    },
    called="DeliveryState",
)
described(
    NoticeStatus,
    "Whether a notice has reached its person.",
    {
        "DELIVERED": "One way at least has carried it.",
        "WAITING": "No way has carried it yet, and one is being tried.",
        "LOGGED": "There was no way to its person: it stands in the log and here.",
        "DEAD": "Every way was tried and given up.",
    },
)
