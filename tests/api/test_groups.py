"""Those who are alike: one execution for all, whoever comes first, goes, or fails."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from escgraph.api import payloads
from escgraph.api.groups import Alike, Group, Groups
from escgraph.api.impersonal import Impersonal, Sight
from escgraph.api.payloads import Answer
from escgraph.api.session import Session
from escgraph.domain.terms import PersonId, Role, Scope, Tier, TokenId
from escgraph.domain.ticket import Actor
from tests.api import toy

ADA = toy.session(TokenId(uuid4()))
BOB = toy.session(TokenId(uuid4()))


class Kitchen:
    """What is executed: counted, slow while the door is closed, failing on demand."""

    def __init__(self, *, portion: int = 0) -> None:
        self.served: list[Session] = []
        self.door = asyncio.Event()
        self.door.set()
        self.fault: Exception | None = None
        self.sound = True
        self.portion = portion
        self.behind: dict[object, list[object]] = {}
        self.batches: list[list[object]] = []
        self.looks_at: Callable[[Session], object] = lambda _: None

    def key(self, item: object) -> object:
        return item

    def ahead(self, item: object) -> Sequence[object]:
        return self.behind.get(item, [])

    async def make(self, made: Sequence[object], viewer: Session) -> list[Answer | Exception]:
        self.batches.append(list(made))
        return [await self._made(viewer) for _ in made]

    async def _made(self, viewer: Session) -> Answer | Exception:
        self.served.append(viewer)
        await self.door.wait()
        if self.fault:
            return self.fault
        try:
            seen = self.looks_at(viewer)
        except PermissionError as error:
            return error
        return Answer(f"{seen} {len(self.served)}".encode().ljust(self.portion), sound=self.sound)


def group_of(members: int, groups: Groups | None = None) -> Group:
    group = Group((groups or Groups()).payloads)
    group.members = members
    return group


async def test_all_who_come_get_what_the_first_had_made() -> None:
    group, cook = group_of(3), Kitchen()
    cook.door.clear()
    waiting = [asyncio.create_task(group.payload("e", one, cook)) for one in (ADA, BOB)]
    await asyncio.sleep(0)
    cook.door.set()
    assert [*await asyncio.gather(*waiting), await group.payload("e", BOB, cook)] == [b"None 1"] * 3
    assert (len(cook.served), group.executed) == (1, 1)
    assert await group.payload("f", BOB, cook) == b"None 2"


async def test_the_first_may_go_and_the_others_get_it_all_the_same() -> None:
    group, cook = group_of(2), Kitchen()
    cook.door.clear()
    first = asyncio.create_task(group.payload("e", ADA, cook))
    second = asyncio.create_task(group.payload("e", BOB, cook))
    await asyncio.sleep(0.01)
    first.cancel()
    cook.door.set()
    assert await second == b"None 1"
    assert first.cancelled()
    assert len(cook.served) == 1


async def test_a_failure_answers_all_who_wait_and_is_not_kept() -> None:
    group, cook = group_of(2), Kitchen()
    cook.fault = RuntimeError("no database")
    both = [group.payload("e", one, cook) for one in (ADA, BOB)]
    assert await asyncio.gather(*both, return_exceptions=True) == [cook.fault] * 2
    assert len(cook.served) == 1
    cook.fault = None
    assert await group.payload("e", ADA, cook) == b"None 2"


async def test_nobody_is_left_waiting_where_nothing_could_be_made_at_all() -> None:
    group, cook = group_of(2), Kitchen()
    cook.behind = {"e": ["f"]}
    cook.make = broken  # type: ignore[method-assign,assignment]
    for event in "ef":
        with pytest.raises(OSError, match="no memory"):
            await asyncio.wait_for(group.payload(event, ADA, cook), 1)


async def broken(*_: object) -> list[Answer | Exception]:
    raise OSError("no memory")


async def test_an_answer_with_errors_in_it_is_not_kept() -> None:
    group, cook = group_of(2), Kitchen()
    cook.sound = False
    assert await group.payload("e", ADA, cook) == b"None 1"
    assert await group.payload("e", BOB, cook) == b"None 2"


async def test_what_looks_at_the_person_is_made_for_each_session() -> None:
    group, cook = group_of(3), Kitchen()
    cook.looks_at = lambda viewer: viewer.actor.person
    for event in ("e", "f"):
        heard = [await group.payload(event, one, cook) for one in (ADA, BOB, ADA, BOB)]
        assert [payload and payload.split()[0] for payload in heard] == [
            str(one.actor.person).encode() for one in (ADA, BOB, ADA, BOB)
        ]
    assert len(cook.served) == 4


async def test_those_who_wait_for_what_turns_out_to_be_somebody_elses_get_their_own() -> None:
    group, cook = group_of(3), Kitchen()
    cook.looks_at = lambda viewer: viewer.token_id
    heard = await asyncio.gather(*(group.payload("e", one, cook) for one in (ADA, BOB, ADA)))
    assert [payload and payload.split()[0] for payload in heard] == [
        str(one.token_id).encode() for one in (ADA, BOB, ADA)
    ]
    assert len(cook.served) == 2


async def test_a_failure_that_looked_at_the_person_is_nobody_elses() -> None:
    group, cook = group_of(2), Kitchen()

    def refuse(viewer: Session) -> None:
        if viewer.actor.person == ADA.actor.person:
            raise PermissionError("not you")

    cook.looks_at = refuse
    both = [group.payload("e", one, cook) for one in (ADA, BOB)]
    refused, told = await asyncio.gather(*both, return_exceptions=True)
    assert isinstance(refused, PermissionError)
    assert told == b"None 2"


def _otherwise(value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    others: dict[type, Any] = {
        Role: Role.WALLBOARD,
        frozenset: frozenset({Scope.ACT}),
        UUID: uuid4(),
        datetime: datetime(2031, 1, 1, tzinfo=UTC),
        type(None): Tier.LEVEL_2,
    }
    return others[type(value)]


def _variants() -> list[tuple[str, Session]]:
    """The session, another in one part each."""
    by_actor = [
        (name, replace(ADA, actor=replace(ADA.actor, **{name: _otherwise(value)})))
        for name, value in ((one.name, getattr(ADA.actor, one.name)) for one in fields(Actor))
    ]
    own = [one.name for one in fields(Session) if one.name != "actor"]
    return by_actor + [
        (name, replace(ADA, **{name: _otherwise(getattr(ADA, name))})) for name in own
    ]


def _part(name: str, session: Session) -> object:
    return getattr(session.actor if hasattr(session.actor, name) else session, name)


@pytest.mark.parametrize(("name", "other"), _variants())
async def test_no_part_of_a_session_decides_an_answer_that_another_gets(
    name: str, other: Session
) -> None:
    """Whatever differs, and whatever is looked at: each part there is, and will be."""
    groups, cook = Groups(), Kitchen()
    cook.looks_at = lambda viewer: _part(name, viewer)
    heard = []
    for session in (ADA, other):
        alike = Alike("subscription {events}", None, b"{}", Sight.of(session))
        group = groups._groups.setdefault(alike, group_of(2, groups))
        heard.append(await group.payload("e", session, cook))
    assert len(cook.served) == 2
    assert heard[0] != heard[1]


async def test_comparing_and_hashing_a_person_is_noticed() -> None:
    for look in (hash, lambda one: one == one, replace):  # noqa: PLR0124
        viewer = Impersonal(ADA)
        look(viewer.session.actor)
        assert viewer.asked
    viewer = Impersonal(ADA)
    assert (viewer.session.actor.role, viewer.session.actor.tier) == (Role.SCRIPT, None)
    assert viewer.session.scopes == ADA.scopes
    assert isinstance(viewer.session.actor, Actor)
    assert not viewer.asked


async def test_who_comes_too_late_has_it_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    group, cook = group_of(2), Kitchen()
    await group.payload("e", ADA, cook)
    monkeypatch.setattr(payloads, "FRESH_S", -1)
    assert await group.payload("e", BOB, cook) == b"None 2"


async def test_what_is_kept_is_bounded_in_bytes() -> None:
    kept = payloads.Payloads(limit=100_000)
    group, cook = Group(kept), Kitchen(portion=10_000)
    group.members = 2
    for event in range(50):
        await group.payload(event, ADA, cook)
        assert kept.size <= 100_000
    assert 1 < len(kept) <= 10
    await group.payload(49, BOB, cook)
    assert len(cook.served) == 50
    await group.payload(0, BOB, cook)
    assert len(cook.served) == 51


async def test_one_that_is_larger_than_all_that_is_kept_is_told_and_not_kept() -> None:
    kept = payloads.Payloads(limit=100)
    group, cook = Group(kept), Kitchen(portion=10_000)
    group.members = 2
    assert len(await group.payload("e", ADA, cook) or b"") == 10_000
    assert (kept.size, len(kept)) == (0, 0)


async def test_what_is_old_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = payloads.Payloads()
    group, cook = Group(kept), Kitchen()
    group.members = 2
    for event in range(20):
        await group.payload(event, ADA, cook)
    assert len(kept) == 20
    monkeypatch.setattr(payloads, "FRESH_S", -1)
    await group.payload("new", ADA, cook)
    assert len(kept) == 1


async def test_nothing_is_kept_for_one_who_shares_with_nobody() -> None:
    kept = payloads.Payloads()
    group = Group(kept)
    group.members = 1
    assert await group.payload("e", ADA, Kitchen()) == b"None 1"
    assert (kept.size, len(kept)) == (0, 0)


@pytest.mark.parametrize("steps", [1, 2, 3])
async def test_a_group_ends_with_its_last_member_and_so_does_what_it_was_making(
    steps: int,
) -> None:
    """Else it would lie there as one that is being made, and hold up what lies behind it."""
    groups, cook = Groups(), Kitchen()
    cook.door.clear()
    alike = Alike("subscription {events}", None, b"{}", Sight.of(ADA))
    with groups.joined(alike) as group:
        waiting = asyncio.create_task(group.payload("e", ADA, cook))
        for _ in range(steps):
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
    assert len(groups) == 0
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(groups.payloads) == 0
    assert [task for task in asyncio.all_tasks() if task.get_name() == "payload"] == []


def test_persons_are_told_apart_by_nothing_that_is_shared() -> None:
    other = replace(ADA, actor=replace(ADA.actor, person=PersonId(uuid4())), token_id=BOB.token_id)
    assert Sight.of(other) == Sight.of(ADA)


async def test_what_will_be_asked_for_next_is_made_together_and_once() -> None:
    group, cook = group_of(2), Kitchen()
    cook.behind = {"e": ["f", "g"], "g": ["h"], "f": ["g", "h"]}
    heard = [await group.payload(event, ADA, cook) for event in "efgh"]
    assert heard == [f"None {number}".encode() for number in (1, 2, 3, 4)]
    assert cook.batches == [["e", "f", "g"], ["h"]]


async def test_what_was_made_ahead_and_turns_out_to_be_somebody_elses_is_kept_from_others() -> None:
    group, cook = group_of(2), Kitchen()
    cook.behind = {"e": ["f"]}
    cook.looks_at = lambda viewer: viewer.actor.person
    for session in (ADA, BOB):
        for event in "ef":
            payload = await group.payload(event, session, cook)
            assert (payload or b"").startswith(str(session.actor.person).encode())
    assert cook.batches == [["e", "f"], ["e", "f"]]


async def test_nothing_is_made_ahead_for_one_alone() -> None:
    group, cook = group_of(1), Kitchen()
    cook.behind = {"e": ["f"]}
    assert [await group.payload(event, ADA, cook) for event in "ef"] == [b"None 1", b"None 2"]
    assert cook.batches == [["e"], ["f"]]


async def test_what_takes_long_to_make_is_waited_for_and_not_made_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    group, cook = group_of(2), Kitchen()
    cook.door.clear()
    monkeypatch.setattr(payloads, "FRESH_S", -1)
    waiting = [asyncio.create_task(group.payload("e", ADA, cook))]
    await asyncio.sleep(0.01)
    waiting += [asyncio.create_task(group.payload(event, BOB, cook)) for event in "fe"]
    await asyncio.sleep(0.01)
    cook.door.set()
    await asyncio.gather(*waiting)
    assert len(cook.served) == 2
