"""People and tokens through the whole schema."""

from uuid import UUID

from escgraph.domain.terms import Role
from escgraph.queries import sessions
from escgraph.store import stream
from tests.api.counter import only
from tests.api.office import Office
from tests.queries.house import NINE, minutes


async def test_a_person_is_created_once(any_office: Office) -> None:
    office = any_office
    given = {"name": "Barbara", "email": "Barbara@example.org", "role": "ENGINEER"}
    by = office.administrator
    refused = await office.act("createPerson", given, "person {id}", by=by)
    assert only(refused)["field"] == ["tier"]
    given["tier"] = "LEVEL_3"
    payload = await office.act(
        "createPerson", given, "person {name email role tier lead active createdAt}", by=by
    )
    assert payload["person"] == {
        "name": "Barbara",
        "email": None,
        "role": "ENGINEER",
        "tier": "LEVEL_3",
        "lead": False,
        "active": True,
        "createdAt": "2026-03-02T09:00:00Z",
    } | {"email": "barbara@example.org"}
    again = only(await office.act("createPerson", given, "person {id}", by=by))
    assert (again["code"], again["field"]) == ("CONFLICT", ["email"])


async def test_a_token_is_good_from_its_making_to_its_revocation(any_office: Office) -> None:
    office = any_office
    by = office.administrator
    given = {
        "personId": str(office.engineer.person),
        "name": "laptop",
        "scopes": ["READ", "ACT"],
        "expiresAt": "2026-03-03T09:00:00Z",
        "idempotencyKey": "token-1",
    }
    selection = "secret token {id name scopes demo expiresAt revokedAt person {name}}"
    payload = await office.act("createToken", given, selection, by=by)
    token = payload["token"]
    assert token["name"] == "laptop"
    assert token["scopes"] == ["ACT", "READ"]
    assert token["person"] == {"name": "Edsger"}
    bearer = await sessions.bearer(payload["secret"], at=NINE)
    assert bearer is not None
    assert bearer.actor.role is Role.ENGINEER
    assert bearer.token.id == UUID(token["id"])

    office.clock.moment = NINE + minutes(1)
    again = await office.act("createToken", given, selection, by=by)
    assert (again["token"], again["secret"]) == (token, None)

    revoked = await office.act("revokeToken", {"tokenId": token["id"]}, "token {revokedAt}", by=by)
    assert revoked["token"] == {"revokedAt": "2026-03-02T09:01:00Z"}
    assert await sessions.bearer(payload["secret"], at=NINE + minutes(2)) is None


async def test_a_secret_stands_in_no_event(office: Office) -> None:
    given = {"personId": str(office.engineer.person), "name": "laptop", "scopes": ["READ"]}
    by = office.administrator
    payload = await office.act("createToken", given, "secret token {id}", by=by)
    data = await office.data(
        "{events {nodes {... on TokenCreated {name tokenId scopes person {name}}}}}", by=by
    )
    assert data["events"]["nodes"] == [
        {
            "name": "laptop",
            "tokenId": payload["token"]["id"],
            "scopes": ["READ"],
            "person": {"name": "Edsger"},
        }
    ]
    (stored,) = await stream.read(0, limit=9)
    assert payload["secret"] not in str(stored)


async def test_a_token_that_would_have_expired_is_refused(office: Office) -> None:
    given = {
        "personId": str(office.engineer.person),
        "name": "laptop",
        "scopes": ["READ"],
        "expiresAt": "2026-03-02T09:00:00Z",
    }
    payload = await office.act("createToken", given, "secret token {id}", by=office.administrator)
    assert only(payload)["field"] == ["expiresAt"]
