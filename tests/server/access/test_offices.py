"""Separation of duties at appointment: one office each, and none beside a seat (rows 13 to 17)."""

import pytest

from server.access import offices
from server.access.vocabulary import OfficeRole
from server.problems import NotFound
from tests.factories import World
from tests.making.councils import established_council

pytestmark = pytest.mark.on_both_databases
ELSEWHERE = "01990000-0000-7000-8000-000000000001"


@pytest.mark.parametrize("role", [each for each in OfficeRole if each != "establishing_ministry"])
@pytest.mark.parametrize("council", [None, ELSEWHERE])
def test_who_holds_an_office_gets_no_other(
    world: World, role: OfficeRole, council: str | None
) -> None:
    holder = world.officer("secretariat")

    with pytest.raises(offices.Incompatible), world.changing() as tx:
        offices.appoint(tx, holder.person_id, role, council_id=council, until=None)


def test_who_sits_in_a_council_gets_no_office_of_it_or_of_all(world: World) -> None:
    council = established_council(world)
    person = council.handler_a.person_id
    for place in (council.id, None):
        with pytest.raises(offices.Incompatible), world.changing() as tx:
            offices.appoint(tx, person, OfficeRole.AUDITOR, council_id=place, until=None)


def test_a_seat_elsewhere_does_not_stand_against_an_office_of_another_council(
    world: World,
) -> None:
    council = established_council(world)

    with world.changing() as tx:
        person = council.handler_a.person_id
        office = offices.appoint(tx, person, OfficeRole.AUDITOR, council_id=ELSEWHERE, until=None)
        assert [each.id for each in offices.held(tx, person_id=person)] == [office.id]


def test_after_an_office_ends_another_may_follow(world: World) -> None:
    holder = world.officer("secretariat")
    with world.changing() as tx:
        [office] = offices.held(tx, person_id=holder.person_id)
        offices.end(tx, office.id, by=holder.person_id)
    with world.changing() as tx:
        offices.appoint(tx, holder.person_id, OfficeRole.AUDITOR, council_id=None, until=None)

    assert holder.get("/me").status_code == 401  # an office is held by a fresh session
    again = world.session(holder.person_id)
    assert [o["role"] for o in again.get("/me").json()["offices"]] == ["auditor"]


def test_nobody_is_appointed_who_is_not_registered(world: World) -> None:
    with pytest.raises(NotFound), world.changing() as tx:
        offices.appoint(tx, ELSEWHERE, OfficeRole.AUDITOR, council_id=None, until=None)


def test_an_office_ends_once(world: World) -> None:
    holder = world.officer("secretariat")
    with world.changing() as tx:
        [office] = offices.held(tx, person_id=holder.person_id)
        offices.end(tx, office.id, by=holder.person_id)

    with pytest.raises(NotFound), world.changing() as tx:
        offices.end(tx, office.id, by=holder.person_id)


def test_the_api_refuses_an_incompatible_appointment_only_when_it_would_be_done(
    world: World,
) -> None:
    """The second person meets the refusal: nothing is stored, and the proposal stands."""
    one, other = world.officer("system_administrator"), world.officer("compliance_officer")
    asked = {"person": one.person_id, "role": "auditor"}

    assert one.post("/offices", asked).status_code == 202
    answer = other.post("/offices", asked)

    assert (answer.status_code, answer.json()["code"]) == (409, "incompatible_office")
    assert len(other.get("/approvals").json()["items"]) == 1


def test_officials_of_ministries_are_not_appointed_by_this_way(world: World) -> None:
    admin = world.officer("system_administrator")
    asked = {"person": world.person().person_id, "role": "establishing_ministry"}

    assert admin.post("/offices", asked).status_code == 422
