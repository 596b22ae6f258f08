"""BR-32, promise 6: over every route, nobody but all participants together restricts a result."""

from dataclasses import replace

import pytest
from fastapi.routing import iter_route_contexts

from server.app import create_app
from server.clock import DAY, to_text
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil, established_council
from tests.making.publication import all_consent, asked_round, finding, request_body

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


def bodies(world: World, round_id: str, digest: str, found: str) -> dict[str, object]:
    """A well-formed body for each changing route of publication and consents."""
    return {
        "registerResult": {"title": "題名", "summary": "概要"},
        "publishResult": {"title": "題名"},
        "chooseResultReaders": {"open_to_council": False},
        "acceptHold": {"round": round_id},
        "recordFinding": {"result": "", "found_on": "2026-09-01", "evidence": "根拠"},
        "requestException": request_body(world, found),
        "openRound": {"days": 1},
        "withdrawException": None,
        "answerRound": {"question_sha256": digest, "verdict": "consent"},
    }


@pytest.mark.parametrize(
    "who", ["admin", "secretariat", "compliance", "auditor", "minister_fund", "minister_pm"]
)
def test_no_route_lets_an_office_or_a_minister_restrict_a_result(world: World, who: str) -> None:
    council = established_council(world)
    made, wanted, round_id = asked_round(world, council)
    all_consent(council, round_id, "pd")
    digest = council.pd.get(f"/rounds/{round_id}").json()["question_sha256"]
    known = bodies(world, round_id, digest, finding(council, made["id"]))
    known["recordFinding"] = {"result": made["id"], "found_on": "2026-09-01", "evidence": "根拠"}
    ids = {
        "result_id": made["id"],
        "exception_id": wanted["id"],
        "round_id": round_id,
        "council_id": council.id,
        "document_id": made["id"],
        "know_how_id": made["id"],
    }
    caller: Caller = getattr(council, who)
    tried = set()
    for method, path, name in routes(world):
        if any(f"{{{key}}}" in path for key in ids):
            address = path.removeprefix("/api/v1").format_map(Known(ids))
            answer = caller.request(method, address, json=known.get(name, {}))
            assert answer.status_code < 500, (name, answer.text)
            tried.add(name)

    assert set(known) <= tried
    assert_still_publishable(council, made["id"])


class Known(dict[str, str]):
    """Ids by parameter; any other parameter is an id nothing has."""

    def __missing__(self, key: str) -> str:
        return "00000000-0000-7000-8000-000000000000"


def routes(world: World) -> list[tuple[str, str, str]]:
    return [
        (method, str(route.path), str(route.name))
        for route in iter_route_contexts(create_app(world.parts).routes)
        for method in sorted((getattr(route, "methods", None) or set()) & CHANGING)
    ]


def assert_still_publishable(council: MadeCouncil, result_id: str) -> None:
    shown = council.pd.get(f"/results/{result_id}").json()
    assert (shown["state"], "publish" in shown["may"]) == ("publishable", True)
    published = council.pd.post(f"/results/{result_id}/publication", {"title": "公開"})
    assert published.status_code == 201, published.text


def test_removing_the_researcher_does_not_take_the_result_away(world: World) -> None:
    council = established_council(world)
    made, _, _ = asked_round(world, council)
    path, body = f"/memberships/{council.memberships['pd']}/removal", {"reason": "除名"}
    council.minister_fund.post(path, body)
    assert council.minister_pm.post(path, body).status_code == 204

    owner = world.session(council.pd.person_id)  # the session of before ended with the seat
    assert owner.get(f"/councils/{council.id}").status_code == 404
    assert_still_publishable(replace(council, pd=owner), made["id"])


def test_no_number_of_repeated_rounds_restricts_a_result(world: World) -> None:
    council = established_council(world)
    made, wanted, _ = asked_round(world, council)
    for n in range(3):
        text = {"information": f"第{n}案", "until": to_text(world.clock.now + 90 * DAY)}
        answer = council.organ_a.post(f"/exceptions/{wanted['id']}/rounds", {"text": text})
        assert answer.status_code == 201, answer.text
    assert_still_publishable(council, made["id"])
