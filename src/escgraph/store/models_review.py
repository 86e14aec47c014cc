"""The tables of reviews, and of the policies that come of them: the same as in `models`."""

from tortoise import fields
from tortoise.models import Model

from escgraph.store.fields import DocumentField, UtcDatetimeField, reference


class Review(Model):
    """A post-issue review of one cycle of a ticket (D3), or that of a quarter (Q1).

    `sections` are texts by their names; `facts` what was found out by itself, null until then.
    """

    id = fields.UUIDField(primary_key=True)
    kind = fields.TextField()
    ticket = reference("Ticket", null=True)
    cycle = fields.IntField(null=True)
    quarter = fields.TextField(null=True)
    starts_at = UtcDatetimeField(null=True)
    ends_at = UtcDatetimeField(null=True)
    version = fields.IntField()
    state = fields.TextField()
    opened_at = UtcDatetimeField()
    due_at = UtcDatetimeField()
    updated_at = UtcDatetimeField()
    sections = DocumentField()
    facts = DocumentField(null=True)
    overdue_at = UtcDatetimeField(null=True)
    completed_at = UtcDatetimeField(null=True)
    completed_by = reference("Person", column="completed_by", null=True)

    class Meta:
        table = "review"


class ReviewAction(Model):
    """What a review wants done; `outcome` says what came of it, empty until then.

    `due_on` is a civil day as text, `2026-01-31`: the order of the text is the order of the days.
    """

    id = fields.UUIDField(primary_key=True)
    review = reference("Review")
    ordinal = fields.IntField()
    description = fields.TextField()
    owner = reference("Person", null=True)
    due_on = fields.TextField(null=True)
    created_at = UtcDatetimeField()
    created_by = reference("Person", column="created_by", null=True)
    overdue_at = UtcDatetimeField(null=True)
    done_at = UtcDatetimeField(null=True)
    done_by = reference("Person", column="done_by", null=True)
    outcome = fields.TextField()

    class Meta:
        table = "review_action"


class ReviewCase(Model):
    """An escalation that a quarterly review must read; `finding` is empty until it was."""

    id = fields.UUIDField(primary_key=True)
    review = reference("Review")
    escalation = reference("Escalation")
    read_at = UtcDatetimeField(null=True)
    read_by = reference("Person", column="read_by", null=True)
    finding = fields.TextField()

    class Meta:
        table = "review_case"


class PolicyDraft(Model):
    """A policy on its way to publication, which makes it a `Policy` of that version."""

    id = fields.UUIDField(primary_key=True)
    name = fields.TextField()
    source = fields.TextField()
    document = DocumentField()
    holidays = DocumentField()
    author = reference("Person", null=True)
    reason = fields.TextField()
    review = reference("Review", null=True)
    created_at = UtcDatetimeField()
    revised_at = UtcDatetimeField()
    validated_at = UtcDatetimeField(null=True)
    published = reference("Policy", column="published_version", null=True)
    discarded_at = UtcDatetimeField(null=True)

    class Meta:
        table = "policy_draft"
