"""Random lives of several tickets through the real commands, with an engine that may sleep."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from random import Random

from uuid_utils.compat import uuid7

from escgraph.commands import circle, ending, ladder, merging, urgency, work
from escgraph.commands.acting import Call, Request
from escgraph.commands.moving import Named, move_tickets_at_once
from escgraph.domain.errors import DomainError
from escgraph.domain.events import FollowUp
from escgraph.domain.terms import (
    Audience,
    EscalationReason,
    HoldReason,
    Priority,
    ResolutionCode,
    TicketId,
    Tier,
    Visibility,
)
from escgraph.domain.ticket import Ticket
from escgraph.jobs.notices import tell
from escgraph.store import firing, tickets
from tests.domain.lives import BRISK
from tests.queries.house import NINE, House, minutes
from tests.store.ladders import publish

FIRST = replace(BRISK, version=2)
SECOND = replace(
    BRISK, version=3, urgent_indicator="(!)", reminders=(minutes(20), minutes(50)), hold_caps={}
)


class Lives:
    """Some tickets of a house, and what happens to them by the dice."""

    def __init__(self, house: House, *, seed: int) -> None:
        self.house = house
        self.dice = Random(seed)
        self.ids: list[TicketId] = []
        self.at = NINE

    async def live(self, moments: int) -> None:
        """So many moments, up to an hour apart; half way, another policy comes into force."""
        await publish(FIRST)
        for moment in range(moments):
            if moment == moments // 2:
                await publish(SECOND)
            self.at += minutes(self.dice.choice([0, 0, 5, 15, 30, 60]))
            await self._wake(self.dice.choice(["prompt", "prompt", "late", "asleep"]))
            await self._happen()
            if self.dice.random() < 0.2:
                await tell(now=self.at, mail_is_set=True)

    async def _wake(self, engine: str) -> None:
        if engine == "late":
            await self.house.sweep(self.at)
        while engine == "prompt" and (due := await firing.next_due()) and due <= self.at:
            await self.house.sweep(due)

    async def _happen(self) -> None:
        try:
            if len(self.ids) < 3 or self.dice.random() < 0.04:
                await self._open()
            else:
                await self._act(self.dice.choice(sorted(ACTS)))
        except DomainError:
            return  # the SOP refused it, so nothing happened

    async def _open(self) -> None:
        priority = self.dice.choice(list(Priority))
        self.ids.append(
            await self.house.open(
                priority=priority,
                at=self.at,
                critical=priority is Priority.HIGH and self.dice.random() < 0.5,
                flagged=self.dice.random() < 0.2,
                stakeholders=(self.house.stakeholder.person,),
            )
        )

    async def _act(self, name: str) -> None:
        ticket = await tickets.facts(self.dice.choice(self.ids[-4:]))
        by = self.dice.choice([self.house.manager] * 4 + [self.house.agent, self.house.engineer])
        key = Request(str(uuid7()), name, "") if self.dice.random() < 0.3 else None
        await ACTS[name](self, ticket, Call(by=by, at=self.at, request=key))

    async def merge(self, ticket: Ticket, call: Call) -> None:
        other = await self.house.open(at=self.at - minutes(self.dice.choice([0, 60, 600])))
        pair = (other, ticket.id) if self.dice.random() < 0.8 else (ticket.id, other)
        await merging.merge_tickets(*pair, call=call, reason="the same")
        self.ids.append(other)

    async def move(self, _: Ticket, __: Call) -> None:
        await move_tickets_at_once(
            Named(tuple(self.ids)),
            version=SECOND.version,
            reason="a better one",
            by=None,
            at=self.at,
        )


Act = Callable[[Lives, Ticket, Call], Awaitable[object]]

ACTS: Mapping[str, Act] = {
    "acknowledge": lambda _, t, call: work.acknowledge_ticket(t.id, call=call),
    "note": lambda _, t, call: work.add_note(
        t.id, call=call, text="We look at it", visibility=Visibility.REPORTER
    ),
    "log": lambda _, t, call: work.log_action(t.id, call=call, text="restarted it"),
    "assign": lambda lives, t, call: work.assign_ticket(
        t.id, call=call, assignees=(lives.house.engineer.person,)
    ),
    "unassign": lambda _, t, call: work.assign_ticket(t.id, call=call, assignees=()),
    "accept": lambda _, t, call: work.accept_ticket(t.id, call=call),
    "allocate": lambda lives, t, call: work.allocate_people(
        t.id, call=call, people_ids=(lives.house.agent.person,), reason="hands are needed"
    ),
    "transfer": lambda lives, t, call: circle.transfer_ownership(
        t.id, call=call, owner=lives.house.engineer.person, reason="her field"
    ),
    "update": lambda _, t, call: circle.post_stakeholder_update(
        t.id, call=call, text="Still at it", audience=Audience.INTERNAL, external_text="Soon"
    ),
    "add": lambda lives, t, call: circle.add_stakeholder(
        t.id, call=call, person=lives.house.stranger.person
    ),
    "remove": lambda lives, t, call: circle.remove_stakeholder(
        t.id, call=call, person=lives.house.stranger.person
    ),
    "prioritise": lambda lives, t, call: urgency.change_priority(
        t.id, call=call, priority=lives.dice.choice(list(Priority)), reason="looked again"
    ),
    "flag": lambda _, t, call: urgency.flag_urgent(
        t.id, call=call, flagged=not t.flagged, reason="a fair"
    ),
    "mark": lambda _, t, call: urgency.mark_critical(
        t.id, call=call, critical=not t.critical, reason="all is down"
    ),
    "hold": lambda _, t, call: ladder.hold_ticket(
        t.id, call=call, reason=HoldReason.AWAITING_VENDOR, note="they think", reply="Please wait"
    ),
    "resume": lambda _, t, call: ladder.resume_ticket(t.id, call=call),
    "escalate": lambda lives, t, call: ladder.escalate_ticket(
        t.id,
        call=call,
        expected_tier=t.tier,
        to_tier=lives.dice.choice([None, Tier.MANAGEMENT]),
        reason=EscalationReason.NO_ACCESS,
    ),
    "deescalate": lambda _, t, call: ladder.deescalate_ticket(
        t.id, call=call, expected_tier=t.tier, reason="yours again"
    ),
    "resolve": lambda _, t, call: ending.resolve_ticket(
        t.id, call=call, summary="fixed", code=ResolutionCode.FIXED, root_cause=""
    ),
    "close": lambda lives, t, call: ending.close_ticket(
        t.id,
        call=call,
        follow_ups=(FollowUp("write it down", lives.house.agent.person, call.at.date()),),
        closing_notice="It works",
        override_reason="on leave",
    ),
    "reopen": lambda _, t, call: ending.reopen_ticket(t.id, call=call, reason="again"),
    "reopen too": lambda _, t, call: ending.reopen_ticket(t.id, call=call, reason="again"),
    "cancel": lambda _, t, call: ending.cancel_ticket(t.id, call=call, reason="a mistake"),
    "merge": Lives.merge,
    "move": Lives.move,
}
