"""A closed round's text is read only by who may read know-how."""

import pytest

from server.access import seats
from server.access.models import Membership
from server.access.vocabulary import SeatRole
from server.councils import duty
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil, established_council, people
from tests.making.publication import (
    INFORMATION,
    all_consent,
    answered,
    asked_round,
    result,
    stepped_up,
)

BARRED = ("private", "think_tank", "deputy_a")
READERS = ("pd", "fa", "organ_a", "organ_b", "minister_fund", "minister_pm")


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


def assert_only_a_summary(caller: Caller, round_id: str, outcome: str) -> None:
    refused = caller.get(f"/rounds/{round_id}")
    assert (refused.status_code, INFORMATION in refused.text) == (403, False)
    summary = caller.get(f"/rounds/{round_id}/summary")
    assert (summary.status_code, summary.json()["outcome"]) == (200, outcome)
    listed = caller.get("/rounds")
    assert [each["id"] for each in listed.json()["items"]] == [round_id]
    assert INFORMATION not in summary.text + listed.text


def test_agreed_know_how_is_not_read_in_the_round_by_those_barred_from_it(
    world: World, council: MadeCouncil
) -> None:
    _, _, round_id = asked_round(world, council)
    for who in BARRED:
        assert INFORMATION in getattr(council, who).get(f"/rounds/{round_id}").text
    all_consent(council, round_id)

    entry = council.pd.get(f"/councils/{council.id}/know-how").json()["items"][0]["id"]
    for who in BARRED:
        assert getattr(council, who).get(f"/know-how/{entry}").status_code == 403
        assert_only_a_summary(getattr(council, who), round_id, "agreed")
    for who in READERS:
        assert getattr(council, who).get(f"/know-how/{entry}").status_code == 200
        assert INFORMATION in getattr(council, who).get(f"/rounds/{round_id}").text


def test_what_was_not_agreed_may_be_agreed_later_and_is_closed_to_the_same(
    world: World, council: MadeCouncil
) -> None:
    _, _, round_id = asked_round(world, council)
    world.clock.days(30)
    council = stepped_up(world, council)
    for who in BARRED:
        assert_only_a_summary(getattr(council, who), round_id, "not_agreed")
    assert council.organ_b.get(f"/rounds/{round_id}").status_code == 200


def test_a_deputy_named_after_the_agreement_reads_no_text(
    world: World, council: MadeCouncil
) -> None:
    _, _, round_id = asked_round(world, council)
    all_consent(council, round_id)
    late = people(world, {"late": council.organisations["organ_b"]})["late"]
    with world.changing(council.id) as tx:
        membership = tx.session.get_one(Membership, council.memberships["organ_b"])
        by = council.organ_b.person_id
        seats.name_seat(tx, membership, late.person_id, SeatRole.DEPUTY, by=by)
        duty.acknowledge(tx, council.id, late.person_id, duty.current(tx).name)
    assert_only_a_summary(late, round_id, "agreed")


def test_the_owner_reads_every_answer_about_their_result_without_a_seat(
    world: World, council: MadeCouncil
) -> None:
    """Promise 6: who objected, and why, is never kept from the one whose result it is."""
    _, _, round_id = asked_round(world, council)
    answered(council.fa, round_id, "objection", reason="公開が条件である。")
    path, body = f"/memberships/{council.memberships['pd']}/removal", {"reason": "除名"}
    council.minister_fund.post(path, body)
    assert council.minister_pm.post(path, body).status_code == 204

    shown = world.session(council.pd.person_id).get(f"/rounds/{round_id}").json()
    assert (shown["state"], shown["outcome"]["state"]) == ("closed", "void")
    assert [each["reason"] for each in shown["answers"]] == ["公開が条件である。"]


def test_owning_another_result_opens_no_round(world: World, council: MadeCouncil) -> None:
    """The relation is to the round's own result, not to any the caller may own."""
    result(council, council.private, open_to_council=False)
    _, _, round_id = asked_round(world, council)
    all_consent(council, round_id)
    assert_only_a_summary(council.private, round_id, "agreed")


def test_the_tag_of_a_round_changes_with_an_answer(world: World, council: MadeCouncil) -> None:
    _, _, round_id = asked_round(world, council)
    path = f"/rounds/{round_id}"
    before = council.pd.get(path).headers["etag"]
    assert answered(council.fa, round_id).status_code == 201
    assert council.pd.get(path).headers["etag"] != before
