"""One thing in which two policies differ."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """`path` as in the file of a policy; `before` and `after` None where nothing stands.

    `words` is a sentence for people, without its full stop.
    """

    path: str
    before: str | None
    after: str | None
    words: str
