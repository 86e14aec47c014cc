"""What a person can do to a ticket from a message, without opening anything else (A12, A19, R2)."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from escgraph.domain import work
from escgraph.domain.permissions import Act
from escgraph.domain.policy import Policy
from escgraph.domain.ticket import Actor, Change, Ticket


class Decide(Protocol):
    """An act that needs no words of its own."""

    def __call__(self, ticket: Ticket, *, by: Actor, at: datetime, policy: Policy) -> Change: ...


FROM_MESSAGES: Mapping[Act, Decide] = MappingProxyType(
    {
        Act.ACKNOWLEDGE: work.acknowledge,
        Act.ACCEPT: work.accept,
    }
)
"""The acts with a link of their own, each as the mutation of its name does it."""
