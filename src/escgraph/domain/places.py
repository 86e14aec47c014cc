"""What may be shown of an address: enough to know it again, too little to use it."""

from urllib.parse import urlsplit

from escgraph.domain.notice import ChannelKind


def place_of(kind: ChannelKind, address: str) -> str:
    """What of such a channel's address may be shown.

    What stands behind the host of a webhook is often its secret; in Apprise's addresses the host
    is, too.
    """
    match kind:
        case ChannelKind.EMAIL:
            return masked_email(address)
        case ChannelKind.APPRISE:
            return f"{urlsplit(address).scheme}://"
        case ChannelKind.WEBHOOK | ChannelKind.SLACK | ChannelKind.TEAMS | ChannelKind.NTFY:
            return scheme_and_host(address)
        case ChannelKind.LOG:
            return ""


def masked_email(address: str) -> str:
    """The first letter and the domain: a***@example.org."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}"


def scheme_and_host(url: str) -> str:
    """Neither path nor query, nor a password in front of the host."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
