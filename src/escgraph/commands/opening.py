"""Opening tickets."""

from uuid_utils.compat import uuid7

from escgraph.commands.acting import Call, Written, once
from escgraph.commands.work import WORKING
from escgraph.domain import opening, routing
from escgraph.domain.catalogue import category_named
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.opening import Report
from escgraph.domain.permissions import Act, permit
from escgraph.domain.policy import Policy
from escgraph.domain.terms import PersonId, Role, TicketId
from escgraph.store import people, policies, tickets


async def open_ticket(report: Report, *, call: Call) -> Written:
    """Open a ticket under the policy in force; what a script opens, a routing rule gives an owner.

    Raises:
        ForbiddenError, InvalidInputError: from the domain, or nobody owns what the script opens.
        NotFoundError: the policy has no such category, or there is no such stakeholder.
    """

    async def work() -> Written:
        permit(call.by, Act.OPEN)
        policy = await policies.in_force()
        category_named(report.category, policy.categories)
        await people.must_be_active(report.stakeholders, field="stakeholderIds")
        change = opening.open_ticket(
            report,
            id=TicketId(uuid7()),
            number=await tickets.next_number(),
            owner=await _owner(report, policy, call),
            by=call.by,
            at=call.at,
            policy=policy,
        )
        return Written(change.ticket.id, await tickets.insert(change))

    return await once(work, call=call)


async def _owner(report: Report, policy: Policy, call: Call) -> PersonId:
    if call.by.role is not Role.SCRIPT:
        return call.by.person
    component = report.component.strip()
    routed = await _named_by(policy, report.category, component)
    if routed is None:
        routed = await people.owner_by_route(report.category, component)
    if routed is None:
        raise InvalidInputError(
            f'no routing rule names an owner for category "{report.category}" and component '
            f'"{report.component}"; add one with: escgraph person route EMAIL',
            field=("category",),
        )
    return routed


async def _named_by(policy: Policy, category: str, component: str) -> PersonId | None:
    """Whom the policy's most exact route names that names somebody who works here."""
    for email in routing.owners(policy.routes, category=category, component=component):
        person = await people.by_email(email.strip().lower())
        if person is not None and person.active and person.role in WORKING:
            return person.id
    return None
