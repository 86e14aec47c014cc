"""Opening tickets."""

from uuid_utils.compat import uuid7

from escgraph.commands.acting import Call, Written, once
from escgraph.domain import opening
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.opening import Report
from escgraph.domain.permissions import Act, permit
from escgraph.domain.terms import PersonId, Role, TicketId
from escgraph.store import people, policies, tickets


async def open_ticket(report: Report, *, call: Call) -> Written:
    """Open a ticket under the policy in force; what a script opens, a routing rule gives an owner.

    Raises:
        ForbiddenError, InvalidInputError: from the domain.
        NotFoundError: the category or a stakeholder does not exist.
    """

    async def work() -> Written:
        permit(call.by, Act.OPEN)
        await policies.category(report.category)
        await people.must_be_active(report.stakeholders, field="stakeholderIds")
        owner = await _owner(report, call)
        change = opening.open_ticket(
            report,
            id=TicketId(uuid7()),
            number=await tickets.next_number(),
            owner=owner,
            by=call.by,
            at=call.at,
            policy=await policies.in_force(),
        )
        return Written(change.ticket.id, await tickets.insert(change))

    return await once(work, call=call)


async def _owner(report: Report, call: Call) -> PersonId:
    if call.by.role is not Role.SCRIPT:
        return call.by.person
    routed = await people.owner_by_route(report.category, report.component)
    if routed is None:
        raise InvalidInputError(
            f'no routing rule names an owner for category "{report.category}" and component '
            f'"{report.component}"; add one with: escgraph person route EMAIL',
            field=("category",),
        )
    return routed
