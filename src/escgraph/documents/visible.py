"""Characters that nobody can see, made visible in documents, and back again without loss.

A control character, the end of a line on some systems only, half of a surrogate pair or a mark
that turns the direction of the text around is shown by its number: {U+0007}.
"""

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]|\\{(?=U\\+)"
)
_SHOWN = re.compile(r"\{U\+([0-9A-F]{4})\}")


def visible(text: str) -> str:
    """The text with everything in it to be seen; ends of lines and tabs stay."""
    return _UNSEEN.sub(lambda found: f"{{U+{ord(found[0]):04X}}}", text)


def original(text: str) -> str:
    """The text that `visible` was given."""
    return _SHOWN.sub(lambda found: chr(int(found[1], 16)), text)


WEB_ADDRESS = re.compile(r"https?://[!-;=?-{}~]+")
"""A text that matches it whole is shown as a link; characters that end one are not in it."""
