"""Acts that take two: proposed by one, done by another with the same right and the same words."""

import json

import pytest

from server import first
from server.access import offices
from server.access.approvals import LASTS
from server.access.parts import Parts
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.identity import recorded
from tests.making.passkeys import enrol

pytestmark = pytest.mark.on_both_databases


@pytest.fixture
def officers(world: World) -> tuple[Caller, Caller]:
    """Two who may appoint: the administrator and the compliance officer."""
    return world.officer("system_administrator"), world.officer("compliance_officer")


def appointing(person: Caller, role: str = "auditor") -> dict[str, str]:
    return {"person": person.person_id, "role": role}


def held(world: World, person: Caller) -> list[str]:
    """The offices a person holds, by their own word (an appointment ended their session)."""
    return [each["role"] for each in world.session(person.person_id).get("/me").json()["offices"]]


def test_the_first_proposes_and_the_second_does_it(
    world: World, officers: tuple[Caller, Caller]
) -> None:
    one, other = officers
    person = world.person()

    proposed = one.post("/offices", appointing(person))
    before = held(world, person)
    done = other.post("/offices", appointing(person))

    assert (proposed.status_code, before) == (202, [])
    assert proposed.json()["action"] == "appoint"
    assert done.status_code == 201, done.text
    assert held(world, person) == ["auditor"]


def test_the_same_person_twice_is_one_person(world: World, officers: tuple[Caller, Caller]) -> None:
    person = world.person()

    answers = [officers[0].post("/offices", appointing(person)) for _ in range(3)]
    answers.append(world.session(officers[0].person_id).post("/offices", appointing(person)))

    assert {each.status_code for each in answers} == {202}
    assert len({each.json()["proposal"] for each in answers}) == 1
    assert held(world, person) == []


def test_other_words_are_another_proposal(world: World, officers: tuple[Caller, Caller]) -> None:
    one, other = officers
    person, somebody = world.person(), world.person()
    one.post("/offices", appointing(person))

    answers = [
        other.post("/offices", appointing(person, "secretariat")),
        other.post("/offices", appointing(somebody)),
        other.post("/offices", {**appointing(person), "until": "2027-01-01T00:00:00Z"}),
    ]

    assert [each.status_code for each in answers] == [202] * 3
    assert (held(world, person), held(world, somebody)) == ([], [])


def test_a_proposal_lasts_a_week(
    world: World, officers: tuple[Caller, Caller], clock: TestClock
) -> None:
    one, other = officers
    person = world.person()
    proposal = one.post("/offices", appointing(person)).json()["proposal"]
    clock.advance(LASTS)
    other = world.session(other.person_id)

    late = other.post("/offices", appointing(person))

    assert late.status_code == 202
    assert late.json()["proposal"] != proposal
    one = world.session(one.person_id)
    assert one.post("/offices", appointing(person)).status_code == 201


def test_a_second_person_without_the_right_is_refused(
    world: World, officers: tuple[Caller, Caller]
) -> None:
    person = world.person()
    officers[0].post("/offices", appointing(person))

    refused = world.officer("secretariat").post("/offices", appointing(person))
    stranger = world.person().post("/offices", appointing(person))

    assert (refused.status_code, stranger.status_code) == (403, 404)
    assert held(world, person) == []


def test_a_proposer_who_lost_the_office_proposed_in_vain_no_more_than_once(
    world: World, officers: tuple[Caller, Caller]
) -> None:
    """The approval counts once: the same proposal cannot be approved again."""
    one, other = officers
    person = world.person()
    one.post("/offices", appointing(person))
    assert other.post("/offices", appointing(person)).status_code == 201

    again = other.post("/offices", appointing(person))

    assert again.status_code == 202


def test_the_proposal_of_somebody_who_lost_the_right_does_not_count(
    world: World, officers: tuple[Caller, Caller]
) -> None:
    """Two who may now; and a standing proposal behind one that does not count is found."""
    one, other = officers
    gone, person = world.officer("compliance_officer"), world.person()
    stale = gone.post("/offices", appointing(person)).json()["proposal"]
    with world.changing() as tx:
        [office] = offices.held(tx, person_id=gone.person_id)
        offices.end(tx, office.id, by=one.person_id)

    alone = one.post("/offices", appointing(person))
    again = one.post("/offices", appointing(person))

    assert (alone.status_code, held(world, person)) == (202, [])
    assert alone.json()["proposal"] == again.json()["proposal"] != stale
    assert other.post("/offices", appointing(person)).status_code == 201


def test_what_waits_is_shown_to_officers_in_full(
    world: World, officers: tuple[Caller, Caller]
) -> None:
    person = world.person()
    officers[0].post("/offices", appointing(person))

    [pending] = officers[1].get("/approvals").json()["items"]

    assert pending["proposer"] == officers[0].person_id
    action, thing, arguments = json.loads(pending["arguments"])
    assert (action, thing) == ("appoint", "installation/installation")
    assert arguments["asked"]["person"] == person.person_id
    officers[1].post("/offices", appointing(person))
    assert officers[0].get("/approvals").json()["items"] == []


def test_the_first_administrator_appoints_the_second_officer_alone_and_nobody_after(
    world: World, parts: Parts
) -> None:
    link = first.link(parts)
    assert link is not None
    enrolled = enrol(world, link).json()
    admin = Caller(enrolled["person"], enrolled["token"], world.client)
    second, third = world.person(), world.person()

    alone = admin.post("/offices", appointing(second, "compliance_officer"))
    not_alone = admin.post("/offices", appointing(third))
    second = world.session(second.person_id)

    assert (alone.status_code, not_alone.status_code) == (201, 202)
    assert second.post("/offices", appointing(third)).status_code == 201
    assert held(world, third) == ["auditor"]
    kinds = [kind for kind, _, outcome in recorded(world) if outcome == "done"]
    assert kinds.count("installation.appoint") == 3


def test_ending_an_office_takes_two_as_well(world: World, officers: tuple[Caller, Caller]) -> None:
    one, other = officers
    auditor = world.officer("auditor")
    offices = one.get("/offices").json()["items"]
    asked = {"office": next(o["id"] for o in offices if o["person"] == auditor.person_id)}

    assert one.post("/offices/ending", asked).status_code == 202
    assert auditor.get("/offices").status_code == 200
    assert other.post("/offices/ending", asked).status_code == 204
    assert auditor.get("/offices").status_code == 401  # the last part ends the session with it
    assert world.session(auditor.person_id).get("/offices").status_code == 404


def test_an_appointment_ends_at_its_date(
    world: World, officers: tuple[Caller, Caller], clock: TestClock
) -> None:
    person = world.person()
    asked = {**appointing(person), "until": "2026-09-22T00:00:00Z"}
    for officer in officers:
        officer.post("/offices", asked)
    assert held(world, person) == ["auditor"]

    clock.days(1)

    assert held(world, person) == []
