"""Policies in files: read exactly, and refused with the name of the file."""

from pathlib import Path

from escgraph.cli.running import Refusal
from escgraph.documents import policy_yaml
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import Policy


def text_of(file: Path) -> str:
    """What the file says, its line ends as they are.

    Raises:
        Refusal: it cannot be read, or is no text.
    """
    try:
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror or error}") from error
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
