"""What a demo shows once it answers: its addresses, its tokens, and lines to paste."""

import json
import shlex
from collections.abc import Sequence

from escgraph.cli.console import new_table, say, say_table
from escgraph.commands.seeding import DEMO_TOKEN_DAYS, DemoToken
from escgraph.config import Settings

USUAL = "ws://127.0.0.1:8000/graphql"
ME = "{ me { person { name role tier } scopes } }"
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to reach who listens there


def welcome(settings: Settings, tokens: Sequence[DemoToken], *, again: str) -> None:
    """Print how to get in, and who may. The tokens are shown here and nowhere else.

    `again` is the command that makes new tokens, and these good for nothing.
    """
    say(f"escgraph answers on {url(settings)} (WebSocket: {url(settings, scheme='ws')})")
    say()
    table = new_table("token for", "name", "token")
    for token in tokens:
        table.add_row(token.label, token.person, token.secret)
    say_table(table)
    say()
    days = "days" if settings.clock_speed == 1 else "days of the fast clock"
    say(f"They are good for {DEMO_TOKEN_DAYS} {days}, or until the next `{again}`.")
    say("To paste into another shell:")
    say()
    for token in tokens:
        say(f"export {variable(token)}={token.secret}")
    say()
    say("Then, for example:")
    say()
    say(curl(settings, f"${variable(tokens[0])}", ME))
    say()
    say(f"To watch: {_example(settings, 'subscribe')}")
    say(f"A board:  {_example(settings, 'wallboard')}")
    say("Ctrl-C stops.")
    say()


def _example(settings: Settings, name: str) -> str:
    """The line that runs an example; it knows the usual address."""
    address = url(settings, scheme="ws")
    elsewhere = "" if address == USUAL else f"ESC_URL={address} "
    return f"{elsewhere}.venv/bin/python examples/{name}.py"


def url(settings: Settings, *, scheme: str = "http") -> str:
    """Where GraphQL is answered, as a program on this machine says it."""
    host = ANYWHERE.get(settings.host, settings.host)
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}/graphql"


def variable(token: DemoToken) -> str:
    """The name for the token in a shell; our settings refuse names like theirs."""
    return f"ESC_TOKEN_{token.label.split()[-1].upper()}"


def curl(settings: Settings, token: str, document: str, *, accept: str | None = None) -> str:
    """A line for a shell; `token` may be the name of a variable with a $ before it."""
    headers = [f'-H "Authorization: Bearer {token}"', "-H 'Content-Type: application/json'"]
    if accept is not None:
        headers.append(f"-H 'Accept: {accept}'")
    body = shlex.quote(json.dumps({"query": document}))
    return f"curl -sN {url(settings)} {' '.join(headers)} -d {body}"
