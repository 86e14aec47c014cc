"""What every object with an id has in common, and how a page of objects is passed on."""

import strawberry


@strawberry.interface(description="Anything that has an id; `node` finds it again.")
class Node:
    id: strawberry.ID = strawberry.field(description="A UUID; it never changes.")


@strawberry.type(description="Where a page of a list ends.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether the list goes on behind this page.")
    end_cursor: str | None = strawberry.field(
        description="Pass it as `after` to go on behind this page; null on an empty one."
    )


def page_info(cursors: tuple[str, ...], *, has_next: bool) -> PageInfo:
    """Of a page whose entries have those cursors."""
    return PageInfo(has_next_page=has_next, end_cursor=cursors[-1] if cursors else None)
