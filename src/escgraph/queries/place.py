"""Where in the stream something was written, for those who want to read on from there."""

from escgraph.store import stream
from escgraph.stream.cursor import Cursor


async def cursor_at(position: int) -> Cursor:
    """The cursor of that position in the present life of the database."""
    return Cursor((await stream.head()).epoch, position)
