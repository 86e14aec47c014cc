"""Who was not reached: the next way to them is tried, and what presses is told to the team leads.

A pressing notice that has not arrived within five minutes, or whose delivery died, goes the next
way of its person, then the next, and when none is left but the log, once, to the team leads. Any
other goes the next way when its delivery died.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from uuid_utils.compat import uuid7

from escgraph.domain.hearers import House
from escgraph.domain.notice import Hearer, Notice, NoticeKind
from escgraph.domain.terms import NoticeId, PersonId
from escgraph.domain.ways import LOG, Way, ways
from escgraph.jobs.filling import fill
from escgraph.store import channels, hearings, notices, unsettled
from escgraph.store.transactions import unit_of_work
from escgraph.store.unsettled import Unreached

PATIENCE = timedelta(minutes=5)
"""How long a pressing notice may be under way before another way is tried."""

REACH_EVERY = timedelta(seconds=5)
BATCH = 500


async def reach(*, now: datetime, mail_is_set: bool, batch: int = BATCH) -> int:
    """Do so for everybody; how many notices went another way or were passed on.

    Any number of processes may do it at once: what another is at is skipped.
    """
    while await unit_of_work(lambda: unsettled.settle_delivered(at=now, limit=batch)) == batch:
        pass
    total = 0
    while True:
        count = await unit_of_work(lambda: _pass(now=now, mail_is_set=mail_is_set, batch=batch))
        total += count
        if count < batch:
            return total


async def _pass(*, now: datetime, mail_is_set: bool, batch: int) -> int:
    found = await unsettled.hopeless(begun_before=now - PATIENCE, limit=batch)
    if not found:
        return 0
    house = await hearings.house()
    listed = await channels.of_people(list({one.notice.person for one in found}))
    going: list[tuple[Notice, Way]] = []
    lost: list[Unreached] = []
    for one in found:
        left = [
            way
            for way in ways(listed[one.notice.person], mail_is_set=mail_is_set)
            if way.via not in one.tried
        ]
        if left and one.notice.person in house:
            going.append((one.notice, left[0]))
        else:
            lost.append(one)
    going += await _passed_on(lost, house, now=now, mail_is_set=mail_is_set)
    await fill(going, at=now)
    return len(found)


async def _passed_on(
    lost: Sequence[Unreached], house: House, *, now: datetime, mail_is_set: bool
) -> list[tuple[Notice, Way]]:
    """Settle what nobody can be reached with; the leads hear of what presses, each once."""
    pressing = [one.notice for one in lost if one.notice.pressing]
    told = [notice for notice in pressing if notice.kind is not NoticeKind.UNREACHED]
    await unsettled.settle([one.notice.id for one in lost], at=now)
    await unsettled.pass_on([notice.id for notice in told], at=now)
    listed = await channels.of_people([*house.leads, *house.managers])
    first = {who: ways(rows, mail_is_set=mail_is_set)[0] for who, rows in listed.items()}
    near = frozenset(who for who, way in first.items() if way != LOG)
    new = await notices.insert_new(
        [to_one for notice in told for to_one in _to_the_leads(notice, house, near, now=now)]
    )
    return [(one, first[one.person]) for one in new]


def _to_the_leads(
    notice: Notice, house: House, near: Collection[PersonId], *, now: datetime
) -> list[Notice]:
    """Those who are `near`: whom more than the log reaches; the managers where no lead is.

    Nobody is told that they were not reached themselves.
    """
    leads = [lead for lead in house.leads if lead in near and lead != notice.person]
    hearer = Hearer.TEAM_LEAD if leads else Hearer.MANAGER
    others = leads or [one for one in house.managers if one in near and one != notice.person]
    return [
        Notice(
            id=NoticeId(uuid7()),
            key=f"unreached:{notice.id}:{person}",
            kind=NoticeKind.UNREACHED,
            person=person,
            hearer=hearer,
            ticket=notice.ticket,
            review=notice.review,
            priority=notice.priority,
            pressing=True,
            positions=notice.positions,
            created_at=now,
        )
        for person in others
    ]
