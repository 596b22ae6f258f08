"""Asking for an exception: on what it must stand, who may ask, what it does not do."""

import pytest

from server.clock import DAY, to_text
from tests.factories import World
from tests.making.councils import MadeCouncil, established_council
from tests.making.publication import (
    all_consent,
    answered,
    asked_round,
    exception,
    finding,
    opened,
    request_body,
    result,
    stepped_up,
)


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


def test_a_request_stands_on_a_finding_about_this_result(
    world: World, council: MadeCouncil
) -> None:
    """BR-26."""
    made, other = result(council), result(council)
    elsewhere = finding(council, other["id"])
    for found in (elsewhere, made["id"]):
        body = request_body(world, found)
        refused = council.organ_a.post(f"/results/{made['id']}/exceptions", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "finding_needed")


@pytest.mark.parametrize(
    "changed",
    [{"harm": None}, {"harm": "  "}, {"information": None}, {"information": ""}, {"until": None}],
)
def test_a_request_states_harm_information_and_period(
    world: World, council: MadeCouncil, changed: dict[str, object]
) -> None:
    """BR-27."""
    made = result(council)
    body = {**request_body(world, finding(council, made["id"])), **changed}
    body = {key: value for key, value in body.items() if value is not None}
    refused = council.organ_a.post(f"/results/{made['id']}/exceptions", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("minister_fund", 201),
        ("organ_b", 201),
        ("pd", 403),
        ("fa", 403),
        ("private", 403),
        ("think_tank", 403),
        ("deputy_a", 403),
        ("handler_a", 403),
        ("secretariat", 404),
        ("compliance", 404),
        ("admin", 404),
        ("stranger", 404),
    ],
)
def test_the_government_side_asks(
    world: World, council: MadeCouncil, who: str, status: int
) -> None:
    """The matrix, column "request exception"."""
    made = result(council)
    body = request_body(world, finding(council, made["id"]))
    answer = getattr(council, who).post(f"/results/{made['id']}/exceptions", body)
    assert answer.status_code == status, answer.text


def test_a_request_alone_restricts_nothing(world: World, council: MadeCouncil) -> None:
    made = result(council)
    exception(world, council, made["id"])
    assert council.pd.get(f"/results/{made['id']}").json()["state"] == "publishable"


