"""`escgraph review`: what is looked back on, what was written, and what is still to be done."""

from datetime import date
from typing import Annotated

import typer

from escgraph.cli import review_json, review_tables
from escgraph.cli.console import remark, say_json
from escgraph.cli.quarters import due, report
from escgraph.cli.review_reading import Shown, listed, review_named, shown, to_do
from escgraph.cli.running import Refusal, finish, opened, ready, told
from escgraph.cli.words import named
from escgraph.config import Settings
from escgraph.domain.terms import ReviewActionState, ReviewKind, ReviewState
from escgraph.store.keyset import LONGEST_PAGE
from escgraph.store.review_search import ActionFilter, ReviewFilter

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="review", help=__doc__)
group.command()(report)
group.command()(due)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Limit = Annotated[
    int, typer.Option(help="How many at most.", min=1, max=LONGEST_PAGE, show_default=True)
]


@group.command("list")
def reviews(
    *,
    kind: Annotated[
        ReviewKind | None,
        typer.Option(
            parser=named(ReviewKind), metavar="KIND", help=f"One of {', '.join(ReviewKind)}."
        ),
    ] = None,
    state: Annotated[
        ReviewState | None,
        typer.Option(
            parser=named(ReviewState), metavar="STATE", help=f"One of {', '.join(ReviewState)}."
        ),
    ] = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only those that are open and late.")
    ] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List reviews, the latest opened first."""
    wanted = ReviewFilter(
        kinds=None if kind is None else (kind,), state=state, overdue=True if overdue else None
    )

    async def work(settings: Settings) -> list[Shown]:
        async with opened(settings):
            return await listed(wanted, limit=limit)

    with told():
        found = finish(work(ready()))
    if as_json:
        say_json([review_json.summary(one) for one in found])
    elif found:
        review_tables.say_list(found)
    else:
        remark("there is no such review")


@group.command()
def show(
    which: Annotated[
        str,
        typer.Argument(
            help="A review's id, its quarter, or the number of a ticket, whose latest it is then.",
            metavar="ID|2026-Q1|ESC-000123",
            show_default=False,
        ),
    ],
    *,
    as_json: Json = False,
) -> None:
    """Show a review: what it found out, what was written, what is to be done."""

    async def work(settings: Settings) -> Shown:
        async with opened(settings):
            return await shown(await review_named(which))

    with told():
        found = finish(work(ready()))
    if as_json:
        say_json(review_json.whole(found))
    else:
        review_tables.say_review(found)


@group.command()
def actions(
    *,
    state: Annotated[
        ReviewActionState | None,
        typer.Option(
            parser=named(ReviewActionState),
            metavar="STATE",
            help=f"One of {', '.join(ReviewActionState)}; all that are not DONE, where none is "
            "named.",
        ),
    ] = None,
    due_before: Annotated[
        str | None, typer.Option(help="Due on an earlier day than this, as in 2026-03-31.")
    ] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List what reviews want done, of all reviews together, those due first at the beginning."""
    not_done = (ReviewActionState.OPEN, ReviewActionState.OVERDUE)

    with told():
        wanted = ActionFilter(
            states=not_done if state is None else (state,), due_before=_day(due_before)
        )

        async def work(settings: Settings) -> None:
            async with opened(settings):
                found = await to_do(wanted, limit=limit)
            if as_json:
                say_json([review_json.followed(one) for one in found])
            elif found:
                review_tables.say_actions(found)
            else:
                remark("there is no such action")

        finish(work(ready()))


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"{text!r} is no day; write it like 2026-03-31", code=2) from None
