"""The first schema.

Checks guard only sets that the SOP closes, since SQLite can never take a check back without
rebuilding the table. Every reference restricts: nothing is deleted because something else was.
"""

from tortoise import fields
from tortoise.migrations import Migration as TortoiseMigration

from escgraph.store.fields import (
    DatabaseNow,
    DocumentField,
    FlagField,
    KeyField,
    PositionField,
    UtcDatetimeField,
    reference,
)
from escgraph.store.operations import CreateTable, Sql

TIERS = "('LEVEL_1', 'LEVEL_2', 'LEVEL_3', 'MANAGEMENT')"
PRIORITIES = "('HIGH', 'MEDIUM', 'LOW')"
STATUSES = "('OPEN', 'IN_PROGRESS', 'ON_HOLD', 'RESOLVED', 'CLOSED', 'CANCELLED')"
SQLITE_UUID = (
    "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || "
    "substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || "
    "hex(randomblob(6)))"
)
LIVE = "('OPEN', 'IN_PROGRESS', 'ON_HOLD')"


class Migration(TortoiseMigration):
    initial = True

    operations = [
        CreateTable(
            "Person",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("name", fields.TextField()),
                ("email", KeyField(unique=True)),
                ("role", fields.TextField()),
                ("tier", fields.TextField(null=True)),
                ("lead", FlagField()),
                ("active", FlagField()),
                ("created_at", UtcDatetimeField()),
            ],
            checks={"person_tier": f"tier IN {TIERS}"},
        ),
        CreateTable(
            "Token",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("hash", fields.CharField(max_length=64, unique=True)),
                ("person", reference("Person")),
                ("name", fields.TextField()),
                ("scopes", DocumentField()),
                ("demo", FlagField()),
                ("created_at", UtcDatetimeField()),
                ("expires_at", UtcDatetimeField(null=True)),
                ("revoked_at", UtcDatetimeField(null=True)),
            ],
            checks={"token_is_hashed": "length(hash) = 64"},
        ),
        CreateTable(
            "Policy",
            fields=[
                ("version", fields.IntField(primary_key=True, generated=False)),
                ("name", fields.TextField()),
                ("document", DocumentField()),
                ("created_at", UtcDatetimeField()),
                ("published_at", UtcDatetimeField()),
            ],
            checks={"policy_version": "version > 0"},
        ),
        CreateTable(
            "Category",
            fields=[
                ("key", KeyField(primary_key=True)),
                ("name", fields.TextField()),
                ("suggested_priority", fields.TextField()),
            ],
            checks={"category_priority": f"suggested_priority IN {PRIORITIES}"},
        ),
        CreateTable(
            "Route",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("category", fields.TextField(null=True)),
                ("component", fields.TextField(null=True)),
                ("owner", reference("Person")),
            ],
        ),
        CreateTable(
            "Ticket",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("number", PositionField(unique=True)),
                ("version", fields.IntField()),
                ("title", fields.TextField()),
                ("description", fields.TextField()),
                ("category", reference("Category", column="category")),
                ("component", fields.TextField()),
                ("reporter", fields.TextField()),
                ("priority", fields.TextField()),
                ("flagged", FlagField()),
                ("urgent", FlagField()),
                ("critical", FlagField()),
                ("indicator", fields.TextField()),
                ("status", fields.TextField()),
                ("tier", fields.TextField()),
                ("reached", fields.TextField()),
                ("owner", reference("Person")),
                ("assignees", DocumentField()),
                ("stakeholders", DocumentField()),
                ("policy", reference("Policy", column="policy_version")),
                ("opened_by", reference("Person", column="opened_by")),
                ("opened_at", UtcDatetimeField()),
                ("clock_started_at", UtcDatetimeField()),
                ("acknowledged_at", UtcDatetimeField(null=True)),
                ("response_breached_at", UtcDatetimeField(null=True)),
                ("accepted_at", UtcDatetimeField(null=True)),
                ("resolved_at", UtcDatetimeField(null=True)),
                ("closed_at", UtcDatetimeField(null=True)),
                ("reopened_at", UtcDatetimeField(null=True)),
                ("cancelled_at", UtcDatetimeField(null=True)),
                ("escalated_at", UtcDatetimeField(null=True)),
                ("updated_stakeholders_at", UtcDatetimeField(null=True)),
                ("actions_logged", fields.IntField()),
                ("cycle", fields.IntField()),
                ("breached", FlagField()),
                ("next_due_at", UtcDatetimeField(null=True)),
                ("resolution", DocumentField(null=True)),
                ("updated_at", UtcDatetimeField()),
            ],
            checks={
                "ticket_counts": "number > 0 AND version > 0 AND cycle > 0 AND actions_logged >= 0",
                "ticket_priority": f"priority IN {PRIORITIES}",
                "ticket_status": f"status IN {STATUSES}",
                "ticket_tier": f"tier IN {TIERS}",
                "ticket_reached": f"reached IN {TIERS} AND reached >= tier",
            },
        ),
        CreateTable(
            "Deadline",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("ticket", reference("Ticket")),
                ("cycle", fields.IntField()),
                ("kind", fields.TextField()),
                ("rank", fields.SmallIntField()),
                ("due_at", UtcDatetimeField()),
                ("state", fields.TextField()),
                ("to_tier", fields.TextField(null=True)),
                ("to_status", fields.TextField(null=True)),
                ("fired_at", UtcDatetimeField(null=True)),
                ("parked_at", UtcDatetimeField(null=True)),
                ("parked_reason", fields.TextField(null=True)),
            ],
            checks={
                "deadline_state": "state IN ('ARMED', 'FIRED', 'MET', 'VOID')",
                "deadline_fired": "(state = 'FIRED') = (fired_at IS NOT NULL)",
                "deadline_to_tier": f"to_tier IN {TIERS}",
                "deadline_to_status": f"to_status IN {STATUSES}",
            },
        ),
        CreateTable(
            "Pause",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("ticket", reference("Ticket")),
                ("ordinal", fields.IntField()),
                ("started_at", UtcDatetimeField()),
                ("ended_at", UtcDatetimeField(null=True)),
                ("cap_at", UtcDatetimeField(null=True)),
                ("reason", fields.TextField(null=True)),
                ("note", fields.TextField()),
                ("by", reference("Person", null=True)),
                ("approved_by", reference("Person", column="approved_by", null=True)),
            ],
            checks={"pause_ordinal": "ordinal >= 0"},
        ),
        CreateTable(
            "Escalation",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("ticket", reference("Ticket")),
                ("ticket_version", fields.IntField()),
                ("cycle", fields.IntField()),
                ("trigger", fields.TextField()),
                ("kind", fields.TextField(null=True)),
                ("from_tier", fields.TextField()),
                ("to_tier", fields.TextField()),
                ("due_at", UtcDatetimeField()),
                ("fired_at", UtcDatetimeField()),
                ("catch_up", FlagField()),
                ("by", reference("Person", null=True)),
                ("reason", fields.TextField(null=True)),
                ("comment", fields.TextField()),
                ("description", fields.TextField()),
                ("responsible_from", DocumentField()),
                ("responsible_to", DocumentField()),
                ("told", DocumentField()),
                ("no_recipient", FlagField()),
                ("facts", DocumentField()),
            ],
            checks={
                "escalation_trigger": "trigger IN ('DEADLINE', 'MANUAL', 'REOPENED')",
                "escalation_kind": "trigger <> 'DEADLINE' OR kind IS NOT NULL",
                "escalation_from": f"from_tier IN {TIERS}",
                "escalation_to": f"to_tier IN {TIERS}",
            },
        ),
        CreateTable(
            "Event",
            fields=[
                ("position", PositionField(primary_key=True, generated=False)),
                ("id", fields.UUIDField(unique=True)),
                ("kind", fields.TextField()),
                ("ticket", reference("Ticket", null=True)),
                ("ticket_version", fields.IntField(null=True)),
                ("at", UtcDatetimeField()),
                ("by", reference("Person", null=True)),
                ("recorded_at", UtcDatetimeField(db_default=DatabaseNow())),
                ("payload", DocumentField()),
                ("state", DocumentField(null=True)),
            ],
            checks={
                "event_position": "position > 0",
                "event_of_ticket": "(ticket_id IS NULL) = (ticket_version IS NULL)",
            },
        ),
        CreateTable(
            "Stream",
            fields=[
                ("name", KeyField(primary_key=True)),
                ("epoch", fields.TextField()),
                ("position", fields.BigIntField()),
            ],
            checks={"stream_position": "position >= 0"},
        ),
        CreateTable(
            "Counter",
            fields=[
                ("name", KeyField(primary_key=True)),
                ("value", fields.BigIntField()),
            ],
        ),
        CreateTable(
            "Idempotency",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("actor", reference("Person")),
                ("key", fields.TextField()),
                ("act", fields.TextField()),
                ("payload_hash", fields.TextField()),
                ("result", DocumentField(null=True)),
                ("created_at", UtcDatetimeField()),
            ],
        ),
        CreateTable(
            "Heartbeat",
            fields=[
                ("name", KeyField(primary_key=True)),
                ("beat_at", UtcDatetimeField()),
                ("detail", DocumentField()),
            ],
        ),
        Sql(
            "CREATE INDEX token_person ON token (person_id)",
            "CREATE UNIQUE INDEX route_key ON route (coalesce(category, ''), coalesce(component, ''))",
            f"CREATE INDEX ticket_queue ON ticket (status, tier, priority) WHERE status IN {LIVE}",
            f"CREATE INDEX ticket_next_due ON ticket (next_due_at) WHERE status IN {LIVE}",
            "CREATE INDEX ticket_owner ON ticket (owner_id)",
            "CREATE INDEX ticket_subject ON ticket (category, component)",
            "CREATE INDEX ticket_age ON ticket (opened_at, id)",
            "CREATE UNIQUE INDEX deadline_key ON deadline (ticket_id, cycle, kind)",
            "CREATE INDEX deadline_due ON deadline (due_at, rank, id) WHERE state = 'ARMED' AND parked_at IS NULL",
            "CREATE UNIQUE INDEX pause_key ON pause (ticket_id, ordinal)",
            "CREATE INDEX pause_start ON pause (ticket_id, started_at)",
            "CREATE UNIQUE INDEX pause_open ON pause (ticket_id) WHERE ended_at IS NULL",
            "CREATE UNIQUE INDEX escalation_version ON escalation (ticket_id, ticket_version)",
            "CREATE UNIQUE INDEX escalation_rung ON escalation (ticket_id, cycle, kind) WHERE trigger = 'DEADLINE'",
            "CREATE INDEX escalation_age ON escalation (fired_at, id)",
            "CREATE UNIQUE INDEX event_version ON event (ticket_id, ticket_version)",
            "CREATE INDEX event_timeline ON event (ticket_id, position)",
            "CREATE UNIQUE INDEX idempotency_key ON idempotency (actor_id, key)",
            "CREATE INDEX idempotency_age ON idempotency (created_at)",
            sqlite=[
                f"INSERT INTO stream (name, epoch, position) VALUES ('main', {SQLITE_UUID}, 0)",  # noqa: S608 - a literal
                "INSERT INTO counter (name, value) VALUES ('ticket', 0)",
            ],
            postgres=[
                "CREATE INDEX ticket_assignees ON ticket USING gin (assignees)",
                "CREATE SEQUENCE ticket_number",
                "INSERT INTO stream (name, epoch, position) VALUES ('main', gen_random_uuid(), 0)",
            ],
        ),
    ]
