"""Ask or do something in GraphQL from a shell, with what Python brings along.

make run                              # in one shell; it prints tokens
export ESC_TOKEN_AGENT=esc_…          # in another
python3 examples/ask.py "$ESC_TOKEN_AGENT" '{ me { person { name role } } }'
python3 examples/ask.py "$ESC_TOKEN_AGENT" '{ me { person { name role } } }' me.person.name

It prints the answer as JSON, or what stands at a path in it; it ends with 1 where there is an
error, also one in a payload. ESC_URL names another server.
"""

import json
import os
import sys
from functools import reduce
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

URL = os.environ.get("ESC_URL", "http://127.0.0.1:8000/graphql").replace("ws", "http", 1)


def main(token: str, document: str, path: str = "") -> int:
    """Print the answer; the exit code."""
    answer = ask(token, document)
    data = answer.get("data") or {}
    errors = answer.get("errors") or [
        error
        for part in data.values()
        if isinstance(part, dict)
        for error in part.get("errors", ())
    ]
    if path and not errors:
        print(reduce(at, path.split("."), data))
    else:
        print(json.dumps(answer, indent=2, ensure_ascii=False))
    return 1 if errors else 0


def ask(token: str, document: str) -> dict[str, Any]:
    """What the server answers, which is JSON also where it refuses."""
    request = Request(  # noqa: S310 - the server is the caller's own
        URL,
        json.dumps({"query": document}).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        with urlopen(request) as response:  # noqa: S310 - the same
            return json.load(response)
    except URLError as error:
        if hasattr(error, "read"):
            return json.load(error)
        sys.exit(f"no server at {URL}: {error.reason}")


def at(value: Any, step: str) -> Any:  # noqa: ANN401 - JSON
    """One step along a path: the name of a field, or the number of an entry from 0."""
    return value[int(step)] if isinstance(value, list) else value[step]


if __name__ == "__main__":
    if len(sys.argv) not in {3, 4}:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
