"""A year of tickets, written by SQL: too many to let each of them live through the commands."""

from datetime import UTC, datetime

from escgraph.store.database import dialect, execute, fetch
from escgraph.store.values import json_text, parsed
from tests.store.ladders import opened, store

BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
ENDED = datetime(2026, 1, 1, tzinfo=UTC)
YEAR_S = int((ENDED - BEGAN).total_seconds())


async def live_through(tickets: int) -> None:
    """So many tickets, with deadlines, pauses, escalations and events as such tickets have them.

    One in five is HIGH and two are MEDIUM; a third escalates, one in twenty comes back, one in
    thirty is cancelled, one in a hundred is handed down again, and who is not done yet at the
    year's end is live.
    """
    first = await store(opened())
    (ticket,) = await fetch("SELECT * FROM ticket WHERE id = $1", first.id)
    (event,) = await fetch("SELECT state FROM event WHERE ticket_id = $1", first.id)
    await execute(_LIVES.format(tickets=tickets, apart=YEAR_S / tickets, ended=YEAR_S))
    await execute(_tickets(), ticket["owner_id"], ticket["policy_version"])
    for cycle in (1, 2):
        for kind in ("RESPONSE", "LEVEL_2", "MANAGEMENT", *_REMINDERS):
            await execute(_deadlines(kind, cycle=cycle))
    for ordinal, pause in enumerate(_PAUSES):
        await execute(_pauses(ordinal, pause))
    facts = json_text(parsed(event["state"]))
    for version, (tier, due) in enumerate(_RUNGS.items()):
        await execute(_escalations(tier, due, version=3 + version), facts)
    before = 1
    for version, (kind, at, where) in enumerate(_EVENTS, start=1):
        before = await _events(kind, at, where, version=version, after=before, facts=facts)
    await execute("UPDATE stream SET position = $1", before)


async def _events(kind: str, at: str, where: str, *, version: int, after: int, facts: str) -> int:
    """Write them behind that position; returns the last one."""
    written = await execute(
        f"INSERT INTO event (position, id, kind, ticket_id, ticket_version, at, payload, state) "
        f"SELECT $1 + row_number() OVER (ORDER BY n), {_uuid(10 + version)}, $2, {_uuid(1)}, "
        f"{version}, {_moment(at)}, $3::jsonb, $4::jsonb FROM life WHERE {where}",
        after,
        kind,
        json_text(_DOWN if kind == "TicketDeescalated" else _UP),
        facts,
    )
    return after + written


def _moment(seconds: str) -> str:
    """That many seconds after the year began."""
    since = int(BEGAN.timestamp())
    if dialect() == "postgres":
        return f"to_timestamp({since} + ({seconds}))"
    return f"strftime('%Y-%m-%dT%H:%M:%S', {since} + ({seconds}), 'unixepoch') || '.000000Z'"


def _uuid(table: int) -> str:
    """An id of row n of that table."""
    if dialect() == "postgres":
        return f"('{table:08x}-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
    return f"printf('{table:08x}-0000-4000-8000-%012x', n)"


_LIVES = """
CREATE TABLE life AS
WITH RECURSIVE number (n) AS (
  SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM number WHERE n < {tickets}
),
thrown AS (
  SELECT n, CAST(n * {apart} AS integer) AS opened, n * 7919 % 1000 AS a, n * 104729 % 1000 AS b,
    n * 1299709 % 1000 AS c, CASE WHEN n % 5 = 0 THEN 1 WHEN n % 5 < 3 THEN 4 ELSE 24 END AS hours
  FROM number
),
timed AS (
  SELECT thrown.*, hours * 3600 AS respond, hours * 7200 AS climb,
    CASE WHEN hours = 24 THEN 72 ELSE hours * 4 END * 3600 AS manage,
    opened + CAST(hours * 36 * (5 + a * a / 7000) AS integer) AS answered,
    opened + CAST(hours * 36 * (10 + b * b / 1800) AS integer) AS done
  FROM thrown
),
ended AS (
  SELECT timed.*, c < 30 AS dropped, CASE WHEN c > 950 THEN done + 86400 END AS again FROM timed
)
SELECT n, opened, a, b, c, hours, respond, climb, manage,
  CASE WHEN answered < {ended} THEN answered END AS answered,
  CASE WHEN done < {ended} THEN done END AS done,
  dropped,
  CASE WHEN again < {ended} THEN again END AS again,
  CASE WHEN again + 7200 < {ended} THEN again + 7200 END AS redone,
  CASE hours WHEN 1 THEN 'HIGH' WHEN 4 THEN 'MEDIUM' ELSE 'LOW' END AS priority
FROM ended
"""
"""In seconds since the year began; null where the year ended first. Chance is arithmetic."""

