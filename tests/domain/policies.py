"""Policies of every kind, for laws: each field of them is drawn."""

from datetime import date, time, timedelta
from types import MappingProxyType

from hypothesis import strategies as st

from escgraph.domain.calendar import Calendar, Holiday, Region, Window
from escgraph.domain.calendar_document import calendar_document, calendar_of
from escgraph.domain.catalogue import Category, Recurrence, Reference, Route
from escgraph.domain.policy import Policy, Targets
from escgraph.domain.terms import HoldReason, Priority

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")
REGIONS = (Region("DE"), Region("DE", "BE"), Region("NO"), Region("US", "NY"))

HOLIDAYS = MappingProxyType(
    {
        Region("DE"): (
            Holiday(date(2026, 1, 1), "Neujahr"),
            Holiday(date(2026, 10, 3), "Tag der Deutschen Einheit"),
        ),
        Region("DE", "BE"): (
            Holiday(date(2026, 1, 1), "Neujahr"),
            Holiday(date(2026, 3, 8), "Frauentag"),
        ),
        Region("NO"): (Holiday(date(2026, 5, 17), "Grunnlovsdag"),),
        Region("US", "NY"): (Holiday(date(2026, 7, 4), "Independence Day"),),
    }
)

DURATIONS = st.integers(1, 10**8).map(lambda seconds: timedelta(seconds=seconds))
LINES = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=40
).filter(str.strip)
KEYS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True)
NAMES = st.one_of(KEYS, LINES).filter(lambda name: name != "24x7")


def holidays_of(region: Region) -> tuple[Holiday, ...]:
    return HOLIDAYS[region]


@st.composite
def whole_policies(draw: st.DrawFn) -> Policy:
    calendars = {
        name: draw(_calendars(name)) for name in draw(st.lists(NAMES, max_size=3, unique=True))
    }
    names = st.sampled_from([None, *calendars])
    clocks = {priority: draw(names) for priority in (Priority.MEDIUM, Priority.LOW)}
    categories = draw(st.lists(KEYS, min_size=1, max_size=4, unique=True))
    return Policy(
        version=draw(st.integers(1, 1000)),
        name=draw(LINES),
        targets=MappingProxyType({priority: draw(_targets()) for priority in Priority}),
        hold_cap=draw(DURATIONS),
        backdating_cap=draw(DURATIONS) - timedelta(seconds=1),
        reopening_grace=draw(DURATIONS) - timedelta(seconds=1),
        escalating_reopening=draw(st.integers(1, 9)),
        reminders=tuple(sorted(draw(st.sets(DURATIONS, max_size=3)))),
        review_working_days=draw(st.integers(1, 30)),
        urgent_indicator=draw(LINES),
        update_cadence=draw(st.dictionaries(st.sampled_from(Priority), DURATIONS)),
        hold_caps=draw(st.dictionaries(st.sampled_from(HoldReason), DURATIONS)),
        calendars=calendars,
        clocks={priority: name for priority, name in clocks.items() if name is not None},
        zone=draw(st.sampled_from(ZONES)),
        review_calendar=draw(names),
        categories=tuple(
            Category(key, draw(LINES), draw(st.sampled_from(Priority))) for key in categories
        ),
        routes=draw(_routes(categories)),
        references=tuple(
            Reference(title, draw(st.one_of(st.just(""), LINES)), draw(st.just("2.10")))
            for title in draw(st.lists(LINES, max_size=3, unique=True))
        ),
        recurrence=Recurrence(draw(st.integers(2, 99)), draw(DURATIONS)),
    )


@st.composite
def _targets(draw: st.DrawFn) -> Targets:
    respond, second, third, management = sorted(draw(st.tuples(*[DURATIONS] * 4)))
    return Targets(respond, second, draw(st.sampled_from([None, third])), management)


@st.composite
def _calendars(draw: st.DrawFn, name: str) -> Calendar:
    regions = draw(st.lists(st.sampled_from(REGIONS), max_size=2, unique=True))
    bare = Calendar(
        name=name,
        zone=draw(st.sampled_from(ZONES)),
        week=(
            (Window(time(9), time(12, 30)), Window(time(13), time(17))),
            *(draw(_windows()) for _ in range(6)),
        ),
        regions=tuple(regions),
        closed=tuple(
            Holiday(day, draw(st.one_of(st.just(""), LINES)))
            for day in sorted(
                draw(st.sets(st.dates(date(2025, 1, 1), date(2030, 1, 1)), max_size=3))
            )
        ),
    )
    return calendar_of(name, calendar_document(bare), holidays=holidays_of)


@st.composite
def _windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """None, one or two in a day, apart, the last perhaps up to midnight."""
    moments = sorted(draw(st.sets(st.integers(0, 86_399), min_size=4, max_size=4)))
    times = [
        time(moment // 3600, moment // 60 % 60, draw(st.sampled_from([0, moment % 60])))
        for moment in moments
    ]
    if sorted(set(times)) != times:
        return ()
    last = draw(st.sampled_from([times[3], None]))
    both = (Window(times[0], times[1]), Window(times[2], last))
    return draw(st.sampled_from([(), both[:1], both[1:], both]))


@st.composite
def _routes(draw: st.DrawFn, categories: list[str]) -> tuple[Route, ...]:
    places = draw(
        st.lists(
            st.tuples(st.sampled_from([None, *categories]), st.one_of(st.none(), LINES)),
            max_size=3,
            unique=True,
        )
    )
    owners = st.sampled_from([None, "ada@example.org"])
    return tuple(
        Route(category, component, draw(LINES), draw(owners)) for category, component in places
    )
