"""What a policy lists beside its figures, as types."""

from datetime import timedelta

import strawberry

from escgraph.domain import catalogue
from escgraph.domain.terms import Priority


@strawberry.type(description="A kind of issue.")
class Category:
    key: str = strawberry.field(description="What tickets name it by.")
    name: str = strawberry.field(description="What to call it.")
    suggested_priority: Priority = strawberry.field(
        description="What to propose to whoever opens a ticket; they decide."
    )


@strawberry.type(description="Which team a ticket goes to, and who owns one that a script opened.")
class Route:
    category: str | None = strawberry.field(description="The category's key; null for any.")
    component: str | None = strawberry.field(description="The component; null for any.")
    team: str = strawberry.field(description="The team.")
    owner_email: str | None = strawberry.field(
        description="Who owns what scripts open; null for nobody in particular, and for "
        "stakeholders and wallboards, who see no address."
    )


@strawberry.type(description="A document that the SOP refers to.")
class Reference:
    title: str = strawberry.field(description="What it is called.")
    link: str = strawberry.field(description="Where it is; may be empty.")
    version: str = strawberry.field(description="Which version of it; may be empty.")


@strawberry.type(description="From when on an issue counts as recurring.")
class Recurrence:
    tickets: int = strawberry.field(
        description="So many tickets of one category and component at least."
    )
    within: timedelta = strawberry.field(description="Within that time.")


def category_of(category: catalogue.Category) -> Category:
    return Category(
        key=category.key, name=category.name, suggested_priority=category.suggested_priority
    )


def route_of(route: catalogue.Route, *, with_owner: bool) -> Route:
    return Route(
        category=route.category,
        component=route.component,
        team=route.team,
        owner_email=route.owner if with_owner else None,
    )


def reference_of(reference: catalogue.Reference) -> Reference:
    return Reference(title=reference.title, link=reference.link, version=reference.version)


def recurrence_of(recurrence: catalogue.Recurrence) -> Recurrence:
    return Recurrence(tickets=recurrence.tickets, within=recurrence.within)
