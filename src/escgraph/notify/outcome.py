"""How a channel says that a letter did not arrive: what to do about it is decided elsewhere."""

from datetime import timedelta

MOST_CHARACTERS = 300
"""Of an answer that is kept."""


class UndeliveredError(Exception):
    """It did not arrive, or nobody can say that it did.

    Attributes:
        reason: for people and logs: what was answered. No address that may hold a secret, no key.
        again: whether another try may help.
        gone: whether the receiver wants nothing any more (410): the channel is to be disabled.
        shared: whether what failed serves others too, such as a mail server that does not answer;
            a refusal of this one letter is nobody else's.
        retry_after: how long the receiver asked to be left alone; None where it did not say.
    """

    def __init__(
        self,
        reason: str,
        *,
        again: bool = True,
        gone: bool = False,
        shared: bool = True,
        retry_after: timedelta | None = None,
    ) -> None:
        reason = " ".join(reason.split())[:MOST_CHARACTERS]
        super().__init__(reason)
        self.reason = reason
        self.again = again
        self.gone = gone
        self.shared = shared
        self.retry_after = retry_after
