"""Every table, as Tortoise's models: what the migrations are made from.

Rows are read and written by SQL (see `database`), so the models carry no behaviour. Checks and
indexes stand in the migrations, since Tortoise does not create them all from a model.
"""

from tortoise import fields
from tortoise.models import Model

from escgraph.store.fields import (
    DatabaseNow,
    DocumentField,
    FlagField,
    KeyField,
    PositionField,
    UtcDatetimeField,
    reference,
)


class Person(Model):
    id = fields.UUIDField(primary_key=True)
    name = fields.TextField()
    email = KeyField(unique=True)
    role = fields.TextField()
    tier = fields.TextField(null=True)
    lead = FlagField()
    active = FlagField()
    created_at = UtcDatetimeField()

    class Meta:
        table = "person"


class Token(Model):
    """`hash` is the SHA-256 of the token in hexadecimal; the token itself is stored nowhere."""

    id = fields.UUIDField(primary_key=True)
    hash = fields.CharField(max_length=64, unique=True)
    person = reference("Person")
    name = fields.TextField()
    scopes = DocumentField()
    demo = FlagField()
    created_at = UtcDatetimeField()
    expires_at = UtcDatetimeField(null=True)
    revoked_at = UtcDatetimeField(null=True)

    class Meta:
        table = "token"


class Policy(Model):
    """A published version; nothing of it changes but `retired_at`, once.

    `source` is the text as its author wrote it, null where there was none. `holidays` are the days
    of each country that the document names, as they were known at publication. `review_id` refers
    to no table, since a review refers to a ticket and a ticket to its policy.
    """

    version = fields.IntField(primary_key=True, generated=False)
    name = fields.TextField()
    document = DocumentField()
    created_at = UtcDatetimeField()
    published_at = UtcDatetimeField()
    source = fields.TextField(null=True)
    holidays = DocumentField(null=True)
    author = reference("Person", null=True)
    reason = fields.TextField(null=True)
    review_id = fields.UUIDField(null=True)
    retired_at = UtcDatetimeField(null=True)

    class Meta:
        table = "policy"


class Category(Model):
    key = KeyField(primary_key=True)
    name = fields.TextField()
    suggested_priority = fields.TextField()

    class Meta:
        table = "category"


class Route(Model):
    """Who owns what a script opens (R4); null means any category, any component."""

    id = fields.UUIDField(primary_key=True)
    category = fields.TextField(null=True)
    component = fields.TextField(null=True)
    owner = reference("Person")

    class Meta:
        table = "route"


class Ticket(Model):
    """`version` counts its events; `assignees` and `stakeholders` are arrays of person ids.

    `update_reminded_for` is when the stakeholder update was due that its owner was reminded of.
    """

    id = fields.UUIDField(primary_key=True)
    number = PositionField(unique=True)
    version = fields.IntField()
    title = fields.TextField()
    description = fields.TextField()
    category = reference("Category", column="category")
    component = fields.TextField()
    reporter = fields.TextField()
    priority = fields.TextField()
    flagged = FlagField()
    urgent = FlagField()
    critical = FlagField()
    indicator = fields.TextField()
    status = fields.TextField()
    tier = fields.TextField()
    reached = fields.TextField()
    owner = reference("Person")
    assignees = DocumentField()
    stakeholders = DocumentField()
    policy = reference("Policy", column="policy_version")
    opened_by = reference("Person", column="opened_by")
    opened_at = UtcDatetimeField()
    clock_started_at = UtcDatetimeField()
    acknowledged_at = UtcDatetimeField(null=True)
    response_breached_at = UtcDatetimeField(null=True)
    accepted_at = UtcDatetimeField(null=True)
    resolved_at = UtcDatetimeField(null=True)
    closed_at = UtcDatetimeField(null=True)
    reopened_at = UtcDatetimeField(null=True)
    cancelled_at = UtcDatetimeField(null=True)
    escalated_at = UtcDatetimeField(null=True)
    updated_stakeholders_at = UtcDatetimeField(null=True)
    actions_logged = fields.IntField()
    cycle = fields.IntField()
    breached = FlagField()
    next_due_at = UtcDatetimeField(null=True)
    resolution = DocumentField(null=True)
    updated_at = UtcDatetimeField()
    team = fields.TextField(null=True)
    merged_into = reference("Ticket", column="merged_into", null=True)
    update_reminded_for = UtcDatetimeField(null=True)

    class Meta:
        table = "ticket"


