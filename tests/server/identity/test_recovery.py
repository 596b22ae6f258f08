"""A person who lost every passkey begins anew, at the word of two; nobody does it alone."""

from typing import Any

import pytest

from server.clock import DAY, HOUR
from server.identity import links, recovery, sessions
from server.identity import service as identity
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil, established_council
from tests.making.identity import recorded
from tests.making.passkeys import Holder, about_self, enrol, enrolled, given, sign_in


def recover(by: Caller, person_id: str) -> Any:
    """The answer to a word for recovering a person."""
    return by.post(f"/persons/{person_id}/recovery")


def lost(world: World, caller: Caller) -> Holder:
    """Somebody with a passkey, who will have lost it."""
    return given(world, caller)


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


def officers(world: World) -> tuple[Caller, Caller]:
    return world.officer("system_administrator"), world.officer("compliance_officer")


@pytest.mark.on_both_databases
def test_two_who_speak_for_the_organisation_let_a_person_begin_anew(world: World) -> None:
    council = established_council(world)
    person = lost(world, council.handler_a)

    first = recover(council.organ_a, person.person_id)
    second = recover(council.deputy_a, person.person_id)

    assert first.status_code == 202, first.text
    assert first.json()["action"] == "recover_person"
    assert second.status_code == 201, second.text
    assert second.json()["person"] == person.person_id
    assert enrol(world, second.json()["link"]).status_code == 201
    done = [entry for entry in recorded(world) if entry[0] == "account.recover_person"]
    assert [outcome for _, _, outcome in done] == ["done", "done"]


def test_everything_the_person_signed_in_with_ends(world: World, council: MadeCouncil) -> None:
    person = lost(world, council.handler_a)
    with world.changing() as tx:
        _, text = sessions.make_token(
            tx, person.person_id, name="x", scopes=["read"], council_id=None, days=1
        )
        links.link(tx, person.person_id, "https://idp.example", "sub-1", enrolment_id=None)
    program = Caller(person.person_id, text, world.client)
    assert program.get("/me").status_code == 200

    recover(council.organ_a, person.person_id)
    assert recover(council.deputy_a, person.person_id).status_code == 201

    assert sign_in(world, person.authenticator).status_code == 401
    assert person.caller.get("/me").status_code == 401
    assert program.get("/me").status_code == 401
    with world.parts.database.reading() as tx:
        assert links.person_of(tx, "https://idp.example", "sub-1") is None


def test_what_the_person_had_and_may_stays_the_same(world: World, council: MadeCouncil) -> None:
    person = lost(world, council.handler_a)
    before = council.handler_a.get(f"/councils/{council.id}").json()

    recover(council.organ_a, person.person_id)
    link = recover(council.deputy_a, person.person_id).json()["link"]
    session = enrol(world, link).json()

    again = Caller(session["person"], session["token"], world.client)
    assert session["person"] == person.person_id
    assert again.get(f"/councils/{council.id}").json() == before


def test_one_word_changes_nothing(world: World, council: MadeCouncil) -> None:
    person = lost(world, council.handler_a)

    for _ in range(2):
        assert recover(council.organ_a, person.person_id).status_code == 202

    assert sign_in(world, person.authenticator).status_code == 201


def test_nobody_recovers_themself_or_counts_for_themself(
    world: World, council: MadeCouncil
) -> None:
    person = lost(world, council.deputy_a)

    assert recover(council.deputy_a, person.person_id).status_code == 404
    # Of the two who speak for the organisation one is the person: so it is the officers' to do.
    assert recover(council.organ_a, person.person_id).status_code == 404
    admin, compliance = officers(world)
    assert recover(admin, person.person_id).status_code == 202
    assert recover(compliance, person.person_id).status_code == 201


def test_officers_have_no_say_where_two_colleagues_do(world: World, council: MadeCouncil) -> None:
    person = lost(world, council.handler_a)

    for officer in officers(world):
        assert recover(officer, person.person_id).status_code == 404


def test_colleagues_have_no_say_over_who_holds_an_office(
    world: World, council: MadeCouncil
) -> None:
    """An officer's account reaches further than their organisation."""
    officer = world.officer("auditor")
    with world.changing() as tx:
        identity.affiliate(tx, officer.person_id, council.organisations["organ_a"], title="監査")
    lost(world, officer)

    assert recover(council.organ_a, officer.person_id).status_code == 404
    admin, compliance = officers(world)
    assert recover(admin, officer.person_id).status_code == 202
    assert recover(compliance, officer.person_id).status_code == 201


