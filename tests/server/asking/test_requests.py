"""Asking a member for information: who learns what, and how it is answered (BR-18)."""

from typing import Any

import pytest
from sqlalchemy import Table, select

from server.access.parts import Parts
from server.audit.models import Entry
from server.ids import new_id
from tests.factories import Caller, World
from tests.making.asking import asked_for, request_body
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    TITLE,
    acknowledge,
    draft,
    drafted_document,
    made,
    provided_secret,
    shared_document,
)
from tests.making.mail import post
from tests.making.notices import about

_entry: Table = Entry.__table__  # type: ignore[attr-defined]


def request_of(caller: Caller, request_id: str) -> Any:
    """The request as somebody sees it."""
    answer = caller.get(f"/information-requests/{request_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("asker", ["handler_a", "pd", "private", "think_tank"])
def test_anybody_with_a_seat_asks_any_other_member(council: MadeCouncil, asker: str) -> None:
    caller = getattr(council, asker)
    request = asked_for(council, caller, "fa")
    for side in (caller, council.fa):
        shown = request_of(side, request)
        assert (shown["state"], shown["asked_by"]) == ("open", caller.person_id)
        assert (shown["wanted"], shown["why"]) == ("衛星の事案の概要（架空）", "設計に要る（架空）")
    assert council.fa.get(f"/councils/{council.id}/information-requests").json()["items"]
    for other in (council.organ_b, council.secretariat, council.stranger, council.minister_pm):
        assert other.get(f"/information-requests/{request}").status_code in (403, 404)
        assert "架空" not in other.get(f"/councils/{council.id}/information-requests").text


def test_officers_see_that_it_was_asked_and_nothing_of_what(council: MadeCouncil) -> None:
    request = asked_for(council, council.handler_a, "fa")
    for officer in (council.secretariat, council.compliance, council.auditor):
        listed = officer.get(f"/councils/{council.id}/information-request-summaries")
        [line] = listed.json()["items"]
        assert (line["id"], line["membership"]) == (request, council.memberships["fa"])
        assert "架空" not in listed.text
        assert officer.get(f"/information-requests/{request}").status_code == 403
    listed = council.organ_b.get(f"/councils/{council.id}/information-request-summaries")
    assert listed.json()["items"] == []


def test_only_other_members_are_asked_and_only_colleagues_proposed(council: MadeCouncil) -> None:
    path, mine = f"/councils/{council.id}/information-requests", council.memberships["organ_a"]
    for changed, code in (
        ({"membership": mine}, "asks_own_member"),
        ({"membership": new_id(1)}, "not_a_member"),
        ({"persons": [council.organ_b.person_id]}, "not_colleagues"),
    ):
        asked = {**request_body(council, "fa"), **changed}
        refused = council.handler_a.post(path, asked)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    for nobody in (council.secretariat, council.compliance, council.admin):
        assert nobody.post(path, request_body(council, "fa")).status_code == 403
    assert council.stranger.post(path, request_body(council, "fa")).status_code == 404


def test_asking_about_a_document_tells_nobody_whether_it_exists(
    world: World, council: MadeCouncil
) -> None:
    """Of a secret of the member asked, of another's, of a draft, of none: the asker is answered
    alike, and the member asked is told the title of its own alone.
    """
    theirs = provided_secret(world, council, council.fa, [council.organ_b]).id
    others = provided_secret(world, council, council.private, [council.organ_b]).id
    begun = made(draft(world, council, council.fa, [council.organ_b]))["id"]
    titles = {}
    for document in (theirs, others, begun, new_id(world.clock())):
        request = asked_for(council, council.handler_a, "fa", document=document)
        seen = request_of(council.handler_a, request)
        assert (seen["document"], seen["title"], seen["answer"]) == (document, None, None)
        titles[document] = request_of(council.fa, request)["title"]
    assert [*titles.values()] == [TITLE, None, TITLE, None]


def test_a_draft_that_answers_is_told_as_no_more_than_a_draft(
    world: World, council: MadeCouncil
) -> None:
    """Until it is provided to the asker; then they may know which it is."""
    asker = council.organ_b
    request = asked_for(council, asker, "fa")
    document = made(draft(world, council, council.fa, [asker], answers=request))["id"]
    shown = request_of(asker, request)
    assert (shown["state"], shown["answer"]["means"]) == ("answered", "draft")
    assert (shown["answer"]["document"], shown["answer"]["reason"]) == (None, None)
    assert TITLE not in str(shown)
    assert request_of(council.fa, request)["answer"]["document"] == document
    secret = provided_secret(
        world, council, council.fa, [asker], answers=asked_for(council, asker, "fa")
    )
    listed = asker.get(f"/councils/{council.id}/information-requests").json()["items"]
    assert {each["answer"]["document"] for each in listed} == {secret.id, None}


def test_an_extension_answers_who_asked_or_whom_they_proposed(
    world: World, council: MadeCouncil
) -> None:
    secret = provided_secret(world, council, council.fa, [council.organ_a])
    request = asked_for(
        council,
        council.organ_a,
        "fa",
        document=secret.id,
        persons=[council.handler_a.person_id],
    )
    path, why = f"/documents/{secret.id}/recipients", {"reason": "担当者のため"}
    somebody = {"add": [council.private.person_id], "answers": request, **why}
    refused = council.fa.post(path, somebody)
    assert (refused.status_code, refused.json()["code"]) == (422, "answers_nobody")
    assert council.private.get(f"/documents/{secret.id}/summary").status_code == 404
    added = {"add": [council.handler_a.person_id], "answers": request, **why}
    assert council.fa.post(path, added).status_code == 200
    acknowledge(council.handler_a, secret.id)
    assert council.handler_a.get(f"/documents/{secret.id}").status_code == 200
    answer = request_of(council.organ_a, request)["answer"]
    assert (answer["means"], answer["document"]) == ("recipients", secret.id)


def test_a_paper_answers_and_a_reason_does(council: MadeCouncil) -> None:
    request = asked_for(council, council.handler_a, "fa")
    shared = made(drafted_document(council.fa, council.id, answers=request))["id"]
    assert request_of(council.handler_a, request)["answer"]["document"] == shared
    other = asked_for(council, council.handler_a, "fa")
    said = council.fa.post(f"/information-requests/{other}/decline", {"reason": "保有せず"})
    assert said.status_code == 200, said.text
    shown = request_of(council.handler_a, other)
    assert (shown["state"], shown["answer"]["reason"]) == ("declined", "保有せず")


def test_nobody_answers_for_a_member_they_do_not_speak_for(
    world: World, council: MadeCouncil
) -> None:
    """The act that would answer is rolled back with it."""
    request = asked_for(council, council.handler_a, "fa")
    for other in (council.organ_b, council.handler_a, council.organ_a):
        assert drafted_document(other, council.id, answers=request).status_code == 404
        assert other.get(f"/councils/{council.id}/documents").json()["items"] == []
    assert draft(world, council, council.organ_b, [], answers=request).status_code == 404
    assert drafted_document(council.fa, council.id, answers=new_id(1)).status_code == 404
    assert request_of(council.handler_a, request)["state"] == "open"
    for other in (council.organ_b, council.organ_a, council.secretariat):
        said = other.post(f"/information-requests/{request}/decline", {"reason": "否"})
        assert said.status_code in (403, 404)


def test_a_deputy_answers_and_a_request_withdrawn_or_answered_is_settled(
    council: MadeCouncil,
) -> None:
    request = asked_for(council, council.fa, "organ_a")
    assert council.organ_a.post(f"/information-requests/{request}/withdrawal").status_code == 403
    taken = council.fa.post(f"/information-requests/{request}/withdrawal")
    assert (taken.status_code, taken.json()["state"]) == (200, "withdrawn")
    late = drafted_document(council.deputy_a, council.id, answers=request)
    assert (late.status_code, late.json()["code"]) == (409, "request_settled")
    again = asked_for(council, council.fa, "organ_a")
    path = f"/information-requests/{again}"
    assert council.deputy_a.post(f"{path}/decline", {"reason": "否"}).status_code == 200
    assert council.organ_a.post(f"{path}/decline", {"reason": "否"}).status_code == 403
    assert council.fa.post(f"{path}/withdrawal").status_code == 403


def test_both_sides_are_told_and_the_member_asked_has_it_waiting(
    parts: Parts, council: MadeCouncil
) -> None:
    request = asked_for(council, council.handler_a, "fa")
    [waiting] = council.fa.get("/me/waiting").json()["items"]
    assert (waiting["task"], waiting["thing"]) == ("answer_information_request", request)
    made(drafted_document(council.fa, council.id, answers=request))
    assert council.fa.get("/me/waiting").json()["items"] == []
    post(parts)
    assert about(parts, "information_answered") == {council.handler_a.person_id}
    later = asked_for(council, council.private, "organ_a")
    post(parts)
    speaking = {council.organ_a.person_id, council.deputy_a.person_id}
    assert about(parts, "information_asked") == speaking
    assert later not in council.fa.get("/me/waiting").text


def test_a_recipient_who_passes_a_secret_on_is_refused_logged_and_told_to_ask(
    world: World, council: MadeCouncil
) -> None:
    """BR-18: passing on inside the system is impossible; asking the provider is the way."""
    secret = provided_secret(world, council, council.fa, [council.organ_a])
    refused = council.organ_a.post(
        f"/documents/{secret.id}/recipients", {"add": [council.handler_a.person_id]}
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "only_the_provider")
    assert "kyogikai request ask" in refused.json()["title"]
    with world.parts.database.reading() as tx:
        query = select(_entry.c.kind, _entry.c.person_id).where(
            _entry.c.outcome == "refused", _entry.c.object == f"document/{secret.id}"
        )
        assert ("document.set_scope", council.organ_a.person_id) in [
            tuple(row) for row in tx.connection.execute(query)
        ]
    assert council.handler_a.get(f"/documents/{secret.id}/summary").status_code == 404


def test_leaving_the_council_takes_a_request_with_it(world: World, council: MadeCouncil) -> None:
    """BR-37: what somebody asked in a council is the council's, and no longer theirs to read."""
    request = asked_for(council, council.private, "fa")
    membership = council.memberships["private"]
    assert council.private.post(f"/memberships/{membership}/leave").status_code == 204
    left = world.session(council.private.person_id)
    assert left.get(f"/information-requests/{request}").status_code == 404
    assert request_of(council.fa, request)["state"] == "open"


def test_a_paper_shared_without_a_request_answers_none(world: World, council: MadeCouncil) -> None:
    request = asked_for(council, council.handler_a, "fa")
    shared_document(world, council, council.fa)
    assert request_of(council.handler_a, request)["state"] == "open"
