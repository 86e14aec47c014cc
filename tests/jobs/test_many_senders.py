"""Senders that are killed lose nothing, and double next to nothing (C2), on PostgreSQL.

`python -m bench notices` is the same with 5,000 messages.
"""

from datetime import timedelta

from tests.jobs.gale import Senders, account, environ, failing, new_key, places, tell
from tests.receiver import Receiver

MESSAGES = 150
PLACES = 6
SENDERS = 3
KILLS = 3
SLACK = timedelta(seconds=1)
"""Shorter than in life, so that what the dead leave is taken back soon."""


async def test_every_message_arrives_however_receivers_fail_and_senders_die(
    house_on_postgres: str,
) -> None:
    """Each at least once; what came twice came with the same id; every signature is good."""
    settings = environ(house_on_postgres, new_key())
    with Receiver() as receiver:
        for n in range(PLACES):
            receiver.behave(f"/{n}", failing(n))
        await tell(await places(receiver, PLACES), MESSAGES)

        async with Senders(settings, count=SENDERS, slack=SLACK) as senders:
            await senders.until_all_ended(kills=KILLS, seconds=120)

        told = await account(receiver)

    assert senders.kills > 0
    assert (told.messages, told.undelivered, told.arrived) == (MESSAGES, 0, MESSAGES)
    assert told.outcomes["FAILED"] > 0
    assert told.doubles <= told.outcomes.get("LOST", 0)
