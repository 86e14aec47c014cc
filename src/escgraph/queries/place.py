"""Where in the stream something was written, for those who want to read on from there."""

from escgraph.store import stream
from escgraph.store.stream import Place
from escgraph.stream.cursor import Cursor


async def cursor_at(position: int) -> Cursor:
    """The cursor of that position in the present life of the database.

    Where that is another by now than the one that was written to, the tag of the place says so.
    """
    tag = position.tag if isinstance(position, Place) else None
    if tag is None:
        tag = (await stream.tags([position])).get(position)
    return Cursor((await stream.head()).epoch, position, tag)
