"""The parts of a notice below its first line, each under its heading, in the order of the night."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from escgraph.documents.blocks import Block, Bullets, Heading, Paragraph, Quote, Steps
from escgraph.documents.notice_brief import Brief, PackageSummary
from escgraph.documents.notice_facts import facts, title
from escgraph.documents.notice_happened import happened, lines, shortened
from escgraph.documents.notice_moments import due, stamp
from escgraph.documents.notice_steps import REASON, STEPS
from escgraph.documents.sop_words import counted, listed
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
        *_part("What it is about", _about(brief.package)),
        *_part("What was tried", list(_tried(brief))),
    ]


def footer(brief: Brief) -> str:
    """Why the reader gets it, and as of when it is true."""
    why = REASON[brief.hearer]
    return f"You are told because {why}. As of {stamp(brief.at, brief.zone)}."


def by_when(brief: Brief) -> str:
    """What falls next, and when; empty where it makes no difference any more."""
    state = brief.state
    if state is None or state.status not in LIVE:
        return ""
    if state.next_due_at is None:
        return "" if brief.outside else _none_ahead(state)
    when = due(state.next_due_at, zone=brief.zone, at=brief.at)
    sentence = _CALM if brief.outside or brief.awaited is None else _FALLS[brief.awaited]
    return sentence.format(when=f"on {when}")


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
    if brief.review is not None:
        yield Paragraph(f"Due {due(brief.review.due_at, zone=brief.zone, at=brief.at)}.")


def _who(brief: Brief) -> Iterator[Block]:
    state = brief.state
    if state is None:
        return
    if brief.outside:
        yield Paragraph(f"{_capital(title(brief.name(state.owner)))} answers for it.")
        return
    at_work = [title(brief.name(one)) for one in state.assignees]
    yield Bullets(
        (
            f"Owner: {title(brief.name(state.owner))}",
            f"Works on it: {listed(at_work) if at_work else 'nobody yet'}",
            f"Stands at: {state.tier}, {state.status}",
        )
    )


def _about(package: PackageSummary | None) -> list[Block]:
    if package is None or not package.description:
        return []
    return [Quote(shortened(package.description, longest=DESCRIPTION_LENGTH))]


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
        yield Paragraph(f"Nobody wrote: {listed(package.missing)}.")
    names = [title(brief.name(one)) for one in package.worked_on_it]
    if names:
        yield Paragraph(f"Worked on it so far: {listed(names)}.")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def ticket_line(brief: Brief) -> str:
    """What the ticket is called, with its priority; empty where it is about none."""
    state = brief.state
    return "" if state is None else f"{called(state.number)} {state.priority}"
