"""Moments as a person reads them at night: in their zone, in UTC too, and how far off."""

from datetime import datetime
from zoneinfo import ZoneInfo

from escgraph.documents.report_words import civil, short

UTC_ZONES = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Zulu"})


def clock(moment: datetime, *, zone: str, at: datetime) -> str:
    """The minute there, with the day where that is not the one of `at`."""
    there, today = moment.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(zone)).date()
    day = "" if there.date() == today else f" on {civil(there.date())}"
    return f"{there:%H:%M}{day}"


def stamp(at: datetime, zone: str) -> str:
    """The day and the minute, there and in UTC: 2 March 2026, 13:00 Europe/Berlin (12:00 UTC)."""
    there = at.astimezone(ZoneInfo(zone))
    said = f"{civil(there.date())}, {there:%H:%M}"
    if zone in UTC_ZONES:
        return f"{said} UTC"
    in_utc = at.astimezone(ZoneInfo("UTC"))
    other_day = "" if in_utc.date() == there.date() else f"{civil(in_utc.date())}, "
    return f"{said} {zone} ({other_day}{in_utc:%H:%M} UTC)"


def distance(to: datetime, *, at: datetime) -> str:
    """How far off it is: in 2 h, 5 min ago, now."""
    off = to - at
    if abs(off.total_seconds()) < 1:
        return "now"
    return f"in {short(off)}" if to > at else f"{short(-off)} ago"


def due(moment: datetime, *, zone: str, at: datetime) -> str:
    """The whole: when, and how far off."""
    return f"{stamp(moment, zone)}, {distance(moment, at=at)}"
