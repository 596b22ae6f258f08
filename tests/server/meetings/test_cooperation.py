"""Asking for cooperation (ACT 62(6)): who may, what follows, and that nothing follows a refusal."""

from typing import Any

import pytest
from sqlmodel import col, select

from server.access.parts import Parts
from server.audit import facts
from server.clock import DAY, to_text
from server.identity.models import Affiliation
from server.ids import new_id
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.asking import OUTSIDE, asked_cooperation, asked_for, cooperation_body
from tests.making.closing import closed_council
from tests.making.councils import MadeCouncil, organisation
from tests.making.documents import draft, made, provided_secret, shared_document
from tests.making.mail import post
from tests.making.notices import about, ids

ASKS = ("secretariat", "minister_fund", "minister_pm", "pd")
ASKS_NOT = ("fa", "organ_a", "deputy_a", "handler_a", "think_tank", "private", "compliance")


def shown(who: Caller, request: str) -> Any:
    """The request as somebody sees it."""
    answer = who.get(f"/cooperation-requests/{request}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def addressee(council: MadeCouncil, seen: Any, name: str) -> Any:
    """How it stands with one of those asked."""
    [found] = [e for e in seen["addressees"] if e["membership"] == council.memberships[name]]
    return found


def replied(who: Caller, request: str, **more: Any) -> Any:
    return who.post(f"/cooperation-requests/{request}/replies", {"text": "回答（架空）", **more})


def declined(who: Caller, request: str) -> Any:
    return who.post(f"/cooperation-requests/{request}/decline", {"reason": "人手がない（架空）"})


def refusal(council: MadeCouncil, body: Any) -> tuple[int, str]:
    answer = council.secretariat.post(f"/councils/{council.id}/cooperation-requests", body)
    return answer.status_code, answer.json()["code"]


def test_the_council_asks_by_its_secretariat_a_ministry_or_the_research_representative(
    world: World, council: MadeCouncil
) -> None:
    for name in ASKS:
        asked_cooperation(world, council, "fa", by=getattr(council, name))
    body = cooperation_body(world, memberships=[council.memberships["fa"]])
    path = f"/councils/{council.id}/cooperation-requests"
    for name in ASKS_NOT:
        assert getattr(council, name).post(path, body).status_code == 403, name
    assert council.stranger.post(path, body).status_code == 404


def test_only_members_and_think_tanks_that_are_none_are_asked(
    world: World, council: MadeCouncil, outside: Caller
) -> None:
    with world.changing() as tx:
        organisation(tx, "a-company", "company")
    mine = {"memberships": [council.memberships["fa"]]}
    assert refusal(council, cooperation_body(world)) == (422, "nobody_asked")
    for wrong in (
        {"memberships": [new_id(1)]},
        {"organisations": ["a-company"]},
        {"organisations": ["nowhere"]},
        {"organisations": [council.organisations["think_tank"]]},
    ):
        body = cooperation_body(world, **{**mine, **wrong})
        assert refusal(council, body) == (422, "cannot_be_asked"), wrong
    past = cooperation_body(world, **mine, due_at=to_text(world.clock()))
    assert refusal(council, past) == (422, "due_in_past")
    assert outside.get("/cooperation-requests").json()["items"] == []


def test_each_who_is_asked_replies_once_and_then_it_is_settled(
    world: World, council: MadeCouncil
) -> None:
    request = asked_cooperation(world, council, "organ_a", "fa")
    assert replied(council.deputy_a, request).status_code == 201
    twice = declined(council.organ_a, request)
    assert (twice.status_code, twice.json()["code"]) == (409, "already_replied")
    seen = shown(council.organ_b, request)
    mine, other = (addressee(council, seen, name) for name in ("organ_a", "fa"))
    assert (mine["state"], mine["reply"]["text"], other["state"]) == (
        "answered", "回答（架空）", "asked",
    )  # fmt: skip
    assert seen["state"] == "open"
    assert declined(council.fa, request).json()["state"] == "settled"
    for name in ("organ_b", "handler_a", "secretariat", "compliance", "stranger"):
        refused = replied(getattr(council, name), request)
        assert refused.status_code in (403, 404), name


def test_declining_is_recorded_with_its_reason_and_changes_nothing_for_who_declines(
    world: World, council: MadeCouncil, outside: Caller
) -> None:
    """BR-38: of every kind of thing they stand to, they may do afterwards what they could before;
    of the think tank that is no member, as well.
    """
    request = asked_cooperation(world, council, "private", "fa", organisations=(OUTSIDE,))
    things = {
        "council": council.id,
        "membership": council.memberships["private"],
        "document": shared_document(world, council, council.private).id,
        "provided": provided_secret(world, council, council.fa, [council.private]).id,
    }

    def rights() -> dict[str, Any]:
        mine = council.private
        return {
            "council": mine.get(f"/councils/{council.id}").json()["may"],
            "document": mine.get(f"/documents/{things['document']}").json()["may"],
            "provided": mine.get(f"/documents/{things['provided']}").json()["may"],
            "seats": mine.get("/me/seats").json(),
            "outside": outside.get("/me").json(),
        }

    before = rights()
    for who in (council.private, outside):
        assert declined(who, request).status_code == 200
    assert rights() == before
    replies = [each["reply"] for each in shown(council.secretariat, request)["addressees"]]
    reasons = [each["text"] for each in replies if each and each["outcome"] == "declined"]
    assert reasons == ["人手がない（架空）"] * 2


def test_a_think_tank_that_is_no_member_reads_and_answers_its_request_and_nothing_else(
    world: World, council: MadeCouncil, outside: Caller
) -> None:
    """BR-39: before, while and after it answers."""
    paper = shared_document(world, council, council.fa).id
    secret = provided_secret(world, council, council.fa, [council.organ_b]).id
    request = asked_cooperation(world, council, "fa", organisations=(OUTSIDE,))
    other = asked_cooperation(world, council, "fa")
    assert replied(council.fa, request, document=paper).status_code == 201

    def closed_to_them() -> None:
        for path in (
            f"/councils/{council.id}",
            f"/councils/{council.id}/documents",
            f"/councils/{council.id}/cooperation-requests",
            f"/cooperation-requests/{other}",
            *(
                f"/documents/{id}{e}"
                for id in (paper, secret)
                for e in ("", "/summary", "/content")
            ),
        ):
            assert outside.get(path).status_code == 404, path

    closed_to_them()
    [mine] = shown(outside, request)["addressees"]
    assert (mine["organisation"], mine["mine"], mine["state"]) == (OUTSIDE, True, "asked")
    assert paper not in outside.get(f"/cooperation-requests/{request}").text
    named = replied(outside, request, document=paper)
    assert (named.status_code, named.json()["code"]) == (422, "not_your_document")
    assert replied(outside, request).status_code == 201
    closed_to_them()
    [listed] = outside.get("/cooperation-requests").json()["items"]
    assert listed["id"] == request
    with world.changing() as tx:
        query = select(Affiliation).where(col(Affiliation.person_id) == outside.person_id)
        facts.end(tx, tx.session.scalars(query).one(), by=None, reason="moved")
    moved = world.session(outside.person_id)
    assert moved.get(f"/cooperation-requests/{request}").status_code == 404, "they left it"
    assert moved.get("/cooperation-requests").json()["items"] == []


def test_an_answer_names_only_a_document_of_one_s_own_that_was_shared_or_provided(
    world: World, council: MadeCouncil
) -> None:
    request = asked_cooperation(world, council, "fa", "organ_a")
    begun = made(draft(world, council, council.fa, []))["id"]
    others = shared_document(world, council, council.organ_a).id
    for document in (begun, others, new_id(1)):
        refused = replied(council.fa, request, document=document)
        assert (refused.status_code, refused.json()["code"]) == (422, "not_your_document")
    secret = provided_secret(world, council, council.fa, [council.organ_b]).id
    assert replied(council.fa, request, document=secret).status_code == 201

    def told(who: Caller) -> Any:
        replies = [each["reply"] for each in shown(who, request)["addressees"] if each["reply"]]
        return replies[0]["document"]

    assert told(council.organ_b) == told(council.fa) == secret
    assert told(council.private) is None, "not a recipient: not told which"


def test_who_is_asked_has_it_waiting_and_is_reminded_and_who_asked_is_told(
    world: World, council: MadeCouncil, outside: Caller, parts: Parts, clock: TestClock
) -> None:
    request = asked_cooperation(
        world, council, "organ_a", "fa", organisations=(OUTSIDE,), by=council.pd
    )
    post(parts)
    asked = ids(council.organ_a, council.deputy_a, council.fa, outside)
    assert about(parts, "cooperation_asked") == asked
    for who in (council.organ_a, outside):
        [waiting] = who.get("/me/waiting").json()["items"]
        assert (waiting["task"], waiting["thing"]) == ("reply_to_cooperation", request)
        assert "不利益はありません" in waiting["otherwise"]["ja"]
    assert replied(outside, request).status_code == 201
    assert outside.get("/me/waiting").json()["items"] == []
    post(parts)
    assert about(parts, "cooperation_replied") == ids(council.pd)
    clock.advance(24 * DAY)
    post(parts)
    assert about(parts, "cooperation_due") == asked - ids(outside)


def test_who_asked_and_the_secretariat_take_it_back_and_nobody_need_reply(
    world: World, council: MadeCouncil
) -> None:
    request = asked_cooperation(world, council, "fa", "organ_a", by=council.minister_fund)
    assert replied(council.fa, request).status_code == 201
    path = f"/cooperation-requests/{request}/withdrawal"
    for who in (council.minister_pm, council.fa, council.compliance):
        assert who.post(path).status_code == 403
    assert council.minister_fund.post(path).json()["state"] == "withdrawn"
    assert replied(council.organ_a, request).status_code == 403
    assert council.organ_a.get("/me/waiting").json()["items"] == []
    kept = addressee(council, shown(council.fa, request), "fa")
    assert kept["reply"], "what was said stays on record"
    second = asked_cooperation(world, council, "fa", by=council.pd)
    withdrawn = council.secretariat.post(f"/cooperation-requests/{second}/withdrawal")
    assert withdrawn.status_code == 200


def test_officers_who_watch_see_that_it_was_asked_and_not_what(
    world: World, council: MadeCouncil
) -> None:
    request = asked_cooperation(world, council, "fa")
    for who in (council.compliance, council.auditor):
        [line] = who.get(f"/councils/{council.id}/cooperation-requests").json()["items"]
        assert line["id"] == request
        assert who.get(f"/cooperation-requests/{request}").status_code == 403


@pytest.mark.parametrize("name", ["handler_a", "private"])
def test_what_the_council_asks_its_members_read(
    world: World, council: MadeCouncil, name: str
) -> None:
    request = asked_cooperation(world, council, "fa")
    seen = shown(getattr(council, name), request)
    assert (seen["subject"], sorted(seen["may"])) == ("標準化の見通し（架空）", ["read", "see"])


@pytest.mark.parametrize("noticed", [False, True])
def test_what_was_asked_in_a_council_that_closes_is_asked_no_more(
    world: World, council: MadeCouncil, *, noticed: bool
) -> None:
    """By the clock alone, and once the worker has been there by an entry, too; replies stay."""
    cooperation = asked_cooperation(world, council, "fa", "organ_a")
    information = asked_for(council, council.handler_a, "fa")
    assert replied(council.fa, cooperation).status_code == 201
    later = closed_council(world, council, noticed=noticed)
    seen = shown(later.organ_a, cooperation)
    assert (seen["state"], addressee(council, seen, "fa")["state"]) == ("withdrawn", "answered")
    assert replied(later.organ_a, cooperation).status_code == 403
    request = later.fa.get(f"/information-requests/{information}").json()
    assert (request["state"], request["answer"]) == ("withdrawn", None)
