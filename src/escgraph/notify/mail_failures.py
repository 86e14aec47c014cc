"""What it means when a mail was not taken: for this one, and for the others."""

import re
import ssl

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from escgraph.domain.places import masked_email
from escgraph.notify.outcome import UndeliveredError

_ADDRESS = re.compile(r"[^\s<>@\"'(),;:]+@[^\s<>@\"'(),;:]+")
_ABOUT_US = frozenset({421, 530, 535, 538})
"""Answers that every mail would get now: the server closes, or wants to know who we are."""


def undelivered(error: Exception, *, place: str) -> UndeliveredError:
    """A refusal of this reader or this text is nobody else's, and for good from 500 on.

    `place` is what we call the server.
    """
    if isinstance(error, SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, SMTPNotSupported):
        return UndeliveredError(
            f"{place} takes no address with letters beyond ASCII (SMTPUTF8)",
            again=False,
            shared=False,
        )
    if isinstance(error, SMTPRecipientRefused | SMTPDataError) and error.code not in _ABOUT_US:
        return UndeliveredError(_said(error), again=error.code < 500, shared=False)
    return UndeliveredError(f"{place} {_of_server(error)}")


def _of_server(error: Exception) -> str:
    match error:
        case SMTPAuthenticationError():
            return f"does not take our password: {_said(error)}"
        case SMTPResponseException():
            return f"answered {_said(error)}"
        case TimeoutError():
            return "did not answer in time"
        case ssl.SSLError():
            return f"is not trusted: {error.reason or error}"
        case _:
            return f"failed: {error.__cause__ or error}"


def _said(error: SMTPResponseException) -> str:
    return f"{error.code} {without_addresses(error.message)}"


def without_addresses(answer: str) -> str:
    """What a server said; most say the reader's address with it, which is shown to nobody else."""
    return _ADDRESS.sub(lambda found: masked_email(found[0]), answer)
