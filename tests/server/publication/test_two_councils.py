"""What belongs to one council says nothing in another (promise 6; BR-23 to BR-27)."""

import pytest

from server.access import seats
from server.access.models import Membership
from server.access.vocabulary import SeatRole
from server.clock import DAY, to_text
from server.councils import duty
from tests.factories import World
from tests.making.councils import MadeCouncil, established_council
from tests.making.publication import all_consent, asked_round, finding, request_body, result


@pytest.fixture
def one(world: World) -> MadeCouncil:
    return established_council(world)


@pytest.fixture
def two(world: World, one: MadeCouncil) -> MadeCouncil:
    return established_council(world, concept="C-2212A-03")


def test_owners_in_two_councils_neither_see_nor_publish_each_others_results(
    one: MadeCouncil, two: MadeCouncil
) -> None:
    results = {council.id: result(council)["id"] for council in (one, two)}
    for mine, other in ((one, two), (two, one)):
        theirs = results[other.id]
        assert [r["id"] for r in mine.pd.get("/results").json()["items"]] == [results[mine.id]]
        assert mine.pd.get(f"/councils/{other.id}/results").status_code == 404
        assert mine.pd.get(f"/results/{theirs}").status_code == 404
        for path, body in (
            ("publication", {"title": "他人の成果"}),
            ("readers", {"open_to_council": False}),
            ("hold", {"round": theirs}),
        ):
            assert mine.pd.post(f"/results/{theirs}/{path}", body).status_code == 404
    for council in (one, two):
        published = council.pd.post(f"/results/{results[council.id]}/publication", {"title": "題"})
        assert published.status_code == 201, published.text


def test_owners_in_two_councils_read_no_round_or_know_how_of_each_other(
    world: World, one: MadeCouncil, two: MadeCouncil
) -> None:
    asked = {council.id: asked_round(world, council) for council in (one, two)}
    for council in (one, two):
        all_consent(council, asked[council.id][2])
    for mine, other in ((one, two), (two, one)):
        _, wanted, round_id = asked[other.id]
        entry = other.pd.get(f"/exceptions/{wanted['id']}").json()["know_how"]
        for path in (f"rounds/{round_id}", f"exceptions/{wanted['id']}", f"know-how/{entry}"):
            assert other.pd.get(f"/{path}").status_code == 200
            assert mine.pd.get(f"/{path}").status_code == 404
        listed = [each["id"] for each in mine.pd.get("/rounds").json()["items"]]
        assert listed == [asked[mine.id][2]]


def test_a_finding_is_recorded_through_the_council_of_its_result_only(
    world: World, one: MadeCouncil, two: MadeCouncil
) -> None:
    """Also by who represents a member in both, and may read the result."""
    both = one.organ_b
    with world.changing(two.id) as tx:
        membership = tx.session.get_one(Membership, two.memberships["organ_b"])
        by = two.organ_b.person_id
        seats.name_seat(tx, membership, both.person_id, SeatRole.REPRESENTATIVE, by=by)
        duty.acknowledge(tx, two.id, both.person_id, duty.current(tx).name)
    made = result(two)
    body = {"result": made["id"], "found_on": "2026-09-01", "evidence": "別の協議会の記述"}

    assert both.get(f"/results/{made['id']}").status_code == 200
    assert both.post(f"/councils/{one.id}/findings", body).status_code == 404
    assert two.pd.get(f"/councils/{two.id}/findings").json()["items"] == []
    assert both.post(f"/councils/{two.id}/findings", body).status_code == 201


def test_a_request_stands_on_no_finding_of_another_council(
    world: World, one: MadeCouncil, two: MadeCouncil
) -> None:
    found = finding(one, result(one)["id"])
    made = result(two)
    body = request_body(world, found)
    refused = two.organ_a.post(f"/results/{made['id']}/exceptions", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "finding_needed")


def test_tags_change_with_every_fact_that_is_shown(world: World, one: MadeCouncil) -> None:
    made, wanted, round_id = asked_round(world, one)
    result_path, exception_path = f"/results/{made['id']}", f"/exceptions/{wanted['id']}"

    def tag(path: str) -> str:
        return str(one.pd.get(path).headers["etag"])

    before = tag(result_path)
    one.pd.post(f"{result_path}/readers", {"add": [one.fa.person_id]})
    assert tag(result_path) != before

    before = tag(exception_path)
    text = {"information": "改めた文。", "until": to_text(world.clock.now + 90 * DAY)}
    again = one.organ_a.post(f"{exception_path}/rounds", {"text": text})
    assert tag(exception_path) != before

    all_consent(one, again.json()["round"])
    entry = f"/know-how/{one.pd.get(exception_path).json()['know_how']}"
    before = tag(entry)
    result(one)
    assert tag(entry) != before
    assert round_id != again.json()["round"]
