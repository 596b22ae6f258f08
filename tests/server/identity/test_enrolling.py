"""The first password by a one-time link; and nobody sets a credential for somebody who has one."""

import pytest

from server import first
from server.clock import HOUR
from server.identity import service as identity
from tests.conftest import TestClock
from tests.factories import World
from tests.making.identity import (
    PASSWORD,
    address_of,
    enrol,
    enrolled,
    files,
    link_for,
    recorded,
    sign_in,
)

pytestmark = pytest.mark.on_both_databases
LINK = "/persons/{}/enrolment-link"


def test_a_link_sets_the_first_password_and_signs_in(world: World) -> None:
    admin, person = world.officer("system_administrator"), world.person()

    made = admin.post(LINK.format(person.person_id))
    answer = enrol(world, made.json()["link"])

    assert (made.status_code, answer.status_code) == (201, 201), answer.text
    assert answer.json()["person"] == person.person_id
    assert sign_in(world, address_of(person)).status_code == 201
    assert ("credential.enrol", f"person/{person.person_id}", "done") in recorded(world)


def test_a_link_works_once(world: World) -> None:
    person = world.person()
    link = link_for(world, person.person_id)
    assert enrol(world, link).status_code == 201

    again = enrol(world, link, "somebody else's password")

    assert (again.status_code, again.json()["code"]) == (410, "link_unusable")
    assert sign_in(world, address_of(person)).status_code == 201


def test_a_link_that_is_old_replaced_mistyped_or_made_up_opens_nothing(
    world: World, clock: TestClock
) -> None:
    person = world.person()
    email = address_of(person)
    replaced = link_for(world, person.person_id)
    link = link_for(world, person.person_id)
    mistyped = link[:-1] + ("a" if link[-1] != "a" else "b")
    answers = [enrol(world, each) for each in (replaced, mistyped, "kye_", person.token)]
    clock.advance(identity.ENROLMENT_HOURS * HOUR)
    answers.append(enrol(world, link))

    assert {(each.status_code, each.json()["code"]) for each in answers} == {(410, "link_unusable")}
    assert sign_in(world, email).status_code == 401


def test_a_weak_password_leaves_the_link_usable(world: World) -> None:
    link = link_for(world, world.person().person_id)

    weak = [enrol(world, link, each) for each in ("", "x" * 11, "x" * 257)]

    assert {each.status_code for each in weak} == {422}
    assert enrol(world, link, PASSWORD).status_code == 201


def test_links_are_kept_as_hashes(world: World) -> None:
    if not world.parts.database.on_sqlite:
        return  # the rows are the same; the files are the database server's
    link = link_for(world, world.person().person_id)
    _, token_id, secret, _ = link.split("_")

    kept = files(world.parts.settings.data)

    assert token_id.encode() in kept
    assert secret.encode() not in kept


@pytest.mark.parametrize("office", ["system_administrator", "secretariat"])
def test_no_officer_can_reset_a_persons_credential(world: World, office: str) -> None:
    """ "Nobody can obtain, set or reset a credential for an existing person but that person."""
    officer = world.officer(office)
    person, email = enrolled(world)

    answer = officer.post(LINK.format(person.person_id))

    assert (answer.status_code, answer.json()["code"]) == (409, "has_credential")
    assert sign_in(world, email).status_code == 201


def test_a_link_made_before_does_not_survive_the_credential(world: World) -> None:
    """Two links cannot exist, and a link that somehow did is refused by the credential."""
    person = world.person()
    first_link = link_for(world, person.person_id)
    second_link = link_for(world, person.person_id)
    assert enrol(world, second_link).status_code == 201

    assert enrol(world, first_link).status_code == 410


def test_an_ended_credential_still_keeps_others_out(world: World) -> None:
    """After a change of password: neither the ended credential nor the new one opens a way."""
    admin = world.officer("system_administrator")
    person, _ = enrolled(world)
    body = {"present": PASSWORD, "new": "もっと長い別の合言葉 battery staple"}
    assert person.put("/me/password", body).status_code == 204

    assert admin.post(LINK.format(person.person_id)).json()["code"] == "has_credential"


def test_an_address_cannot_be_registered_again_to_stand_beside_its_owner(world: World) -> None:
    """Registering the same address would give a second person who signs in with it."""
    admin = world.officer("system_administrator")
    _, email = enrolled(world)
    body = {"kana": "コウノ", "email": email.upper(), "organisation": "org-a", "title": "課長"}

    answer = admin.post("/persons", {"name": "偽の 甲野", **body})

    assert (answer.status_code, answer.json()["code"]) == (409, "address_taken")


def test_the_first_administrators_link_cannot_be_made_after_it_was_used(world: World) -> None:
    link = first.link(world.parts)
    assert link is not None
    replaced, link = link, first.link(world.parts)
    assert link is not None
    assert enrol(world, replaced).status_code == 410
    assert enrol(world, link).status_code == 201

    assert first.link(world.parts) is None
    assert sign_in(world, first.ADDRESS).status_code == 201


def test_no_route_but_these_touches_credentials(world: World) -> None:
    """What sets or obtains a credential: a closed list, so that a new way cannot slip in."""
    paths = world.client.get("/api/v1/openapi.json").json()["paths"]
    words = ("password", "enrol", "session", "token", "step-up", "credential", "recover", "reset")
    found = {
        operation["operationId"]
        for path, methods in paths.items()
        for operation in methods.values()
        if any(word in path for word in words)
    }

    assert found == {
        "signIn",
        "enrol",
        "invitePerson",
        "listSessions",
        "endSession",
        "stepUp",
        "changePassword",
        "listTokens",
        "makeToken",
        "revokeToken",
    }


def test_a_stranger_cannot_invite_or_register(world: World) -> None:
    stranger, person = world.person(), world.person()

    assert stranger.post(LINK.format(person.person_id)).status_code == 404
    body = {"name": "偽", "kana": "ニセ", "email": "x@example.jp", "organisation": "org-a"}
    assert stranger.post("/persons", {**body, "title": "-"}).status_code == 404


def test_inviting_an_unknown_person_finds_nobody(world: World) -> None:
    admin = world.officer("system_administrator")

    answer = admin.post(LINK.format("01990000-0000-7000-8000-000000000001"))

    assert answer.status_code == 404
