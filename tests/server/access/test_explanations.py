"""Asking about rights over the API: who is answered, who is refused, who is told of nothing."""

from typing import Any

import pytest

from server.access.models import CouncilRule
from server.audit import facts
from server.clock import DAY, to_text
from server.ids import new_id
from tests.factories import Caller, World
from tests.making import documents, publication
from tests.making.councils import MadeCouncil, established_council


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


def own(caller: Caller, kind: str, thing: str, action: str = "read", **more: str) -> Any:
    asked = {"kind": kind, "thing": thing, "action": action, **more}
    return caller.get("/me/explanation", params=asked)


def about(caller: Caller, council: MadeCouncil, person: Caller, thing: str, **more: str) -> Any:
    asked = {"kind": "document", "thing": thing, "action": "read", "person": person.person_id}
    return caller.get(f"/councils/{council.id}/explanation", params={**asked, **more})


def conditions(answer: Any, relation: str) -> dict[str, bool]:
    """Each condition of a relation's first way, and whether it holds."""
    found = next(each for each in answer.json()["relations"] if each["relation"] == relation)
    return {each["condition"]: each["holds"] for each in found["ways"][0]}


@pytest.mark.on_both_databases
def test_each_missing_condition_is_told_alone(world: World, council: MadeCouncil) -> None:
    """Of one recipient, one thing after another is taken away and given back."""
    by, to = council.organ_a, council.organ_b
    secret = documents.provided_secret(world, council, by, [to]).id
    everything = dict.fromkeys(
        (
            "meant_as_secret",
            "is_named",
            "has_seat",
            "safe_management_confirmed",
            "duty_acknowledged",
            "scope_acknowledged",
        ),
        True,
    )
    answer = about(by, council, to, secret)
    assert answer.status_code == 200, answer.text
    assert conditions(answer, "recipient") == everything
    assert answer.json()["by"] == ["recipient"]
    world.clock.days(1)
    by, to = world.session(by.person_id), world.session(to.person_id)
    taken = by.post(f"/documents/{secret}/recipients", {"remove": [to.person_id]})
    assert taken.status_code == 200, taken.text
    answer = about(by, council, to, secret)
    assert conditions(answer, "recipient") == {**everything, "is_named": False}
    assert not answer.json()["allowed"]
    yesterday = to_text(world.clock() - 1)
    assert about(by, council, to, secret, at=yesterday).json()["allowed"]
    world.clock.days(400)
    by = world.session(by.person_id)
    answer = about(by, council, to, secret)
    assert answer.json()["state"] == "council_internal"
    assert answer.json()["allowed"]


def test_whoever_knows_of_a_thing_and_may_not_ask_is_refused_with_what_would_do(
    world: World, council: MadeCouncil
) -> None:
    paper = documents.shared_document(world, council, council.organ_a).id
    for caller in (council.handler_a, council.secretariat):
        refused = about(caller, council, council.organ_b, paper)
        assert refused.status_code == 403
        assert refused.json()["action"] == "explain"
        assert "provider" in refused.json()["would_suffice"]
        assert about(caller, council, caller, paper).status_code == 200


def test_a_thing_is_asked_about_in_its_own_council(world: World, council: MadeCouncil) -> None:
    other = established_council(world, concept="C-2212A-01")
    theirs = documents.shared_document(world, other, other.organ_a).id
    watching = world.officer("auditor")
    asked = {"kind": "document", "thing": theirs, "action": "read"}
    for path, status in ((f"/councils/{council.id}", 404), (f"/councils/{other.id}", 200)):
        assert watching.get(f"{path}/entitled", params=asked).status_code == status
    assert about(watching, council, other.organ_a, theirs).status_code == 404
    elsewhere = {**asked, "kind": "installation", "thing": "installation"}
    assert watching.get(f"/councils/{council.id}/entitled", params=elsewhere).status_code == 404


def test_officers_are_told_nothing_of_results(council: MadeCouncil) -> None:
    """BR-25: they have no relation to one. Its owner is told who reads it."""
    result = publication.result(council)["id"]
    asked = {"kind": "result", "thing": result, "action": "read"}
    path = f"/councils/{council.id}/entitled"
    for officer in (council.compliance, council.auditor, council.secretariat):
        assert officer.get(path, params=asked).status_code == 404
    told = council.pd.get(path, params=asked)
    assert told.status_code == 200
    assert council.pd.person_id in {each["person"]["id"] for each in told.json()["items"]}


def test_the_past_is_answered_the_future_is_not(world: World, council: MadeCouncil) -> None:
    before = to_text(world.clock() - DAY)
    world.clock.days(1)
    reader = world.session(council.pd.person_id)
    paper = documents.shared_document(world, council, world.session(council.organ_a.person_id)).id
    assert own(reader, "document", paper, at=to_text(world.clock() + 1)).json()["code"] == (
        "moment_in_the_future"
    )
    then = own(reader, "document", paper, at=before)
    assert (then.status_code, then.json()["code"]) == (404, "not_then")
    stranger = world.session(council.stranger.person_id)
    told = own(stranger, "document", paper, at=before)
    assert (told.status_code, told.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("thing", ["x" * 65, "", "協議会", "a\nb"])
def test_what_is_no_id_is_no_thing(council: MadeCouncil, thing: str) -> None:
    assert own(council.pd, "document", thing).status_code in (404, 422)
    assert own(council.pd, "planet", new_id(0)).status_code == 422


def test_questions_come_from_where_the_thing_may_be_reached_from(
    world: World, council: MadeCouncil
) -> None:
    paper = documents.shared_document(world, council, council.organ_a).id
    assert own(council.pd, "document", paper).status_code == 200
    with world.changing(council.id) as tx:
        rule = CouncilRule(
            council_id=council.id,
            comment_days=0,
            review_days=None,
            networks="192.0.2.0/24",
            device_bound=None,
            made_by=council.minister_fund.person_id,
        )
        facts.enter(tx, council.id, rule)
    refused = own(council.pd, "document", paper)
    assert refused.status_code == 403
    assert refused.json()["code"] == council.pd.get(f"/documents/{paper}").json()["code"]
    stranger = own(council.stranger, "document", paper)
    assert stranger.status_code == 404


def test_what_a_council_s_rules_ask_besides_is_told(world: World, council: MadeCouncil) -> None:
    with world.changing(council.id) as tx:
        rule = CouncilRule(
            council_id=council.id,
            comment_days=0,
            review_days=None,
            networks=None,
            device_bound=True,
            made_by=council.minister_fund.person_id,
        )
        facts.enter(tx, council.id, rule)
    membership = council.memberships["organ_a"]
    answer = own(council.organ_a, "membership", membership, "leave").json()
    assert answer["besides"]["device_bound"]
    assert answer["besides"]["obstacles"] == ["step_up_needed"]
    assert "端末から取り出せないパスキー" in "".join(answer["ja"])
    reading = own(council.organ_a, "membership", membership).json()
    assert not reading["besides"]["device_bound"]
    assert reading["besides"]["obstacles"] == []
