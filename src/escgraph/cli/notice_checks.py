"""What the doctor looks at of notices: is there a way, does it open, does anything lie about."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from escgraph.cli.findings import Finding, State, many, second
from escgraph.config import Settings
from escgraph.domain.errors import ConflictError
from escgraph.jobs.housekeeping import an_engine_lives
from escgraph.notify.email import Email
from escgraph.notify.outcome import UndeliveredError
from escgraph.runtime import LINKS_OFF
from escgraph.store import database, notice_checkup, readers, sealing, simulation
from escgraph.store.sealing import SealingError

MAIL_PATIENCE_S = 3.0
UNTOLD = timedelta(seconds=10)
"""An event that was told to nobody after that time is late: the job looks each second."""

UNSENT = timedelta(minutes=1)
"""A message that is due so long is late: the senders look each second, and may be many behind."""

LATELY = timedelta(days=7)
"""How far back the doctor looks for what is over."""


async def of_notices(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    """Every check of notices that a database is needed for."""
    yield await _ways(settings, now)
    yield await _sealed(settings)
    yield _links(settings)
    yield await _untold(now)
    yield await _skipped()
    yield await _unsent(settings, now)
    yield await _disabled()
    yield await _circuits(now)
    yield await _dead(now)


async def mail_server(settings: Settings) -> Finding:
    """Whether it answers, and takes our password where there is one."""
    about = "mail server"
    if settings.smtp_url is None or settings.mail_from is None:
        return Finding(about, State.OK, "none is set: no e-mail")
    patience = min(MAIL_PATIENCE_S, settings.send_timeout)
    email = Email(settings.smtp_url, sender=settings.mail_from, timeout_s=patience)
    try:
        await email.greet()
    except UndeliveredError as error:
        return Finding(about, State.FAIL, error.reason, "see ESCGRAPH_SMTP_URL")
    finally:
        await email.close()
    return Finding(about, State.OK, f"it answers; it sends as {settings.mail_from}")


async def _ways(settings: Settings, now: datetime) -> Finding:
    """A warning as soon as anybody was to be told and could not be."""
    about, channels = "ways to people", await notice_checkup.ways()
    logged = await notice_checkup.logged(since=now - LATELY)
    named = [
        *(["e-mail"] if settings.smtp_url is not None else []),
        *([f"{channels} of their own"] if channels else []),
    ]
    if named:
        return Finding(about, State.OK, ", ".join(named))
    if not logged.count:
        return Finding(about, State.OK, "none: notices go to the log and to the API only", _A_WAY)
    return Finding(
        about,
        State.WARN,
        f"{many(logged)}: notices that went to the log and to the API only",
        _A_WAY,
    )


async def _sealed(settings: Settings) -> Finding:
    about = "sealed secrets"
    sealing.use_keys(settings.secret_keys)
    texts = await notice_checkup.sealed()
    shut = sum(not _opens(text) for text in texts)
    if shut:
        return Finding(
            about,
            State.FAIL,
            f"{shut} of {len(texts)} addresses and secrets cannot be opened: nothing goes there",
            "add the key that sealed them behind the others in ESCGRAPH_SECRET_KEYS",
        )
    return Finding(about, State.OK, f"all {len(texts)} can be opened" if texts else "none")


def _opens(text: str) -> bool:
    try:
        sealing.unseal(text)
    except (ConflictError, SealingError):
        return False
    return True


def _links(settings: Settings) -> Finding:
    about = "links in messages"
    if settings.public_url is None or not settings.secret_keys:
        return Finding(about, State.OK, "none", LINKS_OFF.partition("; ")[2])
    return Finding(about, State.OK, f"to {settings.public_url}")


async def _untold(now: datetime) -> Finding:
    """Where no engine lives, or time is simulated, that is what is wrong, and is said elsewhere."""
    about, waiting = "untold events", await notice_checkup.untold()
    if waiting.since is None:
        return Finding(about, State.OK, "none: the notices are up with what happened")
    if await simulation.marked() or not await an_engine_lives(now=now):
        return Finding(about, State.OK, f"{many(waiting)}: they wait for an engine")
    if waiting.since > await database.database_now() - UNTOLD:
        return Finding(about, State.OK, f"{waiting.count}, just written")
    return Finding(
        about,
        State.FAIL,
        many(waiting),
        "nobody is told of them: look for notices.pass_failed in the log of the engine",
    )


async def _skipped() -> Finding:
    about, count = "skipped events", await readers.left_behind()
    if not count:
        return Finding(about, State.OK, "none")
    return Finding(
        about,
        State.WARN,
        f"{count} that could not be told, and were passed over",
        "see the table skipped, tell people by hand, and report this fault",
    )


async def _unsent(settings: Settings, now: datetime) -> Finding:
    about, late = "unsent messages", UNSENT * max(settings.clock_speed, 1.0)
    waiting = await notice_checkup.overdue(before=now - late, now=now)
    if not waiting.count:
        return Finding(about, State.OK, "none is late")
    return Finding(
        about,
        State.FAIL,
        many(waiting),
        "start an engine: escgraph worker, or escgraph serve; with one, more of them",
    )


async def _circuits(now: datetime) -> Finding:
    about, found = "open circuits", await notice_checkup.open_circuits(now)
    if not found:
        return Finding(about, State.OK, "none")
    return Finding(
        about,
        State.WARN,
        ", ".join(f"{circuit.key} until {second(circuit.until)}" for circuit in found),
        "each failed again and again; its messages wait and none is lost: see escgraph notify list",
    )


async def _disabled() -> Finding:
    """By hand, or as the receiver wants nothing more: no fault, but nothing goes there."""
    about, count = "disabled ways", await notice_checkup.disabled()
    if not count:
        return Finding(about, State.OK, "none")
    return Finding(
        about,
        State.OK,
        f"{count}: nothing goes there",
        "escgraph channel list and escgraph webhook list say which and why; enable or remove them",
    )


async def _dead(now: datetime) -> Finding:
    about, waiting = "dead messages", await notice_checkup.dead(since=now - LATELY)
    if not waiting.count:
        return Finding(about, State.OK, f"none in {LATELY.days} days")
    return Finding(
        about,
        State.WARN,
        many(waiting),
        "to people: escgraph notify list --state DEAD --json, then notify redeliver; "
        "to scripts: escgraph webhook list, then webhook replay",
    )


_A_WAY = "set ESCGRAPH_SMTP_URL and ESCGRAPH_MAIL_FROM, or let people add channels (addChannel)"
