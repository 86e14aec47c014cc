"""The closed sets of notices and of the ways to people as GraphQL enums, with a word on each."""

from escgraph.api.enums import described
from escgraph.domain.notice import ChannelKind

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
