"""The life of a ticket as people write it: nearly every act there is, and each must count once."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from escgraph.domain.terms import Role, Tier
from escgraph.store.database import fetch
from tests.faults.desk import Desk, new_mark
from tests.faults.history import History, Operation
from tests.faults.house import House

By = Literal["agent", "engineer", "manager"]

MARK, ENGINEER, MANAGER, STAKEHOLDER = "<mark>", "<engineer>", "<manager>", "<stakeholder>"
"""What stands in the table for the mark of the act and for people."""


@dataclass(frozen=True, slots=True)
class Step:
    """One act; where no text of it holds a mark, the life as a whole says whether it counted."""

    act: str
    by: By
    given: Mapping[str, object]

    @property
    def marked(self) -> bool:
        return MARK in self.given.values()


LIFE = (
    Step("acknowledgeTicket", "agent", {}),
    Step("addNote", "agent", {"text": MARK, "visibility": "INTERNAL"}),
    Step("logAction", "agent", {"text": MARK}),
    Step(
        "attachLink",
        "agent",
        {"url": "https://example.org/log", "title": MARK, "mediaType": "text/plain"},
    ),
    Step("assignTicket", "agent", {"assigneeIds": [ENGINEER]}),
    Step("flagUrgent", "agent", {"reason": MARK}),
    Step("markCritical", "agent", {"reason": MARK}),
    Step("markCritical", "agent", {"reason": MARK, "critical": False}),
    Step("changePriority", "agent", {"priority": "MEDIUM", "reason": MARK}),
    Step("addStakeholder", "agent", {"personId": STAKEHOLDER}),
    Step("holdTicket", "agent", {"reason": "AWAITING_VENDOR", "note": MARK}),
    Step("resumeTicket", "agent", {}),
    Step(
        "escalateTicket",
        "agent",
        {"expectedTier": "LEVEL_1", "reason": "UNRESOLVED", "comment": MARK},
    ),
    Step("acceptTicket", "engineer", {}),
    Step("deescalateTicket", "engineer", {"expectedTier": "LEVEL_2", "reason": MARK}),
    Step("allocatePeople", "manager", {"personIds": [MANAGER], "reason": MARK}),
    Step("transferOwnership", "manager", {"ownerId": ENGINEER, "reason": MARK}),
    Step("postStakeholderUpdate", "engineer", {"text": MARK, "audience": "EXTERNAL"}),
    Step("resolveTicket", "engineer", {"summary": MARK, "code": "FIXED", "reply": "Done"}),
    Step("reopenTicket", "agent", {"reason": MARK}),
    Step("resolveTicket", "engineer", {"summary": MARK, "code": "WORKAROUND"}),
    Step("closeTicket", "engineer", {"closingNotice": MARK, "noFollowUps": True}),
)
"""What follows on `openTicket`, in an order in which each is allowed."""

ACTS = 1 + len(LIFE)


@dataclass(frozen=True, slots=True)
class Staff:
    """Who writes the lives of tickets, each at a desk of their own; all desks share one history."""

    desks: Mapping[By, Desk]
    history: History
    people: Mapping[str, str]

    def of(self, step: Step) -> Desk:
        return self.desks[step.by]

    def begun(self, step: Step, ticket: str, *, at: float) -> tuple[Operation, dict[str, object]]:
        """The operation of that step, and its input."""
        mark = new_mark()
        operation = self.history.invoked(mark, step.act, ticket, at=at)
        if step.act == "acceptTicket":
            operation.was_so = self._assigned
        words = {**self.people, MARK: mark}
        given = {name: _said(value, words) for name, value in step.given.items()}
        return operation, {"ticketId": ticket, **given}

    def _assigned(self, state: Mapping[str, Any]) -> bool:
        """Whether it is the engineer's already, who has nothing to accept then."""
        return self.people[ENGINEER] in state["assignees"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Of the people who have a part in every life."""

    agent: str
    engineer: str
    manager: str
    stakeholder: str

    @asynccontextmanager
    async def staff(self, url: str, history: History) -> AsyncIterator[Staff]:
        """All of them at that server."""
        async with (
            Desk(url, self.agent, history) as agent,
            Desk(url, self.engineer, history) as engineer,
            Desk(url, self.manager, history) as manager,
            Desk(url, self.stakeholder, history) as stakeholder,
        ):
            people = {
                ENGINEER: await _id(engineer),
                MANAGER: await _id(manager),
                STAKEHOLDER: await _id(stakeholder),
            }
            desks: Mapping[By, Desk] = {"agent": agent, "engineer": engineer, "manager": manager}
            yield Staff(desks, history, people)


async def hire_all(house: House) -> Tokens:
    return Tokens(
        agent=await house.hire(Role.LEVEL_1_AGENT, Tier.LEVEL_1),
        engineer=await house.hire(Role.ENGINEER, Tier.LEVEL_2),
        manager=await house.hire(Role.MANAGER, Tier.MANAGEMENT),
        stakeholder=await house.hire(Role.STAKEHOLDER),
    )


async def life_of(ticket: str) -> list[str]:
    """What happened to that ticket, in order."""
    rows = await fetch(
        "SELECT kind FROM event WHERE ticket_id = $1 ORDER BY position", UUID(ticket)
    )
    return [row["kind"] for row in rows]


async def _id(desk: Desk) -> str:
    found = await desk.ask("{me {person {id}}}")
    return str(found["me"]["person"]["id"])


def _said(value: object, words: Mapping[str, str]) -> object:
    if isinstance(value, list):
        return [_said(one, words) for one in value]
    return words.get(value, value) if isinstance(value, str) else value
