"""The first passkey by a one-time link; and nobody sets a credential for somebody who has one."""

import pytest

from clients.sdk.authenticator import Authenticator
from server import first
from server.clock import HOUR
from server.identity import passkeys
from server.identity import service as identity
from tests.conftest import TestClock
from tests.factories import World
from tests.making.identity import files, recorded
from tests.making.passkeys import enrol, enrolled, link_for, sign_in

pytestmark = pytest.mark.on_both_databases
LINK = "/persons/{}/enrolment-link"
OF_CREDENTIALS = set(
    "beginEnrolment enrol invitePerson recoverPerson beginSignIn signIn listPasskeys beginPasskey"
    " addPasskey beginFirstPasskey addFirstPasskey renamePasskey removePasskey beginStepUp stepUp"
    " requestStepUp listStepUpRequests readStepUpRequest signInByPassword setPassword beginCodes"
    " confirmCodes removeCodes beginSignInWith completeSignIn listLinks addLink"
    " removeLink authoriseComputer exchangeCode listSessions endSession endOtherSessions listTokens"
    " makeToken revokeToken makeServiceToken".split()
)
# Links to one's register of duties sign nobody in; a trace's code is drawn on a page.
OF_OTHER_LINKS = set(
    "listDutyLinks makeDutyLink withdrawDutyLink listDutyLinksOf issueDutyLink"
    " revokeDutyLink readTrace".split()
)


def test_a_link_registers_the_first_passkey_and_signs_in(world: World) -> None:
    admin, person = world.officer("system_administrator"), world.person()
    authenticator = Authenticator()

    made = admin.post(LINK.format(person.person_id))
    answer = enrol(world, made.json()["link"], authenticator)

    assert (made.status_code, answer.status_code) == (201, 201), answer.text
    assert answer.json()["person"] == person.person_id
    assert sign_in(world, authenticator).status_code == 201
    assert ("credential.enrol", f"person/{person.person_id}", "done") in recorded(world)


def test_a_link_works_once(world: World) -> None:
    person = world.person()
    link = link_for(world, person.person_id)
    assert enrol(world, link).status_code == 201

    again = enrol(world, link)

    assert (again.status_code, again.json()["code"]) == (410, "link_unusable")


def test_a_link_that_is_old_replaced_mistyped_or_made_up_opens_nothing(
    world: World, clock: TestClock
) -> None:
    person = world.person()
    replaced = link_for(world, person.person_id)
    link = link_for(world, person.person_id)
    mistyped = link[:-1] + ("a" if link[-1] != "a" else "b")
    answers = [enrol(world, each) for each in (replaced, mistyped, "kye_", person.token)]
    clock.advance(identity.ENROLMENT_HOURS * HOUR)
    answers.append(enrol(world, link))

    assert {(each.status_code, each.json()["code"]) for each in answers} == {(410, "link_unusable")}


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
    person = enrolled(world)

    answer = officer.post(LINK.format(person.person_id))

    assert (answer.status_code, answer.json()["code"]) == (409, "has_credential")
    assert sign_in(world, person.authenticator).status_code == 201


def test_a_link_made_before_does_not_survive_the_credential(world: World) -> None:
    """Two links cannot exist, and a link that somehow did is refused by the credential."""
    person = world.person()
    first_link = link_for(world, person.person_id)
    second_link = link_for(world, person.person_id)
    assert enrol(world, second_link).status_code == 201

    assert enrol(world, first_link).status_code == 410


def test_an_ended_credential_still_keeps_others_out(world: World) -> None:
    """Neither an ended passkey nor the one that took its place opens a way."""
    admin = world.officer("system_administrator")
    person = enrolled(world)
    with world.changing() as tx:
        passkeys.end_all(tx, person.person_id, by=person.person_id, reason="removed")

    assert admin.post(LINK.format(person.person_id)).json()["code"] == "has_credential"


def test_an_address_cannot_be_registered_again_to_stand_beside_its_owner(world: World) -> None:
    """Registering the same address would give a second person who signs in with it."""
    admin = world.officer("system_administrator")
    email = enrolled(world).caller.get("/me").json()["email"]
    body = {"kana": "コウノ", "email": email.upper(), "organisation": "org-a", "title": "課長"}

    answer = admin.post("/persons", {"name": "偽の 甲野", **body})

    assert (answer.status_code, answer.json()["code"]) == (409, "address_taken")


def test_the_first_administrators_link_cannot_be_made_after_it_was_used(world: World) -> None:
    link = first.link(world.parts)
    assert link is not None
    replaced, link = link, first.link(world.parts)
    assert link is not None
    assert enrol(world, replaced).status_code == 410
    authenticator = Authenticator()
    assert enrol(world, link, authenticator).status_code == 201

    assert first.link(world.parts) is None
    assert sign_in(world, authenticator).status_code == 201


def test_no_route_but_these_touches_credentials(world: World) -> None:
    """What sets or obtains a credential: a closed list, so that a new way cannot slip in."""
    paths = world.client.get("/api/v1/openapi.json").json()["paths"]
    words = (
        *("password", "passkey", "code", "enrol", "session", "sign-in", "link", "authorisation"),
        *("token", "step-up", "credential", "recover", "reset"),
    )
    found = {
        operation["operationId"]
        for path, methods in paths.items()
        for operation in methods.values()
        if any(word in path for word in words)
    } - OF_OTHER_LINKS

    assert found == OF_CREDENTIALS


def test_a_stranger_cannot_invite_or_register(world: World) -> None:
    stranger, person = world.person(), world.person()

    assert stranger.post(LINK.format(person.person_id)).status_code == 404
    body = {"name": "偽", "kana": "ニセ", "email": "x@example.jp", "organisation": "org-a"}
    assert stranger.post("/persons", {**body, "title": "-"}).status_code == 404


def test_inviting_an_unknown_person_finds_nobody(world: World) -> None:
    admin = world.officer("system_administrator")

    answer = admin.post(LINK.format("01990000-0000-7000-8000-000000000001"))

    assert answer.status_code == 404
