"""Notices: how people want to be told, what they were told, and webhooks of scripts.

What happened before this is told to nobody: the reader of the stream begins at its end.
"""

from tortoise import fields
from tortoise.migrations import Migration as TortoiseMigration
from tortoise.migrations.operations import AddField

from escgraph.store.fields import (
    DocumentField,
    FlagField,
    KeyField,
    PositionField,
    UtcDatetimeField,
    reference,
)
from escgraph.store.operations import CreateTable, Sql

_BEGIN = (
    "INSERT INTO reader (name, position, updated_at) "
    "SELECT 'notices', position, {now} FROM stream WHERE name = 'main'"
)


class Migration(TortoiseMigration):
    operations = [
        CreateTable(
            "Reader",
            fields=[
                ("name", KeyField(primary_key=True)),
                ("position", fields.BigIntField()),
                ("updated_at", UtcDatetimeField()),
            ],
        ),
        CreateTable(
            "Skipped",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("reader", fields.TextField()),
                ("position", fields.BigIntField()),
                ("skipped_at", UtcDatetimeField()),
                ("reason", fields.TextField()),
            ],
        ),
        CreateTable(
            "Preference",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("person", reference("Person")),
                ("zone", fields.TextField(null=True)),
                ("quiet_from", fields.TextField(null=True)),
                ("quiet_until", fields.TextField(null=True)),
                ("digest_at", fields.TextField(null=True)),
                ("hourly_cap", fields.IntField(null=True)),
                ("updated_at", UtcDatetimeField()),
            ],
            checks={
                "preference_quiet": "(quiet_from IS NULL) = (quiet_until IS NULL)",
                "preference_cap": "hourly_cap IS NULL OR hourly_cap > 0",
            },
        ),
        CreateTable(
            "Channel",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("person", reference("Person")),
                ("kind", fields.TextField()),
                ("name", fields.TextField()),
                ("ordinal", fields.IntField()),
                ("target", fields.TextField(null=True)),
                ("secrets", fields.TextField(null=True)),
                ("place", fields.TextField()),
                ("created_at", UtcDatetimeField()),
                ("disabled_at", UtcDatetimeField(null=True)),
                ("disabled_reason", fields.TextField(null=True)),
                ("removed_at", UtcDatetimeField(null=True)),
            ],
        ),
        CreateTable(
            "Webhook",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("owner", reference("Person")),
                ("name", fields.TextField()),
                ("url", fields.TextField()),
                ("secrets", fields.TextField()),
                ("place", fields.TextField()),
                ("kinds", DocumentField(null=True)),
                ("criteria", DocumentField(null=True)),
                ("position", fields.BigIntField()),
                ("created_at", UtcDatetimeField()),
                ("updated_at", UtcDatetimeField()),
                ("disabled_at", UtcDatetimeField(null=True)),
                ("disabled_reason", fields.TextField(null=True)),
                ("removed_at", UtcDatetimeField(null=True)),
            ],
        ),
        CreateTable(
            "Notice",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("key", KeyField(unique=True)),
                ("kind", fields.TextField()),
                ("person", reference("Person")),
                ("hearer", fields.TextField()),
                ("ticket", reference("Ticket", null=True)),
                ("review_id", fields.UUIDField(null=True)),
                ("priority", fields.TextField(null=True)),
                ("pressing", FlagField()),
                ("position", PositionField()),
                ("positions", DocumentField()),
                ("created_at", UtcDatetimeField()),
                ("more_until", UtcDatetimeField(null=True)),
                ("settled_at", UtcDatetimeField(null=True)),
                ("passed_on_at", UtcDatetimeField(null=True)),
            ],
        ),
        CreateTable(
            "Message",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("person", reference("Person", null=True)),
                ("channel", reference("Channel", null=True)),
                ("webhook", reference("Webhook", null=True)),
                ("event_position", fields.BigIntField(null=True)),
                ("zone", fields.TextField(null=True)),
                ("kind", fields.TextField()),
                ("pace", fields.TextField()),
                ("circuit", fields.TextField()),
                ("state", fields.TextField()),
                ("created_at", UtcDatetimeField()),
                ("due_at", UtcDatetimeField()),
                ("attempts", fields.IntField()),
                ("fence", fields.IntField()),
                ("leased_until", UtcDatetimeField(null=True)),
                ("first_attempt_at", UtcDatetimeField(null=True)),
                ("delivered_at", UtcDatetimeField(null=True)),
                ("died_at", UtcDatetimeField(null=True)),
                ("fault", fields.TextField(null=True)),
            ],
            checks={
                "message_for": "(person_id IS NOT NULL AND webhook_id IS NULL "
                "AND event_position IS NULL) OR (person_id IS NULL AND channel_id IS NULL "
                "AND webhook_id IS NOT NULL AND event_position IS NOT NULL)",
                "message_state": "state IN ('WAITING', 'SENDING', 'DELIVERED', 'DEAD')",
                "message_lease": "(state = 'SENDING') = (leased_until IS NOT NULL)",
                "message_delivered": "(state = 'DELIVERED') = (delivered_at IS NOT NULL)",
                "message_dead": "(state = 'DEAD') = (died_at IS NOT NULL)",
            },
        ),
        CreateTable(
            "Delivery",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("notice", reference("Notice")),
                ("message", reference("Message")),
                ("via", fields.TextField()),
                ("created_at", UtcDatetimeField()),
            ],
        ),
        CreateTable(
            "Attempt",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("message", reference("Message")),
                ("number", fields.IntField()),
                ("started_at", UtcDatetimeField()),
                ("ended_at", UtcDatetimeField()),
                ("outcome", fields.TextField()),
                ("answer", fields.TextField()),
            ],
        ),
        CreateTable(
            "Circuit",
            fields=[
                ("key", KeyField(primary_key=True)),
                ("failures", fields.IntField()),
                ("open_until", UtcDatetimeField(null=True)),
                ("claims", fields.BigIntField()),
                ("updated_at", UtcDatetimeField()),
            ],
        ),
        CreateTable(
            "UsedLink",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("ticket", reference("Ticket")),
                ("person", reference("Person")),
                ("act", fields.TextField()),
                ("used_at", UtcDatetimeField()),
            ],
        ),
        AddField("Ticket", "update_reminded_for", UtcDatetimeField(null=True)),
        Sql(
            "CREATE UNIQUE INDEX skipped_key ON skipped (reader, position)",
            "CREATE UNIQUE INDEX preference_person ON preference (person_id)",
            "CREATE INDEX channel_person ON channel (person_id, ordinal)",
            "CREATE INDEX webhook_owner ON webhook (owner_id)",
            "CREATE INDEX notice_person ON notice (person_id, created_at)",
            "CREATE INDEX notice_ticket ON notice (ticket_id, created_at)",
            "CREATE INDEX notice_age ON notice (created_at, id)",
            "CREATE INDEX notice_unsettled ON notice (created_at, id) WHERE settled_at IS NULL",
            "CREATE INDEX message_due ON message (circuit, pace, due_at, id) "
            "WHERE state = 'WAITING'",
            "CREATE INDEX message_leased ON message (leased_until) WHERE state = 'SENDING'",
            "CREATE INDEX message_sending ON message (circuit) WHERE state = 'SENDING'",
            "CREATE INDEX message_died ON message (died_at, id) WHERE state = 'DEAD'",
            "CREATE INDEX message_open ON message (person_id) "
            "WHERE state = 'WAITING' AND person_id IS NOT NULL",
            "CREATE INDEX message_person ON message (person_id, created_at) "
            "WHERE person_id IS NOT NULL",
            "CREATE UNIQUE INDEX message_event ON message (webhook_id, event_position) "
            "WHERE webhook_id IS NOT NULL",
            "CREATE INDEX message_webhook_dead ON message (webhook_id, died_at) "
            "WHERE webhook_id IS NOT NULL AND state = 'DEAD'",
            "CREATE INDEX message_webhook_delivered ON message (webhook_id, delivered_at) "
            "WHERE webhook_id IS NOT NULL AND state = 'DELIVERED'",
            "CREATE UNIQUE INDEX delivery_key ON delivery (notice_id, via)",
            "CREATE INDEX delivery_message ON delivery (message_id)",
            "CREATE INDEX delivery_age ON delivery (created_at, id)",
            "CREATE UNIQUE INDEX attempt_key ON attempt (message_id, number)",
            sqlite=[_BEGIN.format(now="strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')")],
            postgres=[_BEGIN.format(now="clock_timestamp()")],
        ),
    ]
