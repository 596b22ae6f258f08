"""Who may answer, how often, and what is kept of it (BR-31, BR-34; SIG-1, SIG-2)."""

import pytest

from crypto.statements import Verdict, parse_answer, question_statement, statement_digest
from server.clock import DAY
from tests.factories import World
from tests.making.councils import MadeCouncil, established_council
from tests.making.publication import (
    all_consent,
    answered,
    asked_round,
    entries,
    opened,
    stepped_up,
)


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


@pytest.fixture
def round_id(world: World, council: MadeCouncil) -> str:
    return asked_round(world, council)[2]


def test_a_representative_consents_and_the_server_alone_attests(
    council: MadeCouncil, round_id: str
) -> None:
    answer = answered(council.fa, round_id, reason="異議なし")

    given = answer.json()["answer"]
    said = parse_answer(given["statement"].encode())
    assert given["statement_sha256"] == statement_digest(given["statement"].encode()).hex()
    assert (given["attested_by"], given["reason"]) == ("server", "異議なし")
    assert "attested by the server only" in given["attestation"]
    assert (said.verdict, said.membership) == (Verdict.CONSENT, council.memberships["fa"])
    assert (said.person, said.capacity) == (council.fa.person_id, "representative")
    assert said.organisation == council.organisations["fa"]


def test_the_digest_is_that_of_the_question_shown(council: MadeCouncil, round_id: str) -> None:
    shown = council.fa.get(f"/rounds/{round_id}").json()

    assert shown["question_statement"].encode() == question_statement(shown["question"])
    digest = statement_digest(shown["question_statement"].encode()).hex()
    assert shown["question_sha256"] == digest
    assert shown["roster_sha256"] == statement_digest(shown["roster_statement"].encode()).hex()
    assert {r["membership"] for r in shown["roster"]} == set(council.memberships.values())


def test_a_member_has_one_voice_whoever_speaks(council: MadeCouncil, round_id: str) -> None:
    answered(council.organ_a, round_id)
    deputy = answered(council.deputy_a, round_id, "objection", reason="再検討する。")

    assert deputy.json()["answer"]["capacity"] == "deputy"
    shown = council.organ_a.get(f"/rounds/{round_id}").json()
    mine = [r for r in shown["roster"] if r["membership"] == council.memberships["organ_a"]]
    assert ([r["verdict"] for r in mine], len(shown["answers"])) == (["objection"], 2)


def test_repeating_an_answer_adds_nothing(council: MadeCouncil, round_id: str) -> None:
    first = answered(council.fa, round_id).json()["answer"]
    again = answered(council.fa, round_id)

    assert (again.status_code, again.json()["answer"]) == (201, first)
    assert len(council.fa.get(f"/rounds/{round_id}").json()["answers"]) == 1


def test_the_same_keyed_request_is_answered_once(council: MadeCouncil, round_id: str) -> None:
    digest = council.fa.get(f"/rounds/{round_id}").json()["question_sha256"]
    body = {"question_sha256": digest, "verdict": "objection", "reason": "理由"}
    both = [
        council.fa.post(
            f"/rounds/{round_id}/answers", body, headers={"Idempotency-Key": "answer-1"}
        )
        for _ in range(2)
    ]
    assert both[0].json() == both[1].json()


def test_a_consent_can_be_taken_back_until_the_round_closes(
    council: MadeCouncil, round_id: str
) -> None:
    answered(council.fa, round_id)
    assert answered(council.fa, round_id, "withdrawal").status_code == 201
    assert answered(council.fa, round_id, "withdrawal").json()["code"] == "nothing_to_withdraw"

    all_consent(council, round_id, "fa")
    outcome = council.pd.get(f"/rounds/{round_id}").json()["outcome"]
    assert (outcome["state"], outcome["missing"]) == ("open", [council.memberships["fa"]])


@pytest.mark.parametrize("who", ["handler_a", "secretariat", "compliance", "auditor"])
def test_nobody_else_answers_for_a_member(council: MadeCouncil, round_id: str, who: str) -> None:
    """BR-34. The text is told to representatives and deputies; others see that it is asked."""
    body = {"question_sha256": "0" * 64, "verdict": "consent"}
    caller = getattr(council, who)

    refused = caller.post(f"/rounds/{round_id}/answers", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "refused")
    assert refused.json()["would_suffice"] == ["deputy", "seat_representative"]
    assert caller.get(f"/rounds/{round_id}").status_code == 403
    summary = caller.get(f"/rounds/{round_id}/summary")
    assert summary.status_code == 200
    assert "question" not in summary.json()


