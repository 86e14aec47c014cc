"""Policies in files: read exactly, and refused with the name of the file."""

from pathlib import Path

from escgraph.cli.running import Refusal
from escgraph.documents import policy_yaml
from escgraph.documents.yaml_nodes import LONGEST
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import Policy

MOST = 4 * LONGEST
"""Bytes of a policy: no character has more than four in UTF-8."""


def text_of(file: Path) -> str:
    """What the file says, its line ends as they are. No more is read than a policy may have.

    Raises:
        Refusal: it cannot be read, is too long, or is no text.
    """
    try:
        with file.open("rb") as opened:
            found = opened.read(MOST + 1)
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror or error}") from error
    if len(found) > MOST:
        raise Refusal(
            f"{file} has more than {MOST} bytes; a policy has {LONGEST} characters at most, "
            "shorten it or name another file"
        )
    try:
        return found.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(f"{file} is not UTF-8 at byte {error.start + 1}; save it as UTF-8") from error


def policy_of(file: Path) -> Policy:
    """The policy that the file describes.

    Raises:
        Refusal: names the file and the line.
    """
    try:
        return policy_yaml.read(text_of(file))
    except InvalidInputError as error:
        raise Refusal(f"{file}: {error.message}") from error
