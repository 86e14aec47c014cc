"""Every act with the inputs that are drawn for it: done to the model, and through its command."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from escgraph.commands import circle, ending, ladder, urgency, work
from escgraph.commands.acting import Written
from escgraph.commands.work import WORKING
from escgraph.domain import circle as circle_rules
from escgraph.domain import ending as ending_rules
from escgraph.domain import holds
from escgraph.domain import work as work_rules
from escgraph.domain.events import FollowUp
from escgraph.domain.permissions import Act
from escgraph.domain.terms import (
    Audience,
    EscalationReason,
    HoldReason,
    PersonId,
    Priority,
    ResolutionCode,
    Role,
    Tier,
    Visibility,
)
from escgraph.domain.ticket import Actor
from tests.domain.desk import Desk
from tests.machine.world import STRANGER, WHO

Model = Callable[..., object]
Command = Callable[..., Awaitable[Written]]
Inputs = Mapping[str, Any]


@dataclass(frozen=True)
class Way:
    """How an act is done.

    Attributes:
        inputs: what is drawn, by the names that the command gives its arguments.
        named: whom the inputs name, the field that says so, and which roles they must have.
    """

    model: Model
    command: Command
    inputs: Mapping[str, SearchStrategy[Any]]
    named: tuple[Callable[[Inputs], tuple[PersonId, ...]], str, frozenset[Role] | None] | None = (
        None
    )


PEOPLE = st.sampled_from([*(actor.person for actor in WHO.values()), STRANGER])
SEVERAL = st.lists(PEOPLE, max_size=2).map(tuple)
REASONS = st.sampled_from([*["It hurries"] * 5, ""])
REPLIES = st.sampled_from(["", "", "We are looking into it"])
SEEN_TIER = st.sampled_from([*[None] * 6, *Tier])
"""None: the tier at which it stands."""

FOLLOW_UPS = (
    None,
    (),
    (),
    (FollowUp("Watch the disk", WHO["engineer"].person, date(2026, 4, 1)),),
    (FollowUp("Watch the disk", STRANGER, date(2026, 4, 1)),),
)


def _hold(desk: Desk, at: datetime, by: Actor, *, reply: str, **said: Any) -> None:  # noqa: ANN401
    replied = work_rules.reply(desk.ticket, by=by, at=at, policy=desk.policy, text=reply)
    held = holds.hold(replied.ticket, by=by, at=at, policy=desk.policy, **said)
    desk._do(replied.then(held))


def _resolve(desk: Desk, at: datetime, by: Actor, *, reply: str, **said: Any) -> None:  # noqa: ANN401
    replied = work_rules.reply(desk.ticket, by=by, at=at, policy=desk.policy, text=reply)
    resolved = ending_rules.resolve(replied.ticket, by=by, at=at, policy=desk.policy, **said)
    desk._do(replied.then(resolved))


def _update(desk: Desk, at: datetime, by: Actor, **said: Any) -> None:  # noqa: ANN401
    desk._do(circle_rules.post_update(desk.ticket, by=by, at=at, **said))


def _same(name: str) -> Model:
    """The desk's method of that name takes what the command takes."""
    return lambda desk, at, by, **said: getattr(desk, name)(at, by=by, **said)


