"""Whether the stream, as it is stored, goes on from a cursor without a gap."""

from escgraph.store import lives, stream
from escgraph.stream.cursor import Cursor


async def leads_on(after: Cursor) -> bool:
    """Whether all that came after that cursor in its life of the database can be read still.

    Where its event was removed there is nothing to prove it by, and it counts as too old.
    """
    seen = await lives.look(after.position)
    return (
        seen.settled
        and after.epoch == seen.head.epoch
        and after.position <= seen.head.position
        and after.tag in (None, seen.tag)
        and after.position >= await stream.oldest() - 1
    )
