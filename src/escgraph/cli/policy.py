"""`escgraph policy`: check, compare, publish and show policies, and move tickets to them."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from escgraph.api.identifiers import read_number
from escgraph.cli.console import complain, new_table, remark, say, say_json, say_table
from escgraph.cli.policy_file import policy_of
from escgraph.cli.policy_moving import Move, moves_json, preview_json, tell
from escgraph.cli.policy_publishing import Publication
from escgraph.cli.policy_versions import (
    IN_FORCE,
    named_policy,
    named_version,
    needs_database,
    rows,
)
from escgraph.cli.running import Refusal, finish, opened, ready, told
from escgraph.commands.moving import Moves
from escgraph.documents.policy_yaml import written
from escgraph.domain.policy_diff import Difference, differences
from escgraph.queries.policies import text_of

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="policy", help=__doc__)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A policy in YAML.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
WHICH = "A file, the number of a version, or in-force."


@group.command()
def validate(file: File, *, as_json: Json = False) -> None:
    """Say whether the file is a policy, or which line is wrong. No database is asked."""
    try:
        policy = policy_of(file)
    except Refusal as error:
        if not as_json:
            with told():
                raise
        say_json({"valid": False, "error": str(error)})
        raise typer.Exit(1) from None
    if as_json:
        say_json({"valid": True, "name": policy.name})
    else:
        remark(f"{file} is a policy: {policy.name}")


@group.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="FROM", help=WHICH)],
    after: Annotated[
        str | None, typer.Argument(metavar="TO", help="The same; left out, FROM is what is new.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Say what changes from one policy to another, or from the one in force to one.

    Two files need no database.
    """
    with told():
        pair = (IN_FORCE, before) if after is None else (before, after)
        found = finish(_differences(*pair))
    if as_json:
        say_json([asdict(one) for one in found])
    else:
        _tell(found)


@group.command()
def publish(
    file: File,
    *,
    author: Annotated[str, typer.Option(metavar="EMAIL", help="Who answers for it.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the history for ever.")],
    review: Annotated[
        UUID | None, typer.Option(metavar="ID", help="The review that led to it.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Show what the file changes, and put it in force. No open ticket moves.

    Tickets that are opened from now on go by it.
    """
    with told():
        if not yes and not sys.stdin.isatty():
            raise Refusal("nobody can be asked here; add --yes", code=2)
        settings = ready()
        publication = Publication(file, author=author, reason=reason, review=review)
        before, found = finish(publication.prepared(settings))
        if not as_json:
            _tell(found)
        if not yes and not typer.confirm(f"Publish it in place of version {before}?", err=True):
            raise Refusal("nothing was published")
        version = finish(publication.published(settings, instead_of=before))
    if as_json:
        say_json({"version": version, "changes": [asdict(one) for one in found]})
    else:
        remark(f"version {version} is in force; open tickets keep theirs")


@group.command()
def move(
    *,
    author: Annotated[str, typer.Option(metavar="EMAIL", help="Who answers for it.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in each ticket's timeline.")],
    ticket: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER", help="Only this one, as ESC-000123; may be repeated."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would fire.")] = False,
    as_json: Json = False,
) -> None:
    """Show what would fire, and move open tickets to the policy in force: all, or those named."""
    with told():
        if not (yes or dry_run or sys.stdin.isatty()):
            raise Refusal("nobody can be asked here; add --yes or --dry-run", code=2)
        settings, numbers = ready(), tuple(read_number(one) for one in ticket or ())
        moving = Move(author=author, reason=reason, numbers=numbers)
        seen = finish(moving.looked_at(settings))
        if dry_run and as_json:
            say_json(preview_json(seen))
        elif not as_json:
            tell(seen)
        if dry_run or not seen.tickets:
            return
        if not yes and not typer.confirm("Move them?", err=True):
            raise Refusal("nothing was moved")
        moves = finish(moving.done(settings, seen=seen))
    if as_json:
        say_json(moves_json(moves, version=seen.version))
    else:
        remark(f"{len(moves.moved)} moved to version {seen.version}")
    _complain_of(moves)


@group.command()
def show(which: Annotated[str, typer.Argument(metavar="WHICH", help=WHICH)] = IN_FORCE) -> None:
    """Print a published policy as its author wrote it, byte for byte.

    Of a file, print what it says in full: every figure, in the order in which people read them.
    """

    async def work() -> str:
        if not needs_database(which):
            return written(policy_of(Path(which)))
        async with opened(ready()):
            return text_of(await named_version(which))

    with told():
        text = finish(work())
    sys.stdout.buffer.write(text.encode())
    sys.stdout.flush()


@group.command("list")
def versions(*, as_json: Json = False) -> None:
    """List every version that was ever in force, the newest first."""
    with told():
        listed = finish(rows(ready()))
    if as_json:
        say_json(listed)
        return
    table = new_table(
        "version", "state", "published", "author", "reason", numbers=frozenset({"version"})
    )
    for row in listed:
        cells = (row["version"], row["state"], row["publishedAt"], row["author"], row["reason"])
        table.add_row(*(str(cell or "") for cell in cells))
    say_table(table)


async def _differences(before: str, after: str) -> tuple[Difference, ...]:
    if not needs_database(before) and not needs_database(after):
        return differences(policy_of(Path(before)), policy_of(Path(after)))
    async with opened(ready()):
        return differences(await named_policy(before), await named_policy(after))


def _complain_of(moves: Moves) -> None:
    for one in moves.refused:
        complain(f"the ticket {one.id} stays as it is: {one.error.message}")
    if moves.refused:
        raise typer.Exit(1)


def _tell(found: tuple[Difference, ...]) -> None:
    for one in found:
        say(one.words)
    if not found:
        remark("no figure changes")