def test_nobody_else_is_told_of_the_person(world: World, council: MadeCouncil) -> None:
    person = lost(world, council.handler_a)
    others = (
        council.organ_b,
        council.handler_a,
        council.minister_fund,
        council.secretariat,
        council.auditor,
        council.compliance,
        world.person(),
        world.officer("key_custodian"),
    )

    for other in others:
        assert recover(other, person.person_id).status_code == 404
    unknown = "01990000-0000-7000-8000-000000000001"
    assert recover(council.organ_a, unknown).status_code == 404


def test_whoever_is_alone_in_office_waits_for_a_second(world: World) -> None:
    """Everywhere else who is alone may act; nobody gets at another's account alone."""
    admin, person = world.officer("system_administrator"), enrolled(world)

    answers = [recover(admin, person.person_id).status_code for _ in range(3)]

    assert answers == [202, 202, 202]
    assert sign_in(world, person.authenticator).status_code == 201


def test_a_word_counts_while_who_gave_it_may_still_give_it(
    world: World, council: MadeCouncil
) -> None:
    person = enrolled(world)
    admin, compliance = officers(world)
    assert recover(admin, person.person_id).status_code == 202
    offices = compliance.get("/offices").json()["items"]
    (held,) = [each for each in offices if each["person"] == admin.person_id]
    third = world.officer("system_administrator")
    assert third.post("/offices/ending", {"office": held["id"]}).status_code == 202
    assert compliance.post("/offices/ending", {"office": held["id"]}).status_code == 204

    assert recover(compliance, person.person_id).status_code == 202
    assert recover(third, person.person_id).status_code == 201


def test_a_word_counts_for_a_week(world: World, clock: TestClock) -> None:
    person = enrolled(world)
    admin, compliance = officers(world)
    assert recover(admin, person.person_id).status_code == 202
    clock.advance(7 * DAY)

    later = world.session(compliance.person_id)
    assert recover(later, person.person_id).status_code == 202


def test_each_of_the_two_proves_by_passkey_for_this_very_person(world: World) -> None:
    person = enrolled(world)
    admin = given(world, world.officer("system_administrator"))
    refused = recover(admin.caller, person.person_id)

    proved = admin.proved("recover_person", f"account/{person.person_id}")

    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_needed")
    assert refused.json()["thing"] == f"account/{person.person_id}"
    assert recover(proved.caller, person.person_id).status_code == 202


def test_who_never_enrolled_is_invited_and_not_recovered(world: World) -> None:
    person = world.person()
    admin, compliance = officers(world)
    recover(admin, person.person_id)

    answer = recover(compliance, person.person_id)

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_recover")


def test_the_link_is_shown_once_works_once_and_for_72_hours(world: World, clock: TestClock) -> None:
    person = enrolled(world)
    admin, compliance = officers(world)
    key = {"Idempotency-Key": "recovery-1"}
    path = f"/persons/{person.person_id}/recovery"
    recover(admin, person.person_id)
    link = compliance.post(path, headers=key).json()["link"]

    again = compliance.post(path, headers=key)

    assert (again.status_code, again.json()["code"]) == (409, "shown_once")
    clock.advance(72 * HOUR)
    assert enrol(world, link).status_code == 410


def test_nobody_makes_a_link_by_invitation_for_who_was_recovered(world: World) -> None:
    person = enrolled(world)
    admin, compliance = officers(world)
    recover(admin, person.person_id)
    recover(compliance, person.person_id)

    answer = admin.post(f"/persons/{person.person_id}/enrolment-link")

    assert (answer.status_code, answer.json()["code"]) == (409, "has_credential")


def test_a_link_by_recovery_takes_the_place_of_one_before(world: World) -> None:
    person = enrolled(world)
    with world.changing() as tx:
        before = recovery.recover(tx, person.person_id, by=person.person_id)
        link = recovery.recover(tx, person.person_id, by=person.person_id)

    assert enrol(world, before).status_code == 410
    assert enrol(world, link).status_code == 201


def test_a_proof_given_before_is_worth_nothing_afterwards(world: World) -> None:
    person = enrolled(world)
    proved = person.proved("make_token", about_self(person))
    with world.changing() as tx:
        recovery.recover(tx, person.person_id, by=person.person_id)

    body = {"name": "x", "scopes": ["read"]}
    assert proved.caller.post("/me/tokens", body).status_code == 401
