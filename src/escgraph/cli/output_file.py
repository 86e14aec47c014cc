"""Documents that a command writes to the file that it was told."""

from pathlib import Path

from escgraph.cli.running import Refusal


def write(file: Path, text: str) -> None:
    """Write it, in place of what was there.

    Raises:
        Refusal: the file cannot be written.
    """
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        why = error.strerror or str(error)
        raise Refusal(f"{file} cannot be written: {why}; name another") from error
