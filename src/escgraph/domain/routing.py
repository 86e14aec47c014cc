"""Where a ticket goes when it is opened: its team, and who owns what a script opened (R4)."""

from collections.abc import Iterable

from escgraph.domain.catalogue import Route


def team(routes: Iterable[Route], *, category: str, component: str) -> str:
    """The team of the most exact route that fits; empty where none does."""
    return next((route.team for route in _fitting(routes, category, component)), "")


def owners(routes: Iterable[Route], *, category: str, component: str) -> tuple[str, ...]:
    """The e-mail addresses of those who may own it, of the most exact route that names one first.

    The first of them who works here is meant: somebody may have left since the policy was written.
    """
    fitting = _fitting(routes, category, component)
    return tuple(dict.fromkeys(route.owner for route in fitting if route.owner is not None))


def _fitting(routes: Iterable[Route], category: str, component: str) -> list[Route]:
    """The most exact first, a category before a component."""
    fitting = [
        route
        for route in routes
        if route.category in {None, category} and route.component in {None, component}
    ]
    return sorted(fitting, key=lambda route: (route.category is None, route.component is None))
