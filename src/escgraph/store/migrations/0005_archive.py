"""The archive of the event stream: where events lie that are older than the stream is kept."""

from tortoise import fields
from tortoise.migrations import Migration as TortoiseMigration

from escgraph.store.fields import DocumentField, PositionField, UtcDatetimeField
from escgraph.store.operations import CreateTable, Sql


class Migration(TortoiseMigration):
    operations = [
        CreateTable(
            "EventArchive",
            fields=[
                ("position", PositionField(primary_key=True, generated=False)),
                ("id", fields.UUIDField(unique=True)),
                ("kind", fields.TextField()),
                ("ticket_id", fields.UUIDField(null=True)),
                ("ticket_version", fields.IntField(null=True)),
                ("at", UtcDatetimeField()),
                ("by_id", fields.UUIDField(null=True)),
                ("recorded_at", UtcDatetimeField()),
                ("payload", DocumentField()),
                ("state", DocumentField(null=True)),
                ("archived_at", UtcDatetimeField()),
            ],
            checks={
                "event_archive_position": "position > 0",
                "event_archive_of_ticket": "(ticket_id IS NULL) = (ticket_version IS NULL)",
            },
        ),
        Sql(
            "CREATE UNIQUE INDEX event_archive_version "
            "ON event_archive (ticket_id, ticket_version)",
            "CREATE INDEX event_archive_timeline ON event_archive (ticket_id, position)",
            "CREATE INDEX event_archive_handed_down ON event_archive (ticket_id) "
            "WHERE kind = 'TicketDeescalated'",
        ),
    ]
