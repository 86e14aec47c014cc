"""What a demo shows once it answers: its addresses, its tokens, and lines to paste."""

import json
import shlex
from collections.abc import Sequence

from escgraph.cli.console import new_table, say, say_table
from escgraph.commands.seeding import DemoToken
from escgraph.config import Settings

ME = "{ me { person { name role tier } scopes } }"
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to reach who listens there


def welcome(settings: Settings, tokens: Sequence[DemoToken]) -> None:
    """Print how to get in, and who may. The tokens are shown here and nowhere else."""
    say(f"escgraph answers on {url(settings)} (WebSocket: {url(settings, scheme='ws')})")
    say()
    table = new_table("token for", "name", "token")
    for token in tokens:
        table.add_row(token.label, token.person, token.secret)
    say_table(table)
    say()
    say("They are good until the next demo starts. To paste into a shell:")
    say()
    for token in tokens:
        say(f"export {variable(token)}={token.secret}")
    say(curl(settings, f"${variable(tokens[0])}", ME))
    say()


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
