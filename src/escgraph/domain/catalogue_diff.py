"""What changed between the lists of two policies: categories, routes, references."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from escgraph.domain.catalogue import Category, Reference, Route
from escgraph.domain.difference import Difference
from escgraph.domain.durations import written

if TYPE_CHECKING:
    from escgraph.domain.policy import Policy

T = TypeVar("T")


def recurrence_differences(before: "Policy", after: "Policy") -> Iterator[Difference]:
    was, now = before.recurrence, after.recurrence
    if was.tickets != now.tickets:
        yield Difference(
            "recurrence.tickets",
            str(was.tickets),
            str(now.tickets),
            f"An issue recurs from {now.tickets} tickets on instead of {was.tickets}",
        )
    if was.within != now.within:
        yield Difference(
            "recurrence.within",
            written(was.within),
            written(now.within),
            f"An issue recurs within {written(now.within)} instead of {written(was.within)}",
        )


def category_differences(before: "Policy", after: "Policy") -> Iterator[Difference]:
    was = {category.key: category for category in before.categories}
    now = {category.key: category for category in after.categories}
    for key in _keys(was, now):
        yield from _category(was.get(key), now.get(key))
    yield from _order("categories", "The categories", list(was), list(now))


def route_differences(before: "Policy", after: "Policy") -> Iterator[Difference]:
    was = {_place(route): route for route in before.routes}
    now = {_place(route): route for route in after.routes}
    for place in _keys(was, now):
        old, new = was.get(place), now.get(place)
        if old != new:
            yield Difference(
                "routes",
                None if old is None else f"{place}: {_target(old)}",
                None if new is None else f"{place}: {_target(new)}",
                f"Tickets of {place} go {_change(old, new, _target, nothing='to nobody')}",
            )
    yield from _order("routes", "The routes", list(was), list(now))


def reference_differences(before: "Policy", after: "Policy") -> Iterator[Difference]:
    was = {reference.title: reference for reference in before.references}
    now = {reference.title: reference for reference in after.references}
    for title in _keys(was, now):
        old, new = was.get(title), now.get(title)
        if old is None and new is not None:
            yield Difference("references", None, _source(new), f'It refers to "{title}" now')
        elif new is None and old is not None:
            yield Difference("references", _source(old), None, f'It no longer refers to "{title}"')
        elif old is not None and new is not None and old != new:
            yield Difference(
                "references",
                _source(old),
                _source(new),
                f'It refers to "{title}" {_detail(new)} instead of {_detail(old)}',
            )
    yield from _order("references", "The references", list(was), list(now))


def _category(was: Category | None, now: Category | None) -> Iterator[Difference]:
    if was is None and now is not None:
        words = f"The category {now.name} is new and suggests {now.suggested_priority}"
        yield Difference(f"categories.{now.key}", None, _kind(now), words)
    elif now is None and was is not None:
        words = f"The category {was.name} is gone"
        yield Difference(f"categories.{was.key}", _kind(was), None, words)
    elif was is not None and now is not None:
        yield from _within_category(was, now)


def _within_category(was: Category, now: Category) -> Iterator[Difference]:
    if was.name != now.name:
        yield Difference(
            f"categories.{now.key}.name",
            was.name,
            now.name,
            f'The category {now.key} is called "{now.name}" instead of "{was.name}"',
        )
    if was.suggested_priority is not now.suggested_priority:
        yield Difference(
            f"categories.{now.key}.suggestedPriority",
            was.suggested_priority,
            now.suggested_priority,
            f"The category {now.name} suggests {now.suggested_priority} instead of "
            f"{was.suggested_priority}",
        )


def _order(path: str, said: str, was: Sequence[str], now: Sequence[str]) -> Iterator[Difference]:
    """Where the same things stand in another order; what came or went is told already."""
    both = set(was) & set(now)
    old, new = ([key for key in keys if key in both] for keys in (was, now))
    if old != new:
        yield Difference(path, ", ".join(old), ", ".join(new), f"{said} stand in another order")


def _keys(was: dict[str, T], now: dict[str, T]) -> list[str]:
    """Those of the old in their order, then what is new."""
    return list(dict.fromkeys((*was, *now)))


def _change(was: T | None, now: T | None, text: Callable[[T], str], *, nothing: str) -> str:
    old, new = (nothing if one is None else text(one) for one in (was, now))
    return f"{new} instead of {old}"


def _kind(category: Category) -> str:
    return f"{category.name} ({category.suggested_priority})"


def _place(route: Route) -> str:
    return f"category {route.category or 'any'} and component {route.component or 'any'}"


def _target(route: Route) -> str:
    return f"to {route.team}" + (f", owned by {route.owner}" if route.owner else "")


def _source(reference: Reference) -> str:
    return " ".join(filter(None, (reference.title, reference.version, reference.link)))


def _detail(reference: Reference) -> str:
    return " ".join(filter(None, (reference.version, reference.link))) or "without a link"
