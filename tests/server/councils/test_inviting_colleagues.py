"""A representative invites colleagues: of its own organisation alone, told nothing of others."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.factories import Caller, World
from tests.making.councils import MadeCouncil, established_council

COLLEAGUE = {
    "name": "新任 四郎",
    "kana": "シンニン シロウ",
    "email": "shiro@example.jp",
    "title": "係員",
}


def invite(made: MadeCouncil, by: str = "organ_a", **changed: Any) -> Any:
    caller: Caller = getattr(made, by)
    path = f"/memberships/{made.memberships[by]}/persons"
    return caller.post(path, {**COLLEAGUE, **changed})


def test_a_new_colleague_gets_a_link_and_no_seat(world: World, made: MadeCouncil) -> None:
    answer = invite(made)

    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert shown["link"].startswith("kye_")
    assert shown["hours"] == 72
    new = world.session(shown["person"])
    assert new.get("/me").json()["organisations"] == [made.organisations["organ_a"]]
    assert new.get(f"/councils/{made.id}").status_code == 404


def test_a_colleague_who_is_registered_already_is_found_without_a_link(made: MadeCouncil) -> None:
    first = invite(made).json()
    again = invite(made, name="別名", email="SHIRO@example.jp").json()

    assert again == {"person": first["person"], "link": None, "hours": None}


def test_an_address_of_somebody_elsewhere_says_only_whom_to_talk_to(
    world: World, made: MadeCouncil
) -> None:
    elsewhere = world.person("他所", "elsewhere").get("/me").json()["email"]

    answer = invite(made, email=elsewhere)

    assert (answer.status_code, answer.json()["code"]) == (409, "ask_secretariat")
    assert "他所" not in answer.text
    assert "elsewhere" not in answer.text


def test_a_disabled_colleague_is_not_told_from_somebody_elsewhere(
    world: World, made: MadeCouncil
) -> None:
    person = invite(made).json()["person"]
    one, other = world.officer("system_administrator"), world.officer("compliance_officer")
    for officer in (one, other):
        officer.post(f"/persons/{person}/ending", {"reason": "退職（架空）"})

    assert invite(made).json()["code"] == "ask_secretariat"


def test_another_organisation_cannot_be_named(made: MadeCouncil) -> None:
    answer = invite(made, organisation="pm")

    assert (answer.status_code, answer.json()["code"]) == (422, "organisation_of_member_needed")
    assert answer.json()["organisations"] == [made.organisations["organ_a"]]


def test_a_member_in_person_invites_from_the_place_they_belong_to(
    world: World, made: MadeCouncil
) -> None:
    answer = invite(made, "pd")

    assert answer.status_code == 201, answer.text
    new = world.session(answer.json()["person"])
    assert new.get("/me").json()["organisations"] == ["a-university"]


@pytest.mark.parametrize("by", ["deputy_a", "handler_a", "organ_b", "secretariat", "auditor"])
def test_nobody_else_invites_for_a_member(made: MadeCouncil, by: str) -> None:
    path = f"/memberships/{made.memberships['organ_a']}/persons"
    assert getattr(made, by).post(path, COLLEAGUE).status_code == 403


@pytest.mark.on_both_databases
def test_two_invitations_of_one_address_at_once_make_one_person(world: World) -> None:
    """Two councils, whose locks do not meet: one wins, the other finds the person."""
    made = established_council(world)
    other = established_council(world, concept="C-2212A-01")

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(invite, council) for council in (made, other)]
    answers = [each.result(60).json() for each in both]

    assert len({each["person"] for each in answers}) == 1
    assert sorted(each["link"] is None for each in answers) == [False, True]


@pytest.mark.on_both_databases
def test_two_organisations_that_invite_one_address_at_once_get_it_once(world: World) -> None:
    made = established_council(world)

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(invite, made, by) for by in ("organ_a", "organ_b")]
    statuses = sorted(each.result(60).status_code for each in both)

    assert statuses == [201, 409]
