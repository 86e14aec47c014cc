"""What a policy lists beside its figures: categories, routes, references, and what recurs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from escgraph.domain.errors import InvalidInputError, NotFoundError
from escgraph.domain.terms import Priority


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of issue that suggests its priority (P3, T10)."""

    key: str
    name: str
    suggested_priority: Priority


CATEGORIES = (
    Category("system-outage", "System outage", Priority.HIGH),
    Category("security-issue", "Critical security issue", Priority.HIGH),
    Category("feature-not-working", "Major feature not working", Priority.MEDIUM),
    Category("degraded-performance", "Degraded performance", Priority.MEDIUM),
    Category("minor-bug", "Minor bug", Priority.LOW),
    Category("cosmetic-issue", "Cosmetic issue", Priority.LOW),
)
"""The six examples of SOP §6."""


@dataclass(frozen=True, slots=True)
class Route:
    """Which team a ticket goes to, and who owns one that a script opened (R4).

    `category` and `component` None: any. `owner` is an e-mail address; None: the route names a
    team only. The most exact route wins, a category before a component.
    """

    category: str | None
    component: str | None
    team: str
    owner: str | None


@dataclass(frozen=True, slots=True)
class Reference:
    """A document that the SOP refers to (F1); `link` and `version` may be empty."""

    title: str
    link: str
    version: str


REFERENCES = (
    Reference("Company Ticketing System Guide", "", ""),
    Reference("Incident Management Policy", "", ""),
    Reference("Communication Guidelines", "", ""),
)
"""SOP §9."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """From how many tickets of one category and component within which time on it recurs (Q2)."""

    tickets: int
    within: timedelta


RECURRENCE = Recurrence(tickets=3, within=timedelta(days=90))


def category_named(key: str, categories: Iterable[Category]) -> Category:
    """The category of that key.

    Raises:
        NotFoundError: there is none; the message lists those that are.
    """
    known = {category.key: category for category in categories}
    if key not in known:
        raise NotFoundError(
            f'there is no category "{key}"; use one of {", ".join(sorted(known))}',
            field=("category",),
        )
    return known[key]


def validate_categories(categories: Sequence[Category]) -> None:
    """Pass if tickets can name each of them (P3).

    Raises:
        InvalidInputError: there is none, a key is none or comes twice, or a name is empty.
    """
    if not categories:
        raise InvalidInputError("there is no category; add one", field=("categories",))
    for at, category in enumerate(categories):
        place = ("categories", str(at))
        if not _KEY.fullmatch(category.key):
            raise InvalidInputError(
                f'"{category.key}" is no key of a category; use small letters, digits and hyphens',
                field=(*place, "key"),
            )
        _written(category.name, (*place, "name"))
    _once((category.key for category in categories), "categories", "the category {}")


def validate_routes(routes: Sequence[Route], *, categories: Sequence[Category]) -> None:
    """Pass if each route can be taken, and none contradicts another (R4).

    Raises:
        InvalidInputError: a category is unknown, a team empty, an owner no e-mail address, or two
            routes are for the same category and component.
    """
    keys = {category.key for category in categories}
    for at, route in enumerate(routes):
        place = ("routes", str(at))
        if route.category is not None and route.category not in keys:
            raise InvalidInputError(
                f'a route is for the category "{route.category}", which the policy does not list; '
                "add it or name another",
                field=(*place, "category"),
            )
        if route.component is not None:
            _written(route.component, (*place, "component"))
        _written(route.team, (*place, "team"))
        if route.owner is not None and not _EMAIL.fullmatch(route.owner):
            raise InvalidInputError(
                f'"{route.owner}" is no e-mail address; write it like ada@example.org',
                field=(*place, "owner"),
            )
    named = (f"{route.category or 'any'} and {route.component or 'any'}" for route in routes)
    _once(named, "routes", "the route for category and component {}")


def validate_references(references: Sequence[Reference]) -> None:
    """Pass if each has a title (F1).

    Raises:
        InvalidInputError: one has none, or two have the same.
    """
    for at, reference in enumerate(references):
        _written(reference.title, ("references", str(at), "title"))
    _once((reference.title for reference in references), "references", 'the reference "{}"')


def validate_recurrence(recurrence: Recurrence, *, longest: timedelta) -> None:
    """Pass if something can recur by it (Q2).

    Raises:
        InvalidInputError: fewer than two tickets, or no time, or more than `longest`.
    """
    if type(recurrence.tickets) is not int or recurrence.tickets < 2:
        raise InvalidInputError(
            "what recurs comes at least twice; name 2 tickets or more",
            field=("recurrence", "tickets"),
        )
    if not timedelta(0) < recurrence.within <= longest:
        raise InvalidInputError(
            f"the time within which tickets recur is not above zero, or longer than "
            f"{longest.days} days; correct it",
            field=("recurrence", "within"),
        )


_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def _written(text: str, field: tuple[str, ...]) -> None:
    if not text.strip():
        raise InvalidInputError(f"the {field[-1]} is empty; write it", field=field)


def _once(keys: Iterable[str], field: str, said: str) -> None:
    seen = set()
    for at, key in enumerate(keys):
        if key in seen:
            raise InvalidInputError(
                f"{said.format(key)} stands there twice; take one out", field=(field, str(at))
            )
        seen.add(key)