@pytest.mark.parametrize("who", ["admin", "stranger"])
def test_to_others_there_is_no_round(council: MadeCouncil, round_id: str, who: str) -> None:
    caller = getattr(council, who)
    body = {"question_sha256": "0" * 64, "verdict": "consent"}
    statuses = [
        caller.get(f"/rounds/{round_id}").status_code,
        caller.get(f"/rounds/{round_id}/summary").status_code,
        caller.post(f"/rounds/{round_id}/answers", body).status_code,
    ]
    assert statuses == [404, 404, 404]
    assert caller.get("/rounds").json()["items"] == []


def test_another_councils_representative_is_a_stranger(world: World, round_id: str) -> None:
    other = established_council(world, concept="C-2212A-03")
    assert other.pd.get(f"/rounds/{round_id}").status_code == 404


def test_an_answer_needs_a_fresh_proof_of_identity(
    world: World, council: MadeCouncil, round_id: str
) -> None:
    """BR-34."""
    refused = answered(council.fa.unproved(), round_id)
    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_needed")


def test_an_api_token_can_never_answer(world: World, council: MadeCouncil, round_id: str) -> None:
    made = council.fa.post("/me/tokens", {"name": "bot", "scopes": ["read", "write"]}).json()
    headers = {"Authorization": f"Bearer {made['token']}"}
    shown = world.client.get(f"/api/v1/rounds/{round_id}", headers=headers)
    assert shown.status_code == 200

    body = {"question_sha256": shown.json()["question_sha256"], "verdict": "consent"}
    refused = world.client.post(f"/api/v1/rounds/{round_id}/answers", json=body, headers=headers)
    assert (refused.status_code, refused.json()["scope"]) == (403, "session")


@pytest.mark.parametrize(
    "body",
    [
        {"verdict": "consent"},
        {"question_sha256": "0" * 64, "verdict": "abstention"},
        {"question_sha256": "0" * 64, "verdict": "objection"},
        {"question_sha256": "0" * 64, "verdict": "objection", "reason": " "},
        {"question_sha256": "0" * 64, "verdict": "consent", "for": "everyone"},
    ],
)
def test_a_malformed_answer_is_refused(council: MadeCouncil, round_id: str, body: object) -> None:
    refused = council.fa.post(f"/rounds/{round_id}/answers", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "malformed")


def test_an_answer_to_another_text_is_refused(council: MadeCouncil, round_id: str) -> None:
    body = {"question_sha256": "0" * 64, "verdict": "consent"}
    refused = council.fa.post(f"/rounds/{round_id}/answers", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "another_question")


def test_one_changed_character_voids_every_consent(world: World, council: MadeCouncil) -> None:
    """BR-31."""
    made, wanted, first = asked_round(world, council)
    all_consent(council, first, "private")
    text = {key: wanted[key] for key in ("information", "until", "authorised")}
    same = council.organ_a.post(f"/exceptions/{wanted['id']}/rounds", {"text": text})
    assert (same.status_code, same.json()["code"]) == (409, "same_question")

    text["information"] += "。"
    second = opened(wanted["id"], council.organ_a, text=text)
    answered(council.private, second)

    old, new = (council.pd.get(f"/rounds/{i}").json() for i in (first, second))
    assert (old["outcome"]["state"], old["outcome"]["why"]) == ("void", "superseded")
    assert len(old["answers"]) == len(council.memberships) - 1
    assert (new["supersedes"], new["outcome"]["state"]) == (first, "open")
    assert old["question_sha256"] != new["question_sha256"]
    assert council.pd.get(f"/results/{made['id']}").json()["state"] == "publishable"
    body = {"question_sha256": old["question_sha256"], "verdict": "consent"}
    assert council.private.post(f"/rounds/{first}/answers", body).status_code == 403


def test_nothing_is_answered_at_the_closing_time(
    world: World, council: MadeCouncil, round_id: str
) -> None:
    """BR-33: a round closes by itself."""
    world.clock.days(30)
    council = stepped_up(world, council)
    refused = answered(council.fa, round_id)
    assert (refused.status_code, refused.json()["possible_in_states"]) == (403, ["open"])


def test_my_rounds_are_those_that_ask_a_member_of_mine(
    council: MadeCouncil, round_id: str, world: World
) -> None:
    listed = council.handler_a.get("/rounds", params={"state": "open"}).json()["items"]
    assert [(r["id"], r["may"]) for r in listed] == [(round_id, ["see"])]
    world.clock.advance(31 * DAY)
    later = stepped_up(world, council)
    assert later.fa.get("/rounds", params={"state": "open"}).json()["items"] == []
    assert len(later.fa.get("/rounds", params={"state": "closed"}).json()["items"]) == 1


def test_an_answer_and_a_refusal_are_in_the_councils_log(
    world: World, council: MadeCouncil, round_id: str
) -> None:
    answered(council.fa, round_id)
    assert entries(world, council.id)[-1] == ("round.answer", f"round/{round_id}")
