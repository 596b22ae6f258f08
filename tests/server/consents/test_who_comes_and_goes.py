"""Members that leave, are removed or join while a round is open."""

import pytest

from server.access.vocabulary import Category
from server.councils import facts as council_facts
from server.councils.models import RepresentativeMode
from tests.factories import World
from tests.making.councils import MadeCouncil, established_council, joined
from tests.making.publication import (
    all_consent,
    answered,
    asked_round,
    closed,
    exception,
    opened,
    result,
)


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


def test_a_member_leaving_by_its_own_notice_is_dropped_and_named(
    world: World, council: MadeCouncil
) -> None:
    made, _, round_id = asked_round(world, council)
    all_consent(council, round_id, "private", "fa")
    gone = council.memberships["private"]

    assert council.private.post(f"/memberships/{gone}/leave").status_code == 204

    outcome = council.pd.get(f"/rounds/{round_id}").json()["outcome"]
    assert (outcome["state"], outcome["dropped"]) == ("open", [gone])
    assert outcome["missing"] == [council.memberships["fa"]]
    answered(council.fa, round_id)
    assert council.pd.get(f"/results/{made['id']}").json()["state"] == "know_how"
    again = world.session(council.private.person_id)
    assert again.get(f"/rounds/{round_id}").status_code == 404


def test_the_going_of_the_last_silent_member_makes_the_agreement(
    world: World, council: MadeCouncil
) -> None:
    made, wanted, round_id = asked_round(world, council)
    all_consent(council, round_id, "private")

    council.private.post(f"/memberships/{council.memberships['private']}/leave")

    assert closed(world, round_id)[0] == "agreed"
    assert council.pd.get(f"/results/{made['id']}").json()["state"] == "know_how"
    assert council.pd.get(f"/exceptions/{wanted['id']}").json()["state"] == "agreed"


def test_a_removal_voids_the_round(world: World, council: MadeCouncil) -> None:
    """Nobody gets an agreement by removing the member that does not give it."""
    made, wanted, round_id = asked_round(world, council)
    all_consent(council, round_id, "private")
    body = {"reason": "除名の理由"}
    path = f"/memberships/{council.memberships['private']}/removal"
    assert council.minister_fund.post(path, body).status_code == 202
    assert council.minister_pm.post(path, body).status_code == 204

    outcome = council.pd.get(f"/rounds/{round_id}").json()["outcome"]
    assert (outcome["state"], outcome["why"]) == ("void", "removed")
    assert council.pd.get(f"/results/{made['id']}").json()["state"] == "publishable"
    assert council.organ_a.get(f"/exceptions/{wanted['id']}").json()["state"] == "requested"
    assert answered(council.fa, round_id).status_code == 403


def test_the_research_side_leaving_voids_the_round(world: World, council: MadeCouncil) -> None:
    made, _, round_id = asked_round(world, council)
    all_consent(council, round_id, "pd")
    left = council.pd.post(f"/memberships/{council.memberships['pd']}/leave")
    assert left.status_code == 204, left.text

    assert closed(world, round_id)[0] == "void"
    owner = world.session(council.pd.person_id)  # the session of before ended with the seat
    assert owner.get(f"/results/{made['id']}").json()["state"] == "publishable"
    published = owner.post(f"/results/{made['id']}/publication", {"title": "公開"})
    assert published.status_code == 201


def test_a_joiner_must_be_asked_in_a_new_round(world: World, council: MadeCouncil) -> None:
    _, wanted, first = asked_round(world, council)
    all_consent(council, first, "private")
    newcomer = world.person("新川 次郎", "new-org")
    who = {name: getattr(council, name) for name in ("secretariat", "minister_fund", "minister_pm")}
    with world.changing(council.id) as tx:
        found = council_facts.find_council(tx, council.id)
        member = joined(tx, found, Category.KNOWLEDGE_HOLDER, "new-org", who, newcomer)

    outcome = council.pd.get(f"/rounds/{first}").json()["outcome"]
    assert (outcome["state"], outcome["why"]) == ("void", "joined")
    second = opened(wanted["id"], council.organ_a)
    shown = council.pd.get(f"/rounds/{second}").json()
    assert member in {r["membership"] for r in shown["roster"]}
    assert (shown["supersedes"], shown["answers"]) == (first, [])
    assert newcomer.get(f"/rounds/{first}").status_code == 404


def test_a_new_representative_speaks_for_the_member(world: World, council: MadeCouncil) -> None:
    """The voice is the member's: its new representative may change what the old one said."""
    _, _, round_id = asked_round(world, council)
    answered(council.fa, round_id)
    successor = world.person("後任 三郎", council.organisations["fa"])
    member = council.memberships["fa"]
    named = {"person": successor.person_id, "role": "seat_representative"}
    assert council.fa.post(f"/memberships/{member}/seats", named).status_code == 201
    text = successor.get(f"/councils/{council.id}/duty").json()["id"]
    successor.post(f"/councils/{council.id}/acknowledgement", {"text": text})

    changed = answered(successor, round_id, "objection", reason="再考した。")

    assert changed.json()["answer"]["membership"] == member
    assert answered_as(council, round_id, member) == "objection"
    assert world.session(council.fa.person_id).get(f"/rounds/{round_id}").status_code == 404


def answered_as(council: MadeCouncil, round_id: str, member: str) -> str:
    roster = council.pd.get(f"/rounds/{round_id}").json()["roster"]
    return next(r["verdict"] for r in roster if r["membership"] == member)


def test_a_deemed_officer_says_when_the_researchers_were_heard(world: World) -> None:
    """BR-11: in `po_deemed_sole` the researchers are no members."""
    council = established_council(
        world, concept="C-2212A-04", mode=RepresentativeMode.PO_DEEMED_SOLE
    )
    researcher = world.person("研究 四郎", "a-university")
    made = result(council, researcher=researcher.person_id)
    round_id = opened(exception(world, council, made["id"])["id"], council.organ_a)
    refused = answered(council.pd, round_id)
    assert (refused.status_code, refused.json()["code"]) == (422, "researchers_not_heard")
    assert answered(council.pd, round_id, "objection", reason="反対").status_code == 201

    heard = "2026年9月1日、研究者会合で意見を聴取した。"
    given = answered(council.pd, round_id, researchers_heard=heard)
    assert (given.status_code, given.json()["answer"]["researchers_heard"]) == (201, heard)
