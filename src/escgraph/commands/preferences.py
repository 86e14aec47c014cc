"""How a person wants to be told: said by themselves, or by an administrator for anybody (P2)."""

from datetime import datetime

from escgraph.commands.acting import Call, Written, once
from escgraph.domain.channels import HAVING
from escgraph.domain.events_channels import PreferencesChanged
from escgraph.domain.permissions import Act, permit_for
from escgraph.domain.terms import PersonId
from escgraph.domain.wishing import Changes, changed
from escgraph.store import people, preferences, timeline


async def set_preferences(changes: Changes, *, call: Call, person: PersonId | None) -> Written:
    """Change the person's wishes; the actor's unless said.

    Raises:
        ForbiddenError: the role is told nothing, or it is for somebody else.
        NotFoundError: there is no such active person.
        InvalidInputError: the wishes make no sense, or the person's role is told nothing.
    """
    whose = person or call.by.person

    async def work() -> Written:
        permit_for(call.by, Act.SET_PREFERENCES, whose)
        return await wish(whose, changes, by=call.by.person, at=call.at)

    return await once(work, call=call)


async def wish(person: PersonId, changes: Changes, *, by: PersonId | None, at: datetime) -> Written:
    """The same in a unit of work; `by` None: by somebody at the machine itself.

    Raises as `set_preferences` does, whoever acts.
    """
    await people.must_be_active((person,), field="personId", roles=HAVING)
    wishes = await preferences.locked_of(person)
    await preferences.put(person, changed(wishes, changes), at=at)
    event = PreferencesChanged(at=at, by=by, person=person)
    return Written(person, await timeline.append_alone(event))
