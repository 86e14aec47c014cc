"""The tables of notices, as Tortoise's models: what is told, to whom, which way, with what luck.

A notice is what one person is told of one happening; a delivery is that notice by one channel; a
message is what is sent, and carries one delivery or many. See `models` for what holds for all.
"""

from tortoise import fields
from tortoise.models import Model

from escgraph.store.fields import (
    DocumentField,
    FlagField,
    KeyField,
    PositionField,
    UtcDatetimeField,
    reference,
)


class Reader(Model):
    """How far a job has read the stream of events."""

    name = KeyField(primary_key=True)
    position = fields.BigIntField()
    updated_at = UtcDatetimeField()

    class Meta:
        table = "reader"


class Skipped(Model):
    """An event of which a reader could make nothing: it went on, and a person is to look at it."""

    id = fields.UUIDField(primary_key=True)
    reader = fields.TextField()
    position = fields.BigIntField()
    skipped_at = UtcDatetimeField()
    reason = fields.TextField()

    class Meta:
        table = "skipped"


class Preference(Model):
    """How a person wants to be told; who has no row has no wishes.

    Times are civil, "HH:MM" in `zone`. `digest_at` null: LOW tickets are told like others.
    """

    id = fields.UUIDField(primary_key=True)
    person = reference("Person")
    zone = fields.TextField(null=True)
    quiet_from = fields.TextField(null=True)
    quiet_until = fields.TextField(null=True)
    digest_at = fields.TextField(null=True)
    hourly_cap = fields.IntField(null=True)
    updated_at = UtcDatetimeField()

    class Meta:
        table = "preference"


class Channel(Model):
    """A way to one person. `target` and `secrets` are sealed; `place` is what may be shown of it.

    `target` is null for the e-mail address that the person has anyway. `secrets` are what
    `signing` seals.
    """

    id = fields.UUIDField(primary_key=True)
    person = reference("Person")
    kind = fields.TextField()
    name = fields.TextField()
    ordinal = fields.IntField()
    target = fields.TextField(null=True)
    secrets = fields.TextField(null=True)
    place = fields.TextField()
    created_at = UtcDatetimeField()
    disabled_at = UtcDatetimeField(null=True)
    disabled_reason = fields.TextField(null=True)
    removed_at = UtcDatetimeField(null=True)

    class Meta:
        table = "channel"


class Webhook(Model):
    """An endpoint of a script's that hears events. `position` is how far it was told the stream.

    `owner` is by whose eyes it sees. `kinds` null: every kind; `criteria` null: every ticket.
    """

    id = fields.UUIDField(primary_key=True)
    owner = reference("Person")
    name = fields.TextField()
    url = fields.TextField()
    secrets = fields.TextField()
    place = fields.TextField()
    kinds = DocumentField(null=True)
    criteria = DocumentField(null=True)
    position = fields.BigIntField()
    created_at = UtcDatetimeField()
    updated_at = UtcDatetimeField()
    disabled_at = UtcDatetimeField(null=True)
    disabled_reason = fields.TextField(null=True)
    removed_at = UtcDatetimeField(null=True)

    class Meta:
        table = "webhook"


class Notice(Model):
    """`key` is what makes it the only one. `positions` are the events that it tells of, in order.

    `position` is the first of them. `pressing` notices (HIGH or critical tickets) know neither
    quiet hours nor caps. `more_until` is how long it waits, or waited, for further rungs of its
    catch-up (A8), null outside of one. `settled_at` is when it was found to have arrived, or to
    have no way left; `passed_on_at` when the team leads were told in its person's stead.
    """

    id = fields.UUIDField(primary_key=True)
    key = KeyField(unique=True)
    kind = fields.TextField()
    person = reference("Person")
    hearer = fields.TextField()
    ticket = reference("Ticket", null=True)
    review_id = fields.UUIDField(null=True)
    priority = fields.TextField(null=True)
    pressing = FlagField()
    position = PositionField()
    positions = DocumentField()
    created_at = UtcDatetimeField()
    more_until = UtcDatetimeField(null=True)
    settled_at = UtcDatetimeField(null=True)
    passed_on_at = UtcDatetimeField(null=True)

    class Meta:
        table = "notice"


class Message(Model):
    """What is sent: to a person's channel, or one event to a webhook.

    `id` is stable across attempts, and so is its text: `zone` is the person's when it was made.
    `pace` says which deliveries it may carry. `circuit` is what fails together with it. Only who
    holds the lease may write, with the `fence` that it was given.
    """

    id = fields.UUIDField(primary_key=True)
    person = reference("Person", null=True)
    channel = reference("Channel", null=True)
    webhook = reference("Webhook", null=True)
    event_position = fields.BigIntField(null=True)
    zone = fields.TextField(null=True)
    kind = fields.TextField()
    pace = fields.TextField()
    circuit = fields.TextField()
    state = fields.TextField()
    created_at = UtcDatetimeField()
    due_at = UtcDatetimeField()
    attempts = fields.IntField()
    fence = fields.IntField()
    leased_until = UtcDatetimeField(null=True)
    first_attempt_at = UtcDatetimeField(null=True)
    delivered_at = UtcDatetimeField(null=True)
    died_at = UtcDatetimeField(null=True)
    fault = fields.TextField(null=True)

    class Meta:
        table = "message"


class Delivery(Model):
    """One notice by one channel; `via` is that channel's id, or the kind where it has no row."""

    id = fields.UUIDField(primary_key=True)
    notice = reference("Notice")
    message = reference("Message")
    via = fields.TextField()
    created_at = UtcDatetimeField()

    class Meta:
        table = "delivery"


class Attempt(Model):
    """One try to send a message, and how it went."""

    id = fields.UUIDField(primary_key=True)
    message = reference("Message")
    number = fields.IntField()
    started_at = UtcDatetimeField()
    ended_at = UtcDatetimeField()
    outcome = fields.TextField()
    answer = fields.TextField()

    class Meta:
        table = "attempt"


class Circuit(Model):
    """How what lies behind a key has fared; nobody tries it before `open_until`.

    `claims` counts how often messages were claimed of it, one process at a time.
    """

    key = KeyField(primary_key=True)
    failures = fields.IntField()
    open_until = UtcDatetimeField(null=True)
    claims = fields.BigIntField()
    updated_at = UtcDatetimeField()

    class Meta:
        table = "circuit"


class UsedLink(Model):
    """A link of a message that was followed; each is good once."""

    id = fields.UUIDField(primary_key=True)
    ticket = reference("Ticket")
    person = reference("Person")
    act = fields.TextField()
    used_at = UtcDatetimeField()

    class Meta:
        table = "used_link"
