"""Policies that change, reviews, merged and routed tickets.

Every new column may be null, so that the version before goes on writing its rows.
"""

from tortoise import fields
from tortoise.migrations import Migration as TortoiseMigration
from tortoise.migrations.operations import AddField

from escgraph.store.fields import (
    DocumentField,
    UtcDatetimeField,
    reference,
)
from escgraph.store.operations import CreateTable, Sql


class Migration(TortoiseMigration):
    operations = [
        CreateTable(
            "Review",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("kind", fields.TextField()),
                ("ticket", reference("Ticket", null=True)),
                ("cycle", fields.IntField(null=True)),
                ("quarter", fields.TextField(null=True)),
                ("starts_at", UtcDatetimeField(null=True)),
                ("ends_at", UtcDatetimeField(null=True)),
                ("version", fields.IntField()),
                ("state", fields.TextField()),
                ("opened_at", UtcDatetimeField()),
                ("due_at", UtcDatetimeField()),
                ("updated_at", UtcDatetimeField()),
                ("sections", DocumentField()),
                ("facts", DocumentField(null=True)),
                ("overdue_at", UtcDatetimeField(null=True)),
                ("completed_at", UtcDatetimeField(null=True)),
                ("completed_by", reference("Person", column="completed_by", null=True)),
            ],
            checks={
                "review_kind": "(kind = 'POST_ISSUE' AND ticket_id IS NOT NULL AND cycle IS NOT NULL) "
                "OR (kind = 'QUARTERLY' AND quarter IS NOT NULL AND starts_at IS NOT NULL "
                "AND ends_at IS NOT NULL)",
                "review_state": "state IN ('OPEN', 'COMPLETED')",
                "review_completed": "(state = 'COMPLETED') = (completed_at IS NOT NULL)",
                "review_version": "version > 0",
            },
        ),
        CreateTable(
            "ReviewAction",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("review", reference("Review")),
                ("ordinal", fields.IntField()),
                ("description", fields.TextField()),
                ("owner", reference("Person", null=True)),
                ("due_on", fields.TextField(null=True)),
                ("created_at", UtcDatetimeField()),
                ("created_by", reference("Person", column="created_by", null=True)),
                ("overdue_at", UtcDatetimeField(null=True)),
                ("done_at", UtcDatetimeField(null=True)),
                ("done_by", reference("Person", column="done_by", null=True)),
                ("outcome", fields.TextField()),
            ],
            checks={"review_action_ordinal": "ordinal > 0"},
        ),
        CreateTable(
            "ReviewCase",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("review", reference("Review")),
                ("escalation", reference("Escalation")),
                ("read_at", UtcDatetimeField(null=True)),
                ("read_by", reference("Person", column="read_by", null=True)),
                ("finding", fields.TextField()),
            ],
            checks={"review_case_read": "(read_at IS NULL) = (read_by IS NULL)"},
        ),
        CreateTable(
            "PolicyDraft",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("name", fields.TextField()),
                ("source", fields.TextField()),
                ("document", DocumentField()),
                ("holidays", DocumentField()),
                ("author", reference("Person", null=True)),
                ("reason", fields.TextField()),
                ("review", reference("Review", null=True)),
                ("created_at", UtcDatetimeField()),
                ("revised_at", UtcDatetimeField()),
                ("validated_at", UtcDatetimeField(null=True)),
                ("published", reference("Policy", column="published_version", null=True)),
                ("discarded_at", UtcDatetimeField(null=True)),
            ],
            checks={
                "policy_draft_end": "published_version IS NULL OR discarded_at IS NULL",
            },
        ),
        AddField("Policy", "source", fields.TextField(null=True)),
        AddField("Policy", "holidays", DocumentField(null=True)),
        AddField("Policy", "author", reference("Person", null=True)),
        AddField("Policy", "reason", fields.TextField(null=True)),
        AddField("Policy", "review_id", fields.UUIDField(null=True)),
        AddField("Policy", "retired_at", UtcDatetimeField(null=True)),
        AddField("Ticket", "team", fields.TextField(null=True)),
        AddField("Ticket", "merged_into", reference("Ticket", column="merged_into", null=True)),
        Sql(
            "CREATE UNIQUE INDEX review_ticket ON review (ticket_id, cycle) WHERE kind = 'POST_ISSUE'",
            "CREATE UNIQUE INDEX review_quarter ON review (quarter) WHERE kind = 'QUARTERLY'",
            "CREATE INDEX review_due ON review (due_at, id) "
            "WHERE state = 'OPEN' AND overdue_at IS NULL",
            "CREATE INDEX review_age ON review (opened_at, id)",
            "CREATE UNIQUE INDEX review_action_key ON review_action (review_id, ordinal)",
            "CREATE INDEX review_action_open ON review_action (due_on) WHERE done_at IS NULL",
            "CREATE INDEX review_action_due ON review_action (due_on, id) "
            "WHERE done_at IS NULL AND overdue_at IS NULL",
            "CREATE UNIQUE INDEX review_case_key ON review_case (review_id, escalation_id)",
            "CREATE INDEX policy_draft_age ON policy_draft (created_at, id)",
            "CREATE INDEX ticket_merged ON ticket (merged_into) WHERE merged_into IS NOT NULL",
            "CREATE INDEX event_handed_down ON event (ticket_id) WHERE kind = 'TicketDeescalated'",
            "CREATE INDEX ticket_resolved ON ticket (resolved_at, id) WHERE resolved_at IS NOT NULL",
        ),
    ]
