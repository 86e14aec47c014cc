"""How each deadline was computed, in words (C3, A6)."""

from collections.abc import Iterator, Sequence

from escgraph.documents.blocks import Block, Heading, Table
from escgraph.documents.package_brief import PackageBrief
from escgraph.documents.report_words import NOTHING, civil, many, moment
from escgraph.documents.sop_words import in_days, in_hours
from escgraph.documents.timeline_words import plain
from escgraph.domain.calendar import Holiday
from escgraph.domain.counted_windows import CountedWindow
from escgraph.domain.explanation import Explanation, StoppedTime


def deadline_blocks(brief: PackageBrief) -> list[Block]:
    """The deadlines with their figures, and for each by business hours the windows it counted."""
    explained = brief.package.explanations
    columns = ("Deadline", "Start", "Time allowed", "Stopped", "Not before", "Due", "State")
    rows = tuple(_row(one, brief.zone) for one in explained)
    caption = "Each is its start and the time allowed, moved by the time that was stopped"
    blocks: list[Block] = [Table(caption, columns, rows)]
    for one in explained:
        blocks += _stops(one, brief.zone)
        blocks += _windows(one)
    return blocks


def _row(one: Explanation, zone: str) -> tuple[str, ...]:
    return (
        f"{one.kind} ({one.priority}, policy version {one.policy_version}, {one.calendar})",
        moment(one.clock_started_at, zone),
        in_hours(one.target),
        _stopped(one.stopped),
        NOTHING if one.floor is None else moment(one.floor, zone),
        _due(one, zone),
        NOTHING if one.state is None else plain(one.state),
    )


def _due(one: Explanation, zone: str) -> str:
    """Where the row that was armed says something else than the facts, both are told."""
    computed = moment(one.due_at, zone)
    stored = one.stored_due_at
    if stored is None or stored == one.due_at:
        return computed
    return f"{computed}; armed for {moment(stored, zone)}"


def _stopped(stops: Sequence[StoppedTime]) -> str:
    return "; ".join(in_days(stop.not_counted) for stop in stops) or NOTHING


def _stops(one: Explanation, zone: str) -> Iterator[Block]:
    if not one.stopped:
        return
    rows = tuple(
        (
            moment(stop.started_at, zone),
            f"{moment(stop.ended_at, zone)}{' (its cap)' if stop.lasts else ''}",
            "resolved" if stop.reason is None else plain(stop.reason),
            in_days(stop.not_counted),
        )
        for stop in one.stopped
    )
    yield Table(f"{one.kind}: when its clock stood", ("From", "Until", "Why", "Not counted"), rows)


def _windows(one: Explanation) -> Iterator[Block]:
    if not one.windows:
        return
    yield Heading(3, f"{one.kind}: open hours of {one.calendar}, {one.zone}")
    rows = tuple(_window(window, one.zone) for window in one.windows)
    more = f"; {many(one.windows_left_out, 'window')} between are left out"
    caption = f"Windows{more if one.windows_left_out else ''}"
    yield Table(caption, ("Opens", "Closes", "Counted"), rows)
    if one.holidays:
        yield _holidays(one.holidays, one.holidays_left_out)


def _window(window: CountedWindow, zone: str) -> tuple[str, ...]:
    return moment(window.opens, zone), moment(window.closes, zone), in_hours(window.counted)


def _holidays(holidays: Sequence[Holiday], left_out: int) -> Table:
    more = f"; {many(left_out, 'day')} between are left out" if left_out else ""
    rows = tuple((civil(holiday.day), holiday.name) for holiday in holidays)
    return Table(f"Closed days{more}", ("Day", "Why"), rows)
