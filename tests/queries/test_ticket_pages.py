"""Pages of tickets: stable in every order, refused where the cursor is none of theirs."""

from base64 import urlsafe_b64encode

import pytest

from escgraph.commands import ending, urgency, work
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import Priority, TicketId
from escgraph.queries import tickets
from escgraph.queries.tickets import TicketFilter, TicketSort, Wanted
from escgraph.store import postgres_client, sqlite_client
from tests.queries.house import NINE, House, hours, minutes, nobody

ALL = TicketFilter()


async def _walk(house: House, sort: TicketSort, *, first: int) -> list[TicketId]:
    """All tickets in that order, page by page."""
    after: str | None = None
    seen: list[TicketId] = []
    while True:
        page = await tickets.page(ALL, sort, first=first, after=after, viewer=house.agent)
        seen += [view.facts.id for view in page.views]
        if not page.has_next:
            return seen
        after = page.cursors[-1]


async def test_a_page_says_at_which_position_of_the_stream_it_is_true(house: House) -> None:
    before = await tickets.page(ALL, first=1, viewer=house.agent)
    await house.open()
    after = await tickets.page(ALL, first=1, viewer=house.agent)

    assert after.true_at.epoch == before.true_at.epoch
    assert after.true_at.position == before.true_at.position + 1


async def _opened(house: House) -> list[TicketId]:
    """Tickets of all kinds, some of one moment, some without a deadline, in the order of ids."""
    order = (Priority.LOW, Priority.HIGH, Priority.MEDIUM, Priority.HIGH, Priority.LOW)
    ids = [
        await house.open(f"{n}", priority, at=NINE + minutes(n // 2))
        for n, priority in enumerate(order)
    ]
    for n in (0, 3):
        call = house.call(house.agent, NINE + hours(1) - minutes(1))
        await ending.cancel_ticket(ids[n], call=call, reason="Opened twice")
    await urgency.change_priority(
        ids[2],
        call=house.call(house.agent, NINE + hours(1)),
        priority=Priority.LOW,
        reason="Not that bad",
    )
    return ids


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (TicketSort.OPENED_ASC, [0, 1, 2, 3, 4]),
        (TicketSort.OPENED_DESC, [4, 3, 2, 1, 0]),
        (TicketSort.DUE_ASC, [1, 2, 4, 0, 3]),
        (TicketSort.UPDATED_DESC, [2, 3, 0, 4, 1]),
        (TicketSort.PRIORITY, [1, 3, 2, 4, 0]),
    ],
)
@pytest.mark.parametrize("first", [1, 2, 50])
async def test_pages_of_any_length_give_each_ticket_once_in_order(
    house: House, sort: TicketSort, expected: list[int], first: int
) -> None:
    ids = await _opened(house)

    walked = await _walk(house, sort, first=first)

    assert [ids.index(ticket_id) for ticket_id in walked] == expected


async def test_a_ticket_that_arrives_meanwhile_shifts_no_page(house: House) -> None:
    old = [await house.open(f"{n}", at=NINE + minutes(n)) for n in range(4)]
    page = await tickets.page(ALL, TicketSort.OPENED_DESC, first=2, viewer=house.agent)

    await house.open("New", at=NINE + hours(1))
    rest = await tickets.page(
        ALL, TicketSort.OPENED_DESC, first=2, after=page.cursors[-1], viewer=house.agent
    )

    assert [view.facts.id for view in rest.views] == [old[1], old[0]]


async def test_a_cursor_of_another_sort_is_refused(house: House) -> None:
    await house.open()
    page = await tickets.page(ALL, TicketSort.OPENED_ASC, first=1, viewer=house.agent)

    with pytest.raises(InvalidInputError, match="another list or sort") as refused:
        await tickets.page(
            ALL, TicketSort.DUE_ASC, first=1, after=page.cursors[0], viewer=house.agent
        )
    assert refused.value.field == ("after",)


def _written(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "garbled",
    [
        "",
        "nonsense",
        "ü",
        _written("{}"),
        _written("5"),
        _written("[]"),
        _written('["priority+"]'),
        _written('["priority+", 99999999999, "2026-01-01T00:00:00Z", "x"]'),
        _written(f'["priority+", {2**40}, "2026-01-01T00:00:00Z", "{nobody()}"]'),
        _written(f'["priority+", 0, "2026-01-01T00:00:00", "{nobody()}"]'),
        _written(f'["priority+", 0, "0001-01-01T00:00:00+14:00", "{nobody()}"]'),
        _written(f'["priority+", "0", "2026-01-01T00:00:00Z", "{nobody()}"]'),
        _written(f'["priority+", 0, null, "{nobody()}"]'),
    ],
)
async def test_a_garbled_cursor_is_refused(house: House, garbled: str) -> None:
    with pytest.raises(InvalidInputError):
        await tickets.page(ALL, TicketSort.PRIORITY, first=1, after=garbled, viewer=house.agent)


@pytest.mark.parametrize("first", [-1, 0, 201])
async def test_a_page_has_at_least_one_and_at_most_two_hundred(house: House, first: int) -> None:
    with pytest.raises(InvalidInputError, match="1 to 200"):
        await tickets.page(ALL, first=first, viewer=house.agent)


@pytest.mark.parametrize("size", [1, 5])
async def test_a_page_takes_one_statement_per_level(
    house: House, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        ticket_id = await house.open(f"{n}", Priority.HIGH, at=NINE + minutes(n))
        await work.acknowledge_ticket(ticket_id, call=house.call(house.agent, NINE + minutes(n)))
    await house.sweep(NINE + hours(3))
    asked = _listen(monkeypatch)

    page = await tickets.page(ALL, first=size, viewer=house.agent, wanted=Wanted.EVERYTHING)

    assert len(page.views) == size
    assert all(view.escalations for view in page.views)
    tables = [sql.partition(" FROM ")[2].split()[0] for sql in asked]
    assert tables == ["ticket", "deadline", "pause", "escalation", "person", "stream"]


def _listen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement from now on."""
    asked: list[str] = []
    for transaction in (postgres_client.Transaction, sqlite_client.Transaction):
        real = transaction.rows

        async def rows(self, sql, values, *, real=real):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - as the real one
            asked.append(sql)
            return await real(self, sql, values)

        monkeypatch.setattr(transaction, "rows", rows)
    return asked
