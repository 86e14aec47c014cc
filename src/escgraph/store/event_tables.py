"""Where events are stored: the stream keeps the later ones, the archive has those before.

Who reads the stream as it goes on (the hub, a replay, the notices, the webhooks) reads `event`
alone, where the positions follow each other without a gap. Who tells what happened to something,
or checks all of it, reads both, and sees no difference when events move from the one to the other:
a statement sees the database at one moment, and the move is one transaction.
"""

COLUMNS = "position, id, kind, ticket_id, ticket_version, at, by_id, recorded_at, payload, state"

EVER = f"(SELECT {COLUMNS} FROM event UNION ALL SELECT {COLUMNS} FROM event_archive)"  # noqa: S608 - our own names
"""Every event that ever was, to stand behind FROM or JOIN with a name behind it. Both engines push
conditions down into it, so that each half is read by its own index."""

EVENTS = f"{EVER} AS event"