class Deadline(Model):
    """One moment by which something must have happened; `rank` orders those of one moment."""

    id = fields.UUIDField(primary_key=True)
    ticket = reference("Ticket")
    cycle = fields.IntField()
    kind = fields.TextField()
    rank = fields.SmallIntField()
    due_at = UtcDatetimeField()
    state = fields.TextField()
    to_tier = fields.TextField(null=True)
    to_status = fields.TextField(null=True)
    fired_at = UtcDatetimeField(null=True)
    parked_at = UtcDatetimeField(null=True)
    parked_reason = fields.TextField(null=True)

    class Meta:
        table = "deadline"


class Pause(Model):
    """An interval in which the ladder stood still; without a reason the ticket was resolved."""

    id = fields.UUIDField(primary_key=True)
    ticket = reference("Ticket")
    ordinal = fields.IntField()
    started_at = UtcDatetimeField()
    ended_at = UtcDatetimeField(null=True)
    cap_at = UtcDatetimeField(null=True)
    reason = fields.TextField(null=True)
    note = fields.TextField()
    by = reference("Person", null=True)
    approved_by = reference("Person", column="approved_by", null=True)

    class Meta:
        table = "pause"


class Escalation(Model):
    """A move up a tier (D1) with the ticket's fields frozen as they were.

    `ticket_version` is that of its event. `responsible_from`, `responsible_to` and `told` are
    arrays of person ids; `told` is filled when nobody works at `to_tier` (A22).
    """

    id = fields.UUIDField(primary_key=True)
    ticket = reference("Ticket")
    ticket_version = fields.IntField()
    cycle = fields.IntField()
    trigger = fields.TextField()
    kind = fields.TextField(null=True)
    from_tier = fields.TextField()
    to_tier = fields.TextField()
    due_at = UtcDatetimeField()
    fired_at = UtcDatetimeField()
    catch_up = FlagField()
    by = reference("Person", null=True)
    reason = fields.TextField(null=True)
    comment = fields.TextField()
    description = fields.TextField()
    responsible_from = DocumentField()
    responsible_to = DocumentField()
    told = DocumentField()
    no_recipient = FlagField()
    facts = DocumentField()

    class Meta:
        table = "escalation"


class Event(Model):
    """Audit trail, outbox and replay log in one; `position` is the order of the commits.

    `payload` holds the event's own fields, `state` the ticket as it stood afterwards.
    """

    position = PositionField(primary_key=True, generated=False)
    id = fields.UUIDField(unique=True)
    kind = fields.TextField()
    ticket = reference("Ticket", null=True)
    ticket_version = fields.IntField(null=True)
    at = UtcDatetimeField()
    by = reference("Person", null=True)
    recorded_at = UtcDatetimeField(db_default=DatabaseNow())
    payload = DocumentField()
    state = DocumentField(null=True)

    class Meta:
        table = "event"


class EventArchive(Model):
    """Events that the stream keeps no more, as they were; written by the retention job alone.

    They refer to ticket and person by id only: to check a reference, PostgreSQL would lock rows
    that people are working on, and what was referred to when it was written is never deleted.
    """

    position = PositionField(primary_key=True, generated=False)
    id = fields.UUIDField(unique=True)
    kind = fields.TextField()
    ticket_id = fields.UUIDField(null=True)
    ticket_version = fields.IntField(null=True)
    at = UtcDatetimeField()
    by_id = fields.UUIDField(null=True)
    recorded_at = UtcDatetimeField()
    payload = DocumentField()
    state = DocumentField(null=True)
    archived_at = UtcDatetimeField()

    class Meta:
        table = "event_archive"


class Stream(Model):
    """The counter of the events, one row "main"; a new `epoch` makes every cursor invalid.

    `life` says which life of the database the epoch belongs to (see `lives`).
    """

    name = KeyField(primary_key=True)
    epoch = fields.TextField()
    position = fields.BigIntField()
    life = fields.TextField(null=True)

    class Meta:
        table = "stream"


class Counter(Model):
    """SQLite's stand-in for sequences; PostgreSQL has the sequence `ticket_number`."""

    name = KeyField(primary_key=True)
    value = fields.BigIntField()

    class Meta:
        table = "counter"


class Idempotency(Model):
    """What an act with a key of the client's answered, so that a repetition answers the same."""

    id = fields.UUIDField(primary_key=True)
    actor = reference("Person")
    key = fields.TextField()
    act = fields.TextField()
    payload_hash = fields.TextField()
    result = DocumentField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "idempotency"


class Heartbeat(Model):
    """Which engine loops and workers live."""

    name = KeyField(primary_key=True)
    beat_at = UtcDatetimeField()
    detail = DocumentField()

    class Meta:
        table = "heartbeat"