_DOWN = {"from_tier": "MANAGEMENT", "to_tier": "LEVEL_2", "reason": "It can be done there"}
_UP = {
    "trigger": "DEADLINE",
    "kind": "LEVEL_2",
    "from_tier": "LEVEL_1",
    "to_tier": "LEVEL_2",
    "due_at": BEGAN,
    "catch_up": False,
    "reason": None,
    "comment": "",
}
"""What stands in the events; of other kinds nobody reads it here."""

_LAST = "CASE WHEN again IS NULL THEN done ELSE redone END"
_CATEGORIES = (
    "CASE n % 6 WHEN 0 THEN 'system-outage' WHEN 1 THEN 'security-issue' "
    "WHEN 2 THEN 'feature-not-working' WHEN 3 THEN 'degraded-performance' "
    "WHEN 4 THEN 'minor-bug' ELSE 'cosmetic-issue' END"
)
_TIER = (
    f"CASE WHEN coalesce(done, {YEAR_S}) > opened + manage THEN 'MANAGEMENT' "
    f"WHEN coalesce(done, {YEAR_S}) > opened + climb THEN 'LEVEL_2' ELSE 'LEVEL_1' END"
)
_REMINDERS = {"REMINDER_1": 3600, "REMINDER_2": 14400, "REMINDER_3": 86400}
_RUNGS = {"LEVEL_2": "climb", "MANAGEMENT": "manage"}
_PAUSES = (
    ("opened + respond / 2", "opened + respond / 2 + 1800", "'AWAITING_CUSTOMER'", "a % 10 = 0"),
    ("done", "again", "NULL", "done IS NOT NULL AND NOT dropped"),
    ("redone", "NULL", "NULL", "redone IS NOT NULL AND NOT dropped"),
)
_EVENTS = (
    ("TicketOpened", "opened", "1 = 1"),
    ("TicketAcknowledged", "answered", "answered IS NOT NULL"),
    ("TicketEscalated", "opened + climb", f"{_TIER} <> 'LEVEL_1'"),
    ("TicketEscalated", "opened + manage", f"{_TIER} = 'MANAGEMENT'"),
    ("TicketDeescalated", "opened + manage + 600", f"{_TIER} = 'MANAGEMENT' AND c % 20 = 0"),
    ("NoteAdded", "opened + 60", "1 = 1"),
    ("ActionLogged", "opened + 120", "1 = 1"),
    ("TicketResolved", "done", "done IS NOT NULL AND NOT dropped"),
    ("TicketCancelled", "done", "done IS NOT NULL AND dropped"),
    ("TicketReopened", "again", "again IS NOT NULL AND NOT dropped"),
    ("TicketResolved", "redone", "redone IS NOT NULL AND NOT dropped"),
    ("TicketClosed", f"{_LAST} + 60", f"{_LAST} IS NOT NULL AND NOT dropped"),
)


def _tickets() -> str:
    over = f"({_LAST}) IS NOT NULL AND NOT dropped"
    columns = {
        "id": _uuid(1),
        "number": "n + 1000",
        "version": "12",
        "title": "'Search is slow in shop ' || n",
        "description": "'Each search takes a minute, and the index was rebuilt only last week.'",
        "category": _CATEGORIES,
        "component": "'component ' || (b % 12)",
        "reporter": "'Ann Example'",
        "priority": "priority",
        **dict.fromkeys(("flagged", "urgent", "critical", "breached"), _flag("1 = 0")),
        "indicator": "''",
        "status": f"CASE WHEN done IS NOT NULL AND dropped THEN 'CANCELLED' "
        f"WHEN {over} THEN 'CLOSED' ELSE 'IN_PROGRESS' END",
        "tier": f"CASE WHEN {_TIER} = 'MANAGEMENT' AND c % 20 = 0 THEN 'LEVEL_2' ELSE {_TIER} END",
        "reached": _TIER,
        "owner_id": "$1",
        "opened_by": "$1",
        **dict.fromkeys(("assignees", "stakeholders"), "'[]'"),
        "policy_version": "$2",
        "opened_at": _moment("opened"),
        "clock_started_at": _moment("opened"),
        "acknowledged_at": _moment("answered"),
        "resolved_at": f"CASE WHEN {over} THEN {_moment(_LAST)} END",
        "closed_at": f"CASE WHEN {over} THEN {_moment(_LAST + ' + 60')} END",
        "reopened_at": _moment("again"),
        "cancelled_at": f"CASE WHEN done IS NOT NULL AND dropped THEN {_moment('done')} END",
        "actions_logged": "1",
        "cycle": "CASE WHEN again IS NULL THEN 1 ELSE 2 END",
        "resolution": f"CASE WHEN {over} THEN {_resolution()} END",
        "updated_at": _moment(f"coalesce({_LAST}, opened + 120) + 60"),
        "team": "CASE b % 3 WHEN 0 THEN 'web' WHEN 1 THEN 'mail' ELSE '' END",
    }
    return (
        f"INSERT INTO ticket ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM life"
    )