WAYS: Mapping[Act, Way] = MappingProxyType(
    {
        Act.ACKNOWLEDGE: Way(_same("acknowledge"), work.acknowledge_ticket, {}),
        Act.ADD_NOTE: Way(
            _same("note"),
            work.add_note,
            {"text": REASONS, "visibility": st.sampled_from(Visibility)},
        ),
        Act.LOG_ACTION: Way(_same("log"), work.log_action, {"text": REASONS}),
        Act.ATTACH_LINK: Way(
            _same("link"),
            work.attach_link,
            {
                "url": st.sampled_from(["https://example.org/trace.txt", "trace.txt"]),
                "title": st.just("Trace"),
                "media_type": st.just("text/plain"),
                "checksum": st.just(f"sha256:{'0' * 64}"),
            },
        ),
        Act.ASSIGN: Way(
            lambda desk, at, by, assignees: desk.assign(at, *assignees, by=by),
            work.assign_ticket,
            {"assignees": SEVERAL},
            (lambda said: said["assignees"], "assigneeIds", WORKING),
        ),
        Act.ACCEPT: Way(_same("accept"), work.accept_ticket, {}),
        Act.ALLOCATE: Way(
            lambda desk, at, by, people_ids, reason: desk.allocate(
                at, *people_ids, by=by, reason=reason
            ),
            work.allocate_people,
            {"people_ids": SEVERAL, "reason": REASONS},
            (lambda said: said["people_ids"], "personIds", WORKING),
        ),
        Act.TRANSFER: Way(
            _same("transfer"),
            circle.transfer_ownership,
            {"owner": PEOPLE, "reason": REASONS},
            (lambda said: (said["owner"],), "ownerId", WORKING),
        ),
        Act.CHANGE_PRIORITY: Way(
            _same("prioritise"),
            urgency.change_priority,
            {"priority": st.sampled_from(Priority), "reason": REASONS},
        ),
        Act.FLAG_URGENT: Way(
            _same("flag"), urgency.flag_urgent, {"flagged": st.booleans(), "reason": REASONS}
        ),
        Act.MARK_CRITICAL: Way(
            _same("mark_critical"),
            urgency.mark_critical,
            {"critical": st.booleans(), "reason": REASONS},
        ),
        Act.HOLD: Way(
            _hold,
            ladder.hold_ticket,
            {
                "reason": st.sampled_from(HoldReason),
                "note": st.sampled_from(["", "Call back"]),
                "reply": REPLIES,
            },
        ),
        Act.RESUME: Way(_same("resume"), ladder.resume_ticket, {}),
        Act.ESCALATE: Way(
            _same("escalate"),
            ladder.escalate_ticket,
            {
                "expected_tier": SEEN_TIER,
                "to_tier": st.sampled_from([None, None, *Tier]),
                "reason": st.sampled_from(EscalationReason),
                "comment": st.sampled_from(["", "Beyond us"]),
            },
        ),
        Act.DEESCALATE: Way(
            _same("deescalate"),
            ladder.deescalate_ticket,
            {
                "expected_tier": SEEN_TIER,
                "to_tier": st.sampled_from([None, None, *Tier]),
                "reason": REASONS,
            },
        ),
        Act.POST_UPDATE: Way(
            _update,
            circle.post_stakeholder_update,
            {
                "text": REASONS,
                "audience": st.sampled_from(Audience),
                "external_text": st.sampled_from(["", "We are on it"]),
            },
        ),
        Act.ADD_STAKEHOLDER: Way(
            _same("add_stakeholder"),
            circle.add_stakeholder,
            {"person": PEOPLE},
            (lambda said: (said["person"],), "personId", None),
        ),
        Act.REMOVE_STAKEHOLDER: Way(
            _same("remove_stakeholder"), circle.remove_stakeholder, {"person": PEOPLE}
        ),
        Act.RESOLVE: Way(
            _resolve,
            ending.resolve_ticket,
            {
                "summary": REASONS,
                "code": st.sampled_from(ResolutionCode),
                "root_cause": st.sampled_from(["", "A full disk"]),
                "reply": REPLIES,
            },
        ),
        Act.CLOSE: Way(
            _same("close"),
            ending.close_ticket,
            {
                "follow_ups": st.sampled_from(FOLLOW_UPS),
                "closing_notice": st.sampled_from(["It works again", ""]),
                "override_reason": st.sampled_from(["", "On leave"]),
            },
            (lambda said: tuple(f.owner for f in said["follow_ups"] or ()), "followUps", WORKING),
        ),
        Act.REOPEN: Way(_same("reopen"), ending.reopen_ticket, {"reason": REASONS}),
        Act.CANCEL: Way(_same("cancel"), ending.cancel_ticket, {"reason": REASONS}),
    }
)
"""Each act on one ticket; opening, merging and moving are steps of their own."""
