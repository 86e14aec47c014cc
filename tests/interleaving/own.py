"""What is a person's own, webhooks of scripts, links in messages: and what is done to them."""

from uuid import uuid4
from zoneinfo import ZoneInfo

from escgraph.commands import channels, webhooks
from escgraph.commands.acting import Call, Written
from escgraph.commands.from_messages import follow_link
from escgraph.commands.people import new_person
from escgraph.commands.preferences import set_preferences
from escgraph.domain.notice import ChannelKind
from escgraph.domain.permissions import Act
from escgraph.domain.terms import ChannelId, LinkId, Role, Tier, WebhookId
from escgraph.domain.ticket import Actor
from escgraph.domain.wishing import Changes
from escgraph.jobs.webhooks import fan_out
from escgraph.notify.links import ActLink
from escgraph.store import people, resealing
from escgraph.store.replay import EVERY_EVENT
from tests.hooks import URL, cursor, loaded
from tests.interleaving.meeting import TEN, Meeting, Thing
from tests.queries.house import NINE, House


async def somebody(house: House, role: Role = Role.LEVEL_1_AGENT) -> Thing:
    tier = Tier.LEVEL_1 if role is Role.LEVEL_1_AGENT else None
    mail = f"{uuid4()}@example.org"
    person = new_person(name="Zoe", email=mail, role=role, tier=tier, lead=False, at=NINE)
    await people.insert(person)
    return Thing(house, person.id)


async def wish_a_zone(thing: Thing) -> object:
    changes = Changes(zone=ZoneInfo("Europe/Berlin"))
    return await set_preferences(changes, call=thing.administrator, person=thing.id)


async def wish_a_cap(thing: Thing) -> object:
    return await set_preferences(Changes(hourly_cap=5), call=thing.administrator, person=thing.id)


async def add_a_channel(thing: Thing) -> Written:
    return await channels.add_channel(
        call=thing.administrator,
        person=thing.id,
        kind=ChannelKind.EMAIL,
        name="mail",
        address=None,
        secret=channels.new_secret(),
        allowed=(),
    )


async def a_channel(house: House) -> Thing:
    return Thing(house, (await add_a_channel(await somebody(house))).id)


async def disable_the_channel(thing: Thing) -> object:
    call = thing.administrator
    return await channels.disable_channel(ChannelId(thing.id), call=call, reason="no")


async def remove_the_channel(thing: Thing) -> object:
    return await channels.remove_channel(ChannelId(thing.id), call=thing.administrator)


async def a_script_with_all_but_one(house: House) -> Thing:
    """A script has two webhooks in these meetings."""
    script = await somebody(house, Role.SCRIPT)
    return Thing(house, script.id, WebhookId((await make_a_webhook(script)).id))


async def make_a_webhook(thing: Thing) -> Written:
    return await webhooks.create_webhook(
        call=thing.administrator,
        owner=thing.id,
        name="ours",
        url=URL,
        wanted=EVERY_EVENT,
        after=None,
        secret=webhooks.new_secret(),
        allowed=(),
    )


async def rename_the_first_as_its_owner(thing: Thing) -> object:
    call = Call(by=Actor(thing.id, Role.SCRIPT, None), at=TEN)
    return await webhooks.change_webhook(
        thing.more, call=call, name="other", url=None, wanted=None, allowed=()
    )


async def a_webhook(house: House) -> Thing:
    return Thing(house, (await make_a_webhook(await somebody(house, Role.SCRIPT))).id)


async def a_webhook_that_is_behind(house: House) -> Thing:
    thing = await a_webhook(house)
    await house.open()
    return thing


async def rename_it(thing: Thing) -> object:
    return await webhooks.change_webhook(
        WebhookId(thing.id),
        call=thing.administrator,
        name="other",
        url=None,
        wanted=None,
        allowed=(),
    )


async def disable_it(thing: Thing) -> object:
    call = thing.administrator
    return await webhooks.disable_webhook(WebhookId(thing.id), call=call, reason="no")


async def lead_it_elsewhere(thing: Thing) -> object:
    return await webhooks.change_webhook(
        WebhookId(thing.id),
        call=thing.administrator,
        name=None,
        url=URL + "/much/farther" * 20,
        wanted=None,
        allowed=(),
    )


async def seal_all_anew(_: Thing) -> object:
    return await resealing.seal_everything_anew()


async def pass_events_on(_: Thing) -> object:
    return await fan_out(now=TEN)


async def replay_it(thing: Thing) -> object:
    after = await cursor((await loaded(WebhookId(thing.id))).position - 1)
    call = thing.administrator
    return await webhooks.replay_webhook(WebhookId(thing.id), call=call, after=after)


async def a_link(house: House) -> Thing:
    ticket = await house.open()
    return Thing(
        house, ticket, ActLink(LinkId(uuid4()), house.agent.person, ticket, Act.ACKNOWLEDGE)
    )


async def follow_it(thing: Thing) -> object:
    return await follow_link(thing.more, at=TEN)


_OWN = """
SELECT p.zone, p.hourly_cap AS more, NULL AS fault, NULL AS removed_at FROM preference p
WHERE p.person_id = $1
UNION ALL
SELECT name, ordinal, disabled_reason, removed_at FROM channel WHERE $1 IN (id, person_id)
"""
_WEBHOOKS = """
SELECT w.name, w.disabled_reason, length(w.url) > 300 AS leads_elsewhere,
  (SELECT position FROM stream) - w.position AS behind,
  (SELECT string_agg(m.state || m.fence, ',') FROM message m WHERE m.webhook_id = w.id) AS messages
FROM webhook w WHERE $1 IN (w.id, w.owner_id) ORDER BY w.id
"""
_NAMES = "SELECT name FROM webhook WHERE owner_id = $1 ORDER BY id"
_LINKS = "SELECT (SELECT count(*) FROM used_link WHERE ticket_id = $1) AS used"

MEETINGS = {
    "two wishes": Meeting(somebody, wish_a_zone, wish_a_cap, _OWN),
    "two new channels": Meeting(somebody, add_a_channel, add_a_channel, _OWN),
    "a channel disabled twice": Meeting(a_channel, disable_the_channel, disable_the_channel, _OWN),
    "a channel disabled and removed": Meeting(
        a_channel, disable_the_channel, remove_the_channel, _OWN
    ),
    "the last webhook, twice": Meeting(
        a_script_with_all_but_one, make_a_webhook, make_a_webhook, _WEBHOOKS
    ),
    "a webhook made as its owner acts": Meeting(
        a_script_with_all_but_one, make_a_webhook, rename_the_first_as_its_owner, _NAMES
    ),
    "a webhook renamed and disabled": Meeting(a_webhook, rename_it, disable_it, _WEBHOOKS),
    "an address sealed anew as it changes": Meeting(
        a_webhook, seal_all_anew, lead_it_elsewhere, _WEBHOOKS
    ),
    "two fan-outs": Meeting(
        a_webhook_that_is_behind, pass_events_on, pass_events_on, _WEBHOOKS, then=pass_events_on
    ),
    "a fan-out and a replay": Meeting(
        a_webhook_that_is_behind, pass_events_on, replay_it, _WEBHOOKS, then=pass_events_on
    ),
    "a fan-out as it is disabled": Meeting(
        a_webhook_that_is_behind, pass_events_on, disable_it, _WEBHOOKS
    ),
    "a link used twice": Meeting(a_link, follow_it, follow_it, _LINKS),
}
