"""Closing a council over HTTP: announced by both, taken back, come to be."""

from typing import Any

import pytest

from server.clock import DAY, MINUTE, to_text
from server.councils import closing
from server.fsck import check
from server.wiring import checks
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making import publication
from tests.making.closing import (
    REASON,
    announced,
    closed_council,
    closing_body,
    over,
    run_every_job,
    told,
)
from tests.making.councils import MadeCouncil
from tests.making.documents import draft, drafted_secret, shared_document, uploaded
from tests.making.publication import answered, entries, stepped_up

on_both = pytest.mark.on_both_databases


def state(council: MadeCouncil, by: Caller | None = None) -> Any:
    return (by or council.secretariat).get(f"/councils/{council.id}").json()["state"]


@on_both
def test_both_ministries_announce_and_the_date_alone_closes(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    """State is computed on read: nobody has to notice."""
    shown = announced(world, made)

    assert (shown["state"], shown["closing"]["reason"]) == ("closing", REASON)
    assert state(made) == "closing"
    clock.advance(30 * DAY - 1)
    made = stepped_up(world, made)
    assert state(made) == "closing"
    clock.advance(1)
    assert state(made) == "closed"
    assert made.pd.get(f"/councils/{made.id}").json()["closes_at"] == shown["closing"]["closes_at"]


def test_one_ministry_alone_closes_nothing(world: World, made: MadeCouncil) -> None:
    body, path = closing_body(world), f"/councils/{made.id}/closing"

    assert made.minister_fund.post(path, body).status_code == 202
    assert made.minister_fund.post(path, body).status_code == 202
    assert state(made) == "established"


def test_the_other_ministry_sees_what_was_proposed_and_nobody_else(
    world: World, made: MadeCouncil
) -> None:
    body, path = closing_body(world, notice_days=20), f"/councils/{made.id}/closing"
    made.minister_fund.post(path, body)

    proposed = made.minister_pm.get(path).json()["proposed"]
    assert [{k: each[k] for k in body} for each in proposed] == [body]
    assert made.pd.get(path).json()["proposed"] == []
    waiting = made.minister_pm.get("/me/waiting").json()["items"]
    assert f"kyogikai council closing {made.id}" in [each["command"] for each in waiting]


def test_nobody_else_announces_or_takes_back(world: World, made: MadeCouncil) -> None:
    """Neither an office nor any other part of the council can close it; strangers see nothing."""
    closing_id, path = announced(world, made)["closing"]["id"], f"/councils/{made.id}/closing"
    others = "secretariat compliance auditor admin pd fa organ_a handler_a".split()

    for who in others:
        caller: Caller = getattr(made, who)
        withdrawing = caller.post(f"{path}/withdrawal", {"closing": closing_id})
        announcing = caller.post(path, closing_body(world))
        assert (who, announcing.status_code, withdrawing.status_code) == (who, 403, 403)
    assert made.stranger.get(path).status_code == 404


def test_announcing_takes_a_fresh_proof(world: World, made: MadeCouncil) -> None:
    caller = made.minister_fund.unproved()

    answer = caller.post(f"/councils/{made.id}/closing", closing_body(world))

    assert answer.json()["code"] == "step_up_needed"


@pytest.mark.parametrize(
    ("days", "notice", "code"),
    [(29, None, "closing_too_soon"), (9, 10, "closing_too_soon"), (1, 0, "malformed")],
)
def test_a_closing_is_announced_in_time(
    world: World, made: MadeCouncil, days: int, notice: int | None, code: str
) -> None:
    """Fewer days are for both ministries to say; none at all for nobody."""
    more = {} if notice is None else {"notice_days": notice}
    body, path = closing_body(world, days, **more), f"/councils/{made.id}/closing"
    made.minister_fund.post(path, body)

    assert made.minister_pm.post(path, body).json()["code"] == code
    assert announced(world, made, days=1, notice_days=1)["state"] == "closing"


def test_what_is_announced_is_not_announced_again(world: World, made: MadeCouncil) -> None:
    announced(world, made)
    body, path = closing_body(world, 60), f"/councils/{made.id}/closing"
    made.minister_fund.post(path, body)

    assert made.minister_pm.post(path, body).json()["code"] == "closing_announced"


@on_both
def test_both_ministries_take_it_back_before_the_date(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    shown, path = announced(world, made), f"/councils/{made.id}/closing/withdrawal"
    assert "closing_announced" in told(world, made.organ_b)
    body = {"closing": shown["closing"]["id"]}

    assert made.minister_pm.post(path, body).status_code == 202
    assert state(made) == "closing"
    assert made.minister_fund.post(path, body).status_code == 204

    assert state(made) == "established"
    clock.days(40)
    run_every_job(world)
    made = stepped_up(world, made)
    assert state(made) == "established"
    assert made.pd.get(f"/councils/{made.id}/closing").json()["closing"] is None
    assert "closing_taken_back" in told(world, made.organ_b)


def test_another_announcement_is_not_what_was_to_be_taken_back(
    world: World, made: MadeCouncil
) -> None:
    """A proposal made before anything was announced takes nothing back later."""
    body = {"closing": made.memberships["pd"]}
    path = f"/councils/{made.id}/closing/withdrawal"
    made.minister_fund.post(path, body)
    announced(world, made)

    assert made.minister_pm.post(path, body).json()["code"] == "closing_not_announced"


def test_after_the_date_nobody_takes_it_back(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    closing_id = announced(world, made)["closing"]["id"]
    made = over(world, made)

    answer = made.minister_pm.post(
        f"/councils/{made.id}/closing/withdrawal", {"closing": closing_id}
    )

    assert answer.status_code == 403


def test_while_closing_papers_are_shared_and_no_secret_is_begun(
    world: World, made: MadeCouncil
) -> None:
    secret = drafted_secret(world, made, made.fa, [made.organ_a])
    announced(world, made)

    assert shared_document(world, made, made.fa).id
    assert draft(world, made, made.fa, [made.organ_a]).status_code == 403
    assert made.fa.post(f"/documents/{secret.id}/provision").json()["code"] == "council_closing"


def test_while_closing_no_round_is_opened_and_no_request_made(
    world: World, made: MadeCouncil
) -> None:
    result = publication.result(made)
    wanted = publication.exception(world, made, result["id"])
    announced(world, made)

    opening = made.organ_a.post(f"/exceptions/{wanted['id']}/rounds", {})
    asked = {"result": result["id"], "found_on": "2026-09-01", "evidence": "x"}
    finding = made.organ_a.post(f"/councils/{made.id}/findings", asked)

    assert opening.json()["code"] == "council_closing"
    assert finding.status_code == 403


REFUSED_IN_A_CLOSED_ONE = {
    "share": ("fa", "/councils/{}/documents"),
    "provide": ("fa", "/councils/{}/secrets"),
    "find": ("organ_a", "/councils/{}/findings"),
    "invite": ("secretariat", "/councils/{}/admissions"),
    "close": ("minister_fund", "/councils/{}/closing"),
}


def test_a_closed_council_takes_nothing_new(world: World, made: MadeCouncil) -> None:
    bodies = {
        "share": {"title": "x", "contains_designated_secret": False},
        "provide": {
            "title": "x",
            "contains_designated_secret": False,
            "is_own_result": False,
        },
        "find": {"result": made.id, "found_on": "2026-09-01", "evidence": "x"},
        "invite": {"category": "knowledge_holder", "organisation": "atla"},
        "close": closing_body(world, 90),
    }
    made = closed_council(world, made)

    for name, (who, path) in REFUSED_IN_A_CLOSED_ONE.items():
        answer = getattr(made, who).post(path.format(made.id), bodies[name])
        assert (name, answer.status_code) == (name, 403), answer.text


def test_a_closed_council_is_read_by_its_members_and_proved(
    world: World, made: MadeCouncil
) -> None:
    paper = shared_document(world, made, made.fa)
    made = closed_council(world, made)

    assert made.organ_b.get(f"/documents/{paper.id}/content").status_code == 200
    assert made.organ_b.get(f"/councils/{made.id}/memberships").status_code == 200
    assert made.organ_b.get(f"/councils/{made.id}/log/own").status_code == 200
    assert made.auditor.get(f"/councils/{made.id}/log/entries").status_code == 200


def test_no_new_version_reaches_a_closed_council(world: World, made: MadeCouncil) -> None:
    paper = shared_document(world, made, made.fa)
    made = closed_council(world, made)

    assert uploaded(made.fa, paper.id).json()["code"] == "council_closed"


def test_whoever_comes_first_enters_the_end_once_with_its_time(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    shown = announced(world, made)
    made = over(world, made, noticed=False)
    clock.advance(3 * MINUTE)

    read = made.pd.get(f"/councils/{made.id}/closing").json()
    run_every_job(world)
    closing.note_closed(world.parts, made.id)

    noted = [kind for kind, _ in entries(world, made.id) if kind == "council.closed"]
    assert noted == ["council.closed"]
    assert read["closing"]["noted_at"] == to_text(clock())
    assert read["closing"]["closes_at"] == shown["closing"]["closes_at"]


def test_an_open_round_ends_without_agreement(world: World, made: MadeCouncil) -> None:
    """BR-25, BR-30: the result is publishable, whatever was still open."""
    result, wanted, round_id = publication.asked_round(world, made)
    publication.all_consent(made, round_id, "private")
    announced(world, made, 20, notice_days=20)
    made = over(world, made, 20, noticed=False)

    late = answered_late(made, round_id)

    assert late.status_code == 403
    assert made.pd.get(f"/results/{result['id']}").json()["state"] == "publishable"
    assert made.pd.get(f"/exceptions/{wanted['id']}").json()["state"] == "not_agreed"
    run_every_job(world)
    outcome = made.pd.get(f"/rounds/{round_id}").json()["outcome"]
    assert (outcome["state"], outcome["why"]) == ("not_agreed", "council_closed")
    assert "round_closed" in told(world, made.private)


def answered_late(council: MadeCouncil, round_id: str) -> Any:
    body = {"question_sha256": "0" * 64, "verdict": "consent"}
    return council.private.post(f"/rounds/{round_id}/answers", body)


def test_an_agreement_of_before_goes_on_and_ends_by_itself(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    result, wanted, round_id = publication.asked_round(world, made)
    publication.all_consent(made, round_id)
    made = closed_council(world, made)

    assert made.pd.get(f"/exceptions/{wanted['id']}").json()["state"] == "agreed"
    clock.days(720)
    run_every_job(world)
    made = stepped_up(world, made)
    assert made.pd.get(f"/results/{result['id']}").json()["state"] == "publishable"


def test_closing_keeps_nobody_from_publishing(world: World, made: MadeCouncil) -> None:
    """Neither a registered result nor one registered afterwards (docs/rules.md, promise 6)."""
    before = publication.result(made)["id"]
    made = closed_council(world, made)
    after = publication.result(made)["id"]

    for result in (before, after):
        answer = made.pd.post(f"/results/{result}/publication", {"title": "成果"})
        assert answer.status_code == 201, answer.text


def test_requests_and_invitations_that_are_open_end(world: World, made: MadeCouncil) -> None:
    wanted = publication.exception(world, made, publication.result(made)["id"])
    invited = world.person("招請中", "organ-c")
    asked = {"category": "knowledge_holder", "organisation": "organ-c"}
    asked["nominee"] = invited.person_id
    admission = made.secretariat.post(f"/councils/{made.id}/admissions", asked).json()["id"]
    announced(world, made)
    made = over(world, made, noticed=False)
    invited = world.session(invited.person_id)

    assert invited.get(f"/councils/{made.id}").status_code == 404, "before anybody has noticed"
    assert invited.get(f"/admissions/{admission}").json()["state"] == "withdrawn"
    assert made.organ_a.get(f"/exceptions/{wanted['id']}").json()["state"] == "withdrawn"
    run_every_job(world)
    assert invited.get(f"/admissions/{admission}").json()["state"] == "withdrawn"
    assert made.organ_a.get(f"/exceptions/{wanted['id']}").json()["state"] == "withdrawn"
    assert "invitation_ended" in told(world, invited)
    assert "council_closed" in told(world, made.organ_a)


def test_a_new_council_of_the_concept_is_prepared_only_after_the_end(
    world: World, made: MadeCouncil
) -> None:
    """BR-01: one council that is not closed."""
    asked = {"representative": made.pd.person_id, "representative_mode": "pd"}
    secretariat = world.officer("secretariat")
    path = f"/concepts/{made.concept_id}/council"
    announced(world, made)
    assert secretariat.post(path, asked).json()["code"] == "council_exists"
    made = over(world, made, noticed=False)

    assert world.session(secretariat.person_id).post(path, asked).status_code == 201
    assert check(
        world.parts.database, world.parts.settings.checkpoints, checks(world.parts, deep=False)
    ).sound


def test_a_late_answer_and_the_end_never_both_count(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    """The last consent in the last millisecond agrees; one later nothing does."""
    result, _, round_id = publication.asked_round(world, made)
    publication.all_consent(made, round_id, "private")
    announced(world, made, 20, notice_days=20)
    clock.advance(20 * DAY - 1)
    made = stepped_up(world, made)

    assert answered(made.private, round_id).status_code == 201

    clock.advance(1)
    run_every_job(world)
    assert made.pd.get(f"/results/{result['id']}").json()["state"] == "know_how"
