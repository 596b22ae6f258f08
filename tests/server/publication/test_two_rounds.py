"""The walkthrough's two rounds: one voice missing, then all (BR-28 to BR-30, BR-35)."""

from server.clock import DAY, to_text
from server.consents.closing import close_round
from tests.factories import World
from tests.making.councils import established_council
from tests.making.publication import (
    INFORMATION,
    all_consent,
    answered,
    asked_round,
    closed,
    entries,
    exception,
    opened,
    run_jobs,
    stepped_up,
)


def test_all_but_one_consent_and_the_result_is_publishable_at_the_end(world: World) -> None:
    council = established_council(world)
    made, wanted, round_id = asked_round(world, council)
    all_consent(council, round_id, "private")

    assert council.pd.get(f"/results/{made['id']}").json()["state"] == "publishable"
    world.clock.days(30)
    council = stepped_up(world, council)

    shown = council.pd.get(f"/rounds/{round_id}").json()
    assert (shown["state"], shown["outcome"]["state"]) == ("closed", "not_agreed")
    assert shown["outcome"]["missing"] == [council.memberships["private"]]
    assert council.pd.get(f"/exceptions/{wanted['id']}").json()["state"] == "not_agreed"
    assert council.pd.get(f"/results/{made['id']}").json()["state"] == "publishable"
    published = council.pd.post(f"/results/{made['id']}/publication", {"title": "公開"})
    assert published.status_code == 201, published.text


def test_a_second_round_of_all_keeps_the_know_how_until_its_date(world: World) -> None:
    """BR-29, BR-35"""
    council = established_council(world)
    made, _, first = asked_round(world, council)
    all_consent(council, first, "private")
    world.clock.days(31)
    council = stepped_up(world, council)
    until = world.clock.now + 365 * DAY
    again = exception(
        world,
        council,
        made["id"],
        new_facts="輸出管理上の懸念が新たに判明した。",
        until=to_text(until),
        authorised=[council.handler_a.person_id],
    )
    round_id = opened(again["id"], council.organ_a)
    all_consent(council, round_id)

    result = council.pd.get(f"/results/{made['id']}").json()
    assert result["state"] == "know_how"
    [entry] = result["know_how"]
    kept = council.handler_a.get(f"/know-how/{entry}").json()
    assert (kept["information"], kept["until"]) == (INFORMATION, to_text(until))
    refused = council.pd.post(f"/results/{made['id']}/publication", {"title": "公開"})
    assert (refused.status_code, refused.json()["know_how"]) == (409, [entry])

    world.clock.now = until
    council = stepped_up(world, council)
    assert council.pd.get(f"/know-how/{entry}").json()["state"] == "released"
    assert council.pd.get(f"/exceptions/{again['id']}").json()["state"] == "released"
    assert council.pd.get(f"/results/{made['id']}").json()["state"] == "publishable"
    published = council.pd.post(f"/results/{made['id']}/publication", {"title": "全文"})
    assert (published.status_code, published.json()["know_how_left_out"]) == (201, False)


def test_the_rest_of_a_result_is_published_while_its_know_how_is_kept(world: World) -> None:
    council = established_council(world)
    made, _, round_id = asked_round(world, council)
    all_consent(council, round_id)

    body = {"title": "公開部分", "abstract": "要旨", "know_how_left_out": True}
    published = council.pd.post(f"/results/{made['id']}/publication", body)

    assert (published.status_code, published.json()["know_how_left_out"]) == (201, True)
    [shown] = world.client.get("/api/v1/publications").json()["items"]
    assert (shown["title"], shown["number"]) == ("公開部分", 1)


def test_an_objection_counts_until_it_is_changed(world: World) -> None:
    council = established_council(world)
    made, _, round_id = asked_round(world, council)
    all_consent(council, round_id, "private")
    answered(council.private, round_id, "objection", reason="公開が研究の条件である。")
    assert council.pd.get(f"/rounds/{round_id}").json()["outcome"]["state"] == "open"

    changed = answered(council.private, round_id)

    assert changed.json()["outcome"]["state"] == "agreed"
    assert council.pd.get(f"/results/{made['id']}").json()["state"] == "know_how"


def test_each_end_by_time_is_entered_once_with_its_time(world: World) -> None:
    council = established_council(world)
    _, _, round_id = asked_round(world, council)
    closes = council.pd.get(f"/rounds/{round_id}").json()["closes_at"]
    world.clock.days(33)
    for _ in range(2):
        run_jobs(world)
    close_round(world.parts, round_id)

    closings = [e for e in entries(world, council.id) if e[0] == "round.close"]
    assert closings == [("round.close", f"round/{round_id}")]
    assert closed(world, round_id) == ("not_agreed", closes)
