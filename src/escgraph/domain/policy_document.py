"""A policy as a plain document, for JSON and for people, and back again without loss (P5).

A document names what differs from the SOP and leaves out the rest, but for ten keys that every
document has. Public holidays stand beside it, as they were known when it was written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from escgraph.domain.calendar import Calendar
from escgraph.domain.calendar_document import (
    HolidaysOf,
    calendar_document,
    calendar_of,
    kept_days,
    unknown_days,
    with_kept_days,
)
from escgraph.domain.catalogue import Category, Recurrence, Reference, Route
from escgraph.domain.durations import read_duration as read_duration  # noqa: PLC0414 - of old
from escgraph.domain.durations import written as written  # noqa: PLC0414 - the same
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.placing import within
from escgraph.domain.policy import RECURRENCE, SOP, UPDATE_CADENCE, Policy, Targets, validate
from escgraph.domain.terms import HoldReason, Priority


def document(policy: Policy) -> dict[str, Any]:
    """The policy as JSON values; durations as people write them: "2h", "1d12h", "90s"."""
    whole = whole_document(policy)
    as_in_the_sop = whole_document(SOP)
    return {
        key: value for key, value in whole.items() if key in REQUIRED or value != as_in_the_sop[key]
    }


def whole_document(policy: Policy) -> dict[str, Any]:
    """The same with every key, also where it says what the SOP says."""
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
        "holdCaps": {
            str(reason): written(policy.hold_caps[reason])
            for reason in HoldReason
            if reason in policy.hold_caps
        },
        "updateCadence": {
            str(priority): written(policy.update_cadence[priority])
            for priority in Priority
            if priority in policy.update_cadence
        },
        "zone": policy.zone,
        "calendars": {
            name: calendar_document(policy.calendars[name]) for name in sorted(policy.calendars)
        },
        "clocks": {
            str(priority): policy.clocks[priority]
            for priority in Priority
            if priority in policy.clocks
        },
        "reviewCalendar": policy.review_calendar,
        "categories": [_category(category) for category in policy.categories],
        "routes": [_route(route) for route in policy.routes],
        "references": [_reference(reference) for reference in policy.references],
        "recurrence": _recurrence(policy.recurrence),
    }


REQUIRED = (
    "version",
    "name",
    "targets",
    "holdCap",
    "backdatingCap",
    "reopeningGrace",
    "escalatingReopening",
    "reminders",
    "reviewWorkingDays",
    "urgentIndicator",
)
"""What every document has; the version before this one knows no other keys."""


def policy_of(document: Mapping[str, Any], *, holidays: HolidaysOf = unknown_days) -> Policy:
    """The policy that a document describes; `holidays` gives the days of its regions.

    Raises:
        InvalidInputError: something is missing or unreadable, or the policy is not valid; `field`
            is the path to it.
    """
    try:
        return validate(_policy(document, holidays))
    except KeyError as error:
        raise InvalidInputError(f"the policy lacks {error.args[0]}; add it") from error
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise InvalidInputError(f"the policy cannot be read: {error}") from error


def stored(policy: Policy) -> tuple[dict[str, Any], dict[str, Any]]:
    """The policy as two documents: what it says, and the public holidays as it knows them."""
    return document(policy), kept_days(policy.calendars)


def restored(document: Mapping[str, Any], days: Mapping[str, Any] | None) -> Policy:
    """The policy that was stored; a database of before kept no days, as no policy had any."""
    policy = policy_of(document, holidays=lambda _: ())
    return replace(policy, calendars=MappingProxyType(with_kept_days(policy.calendars, days or {})))


def _policy(document: Mapping[str, Any], holidays: HolidaysOf) -> Policy:
    return Policy(
        version=document["version"],
        name=document["name"],
        targets=MappingProxyType(_read_each_target(document["targets"])),
        hold_cap=_duration(document, "holdCap"),
        backdating_cap=_duration(document, "backdatingCap"),
        reopening_grace=_duration(document, "reopeningGrace"),
        escalating_reopening=document["escalatingReopening"],
        reminders=_read_reminders(document["reminders"]),
        review_working_days=document["reviewWorkingDays"],
        urgent_indicator=document["urgentIndicator"],
        hold_caps=MappingProxyType(_read_hold_caps(document.get("holdCaps", {}))),
        update_cadence=_read_cadence(document.get("updateCadence")),
        calendars=MappingProxyType(_read_calendars(document.get("calendars", {}), holidays)),
        clocks=MappingProxyType(
            {Priority(key): name for key, name in document.get("clocks", {}).items()}
        ),
        zone=document.get("zone", SOP.zone),
        review_calendar=document.get("reviewCalendar"),
        categories=_read_categories(document.get("categories")),
        routes=tuple(_read_route(one) for one in document.get("routes", ())),
        references=_read_references(document.get("references")),
        recurrence=_read_recurrence(document.get("recurrence")),
    )


def _duration(document: Mapping[str, Any], key: str) -> timedelta:
    with within(key):
        return read_duration(document[key])


def _targets(targets: Targets) -> dict[str, str | None]:
    return {
        "respond": written(targets.respond),
        "level2": written(targets.level_2),
        "level3": None if targets.level_3 is None else written(targets.level_3),
        "management": written(targets.management),
    }


def _read_each_target(documents: Mapping[str, Any]) -> dict[Priority, Targets]:
    targets = {}
    for key, one in documents.items():
        with within("targets", key):
            targets[Priority(key)] = _read_targets(one)
    return targets


def _read_targets(document: Mapping[str, Any]) -> Targets:
    return Targets(
        respond=_duration(document, "respond"),
        level_2=_duration(document, "level2"),
        level_3=None if document["level3"] is None else _duration(document, "level3"),
        management=_duration(document, "management"),
    )


def _read_reminders(texts: Sequence[str]) -> tuple[timedelta, ...]:
    reminders = []
    for at, text in enumerate(texts):
        with within("reminders", str(at)):
            reminders.append(read_duration(text))
    return tuple(reminders)


def _read_hold_caps(document: Mapping[str, Any]) -> dict[HoldReason, timedelta]:
    with within("holdCaps"):
        return {HoldReason(key): _duration(document, key) for key in document}


def _read_cadence(document: Mapping[str, Any] | None) -> Mapping[Priority, timedelta]:
    if document is None:
        return UPDATE_CADENCE
    with within("updateCadence"):
        return MappingProxyType({Priority(key): _duration(document, key) for key in document})


def _read_calendars(documents: Mapping[str, Any], holidays: HolidaysOf) -> dict[str, Calendar]:
    calendars = {}
    for name in sorted(documents):
        with within("calendars", name):
            calendars[name] = calendar_of(name, documents[name], holidays=holidays)
    return calendars


def _category(category: Category) -> dict[str, str]:
    return {
        "key": category.key,
        "name": category.name,
        "suggestedPriority": str(category.suggested_priority),
    }


def _read_categories(documents: Sequence[Mapping[str, Any]] | None) -> tuple[Category, ...]:
    if documents is None:
        return SOP.categories
    return tuple(
        Category(one["key"], one["name"], Priority(one["suggestedPriority"])) for one in documents
    )


def _route(route: Route) -> dict[str, str | None]:
    return {
        "category": route.category,
        "component": route.component,
        "team": route.team,
        "owner": route.owner,
    }


def _read_route(document: Mapping[str, Any]) -> Route:
    return Route(document["category"], document["component"], document["team"], document["owner"])


def _reference(reference: Reference) -> dict[str, str]:
    return {"title": reference.title, "link": reference.link, "version": reference.version}


def _read_references(documents: Sequence[Mapping[str, Any]] | None) -> tuple[Reference, ...]:
    if documents is None:
        return SOP.references
    return tuple(Reference(one["title"], one["link"], one["version"]) for one in documents)


def _recurrence(recurrence: Recurrence) -> dict[str, Any]:
    return {"tickets": recurrence.tickets, "within": written(recurrence.within)}


def _read_recurrence(document: Mapping[str, Any] | None) -> Recurrence:
    if document is None:
        return RECURRENCE
    with within("recurrence"):
        return Recurrence(document["tickets"], _duration(document, "within"))
