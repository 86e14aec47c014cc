"""The parts of a notice below its first line, each under its heading, in the order of the night."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from escgraph.documents.blocks import Block, Bullets, Heading, Paragraph, Quote, Steps
from escgraph.documents.notice_brief import Brief
from escgraph.documents.notice_facts import facts, title
from escgraph.documents.notice_happened import happened, lines, shortened
from escgraph.documents.notice_moments import due, stamp
from escgraph.documents.notice_steps import REASON, REASON_OF_REVIEW, STEPS
from escgraph.documents.report_words import civil
from escgraph.documents.sop_words import counted, listed
from escgraph.domain.events_review import ReviewActionOverdue
from escgraph.domain.notice import NoticeKind
from escgraph.domain.package import NONE_RECORDED
from escgraph.domain.state import TicketState
from escgraph.domain.terms import LIVE, DeadlineKind, Status, Tier
from escgraph.domain.texts import called

TEXT_FIRST = frozenset({NoticeKind.UPDATE, NoticeKind.CLOSING})
"""Told in the words of whoever wrote them, which come first (R3, W6)."""

DESCRIPTION_LENGTH = 1500
"""Characters of what the issue is; the package holds the whole."""

_FALLS: Mapping[DeadlineKind, str] = MappingProxyType(
    {
        DeadlineKind.RESPONSE: "A first response is due {when}.",
        DeadlineKind.LEVEL_2: "It goes to LEVEL_2 {when}, unless it is resolved before.",
        DeadlineKind.LEVEL_3: "It goes to LEVEL_3 {when}, unless it is resolved before.",
        DeadlineKind.MANAGEMENT: "Management is called {when}, unless it is resolved before.",
    }
)
_PASSED: Mapping[DeadlineKind, str] = MappingProxyType(
    {
        DeadlineKind.RESPONSE: "A first response was due {when}.",
        DeadlineKind.LEVEL_2: "It goes to LEVEL_2 now: that was due {when}.",
        DeadlineKind.LEVEL_3: "It goes to LEVEL_3 now: that was due {when}.",
        DeadlineKind.MANAGEMENT: "Management is called now: that was due {when}.",
    }
)
"""After an outage, the next rung is past when this one is told."""

_CALM_PASSED = "The next step follows now."
_CALM = "If it is not solved before, the next step follows {when}."
_NONE = "No deadline is ahead."
_LAST = "It is at the last tier: managers are reminded while none of them has accepted it."


def steps(brief: Brief) -> tuple[str, ...]:
    """What the reader should do, each as the end of a sentence."""
    said = facts(brief)
    return tuple(step.format_map(said) for step in STEPS[brief.kind][brief.hearer])


def sections(brief: Brief) -> list[Block]:
    """All of them; what there is nothing of is left out."""
    return [
        *_part("What happened", _happened(brief)),
        *_part("What to do", _to_do(brief)),
        *_part("By when", list(_by_when(brief))),
        *_part("Who", list(_who(brief))),
        *_part("What it is about", _about(brief)),
        *_part("What was tried", list(_tried(brief))),
    ]


def footer(brief: Brief) -> str:
    """Why the reader gets it, and as of when it is true."""
    why = (REASON if brief.review is None else REASON_OF_REVIEW)[brief.hearer]
    return f"You are told because {why}. As of {stamp(brief.at, brief.zone)}."


def by_when(brief: Brief) -> str:
    """What falls next, and when; empty where it makes no difference any more."""
    state = brief.state
    if state is None or state.status not in LIVE:
        return ""
    if state.next_due_at is None:
        return "" if brief.outside else _none_ahead(state)
    when = due(state.next_due_at, zone=brief.zone, at=brief.at)
    passed = state.next_due_at <= brief.at
    return _ahead(brief, passed=passed).format(when=f"on {when}")


def _ahead(brief: Brief, *, passed: bool) -> str:
    if brief.outside or brief.awaited is None:
        return _CALM_PASSED if passed else _CALM
    return (_PASSED if passed else _FALLS)[brief.awaited]


def _none_ahead(state: TicketState) -> str:
    unmanaged = state.tier is Tier.MANAGEMENT and state.accepted_at is None
    return _LAST if unmanaged else _NONE


def _part(name: str, blocks: Sequence[Block]) -> list[Block]:
    return [Heading(2, name), *blocks] if blocks else []


def _happened(brief: Brief) -> list[Block]:
    """Where the text of an update comes first, it is not said twice."""
    if brief.kind not in TEXT_FIRST:
        return happened(brief)
    return [] if brief.outside else lines(brief)


def _to_do(brief: Brief) -> list[Block]:
    wanted = steps(brief)
    if not wanted:
        return [Paragraph("Nothing: you are told so that you know.")]
    said = tuple(f"{step[:1].upper()}{step[1:]}." for step in wanted)
    return [Paragraph(said[0])] if len(said) == 1 else [Steps(said)]


def _by_when(brief: Brief) -> Iterator[Block]:
    said = by_when(brief)
    if said:
        yield Paragraph(said)
    if brief.state is not None and brief.state.status is Status.ON_HOLD and not brief.outside:
        yield Paragraph("It is on hold: its clock stands still until it is resumed.")
    late = [event for event in brief.events if isinstance(event, ReviewActionOverdue)]
    for action in late:
        day = f"on {civil(action.due_on)}" if action.due_on else "before now"
        yield Paragraph(f"It was due {day}.")
    if brief.review is not None and not late:
        yield Paragraph(f"Due {due(brief.review.due_at, zone=brief.zone, at=brief.at)}.")


def _who(brief: Brief) -> Iterator[Block]:
    state = brief.state
    if state is None:
        return
    if brief.outside:
        yield Paragraph(f"{_capital(title(brief.name(state.owner)))} answers for it.")
        return
    live = state.status in LIVE
    works, nobody = ("Works", "nobody yet") if live else ("Worked", "nobody")
    at_work = [title(brief.name(one)) for one in state.assignees]
    yield Bullets(
        (
            f"Owner: {title(brief.name(state.owner))}",
            f"{works} on it: {listed(at_work) if at_work else nobody}",
            f"Stands at: {state.tier}, {state.status}",
        )
    )


def _about(brief: Brief) -> list[Block]:
    """As it was reported: to whoever has something to do, and with each escalation."""
    if brief.package is not None:
        text = brief.package.description
    else:
        text = brief.description if steps(brief) else ""
    return [Quote(shortened(text, longest=DESCRIPTION_LENGTH))] if text else []


def _tried(brief: Brief) -> Iterator[Block]:
    package = brief.package
    if package is None or not package.whole:
        return
    if package.tried_before:
        yield Paragraph(
            f"{counted(package.tried_before, 'action')} before these are in the package."
        )
    if package.tried:
        for text in package.tried:
            yield Quote(shortened(text, longest=300))
    else:
        yield Paragraph(f"{NONE_RECORDED}.")
    if package.missing:
        yield Paragraph(f"Missing: {listed(package.missing)}.")
    names = [title(brief.name(one)) for one in package.worked_on_it]
    if names:
        yield Paragraph(f"Worked on it so far: {listed(names)}.")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def ticket_line(brief: Brief) -> str:
    """What the ticket is called, the policy's indicator before all else (C4); empty without one."""
    state = brief.state
    if state is None:
        return ""
    priority = state.priority if brief.review is None else ""
    return " ".join(filter(None, (indicator(brief), called(state.number), priority)))


def indicator(brief: Brief) -> str:
    """The policy's mark of an urgent ticket, if it is (C4).

    A review hurries nobody, whatever its ticket was: it has neither mark nor priority, so that
    these keep their meaning.
    """
    state = brief.state
    return "" if state is None or brief.review is not None else title(state.indicator)