def test_while_the_round_is_open_its_owner_publishes(world: World, council: MadeCouncil) -> None:
    """BR-28; what is public can no longer be kept, so the round is void."""
    made, wanted, round_id = asked_round(world, council)
    all_consent(council, round_id, "pd")
    answer = council.pd.post(f"/results/{made['id']}/publication", {"title": "公開"})
    assert answer.status_code == 201

    outcome = council.pd.get(f"/rounds/{round_id}").json()["outcome"]
    assert (outcome["state"], outcome["why"]) == ("void", "published")
    assert answered(council.pd, round_id).status_code == 403
    refused = council.organ_a.post(f"/exceptions/{wanted['id']}/rounds", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_published")


def test_after_no_agreement_only_new_facts_reopen_it(world: World, council: MadeCouncil) -> None:
    """A refused question is not asked again and again."""
    made, _, _ = asked_round(world, council)
    world.clock.days(30)
    council = stepped_up(world, council)
    body = request_body(world, finding(council, made["id"]))
    path = f"/results/{made['id']}/exceptions"
    refused = council.organ_a.post(path, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "new_facts_needed")
    other = council.organ_b.post(path, body)
    assert other.json()["code"] == "new_facts_needed"
    assert council.organ_a.post(path, {**body, "new_facts": "新事実"}).status_code == 201


def test_a_member_asks_once_at_a_time(world: World, council: MadeCouncil) -> None:
    made = result(council)
    exception(world, council, made["id"])
    body = request_body(world, finding(council, made["id"]))
    refused = council.organ_a.post(f"/results/{made['id']}/exceptions", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_requested")


def test_a_withdrawn_request_leaves_the_result_publishable(
    world: World, council: MadeCouncil
) -> None:
    made, wanted, round_id = asked_round(world, council)
    all_consent(council, round_id, "private")
    path = f"/exceptions/{wanted['id']}/withdrawal"
    for who in ("pd", "organ_b", "minister_fund", "secretariat"):
        assert getattr(council, who).post(path).status_code == 403

    assert council.organ_a.post(path).json()["state"] == "withdrawn"

    shown = council.pd.get(f"/rounds/{round_id}").json()
    assert (shown["state"], shown["outcome"]["state"]) == ("closed", "withdrawn")
    assert council.pd.get(f"/results/{made['id']}").json()["state"] == "publishable"
    body = {"question_sha256": shown["question_sha256"], "verdict": "consent"}
    assert council.private.post(f"/rounds/{round_id}/answers", body).status_code == 403
    assert council.organ_a.post(path).status_code == 403


def test_only_the_requester_opens_a_round(world: World, council: MadeCouncil) -> None:
    made = result(council)
    wanted = exception(world, council, made["id"])
    path = f"/exceptions/{wanted['id']}/rounds"
    for who in ("minister_fund", "pd", "secretariat", "compliance"):
        assert getattr(council, who).post(path, {}).status_code == 403
    for who in ("admin", "stranger"):
        assert getattr(council, who).post(path, {}).status_code == 404


@pytest.mark.parametrize("days", [0, 31])
def test_a_round_lasts_one_to_thirty_days(world: World, council: MadeCouncil, days: int) -> None:
    """BR-33."""
    wanted = exception(world, council, result(council)["id"])
    refused = council.organ_a.post(f"/exceptions/{wanted['id']}/rounds", {"days": days})
    assert refused.status_code == 422


def test_a_round_lasts_thirty_days_unless_said(world: World, council: MadeCouncil) -> None:
    """BR-33."""
    _, _, round_id = asked_round(world, council)
    shown = council.pd.get(f"/rounds/{round_id}").json()
    assert shown["closes_at"] == to_text(world.clock.now + 30 * DAY)


def test_the_period_is_longer_than_the_round(world: World, council: MadeCouncil) -> None:
    made = result(council)
    soon = to_text(world.clock.now + 10 * DAY)
    wanted = exception(world, council, made["id"], until=soon)
    path = f"/exceptions/{wanted['id']}/rounds"
    refused = council.organ_a.post(path, {})
    assert (refused.status_code, refused.json()["code"]) == (422, "period_too_short")
    assert council.organ_a.post(path, {"days": 5}).status_code == 201


def test_the_authorised_are_persons_of_the_council_and_of_no_think_tank(
    world: World, council: MadeCouncil
) -> None:
    made = result(council)
    found = finding(council, made["id"])
    for person in (council.stranger.person_id, council.think_tank.person_id):
        body = request_body(world, found, authorised=[person])
        refused = council.organ_a.post(f"/results/{made['id']}/exceptions", body)
        assert (refused.status_code, refused.json()["persons"]) == (422, [person])


@pytest.mark.parametrize("who", ["handler_a", "secretariat", "compliance", "auditor"])
def test_others_see_that_there_is_a_request_not_what_it_says(
    world: World, council: MadeCouncil, who: str
) -> None:
    _, wanted, round_id = asked_round(world, council)
    caller = getattr(council, who)
    assert caller.get(f"/exceptions/{wanted['id']}").status_code == 403
    summary = caller.get(f"/exceptions/{wanted['id']}/summary").json()
    assert (summary["state"], summary["round"]) == ("consent_open", round_id)
    assert not {"harm", "information"} & summary.keys()
    listed = caller.get(f"/councils/{council.id}/exceptions").json()["items"]
    assert listed == [summary]


def test_to_strangers_and_administrators_there_is_no_request(
    world: World, council: MadeCouncil
) -> None:
    wanted = exception(world, council, result(council)["id"])
    for caller in (council.stranger, council.admin):
        assert caller.get(f"/exceptions/{wanted['id']}").status_code == 404
        assert caller.get(f"/exceptions/{wanted['id']}/summary").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("pd", 200),
        ("fa", 200),
        ("minister_fund", 200),
        ("organ_b", 200),
        ("handler_a", 200),
        ("private", 403),
        ("think_tank", 403),
        ("deputy_a", 403),
        ("secretariat", 404),
        ("compliance", 403),
        ("auditor", 403),
        ("admin", 404),
        ("stranger", 404),
    ],
)
def test_know_how_is_read_by_its_part_or_by_name(
    world: World, council: MadeCouncil, who: str, status: int
) -> None:
    """The matrix, column "read know-how"; the handler is named in the agreed text."""
    made = result(council)
    wanted = exception(world, council, made["id"], authorised=[council.handler_a.person_id])
    all_consent(council, opened(wanted["id"], council.organ_a))
    [entry] = council.pd.get(f"/results/{made['id']}").json()["know_how"]

    shown = getattr(council, who).get(f"/know-how/{entry}")

    assert shown.status_code == status
    assert ("information" in shown.json()) == (status == 200)
    if status == 403:
        path = f"/councils/{council.id}/know-how"
        [brief] = getattr(council, who).get(path).json()["items"]
        assert (brief["id"], brief["state"]) == (entry, "in_force")
        assert "information" not in brief