def _flag(condition: str) -> str:
    """A truth value, which SQLite stores as a number."""
    return f"({condition})"


def _resolution() -> str:
    written = json_text(
        {
            "summary": "The index was rebuilt",
            "code": "FIXED",
            "root_cause": "A full disk",
            "follow_ups": [],
        }
    )
    return f"CAST('{written}' AS {'jsonb' if dialect() == 'postgres' else 'text'})"


def _deadlines(kind: str, *, cycle: int) -> str:
    """Of the first cycle all; of the second the rungs that had not fired in the first."""
    after = {"RESPONSE": "respond", "LEVEL_2": "climb"}.get(kind, "manage")
    due = f"opened + {after} + {_REMINDERS.get(kind, 0)}"
    answer = "answered" if kind == "RESPONSE" else "done"
    tier = f"'{kind}'" if kind in _RUNGS else "NULL"
    fired = f"{due} < coalesce({answer}, {YEAR_S})"
    if cycle == 2:
        fired = "1 = 0"
        due = f"again + {after} + {_REMINDERS.get(kind, 0)}"
        answer = "redone"
    where = "1 = 1" if cycle == 1 else f"again IS NOT NULL AND opened + {after} >= done"
    if cycle == 2 and kind == "RESPONSE":
        where = "1 = 0"
    target = kind not in _REMINDERS
    settled = "'MET'" if target else "'VOID'"
    return (
        "INSERT INTO deadline (id, ticket_id, cycle, kind, rank, due_at, state, to_tier, fired_at) "
        f"SELECT {_uuid(100 * cycle + list(_RANKS).index(kind))}, {_uuid(1)}, {cycle}, '{kind}', "
        f"{_RANKS[kind]}, {_moment(due)}, CASE WHEN {fired} THEN 'FIRED' "
        f"WHEN dropped THEN 'VOID' WHEN {answer} IS NULL THEN 'ARMED' ELSE {settled} END, {tier}, "
        f"CASE WHEN {fired} THEN {_moment(due)} END FROM life WHERE {where}"
    )


_RANKS = {
    "RESPONSE": 0,
    "LEVEL_2": 2,
    "MANAGEMENT": 4,
    "REMINDER_1": 5,
    "REMINDER_2": 6,
    "REMINDER_3": 7,
}


def _pauses(ordinal: int, pause: tuple[str, str, str, str]) -> str:
    start, end, reason, where = pause
    ended = "NULL" if end == "NULL" else _moment(end)
    return (
        "INSERT INTO pause (id, ticket_id, ordinal, started_at, ended_at, reason, note) "
        f"SELECT {_uuid(50 + ordinal)}, {_uuid(1)}, {ordinal}, {_moment(start)}, {ended}, "
        f"{reason}, '' FROM life WHERE {where}"
    )


def _escalations(tier: str, due: str, *, version: int) -> str:
    below = "LEVEL_1" if tier == "LEVEL_2" else "LEVEL_2"
    reached = f"{_TIER} <> 'LEVEL_1'" if tier == "LEVEL_2" else f"{_TIER} = 'MANAGEMENT'"
    return (
        "INSERT INTO escalation (id, ticket_id, ticket_version, cycle, trigger, kind, from_tier, "
        "to_tier, due_at, fired_at, catch_up, comment, description, responsible_from, "
        "responsible_to, told, no_recipient, facts) "
        f"SELECT {_uuid(60 + version)}, {_uuid(1)}, {version}, 1, 'DEADLINE', '{tier}', '{below}', "
        f"'{tier}', {_moment(f'opened + {due}')}, {_moment(f'opened + {due}')}, (1 = 0), '', "
        f"'Each search takes a minute', '[]', '[]', '[]', (1 = 0), $1::jsonb FROM life "
        f"WHERE {reached}"
    )
