"""Policies as YAML files: what people write, review and keep beside their code (P5, Q5)."""

from types import MappingProxyType
from typing import Any

from escgraph.documents.holiday_dates import of_region
from escgraph.documents.shapes import Choice, Listing, Maybe, Reading, Record, Table, Text, Whole
from escgraph.documents.yaml_nodes import root
from escgraph.documents.yaml_words import block
from escgraph.domain.calendar import ALWAYS
from escgraph.domain.calendar_document import WEEKDAYS, HolidaysOf
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import Policy
from escgraph.domain.policy_document import policy_of, whole_document
from escgraph.domain.terms import HoldReason, Priority


def read(text: str, *, version: int = 1, holidays: HolidaysOf = of_region) -> Policy:
    """The policy that the text describes; its number comes from where it is published.

    What may be left out is as in the SOP.

    Raises:
        InvalidInputError: names the line, and says what belongs there; `field` is the path to it.
    """
    reading = Reading("policy")
    document = reading.value(POLICY, root(text))
    document["clocks"] = {
        priority: name for priority, name in document["clocks"].items() if name != ALWAYS.name
    }
    given = {key: value for key, value in document.items() if value is not AS_IN_THE_SOP}
    try:
        return policy_of({**given, "version": version}, holidays=holidays)
    except InvalidInputError as error:
        raise reading.placed(error) from error


def placed(text: str, error: InvalidInputError) -> InvalidInputError:
    """The refusal of something in that text, which `read` took, with its line."""
    reading = Reading("policy")
    reading.value(POLICY, root(text))
    return reading.placed(error)


def written(policy: Policy) -> str:
    """The policy whole, in the order in which people read it; but for its number."""
    document = whole_document(policy)
    document["clocks"] = {str(p): policy.clocks.get(p, ALWAYS.name) for p in Priority}
    return "\n".join(block({key: document[key] for key in paragraph}) for paragraph in PARAGRAPHS)


PARAGRAPHS = (
    ("name", "urgentIndicator", "zone"),
    ("targets",),
    ("clocks", "calendars"),
    ("holdCap", "holdCaps", "backdatingCap", "reopeningGrace", "escalatingReopening", "reminders"),
    ("updateCadence",),
    ("reviewWorkingDays", "reviewCalendar", "recurrence"),
    ("categories",),
    ("routes",),
    ("references",),
)

AS_IN_THE_SOP: Any = object()
"""Stands for what was left out."""

_LINK_LENGTH = 2000
_TARGETS = Record(
    {"respond": Text(), "level2": Text(), "level3": Maybe(Text()), "management": Text()},
    optional={"level3": None},
)
_REGION = Record(
    {"country": Text(), "subdivision": Maybe(Text())},
    optional={"subdivision": None},
)
_CLOSED = Record({"day": Text(), "name": Text()}, optional={"name": ""})
_CALENDAR = Record(
    {
        "zone": Text(),
        "week": Record(
            {weekday: Listing(Text()) for weekday in WEEKDAYS},
            optional={weekday: [] for weekday in WEEKDAYS},
        ),
        "holidays": Listing(_REGION),
        "closed": Listing(_CLOSED),
    },
    optional={"holidays": [], "closed": []},
)
_CATEGORY = Record(
    {"key": Text(), "name": Text(), "suggestedPriority": Choice(tuple(Priority))}, optional={}
)
_ROUTE = Record(
    {
        "category": Maybe(Text()),
        "component": Maybe(Text()),
        "team": Text(),
        "owner": Maybe(Text()),
    },
    optional={"category": None, "component": None, "owner": None},
)
_REFERENCE = Record(
    {"title": Text(), "link": Text(_LINK_LENGTH), "version": Text()},
    optional={"link": "", "version": ""},
)
_RECURRENCE = Record({"tickets": Whole(), "within": Text()}, optional={})

POLICY = Record(
    {
        "name": Text(),
        "urgentIndicator": Text(),
        "zone": Text(),
        "targets": Table(tuple(Priority), _TARGETS),
        "clocks": Table(tuple(Priority), Text()),
        "calendars": Table(None, _CALENDAR),
        "holdCap": Text(),
        "holdCaps": Table(tuple(HoldReason), Text()),
        "backdatingCap": Text(),
        "reopeningGrace": Text(),
        "escalatingReopening": Whole(),
        "reminders": Listing(Text()),
        "updateCadence": Table(tuple(Priority), Text()),
        "reviewWorkingDays": Whole(),
        "reviewCalendar": Maybe(Text()),
        "recurrence": _RECURRENCE,
        "categories": Listing(_CATEGORY),
        "routes": Listing(_ROUTE),
        "references": Listing(_REFERENCE),
    },
    optional=MappingProxyType(
        {
            "zone": AS_IN_THE_SOP,
            "clocks": MappingProxyType({}),
            "calendars": AS_IN_THE_SOP,
            "holdCaps": AS_IN_THE_SOP,
            "updateCadence": AS_IN_THE_SOP,
            "reviewCalendar": AS_IN_THE_SOP,
            "recurrence": AS_IN_THE_SOP,
            "categories": AS_IN_THE_SOP,
            "routes": AS_IN_THE_SOP,
            "references": AS_IN_THE_SOP,
        }
    ),
)
"""Every key of a policy, and what may be left out."""
