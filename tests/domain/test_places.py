"""What is shown of an address never is enough to use it."""

import pytest

from escgraph.domain.notice import ChannelKind
from escgraph.domain.places import place_of


@pytest.mark.parametrize(
    ("kind", "address", "place"),
    [
        (ChannelKind.EMAIL, "ada@example.org", "a***@example.org"),
        (ChannelKind.EMAIL, '"a@b"@example.org', '"***@example.org'),
        (
            ChannelKind.SLACK,
            "https://hooks.slack.com/services/T0/B0/SECRET",
            "https://hooks.slack.com",
        ),
        (
            ChannelKind.WEBHOOK,
            "https://in.example.org:8443/x?key=SECRET",
            "https://in.example.org:8443",
        ),
        (ChannelKind.WEBHOOK, "https://ada:SECRET@example.org/x", "https://example.org"),
        (ChannelKind.WEBHOOK, "https://[2001:db8::1]:99/SECRET#SECRET", "https://[2001:db8::1]:99"),
        (ChannelKind.TEAMS, "https://x.webhook.office.com/SECRET", "https://x.webhook.office.com"),
        (ChannelKind.NTFY, "https://ntfy.sh/SECRET", "https://ntfy.sh"),
        (ChannelKind.APPRISE, "tgram://SECRET/42", "tgram://"),
        (ChannelKind.APPRISE, "mailto://ada:SECRET@example.org", "mailto://"),
        (ChannelKind.LOG, "", ""),
    ],
)
def test_only_so_much_of_it_is_shown(kind: ChannelKind, address: str, place: str) -> None:
    assert place_of(kind, address) == place
    assert "SECRET" not in place
