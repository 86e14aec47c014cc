"""Opening a ticket: tier, owner and every deadline from its first second (W1, P3, R4, A1)."""

from dataclasses import dataclass
from datetime import datetime

from escgraph.domain import routing
from escgraph.domain.deadlines import armed
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.events import TicketMarkedCritical, TicketOpened
from escgraph.domain.ladder import fire_overdue
from escgraph.domain.permissions import Act, permit
from escgraph.domain.policy import Policy
from escgraph.domain.terms import PersonId, Priority, Status, TicketId, Tier, utc
from escgraph.domain.texts import line, optional_line, prose
from escgraph.domain.ticket import Actor, Change, Ticket, changed, including


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What whoever opens a ticket says about the issue.

    `reported_at` is when the reporter first told of it, None for now; `tier` is where it starts,
    and everything up to there counts as reached.
    """

    title: str
    description: str
    category: str
    component: str
    priority: Priority
    reporter: str
    reported_at: datetime | None = None
    flagged: bool = False
    critical: bool = False
    stakeholders: tuple[PersonId, ...] = ()
    tier: Tier = Tier.LEVEL_1


def open_ticket(
    report: Report,
    *,
    id: TicketId,  # noqa: A002 - it is the ticket's id
    number: int,
    owner: PersonId,
    by: Actor,
    at: datetime,
    policy: Policy,
) -> Change:
    """The ticket as it is from its first second.

    Raises:
        InvalidInputError: a text is empty or too long, critical without HIGH, or the reported time
            cannot be.
    """
    permit(by, Act.OPEN)
    _check(report)
    component = optional_line(report.component, "component")
    ticket = Ticket(
        id=id,
        number=number,
        version=0,
        title=line(report.title, "title"),
        description=prose(report.description, "description"),
        category=report.category,
        component=component,
        reporter=line(report.reporter, "reporter"),
        priority=report.priority,
        flagged=report.flagged,
        critical=report.critical,
        indicator="",
        status=Status.OPEN,
        tier=report.tier,
        reached=report.tier,
        owner=owner,
        assignees=(),
        stakeholders=including((), *report.stakeholders),
        policy_version=policy.version,
        opened_by=by.person,
        opened_at=at,
        clock_started_at=_clock_start(report, at=at, policy=policy),
        updated_at=at,
        team=routing.team(policy.routes, category=report.category, component=component),
    )
    event = TicketOpened(
        at=at,
        by=by.person,
        title=ticket.title,
        description=ticket.description,
        backdated_to=None if ticket.clock_started_at == at else ticket.clock_started_at,
    )
    indicator = policy.urgent_indicator if ticket.urgent else ""
    start = at if ticket.reached is Tier.MANAGEMENT else None
    opened = armed(changed(ticket, event, indicator=indicator), policy, reminders_from=start)
    if ticket.critical:
        marked = TicketMarkedCritical(at=at, by=by.person, critical=True, reason="at the opening")
        opened = opened.then(changed(opened.ticket, marked))
    return fire_overdue(opened, at=at, policy=policy)


def _check(report: Report) -> None:
    if report.critical and report.priority is not Priority.HIGH:
        raise InvalidInputError(
            f"critical is a mark on HIGH tickets and this one is {report.priority}; "
            "open it as HIGH or leave the mark out",
            field=("critical",),
        )


def _clock_start(report: Report, *, at: datetime, policy: Policy) -> datetime:
    try:
        start = utc(report.reported_at or at)
    except ValueError as error:
        raise InvalidInputError(str(error), field=("reportedAt",)) from error
    if start > at:
        raise InvalidInputError(
            f"the reported time {start.isoformat()} lies in the future; "
            "give the moment at which the issue was reported",
            field=("reportedAt",),
        )
    if at - start > policy.backdating_cap:
        raise InvalidInputError(
            f"the reported time lies more than {policy.backdating_cap.days} days back; "
            "give a later one and say the rest in the description",
            field=("reportedAt",),
        )
    return start
