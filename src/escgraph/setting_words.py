"""What a setting may say: each text is checked and made a value, or refused in a few words."""

import re
from datetime import timedelta
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

from escgraph.notify.places import MisplacedError, place_of
from escgraph.store import sealing

SQLITE = "sqlite://"
POSTGRES = "postgres://"
_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}


def masked(url: str) -> str:
    """The address without what is secret in it, fit for logs and error messages."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        scheme, rest = "", url
    credentials, at, place = rest.rpartition("@")
    user, colon, _ = credentials.partition(":")
    place = re.sub(r"=[^&]*", "=***", place) if "?" in place else place
    return f"{scheme}{mark}{user}{':***' if colon else ''}{at}{place}"


def database(url: str) -> str:
    if url.startswith(SQLITE):
        return _sqlite(url)
    if url.startswith((POSTGRES, "postgresql://")):
        parts = _address(url)
        if parts.path in {"", "/"}:
            raise ValueError("it names no database")
        return POSTGRES + url.partition("://")[2]
    raise ValueError("it is neither a SQLite file nor a PostgreSQL database")


def _sqlite(url: str) -> str:
    path = url.removeprefix(SQLITE)
    if ":memory:" in path:
        raise ValueError("a database in memory is lost at exit and no other command can see it")
    if not path or path.endswith("/"):
        raise ValueError("it names no file")
    return url


def redis(url: str | None) -> str | None:
    if url is None:
        return None
    if not url.startswith(("redis://", "rediss://")):
        raise ValueError("it is no Redis address")
    parts = _address(url)
    if not re.fullmatch(r"(/\d*)?", parts.path):
        raise ValueError("its path is no database number")
    return url


def _address(url: str) -> SplitResult:
    """The parts of an address of a host; errors show none of them, for any may be secret."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        hint = "percent-encode / ? # : and @ in the password"
        raise ValueError(f"its port is no number ({hint})") from None
    if not parts.hostname:
        raise ValueError("it names no host")
    return parts


def origins(text: str | tuple[str, ...]) -> tuple[str, ...]:
    words = text.split(",") if isinstance(text, str) else text
    return tuple(_origin(word.strip()) for word in words if word.strip())


def _origin(word: str) -> str:
    if word != "*" and not re.fullmatch(r"https?://[^/\s?#@]+", word):
        raise ValueError(f"{word!r} is no origin")
    return word.lower()


def _words(text: str | tuple[Any, ...]) -> tuple[Any, ...]:
    """What stands between the commas."""
    if isinstance(text, tuple):
        return text
    return tuple(word.strip() for word in text.split(",") if word.strip())


def public_url(url: str | None) -> str | None:
    if url is None:
        return None
    if not url.startswith(("http://", "https://")):
        raise ValueError("it is no web address")
    parts = _address(url)
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("it has more than a host and a path")
    return url.rstrip("/")


def keys(text: str | tuple[str, ...]) -> tuple[str, ...]:
    keys = _words(text)
    if not all(sealing.is_key(key) for key in keys):
        raise ValueError("one of them is no key of 32 bytes in URL-safe base64")
    return keys


def smtp(url: str | None) -> str | None:
    if url is None:
        return None
    if not url.startswith(("smtp://", "smtps://")):
        raise ValueError("it is no address of a mail server")
    _address(url)
    return url


def heartbeat(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        place_of(url)
    except MisplacedError as error:
        raise ValueError(str(error)) from None
    return url


def mailbox(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", parseaddr(text)[1]):
        raise ValueError("it is no e-mail address")
    return text


def networks(
    text: str | tuple[IPv4Network | IPv6Network, ...],
) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(_network(word) for word in _words(text))


def _network(word: str | IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    try:
        return ip_network(word)
    except ValueError:
        raise ValueError(f"{word!r} is no network") from None


def waits(text: str | tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    return tuple(_wait(word) for word in _words(text))


def _wait(word: str | timedelta) -> timedelta:
    if isinstance(word, timedelta):
        return word
    found = re.fullmatch(r"(\d{1,6})(s|m|h|d)", word)
    if found is None:
        raise ValueError(f"{word!r} is no length of time")
    return int(found[1]) * _UNITS[found[2]]


def host(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", name):
        raise ValueError("it is no address of a host")
    return name


def shortest(wait: timedelta) -> str:
    """In the largest unit that divides it, but hours up to a day as in 24h."""
    units = (("h", 3600), ("m", 60), ("s", 1))
    seconds = int(wait.total_seconds())
    letter, size = next(unit for unit in units if seconds % unit[1] == 0)
    return f"{seconds // size}{letter}"
