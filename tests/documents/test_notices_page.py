"""docs/notices.md says who hears of what as the domain does, and gives the figures that hold."""

import re
from datetime import timedelta

from escgraph.config import Settings
from escgraph.domain import calm, retrying
from escgraph.domain.durations import written
from escgraph.domain.hearing import HEARD
from escgraph.domain.notice import ChannelKind, Hearer
from escgraph.domain.webhook import GRACE, MOST_WAITING
from escgraph.jobs.reaching import PATIENCE
from escgraph.notify.apprise_services import SERVICES
from escgraph.notify.links import ACT_LASTS, PACKAGE_LASTS
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "notices.md").read_text()
PROSE = " ".join(PAGE.split())
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def test_the_page_says_who_hears_of_what_as_the_domain_does() -> None:
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in PAGE.splitlines()
        if re.match(r"\| `[A-Z]\w+( \w+)*` \| [A-Z_]+ \|", line)
    ]

    assert rows == [
        (f"`{name}`", row.kind, *("x" if hearer in row.hearers else "" for hearer in Hearer))
        for name, row in HEARD.items()
        if row.kind is not None
    ]


def test_the_page_names_what_is_told_to_nobody() -> None:
    (told,) = re.findall(r"Told to nobody: (.*?)\.", PROSE)

    assert re.findall(r"`(.*?)`", told) == [name for name, row in HEARD.items() if row.kind is None]


def test_the_page_shows_a_column_for_each_hearer() -> None:
    columns = [hearer.lower().replace("_", " ") for hearer in Hearer]

    assert f"| what happens | they are told | {' | '.join(columns)} |" in PAGE


def test_the_page_names_every_way() -> None:
    assert {kind for kind in ChannelKind if f"`{kind}`" not in PAGE} == {ChannelKind.LOG}


def test_the_page_gives_the_figures_that_hold() -> None:
    waits = ",".join(map(written, Settings.model_fields["retry_waits"].default))
    figures = [
        f"repeated after `{waits}`",
        f"what follows within {calm.COMPANY // SECOND} s goes together",
        f"({calm.HOURLY_CAP} unless said)",
        f"for {retrying.OPEN_FOR // SECOND} s and up to {retrying.LONGEST_OPEN // MINUTE} min",
        f"a link that is good for {PACKAGE_LASTS // DAY} days",
        f"may have {MOST_WAITING:,} messages under way",
        f"Apprise is for {len(SERVICES)} services",
    ]

    assert [text for text in figures if text not in PROSE] == []


def test_the_page_gives_the_figures_that_it_writes_as_words() -> None:
    fixed = {
        "What failed ten times in a row": retrying.OPENS_AFTER == 10,
        "good for seven days, and once": 7 * DAY == ACT_LASTS,
        "has not arrived in five minutes": 5 * MINUTE == PATIENCE,
        "after a minute, in which more may join": calm.GATHERING == MINUTE,
        "beside the old one for a day": GRACE == DAY,
    }

    assert [text for text, holds in fixed.items() if not (holds and text in PROSE)] == []
