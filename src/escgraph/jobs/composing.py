"""Who finds the words of a message: those for people one room, those for scripts another."""

from escgraph.jobs.posting import Compose
from escgraph.notify.letter import Letter
from escgraph.notify.links import Links
from escgraph.queries import event_letters, letters
from escgraph.store.notice_rows import Message


def composer(links: Links) -> Compose:
    """Composes the letter of any message; `links` makes those that it carries."""

    async def compose(message: Message) -> Letter:
        if message.webhook is not None:
            return await event_letters.letter_for(message)
        return await letters.letter_for(message, links=links)

    return compose
