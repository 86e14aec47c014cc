"""How long a letter takes: one escalation with its package as files, and a storm of them in one."""

from cryptography.fernet import Fernet

from bench.figures import median_ms, say
from bench.houses import empty, settle
from escgraph.commands import work
from escgraph.domain.notice import Hearer, NoticeKind, Pace
from escgraph.domain.terms import PersonId, Priority, TicketId
from escgraph.notify.links import Links
from escgraph.queries.letters import letter_for
from escgraph.store.notice_rows import Message
from escgraph.store.stream import StoredEvent
from tests.queries.house import NINE, House, hours, minutes
from tests.queries.post import notice, posted, told_of

LINKS = Links("https://escgraph.example.org", [Fernet.generate_key().decode()])
STORM = 500
ENTRIES = 100
"""Actions that were logged on the single one."""

AT = NINE + hours(2)
TIMES = 20


async def measure() -> None:
    for engine in ("postgres", "sqlite"):
        async with empty(engine):
            people = House()
            await people.move_in()
            await _storm(people)
            await settle()
            climbs = await told_of("TicketEscalated")
            engineer = people.engineer.person
            single = await _message(engineer, climbs[:1], pace=Pace.AT_ONCE)
            storm = await _message(engineer, climbs, pace=Pace.BUNDLED)
            await _rate(engine, f"one, {ENTRIES} entries, files", single)
            await _rate(engine, f"{len(climbs)} tickets, 50 shown", storm)


async def _storm(people: House) -> None:
    """All of them reach LEVEL_2 at one moment; the first has the longest story."""
    ids = [await people.open(f"Node {n} is down", Priority.HIGH) for n in range(STORM)]
    await _tried(people, ids[0])
    await people.sweep(AT)


async def _tried(people: House, ticket_id: TicketId) -> None:
    for number in range(ENTRIES):
        call = people.call(people.agent, NINE + minutes(1))
        await work.log_action(ticket_id, call=call, text=f"Restarted node {number}: no change")


async def _message(person: PersonId, climbs: list[StoredEvent], *, pace: Pace) -> Message:
    kind, hearer = NoticeKind.ESCALATED, Hearer.TIER_TEAM
    told = [notice(kind, hearer, person, [climb], at=AT) for climb in climbs]
    return await posted(*told, at=AT, pace=pace)


async def _rate(engine: str, what: str, message: Message) -> None:
    letter = await letter_for(message, links=LINKS)
    files = sum(len(file.content) for file in letter.attachments)
    taken = await median_ms(lambda: letter_for(message, links=LINKS), times=TIMES)
    sizes = f"text {len(letter.text) / 1000:.0f} kB, HTML {len(letter.html) / 1000:.0f} kB"
    say(f"letter: {what}", f"{taken:.1f} ms", f"{engine}, {sizes}, files {files / 1000:.0f} kB")
