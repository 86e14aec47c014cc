"""A policy as a plain document, for JSON and for people, and back again without loss (P5)."""

import re
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import Policy, Targets, validate
from escgraph.domain.terms import Priority

_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_SECOND = timedelta(seconds=1)
_PART = re.compile(r"(\d+)([dhms])")


def document(policy: Policy) -> dict[str, Any]:
    """The policy as JSON values; durations as people write them: "2h", "1d12h", "90s"."""
    return {
        "version": policy.version,
        "name": policy.name,
        "targets": {str(priority): _targets(policy.targets[priority]) for priority in Priority},
        "holdCap": written(policy.hold_cap),
        "backdatingCap": written(policy.backdating_cap),
        "reopeningGrace": written(policy.reopening_grace),
        "escalatingReopening": policy.escalating_reopening,
        "reminders": [written(after) for after in policy.reminders],
        "reviewWorkingDays": policy.review_working_days,
        "urgentIndicator": policy.urgent_indicator,
    }


def policy_of(document: Mapping[str, Any]) -> Policy:
    """The policy that a document describes.

    Raises:
        InvalidInputError: something is missing or unreadable, or the policy is not valid.
    """
    try:
        return validate(_policy(document))
    except KeyError as error:
        raise InvalidInputError(f"the policy lacks {error.args[0]}; add it") from error
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise InvalidInputError(f"the policy cannot be read: {error}") from error


def written(duration: timedelta) -> str:
    """A duration as people write it, in whole seconds.

    Raises:
        InvalidInputError: the duration is negative or has a fraction of a second.
    """
    if duration < timedelta(0) or duration % _SECOND:
        raise InvalidInputError(f"{duration} is no duration in whole seconds; round it")
    parts, rest = [], duration
    for letter, unit in _UNITS.items():
        count, rest = divmod(rest, unit)
        parts.append(f"{count}{letter}" if count else "")
    seconds = rest // _SECOND
    parts.append(f"{seconds}s" if seconds else "")
    return "".join(parts) or "0s"


def read_duration(text: str) -> timedelta:
    """The duration that `written` wrote.

    Raises:
        InvalidInputError: the text is none.
    """
    parts = _PART.findall(text)
    if not parts or "".join(count + letter for count, letter in parts) != text:
        raise InvalidInputError(f'"{text}" is no duration; write it like 2h, 1d12h or 90s')
    units = {**_UNITS, "s": _SECOND}
    try:
        return sum((int(count) * units[letter] for count, letter in parts), timedelta(0))
    except (OverflowError, ValueError) as error:
        raise InvalidInputError(f'"{text[:40]}" is longer than time itself; shorten it') from error


def _targets(targets: Targets) -> dict[str, str | None]:
    return {
        "respond": written(targets.respond),
        "level2": written(targets.level_2),
        "level3": None if targets.level_3 is None else written(targets.level_3),
        "management": written(targets.management),
    }


def _policy(document: Mapping[str, Any]) -> Policy:
    targets = {Priority(key): _read_targets(value) for key, value in document["targets"].items()}
    return Policy(
        version=document["version"],
        name=document["name"],
        targets=MappingProxyType(targets),
        hold_cap=read_duration(document["holdCap"]),
        backdating_cap=read_duration(document["backdatingCap"]),
        reopening_grace=read_duration(document["reopeningGrace"]),
        escalating_reopening=document["escalatingReopening"],
        reminders=tuple(read_duration(after) for after in document["reminders"]),
        review_working_days=document["reviewWorkingDays"],
        urgent_indicator=document["urgentIndicator"],
    )


def _read_targets(written_targets: Mapping[str, Any]) -> Targets:
    level_3 = written_targets["level3"]
    return Targets(
        respond=read_duration(written_targets["respond"]),
        level_2=read_duration(written_targets["level2"]),
        level_3=None if level_3 is None else read_duration(level_3),
        management=read_duration(written_targets["management"]),
    )
