"""The state machine: any act by anybody at any moment, in three worlds that must agree."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import zip_longest
from multiprocessing.connection import Connection
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    multiple,
    precondition,
    rule,
)
from hypothesis.strategies import SearchStrategy

from escgraph.domain.ladder import LATE
from escgraph.domain.permissions import Act
from escgraph.domain.terms import Priority, Status, Tier
from tests.machine import steps, world
from tests.machine.acts import WAYS
from tests.machine.model import Model
from tests.machine.steps import Came, Facts

MOST = 4
"""So many tickets in one run, that they meet each other."""

HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)
HOW_LATE = {"not at all": timedelta(0), "just in time": LATE, "too late": LATE + INSTANT}

WHO = st.sampled_from([*["manager"] * 16, *["agent"] * 6, *world.WHO])
MINUTES = st.sampled_from([0, 0, 0, 1, 15, 30, 60, 90, 180])
"""How long after the step before it."""

SENT = st.sampled_from(
    [*["once"] * 10, "twice", "twice", "as seen now", "as seen before", "by a slow clock"]
)

PRIORITIES = st.sampled_from(Priority)

FITTING = (
    (Act.RESUME, Status.ON_HOLD),
    (Act.CLOSE, Status.RESOLVED),
    (Act.REOPEN, Status.RESOLVED),
    (Act.REOPEN, Status.CLOSED),
    (Act.HOLD, Status.IN_PROGRESS),
)

tickets = Bundle[int]("tickets")


class Machine(RuleBasedStateMachine):
    """One run; `databases` are their processes by name."""

    databases: ClassVar[Mapping[str, Connection]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.differed = False
        self.now = self.left_at = world.START
        for database in self.databases.values():
            database.send(None)
        for name, database in self.databases.items():
            came = database.recv()
            assert came is None, f"{name}: {came}"

    @precondition(lambda self: len(self.model.desks) < MOST)
    @rule(
        target=tickets,
        by=WHO,
        minutes=MINUTES,
        priority=PRIORITIES,
        tier=st.sampled_from([*[Tier.LEVEL_1] * 4, *Tier]),
        flagged=st.booleans(),
        critical=st.sampled_from([False, False, False, True]),
        reported_hours_ago=st.sampled_from([*[None] * 4, 1, 1, 3, 3, 800, -1]),
        stakeholder=st.sampled_from([None, "stakeholder", "specialist"]),
    )
    def open_ticket(
        self,
        *,
        by: str,
        minutes: int,
        priority: Priority,
        tier: Tier,
        flagged: bool,
        critical: bool,
        reported_hours_ago: int | None,
        stakeholder: str | None,
    ) -> "int | MultipleResults[int]":
        self._pass(minutes)
        ago = reported_hours_ago
        inputs = {
            "priority": priority,
            "tier": tier,
            "flagged": flagged,
            "critical": critical,
            "reported_at": None if ago is None else self.now - timedelta(hours=ago),
            "stakeholders": () if stakeholder is None else (world.WHO[stakeholder].person,),
        }
        before = len(self.model.desks)
        self._step(steps.Opened(self.now, by, inputs))
        after = len(self.model.desks)
        return after if after > before else multiple()

    @initialize(target=tickets, by=st.sampled_from(["manager", "agent"]), priority=PRIORITIES)
    def open_the_first_ticket(self, *, by: str, priority: Priority) -> "int | MultipleResults[int]":
        return self.open_ticket(
            by=by,
            minutes=0,
            priority=priority,
            tier=Tier.LEVEL_1,
            flagged=False,
            critical=False,
            reported_hours_ago=None,
            stakeholder=None,
        )

    @rule(child=tickets, parent=tickets, by=WHO, minutes=MINUTES, sent=SENT)
    def merge_tickets(self, *, child: int, parent: int, by: str, minutes: int, sent: str) -> None:
        self._pass(minutes)
        seen = [self._seen(number, sent) for number in (child, parent)]
        self._step(steps.Merged(self.now, by, child, parent, *seen), child, parent)

    @rule(
        ticket=tickets,
        by=st.sampled_from(["administrator", "administrator", "manager"]),
        minutes=MINUTES,
        version=st.sampled_from([*["a new one"] * 6, "the one in force", "the first", "none yet"]),
    )
    def move_to_policy(self, *, ticket: int, by: str, minutes: int, version: str) -> None:
        self._pass(minutes)
        if version == "a new one":
            self._step(steps.Published(self.now, self.model.version + 1))
        to = {"the first": 1, "none yet": 1000}.get(version, self.model.version)
        self._step(steps.Moved(self.now, by, ticket, to), ticket)

    @precondition(lambda self: self.now - self.left_at > 3 * HOUR)
    @rule()
    def the_specialist_leaves_or_is_back(self) -> None:
        self.left_at = self.now
        self._step(steps.Left(away=not self.model.away))

    @rule(minutes=MINUTES)
    def an_engine_wakes(self, *, minutes: int) -> None:
        self._pass(minutes)
        self._step(steps.Swept(self.now))

    @rule(late=st.sampled_from(["not at all", "not at all", "just in time", "too late"]))
    def an_engine_wakes_when_it_must(self, *, late: str) -> None:
        """At the very moment or so late, and in vain an instant before it."""
        due = self.model.next_due
        if due is None:
            return
        if due - INSTANT > self.now:
            self._step(steps.Swept(due - INSTANT))
        self.now = max(self.now, due + HOW_LATE[late])
        self._step(steps.Swept(self.now))

    def teardown(self) -> None:
        """At the end, every ticket is read once more."""
        if not self.differed:
            self._step(steps.Left(away=False), *self.model.desks)

    def act(self, act: Act, *, ticket: int, by: str, minutes: int, sent: str, **said: Any) -> None:  # noqa: ANN401
        self._pass(minutes)
        if said.get("expected_tier", "") is None:
            said["expected_tier"] = self.model.desks[ticket].ticket.tier
        done = steps.Done(
            act,
            self.now - timedelta(minutes=61 if sent == "by a slow clock" else 0),
            by,
            ticket,
            said,
            seen=self._seen(ticket, sent),
            again=sent == "twice",
        )
        self._step(done, ticket)

    def standing(self, status: Status) -> list[int]:
        return [n for n, desk in self.model.desks.items() if desk.ticket.status is status]

    def _seen(self, number: int, sent: str) -> int | None:
        version = self.model.desks[number].ticket.version
        return {"as seen now": version, "as seen before": version - 1}.get(sent)

    def _pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def _step(self, step: steps.Step, *about: int) -> None:
        for database in self.databases.values():
            database.send((step, about))
        expected, places = self.model.after(step, about)
        answers = {name: database.recv() for name, database in self.databases.items()}
        found = [
            line
            for name, came in answers.items()
            for line in differences(name, expected, came, places)
        ]
        self.differed = bool(found)
        assert not found, "\n".join([f"after {step}:", *found])


def differences(name: str, expected: Came, came: Came | str, places: Sequence[int]) -> list[str]:
    """How a database differs from the model; `places` are how many events share each place."""
    if isinstance(came, str):
        return [f"{name} failed: {came}"]
    found = [
        _differing(f"{name}: {what}", getattr(expected, what), getattr(came, what))
        for what in ("refusal", "answer", "next_due")
    ]
    pairs = zip_longest(_placed(expected.events, places), _placed(came.events, places))
    for count, (wanted, got) in enumerate(pairs, 1):
        found += _each(f"{name}: event {count}", wanted or {}, got or {})
    for ticket in sorted({*expected.tickets, *came.tickets}):
        wanted, got = expected.tickets.get(ticket, {}), came.tickets.get(ticket, {})
        found += _each(f"{name}: {ticket}", wanted, got)
    return [line for line in found if line]


def _placed(events: Sequence[Facts], places: Sequence[int]) -> list[Facts]:
    """The events, those of one place in an order that does not depend on ids."""
    left, placed = list(events), []
    for count in places:
        placed += sorted(left[:count], key=lambda event: event["of"])
        del left[:count]
    return placed + left


def _each(what: str, expected: Facts, came: Facts) -> list[str]:
    if not came or not expected:
        return [_differing(what, dict(expected) or "nothing", dict(came) or "nothing")]
    return [
        _differing(f"{what}: {name}", expected.get(name, "nothing"), came.get(name, "nothing"))
        for name in dict.fromkeys((*expected, *came))
    ]


def _differing(what: str, expected: object, came: object) -> str:
    return "" if expected == came else f"  {what} is {came}; the rules say {expected}"


def _rule_of(act: Act) -> object:
    def done(self: Machine, **drawn: Any) -> None:  # noqa: ANN401
        self.act(act, **drawn)

    done.__name__ = act.name.lower()
    return rule(ticket=tickets, **_drawn(act))(done)  # type: ignore[call-overload]  # no target


def _rule_where_it_fits(act: Act, status: Status) -> object:
    """The act on the first ticket that stands so; otherwise it would be refused most times."""

    def done(self: Machine, **drawn: Any) -> None:  # noqa: ANN401
        self.act(act, ticket=self.standing(status)[0], **drawn)

    done.__name__ = f"{act.name.lower()}_the_first_{status.lower()}"
    fits = precondition(lambda self: bool(self.standing(status)))
    return fits(rule(**_drawn(act))(done))  # type: ignore[call-overload]  # no target


def _drawn(act: Act) -> Mapping[str, SearchStrategy[Any]]:
    return {"by": WHO, "minutes": MINUTES, "sent": SENT, **WAYS[act].inputs}


for each in WAYS:
    setattr(Machine, each.name.lower(), _rule_of(each))
for each, fitting in FITTING:
    setattr(Machine, f"{each.name}_{fitting}", _rule_where_it_fits(each, fitting))


def machine_on(databases: Mapping[str, Connection]) -> type[Machine]:
    """The machine with these databases."""
    return type(Machine.__name__, (Machine,), {"databases": databases})
