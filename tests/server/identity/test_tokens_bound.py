"""Tokens for programs: from where, how long since, and never more than their person (IDN-7)."""

from collections.abc import Sequence
from typing import Any

import pytest
from fastapi.testclient import TestClient

from crypto.errors import Unverified
from crypto.tokens import parse_token
from server.access.seats import end_membership
from server.access.sitting import membership_of
from server.app import create_app
from server.audit import facts
from server.audit.models import SYSTEM
from server.clock import MINUTE, SECOND, to_text
from server.identity.models import Person
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import established_council
from tests.making.documents import drafted_document

pytestmark = pytest.mark.on_both_databases

INSIDE, OUTSIDE = "192.0.2.7", "198.51.100.7"


def token(person: Caller, *scopes: str, **asked: Any) -> Caller:
    """The person's program."""
    answer = person.post("/me/tokens", {"name": "集計", "scopes": [*scopes], **asked})
    assert answer.status_code == 201, answer.text
    return Caller(person.person_id, answer.json()["token"], person.client)


def at(world: World, caller: Caller, address: str) -> Caller:
    """The same credential, at another address."""
    client = TestClient(
        create_app(world.parts), base_url=world.parts.settings.origin, client=(address, 1)
    )
    return Caller(caller.person_id, caller.token, client)


def used_at(person: Caller) -> Any:
    [shown] = person.get("/me/tokens").json()["items"]
    return shown["used_at"]


def test_its_spelling_can_be_found_and_a_typing_mistake_cannot_pass(world: World) -> None:
    text = token(world.person(), "read").token
    kind, token_id, secret = parse_token(text)

    assert text == f"kyo_{token_id}_{secret}_{text[-6:]}"
    assert (kind, len(token_id), len(secret)) == ("kyo", 8, 43)
    for position in range(4, len(text)):
        if text[position] != "_":
            mistyped = text[:position] + ("a" if text[position] != "a" else "b")
            with pytest.raises(Unverified):
                parse_token(mistyped + text[position + 1 :])


def test_it_is_listed_with_its_last_use_to_the_minute(world: World, clock: TestClock) -> None:
    person = world.person()
    program = token(person, "read")
    assert used_at(person) is None
    assert program.get("/me").status_code == 200
    first = clock.now
    assert used_at(person) == to_text(first)
    clock.advance(MINUTE)
    program.get("/me")
    assert used_at(person) == to_text(first)
    clock.advance(SECOND)
    program.get("/me")

    assert used_at(person) == to_text(first + MINUTE + SECOND)


def test_what_it_changes_is_a_use_as_well(world: World, clock: TestClock) -> None:
    council = established_council(world)
    program = token(council.organ_a, "write")

    assert drafted_document(program, council.id).status_code == 201

    assert used_at(council.organ_a) == to_text(clock.now)


def test_a_refused_try_is_no_use(world: World) -> None:
    person = world.person()
    program = token(person, "write")

    assert program.get("/me").status_code == 403
    assert used_at(person) is None


@pytest.mark.parametrize("networks", [["192.0.2.0/24"], ["2001:db8::/48", "192.0.2.7"]])
def test_bound_to_networks_it_is_used_from_there_alone(
    world: World, networks: Sequence[str]
) -> None:
    person = world.person()
    program = token(person, "read", networks=networks)

    assert at(world, program, INSIDE).get("/me").status_code == 200
    refused = at(world, program, OUTSIDE).get("/me")
    assert (refused.status_code, refused.json()["code"]) == (403, "network_not_allowed")
    forged = at(world, program, OUTSIDE).get("/me", headers={"X-Forwarded-For": INSIDE})
    assert forged.status_code == 403
    [shown] = person.get("/me/tokens").json()["items"]
    assert {*shown["networks"]} >= {networks[0]}


def test_a_theft_that_is_tried_elsewhere_stands_in_the_log_with_its_owner(world: World) -> None:
    person = world.person()
    program = token(person, "read", networks=["192.0.2.0/24"])
    at(world, program, OUTSIDE).get("/me")

    with world.parts.database.reading() as tx:
        found = tx.connection.exec_driver_sql(
            "SELECT person_id, outcome FROM entry WHERE kind = 'person.read' AND log_id = 'system'"
        ).all()
    assert [tuple(row) for row in found] == [(person.person_id, "refused")]


@pytest.mark.parametrize(
    "networks", [["192.0.2.1/24"], ["here"], [""], ["10.0.0.0/8"] * 17, "10.0.0.0/8", [1]]
)
def test_networks_that_are_none_are_told_apart(world: World, networks: Any) -> None:
    asked = {"name": "集計", "scopes": ["read"], "networks": networks}

    assert world.person().post("/me/tokens", asked).status_code == 422


def test_it_never_reads_more_than_its_person_does_today(world: World) -> None:
    """Its scope is what was given to it; its rights are its person's, of this moment."""
    council = established_council(world)
    program = token(council.private, "read", "write", council=council.id)
    assert program.get(f"/councils/{council.id}").status_code == 200
    with world.changing(council.id) as tx:
        member = membership_of(tx, council.id, organisation_id=council.organisations["private"])
        assert member is not None
        end_membership(tx, member, by=council.private.person_id, reason="left")

    assert program.get(f"/councils/{council.id}").status_code in (401, 404)


def test_it_ends_with_its_person(world: World) -> None:
    person = world.person()
    program = token(person, "read")
    with world.changing(SYSTEM) as tx:
        row = tx.session.get(Person, person.person_id)
        assert row is not None
        facts.end(tx, row, by=None, reason="left")

    assert program.get("/me").status_code == 401
