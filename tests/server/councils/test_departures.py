"""People who move, leave or are disabled: what rests on it ends in one transaction (BR-37)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from server.access import seats
from server.access.models import Membership
from server.access.vocabulary import SeatRole
from server.clock import DAY, to_text
from server.councils import departures, review_waiting
from server.identity import sessions
from server.identity.passkeys import held as passkeys_of
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making import passkeys
from tests.making.councils import MadeCouncil, established_council

REASON = {"reason": "端末の紛失（架空）"}


@pytest.fixture
def officers(world: World) -> tuple[Caller, Caller]:
    """Who may disable together: administrator and compliance officer of the installation."""
    return world.officer("system_administrator"), world.officer("compliance_officer")


def disabled(officers: tuple[Caller, Caller], person: Caller) -> Any:
    """The answer to disabling a person by both."""
    path = f"/persons/{person.person_id}/ending"
    assert officers[0].post(path, REASON).status_code == 202
    return officers[1].post(path, REASON)


def token_of(world: World, person: Caller) -> Caller:
    with world.changing() as tx:
        _, text = sessions.make_token(
            tx, person.person_id, name="集計", scopes=["read"], council_id=None, days=30
        )
    return Caller(person.person_id, text, world.client)


def secretary(world: World) -> Caller:
    return world.officer("secretariat")


# --- disabling ------------------------------------------------------------------------------------
def test_a_disabled_person_has_nothing_left_and_gets_nothing_again(
    world: World, made: MadeCouncil, officers: tuple[Caller, Caller]
) -> None:
    program = token_of(world, made.handler_a)
    holder = passkeys.given(world, made.handler_a)

    answer = disabled(officers, made.handler_a)

    assert answer.status_code == 200, answer.text
    assert passkeys.sign_in(world, holder.authenticator).status_code == 401
    with world.parts.database.reading() as tx:
        assert passkeys_of(tx, made.handler_a.person_id) == []  # the rows say so, too
    assert answer.json() == {"seats": 1, "offices": 0, "signed_out": True, "unspoken": []}
    assert made.handler_a.get("/me").status_code == program.get("/me").status_code == 401
    assert world.session(made.handler_a.person_id).get("/me").status_code == 401
    named = {"person": made.handler_a.person_id, "role": "handler"}
    path = f"/memberships/{made.memberships['organ_a']}/seats"
    assert made.organ_a.post(path, named).json()["code"] == "person_disabled"
    office = {"person": made.handler_a.person_id, "role": "auditor"}
    officers[0].post("/offices", office)
    assert officers[1].post("/offices", office).json()["code"] == "person_disabled"


def test_one_officer_alone_disables_nobody_and_nobody_twice(
    made: MadeCouncil, officers: tuple[Caller, Caller]
) -> None:
    path = f"/persons/{made.handler_a.person_id}/ending"
    assert officers[0].post(path, REASON).status_code == 202
    assert officers[0].post(path, REASON).status_code == 202
    assert made.handler_a.get("/me").status_code == 200
    assert officers[1].post(path, REASON).status_code == 200
    officers[0].post(path, REASON)
    assert officers[1].post(path, REASON).json()["code"] == "disabled_already"


def test_disabling_a_sole_representative_works_at_once_and_the_gap_is_seen(
    world: World, made: MadeCouncil, officers: tuple[Caller, Caller]
) -> None:
    member = made.memberships["private"]

    assert disabled(officers, made.private).json()["unspoken"] == [member]

    with world.parts.database.reading() as tx:
        for who in (made.secretariat, made.minister_pm, made.compliance):
            waits = list(review_waiting.waiting_for(tx, who.person_id))
            assert [(each.id, each.action) for each in waits] == [(member, "name_representative")]
        assert not list(review_waiting.waiting_for(tx, made.organ_a.person_id))


def test_two_of_different_parts_name_who_speaks_for_a_member_again(
    world: World, made: MadeCouncil, officers: tuple[Caller, Caller]
) -> None:
    path = f"/memberships/{made.memberships['private']}/representative"
    successor = world.person("後任", made.organisations["private"])
    asked = {"person": successor.person_id, "basis": "代表取締役名の届出（架空）"}
    assert made.secretariat.post(path, asked).status_code == 202
    assert made.minister_fund.post(path, asked).json()["code"] == "has_representative"
    disabled(officers, made.private)
    asked["basis"] = "停止後の届出（架空）"

    assert made.minister_pm.post(path, asked).status_code == 202
    assert made.minister_fund.post(path, asked).json()["code"] == "other_part_needed"
    answer = made.secretariat.post(path, asked)

    assert (answer.status_code, answer.json()["role"]) == (201, "seat_representative")
    for name in ("organ_b", "auditor"):
        assert getattr(made, name).post(path, asked).status_code == 403


def test_a_disabled_minister_official_and_nominee_sign_and_consent_no_more(
    world: World, made: MadeCouncil, officers: tuple[Caller, Caller]
) -> None:
    nominee = world.person("候補", "a-holder")
    asked = {
        "category": "knowledge_holder",
        "organisation": "a-holder",
        "nominee": nominee.person_id,
    }
    admission = made.secretariat.post(f"/councils/{made.id}/admissions", asked).json()["id"]

    disabled(officers, nominee)

    assert made.secretariat.get(f"/admissions/{admission}").json()["nominee"] is None


# --- moving ---------------------------------------------------------------------------------------
def moved(world: World, person: Caller, organisation: str, **more: Any) -> Any:
    path = f"/persons/{person.person_id}/affiliations/ending"
    return secretary(world).post(path, {"organisation": organisation, **more})


def test_who_moves_keeps_identity_and_duty_and_gets_nothing_at_the_new_place(
    world: World, made: MadeCouncil
) -> None:
    person = made.handler_a
    new = {"organisation": made.organisations["organ_b"], "title": "主査"}
    path = f"/persons/{person.person_id}/affiliations"
    assert secretary(world).post(path, new).status_code == 201

    answer = moved(world, person, made.organisations["organ_a"])

    assert answer.json() == {"seats": 1, "offices": 0, "signed_out": True, "unspoken": []}
    assert person.get("/me").status_code == 401
    again = world.session(person.person_id)
    assert again.get("/me").json()["organisations"] == [made.organisations["organ_b"]]
    assert again.get(f"/councils/{made.id}").status_code == 404
    seat = {"person": person.person_id, "role": "handler"}
    named = made.organ_b.post(f"/memberships/{made.memberships['organ_b']}/seats", seat)
    assert (named.status_code, named.json()["acknowledged"]) == (201, True)


def test_a_move_to_come_ends_the_seat_at_its_date_and_not_before(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    date = clock.now + 30 * DAY
    answer = moved(world, made.handler_a, made.organisations["organ_a"], at=to_text(date))
    assert (answer.status_code, answer.json()["signed_out"]) == (200, False)
    council = f"/councils/{made.id}/memberships"
    assert made.handler_a.get(council).status_code == 200

    clock.now = date - 1
    assert world.session(made.handler_a.person_id).get(council).status_code == 200
    clock.now = date
    assert world.session(made.handler_a.person_id).get(council).status_code == 404
    seat = {"person": made.handler_a.person_id, "role": "handler"}
    path = f"/memberships/{made.memberships['organ_a']}/seats"
    speaker = world.session(made.organ_a.person_id)
    assert speaker.post(path, seat).json()["code"] == "not_affiliated"


def test_a_colleague_of_a_member_in_person_leaves_with_the_place_they_share(
    world: World, made: MadeCouncil
) -> None:
    colleague = world.person("助手", "a-university")
    asked = {"person": colleague.person_id, "role": "handler"}
    path = f"/memberships/{made.memberships['pd']}/seats"
    assert made.pd.post(path, asked).status_code == 201

    assert moved(world, made.pd, "a-university").json()["seats"] == 1

    assert colleague.get("/me").status_code == 401
    assert made.pd.get(f"/councils/{made.id}").status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"organisation": "pm"}, 409, "not_affiliated"),
        ({"organisation": "atla", "at": "2020-01-01T00:00:00Z"}, 422, "in_the_past"),
    ],
)
def test_a_wrong_departure_is_refused(
    world: World, made: MadeCouncil, asked: dict[str, str], status: int, code: str
) -> None:
    path = f"/persons/{made.handler_a.person_id}/affiliations/ending"
    answer = secretary(world).post(path, asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert made.handler_a.get("/me").status_code == 200


def test_where_somebody_belonged_is_read_as_of_any_day(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    then, person = to_text(clock.now), made.handler_a.person_id
    clock.days(1)
    moved(world, made.handler_a, made.organisations["organ_a"])
    clock.days(1)
    path = f"/persons/{person}/affiliations"

    assert secretary(world).get(path).json()["items"] == []
    past = secretary(world).get(f"{path}?at={then}").json()["items"]
    assert [each["organisation"] for each in past] == [made.organisations["organ_a"]]


# --- what ends with the last part -----------------------------------------------------------------
def test_who_sits_elsewhere_too_stays_signed_in(world: World, made: MadeCouncil) -> None:
    other = established_council(world, concept="C-2212A-01")
    person = world.person("兼任", made.organisations["organ_a"])
    for council in (made, other):
        asked = {"person": person.person_id, "role": "handler"}
        path = f"/memberships/{council.memberships['organ_a']}/seats"
        assert council.organ_a.post(path, asked).status_code == 201, council

    made.organ_a.post(f"/memberships/{made.memberships['organ_a']}/leave")
    assert person.get("/me").status_code == 200
    other.organ_a.post(f"/memberships/{other.memberships['organ_a']}/leave")
    assert person.get("/me").status_code == 401


def test_an_office_keeps_one_signed_in_and_its_end_does_not(
    world: World, officers: tuple[Caller, Caller]
) -> None:
    auditor = world.officer("auditor")
    items = officers[0].get("/offices").json()["items"]
    office = next(o["id"] for o in items if o["person"] == auditor.person_id)
    assert auditor.get("/me").status_code == 200
    officers[0].post("/offices/ending", {"office": office})
    assert officers[1].post("/offices/ending", {"office": office}).status_code == 204
    assert auditor.get("/me").status_code == 401


@pytest.mark.on_both_databases
def test_disabling_and_naming_at_once_leave_no_disabled_person_seated(world: World) -> None:
    """Whichever comes first: either the seat is refused, or it ends with everything else."""
    made = established_council(world)
    one, other = world.officer("system_administrator"), world.officer("compliance_officer")
    for number in range(4):
        person = world.person(f"競合 {number}", made.organisations["organ_a"])
        path = f"/persons/{person.person_id}/ending"
        assert one.post(path, REASON).status_code == 202

        def name(person: str = person.person_id) -> int:
            asked = {"person": person, "role": "handler"}
            seat = f"/memberships/{made.memberships['organ_a']}/seats"
            return int(made.organ_a.post(seat, asked).status_code)

        with ThreadPoolExecutor(2) as pool:
            seated, ended = pool.submit(name), pool.submit(other.post, path, REASON)
            status = ended.result(60).status_code
        assert seated.result(60) in (201, 409)
        if status == 503:  # seated meanwhile in a council whose log it had not locked: once more
            status = other.post(path, REASON).status_code
        assert status == 200
        with world.parts.database.reading() as tx:
            assert seats.seat_of(tx, made.id, person.person_id) is None


@pytest.mark.on_both_databases
def test_two_last_seats_ended_at_once_end_the_session(world: World) -> None:
    made = established_council(world)
    other = established_council(world, concept="C-2212A-01")
    person = world.person("兼任", made.organisations["organ_a"])
    paths = []
    for council in (made, other):
        with world.changing(council.id) as tx:
            membership = tx.session.get_one(Membership, council.memberships["organ_a"])
            by = council.organ_a.person_id
            seat = seats.name_seat(tx, membership, person.person_id, SeatRole.HANDLER, by=by)
            paths.append((council.organ_a, f"/memberships/{membership.id}/seats/{seat.id}/ending"))

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(caller.post, path) for caller, path in paths]
    assert [each.result(60).status_code for each in done] == [204, 204]

    assert person.get("/me").status_code == 401


def test_who_is_departing_is_known_before_any_lock(world: World, made: MadeCouncil) -> None:
    with world.parts.database.reading() as tx:
        councils = departures.councils_of(tx, {"person": made.minister_pm.person_id})
    assert set(councils) == {made.id}
