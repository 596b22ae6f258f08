"""Drafting a provision: what is missing is shown before a file is chosen, and a draft waits."""

from typing import Any

import pytest

from server.clock import DAY, to_text
from server.documents.viewing.viewable import viewable
from server.identity import sessions
from tests.factories import Caller, World
from tests.making import councils
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    CONTENT,
    STATEMENT,
    TITLE,
    draft,
    drafted_document,
    drafted_secret,
    made,
    run_jobs,
    uploaded,
)

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIPPED = b"PK\x03\x04" + bytes(200)
EMPTY = {"contains_designated_secret": False, "is_own_result": False, "title": TITLE}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def shown(caller: Caller, document: str) -> Any:
    answer = caller.get(f"/documents/{document}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_draft_begins_with_a_title_and_says_what_it_wants_until_nothing_is_missing(
    world: World, council: MadeCouncil
) -> None:
    by = council.organ_a
    id = made(by.post(f"/councils/{council.id}/secrets", EMPTY))["id"]
    path = f"/documents/{id}"
    everything = ["subject", "recipients", "period", "reason", "substance", "file"]
    assert shown(by, id)["missing"] == everything
    assert by.put(f"{path}/statement", STATEMENT).status_code == 204
    assert shown(by, id)["missing"] == ["recipients", "period", "file"]
    assert by.post(f"{path}/recipients", {"add": [council.organ_b.person_id]}).status_code == 200
    ends = to_text(world.clock() + 30 * DAY)
    assert by.post(f"{path}/period", {"ends_at": ends}).status_code == 200
    assert shown(by, id)["missing"] == ["file"]
    made(uploaded(by, id))
    run_jobs(world)
    assert shown(by, id)["missing"] == []
    provided = made(by.post(f"{path}/provision"))
    assert (provided["state"], provided["missing"]) == ("provided_secret", None)


def test_what_each_recipient_lacks_is_shown_on_the_draft_and_afterwards(world: World) -> None:
    council = councils.established_council(world, confirmed=("organ_a", "organ_b"))
    to = [council.organ_b, council.fa]
    secret = drafted_secret(world, council, council.organ_a, to)

    def lacking() -> dict[str, list[str]]:
        found = shown(council.organ_a, secret.id)["recipients"]
        return {each["person"]: [lack["condition"] for lack in each["missing"]] for each in found}

    assert lacking() == {
        council.organ_b.person_id: [],
        council.fa.person_id: ["safe_management_confirmed"],
    }
    made(council.organ_a.post(f"/documents/{secret.id}/provision"))
    assert lacking() == {
        council.organ_b.person_id: ["scope_acknowledged"],
        council.fa.person_id: ["safe_management_confirmed", "scope_acknowledged"],
    }


def test_the_persons_who_could_be_named_are_shown_by_the_members_they_sit_for(
    world: World,
) -> None:
    council = councils.established_council(world, confirmed=("organ_a", "organ_b"))
    answer = council.organ_a.get(f"/councils/{council.id}/prospects")
    assert answer.status_code == 200, answer.text
    found = {each["membership"]: each for each in answer.json()["items"]}
    assert set(found) == set(council.memberships.values())
    organ_a = found[council.memberships["organ_a"]]
    assert {(each["person"], each["role"]) for each in organ_a["persons"]} == {
        (council.organ_a.person_id, "seat_representative"),
        (council.deputy_a.person_id, "deputy"),
        (council.handler_a.person_id, "handler"),
    }
    assert all(each["missing"] == [] for each in organ_a["persons"])
    assert organ_a["safe_management"] is True
    fa = found[council.memberships["fa"]]
    assert (fa["safe_management"], fa["persons"][0]["name"]) == (False, "fa 太郎")
    assert [each["condition"] for each in fa["persons"][0]["missing"]] == [
        "safe_management_confirmed"
    ]
    for caller, status in ((council.deputy_a, 403), (council.compliance, 403),
                           (council.stranger, 404)):  # fmt: skip
        assert caller.get(f"/councils/{council.id}/prospects").status_code == status


def test_a_draft_survives_a_lost_session(world: World, council: MadeCouncil) -> None:
    """The provider finds it in the list, in a new session, and goes on where they were."""
    id = made(draft(world, council, council.organ_a, [council.organ_b], subject=None))["id"]
    with world.changing() as tx:
        sessions.end_sessions(tx, council.organ_a.person_id)
    assert council.organ_a.get(f"/documents/{id}").status_code == 401

    again = world.session(council.organ_a.person_id)
    listed = again.get(f"/councils/{council.id}/documents").json()["items"]
    assert [(each["id"], each["state"]) for each in listed] == [(id, "provision_draft")]
    assert shown(again, id)["missing"] == ["subject", "file"]
    assert again.put(f"/documents/{id}/statement", STATEMENT).status_code == 204
    made(uploaded(again, id))
    run_jobs(world)
    made(again.post(f"/documents/{id}/provision"))


def test_what_cannot_be_viewed_is_provided_only_for_download(
    world: World, council: MadeCouncil
) -> None:
    by, to = council.organ_a, [council.organ_b]
    id = made(draft(world, council, by, to, handling="view_only"))["id"]
    made(uploaded(by, id, ZIPPED, name="案.docx", media_type=DOCX))
    run_jobs(world)
    assert shown(by, id)["missing"] == ["viewable_file"]
    for level in ("print", "view_only"):
        by.post(f"/documents/{id}/handling", {"handling": level})
        refused = by.post(f"/documents/{id}/provision")
        assert (refused.status_code, refused.json()["code"]) == (422, "file_not_viewable")
        assert "PDF" in refused.json()["title"]
    made(uploaded(by, id, PDF, name="案.pdf", media_type="application/pdf"))
    run_jobs(world)
    assert shown(by, id)["missing"] == []
    made(uploaded(by, id, ZIPPED, name="案.docx", media_type=DOCX))
    run_jobs(world)
    assert by.post(f"/documents/{id}/handling", {"handling": "download"}).status_code == 200
    made(by.post(f"/documents/{id}/provision"))


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("application/pdf", True),
        ("text/plain; charset=Shift_JIS", True),
        ("IMAGE/PNG", True),
        ("application/zip, application/pdf", True),
        (DOCX, False),
        ("text/html", False),
        ("", False),
    ],
)
def test_pages_are_made_of_pdf_images_and_text(media_type: str, expected: bool) -> None:
    assert viewable(media_type) is expected


def test_nothing_is_marked_as_under_the_duty_that_was_not_provided_through_the_council(
    world: World, council: MadeCouncil
) -> None:
    """BR-22"""
    by = council.organ_a
    paper = made(drafted_document(by, council.id))["id"]
    secret = drafted_secret(world, council, by, [council.organ_b])
    for document in (paper, secret.id):
        assert shown(by, document)["under_duty"] is False
    made(by.post(f"/documents/{secret.id}/provision"))
    assert shown(by, secret.id)["under_duty"] is True
    assert by.post(f"/documents/{secret.id}/release", {}).status_code == 204
    assert shown(by, secret.id)["under_duty"] is False


def test_the_size_of_another_s_draft_is_not_read_off_what_the_council_stores(
    world: World, council: MadeCouncil
) -> None:
    """BR-14: of a draft nobody but its provider learns anything."""

    def used(by: Caller, what: str) -> Any:
        return by.get(f"/councils/{council.id}/limits").json()[what]

    drafted_secret(world, council, council.fa, [council.organ_a])
    before = used(council.organ_b, "stored")
    drafted_secret(world, council, council.fa, [council.organ_a], content=CONTENT * 7)
    assert used(council.organ_b, "stored") == before
    assert used(council.fa, "uploaded_today")["used"] == 8 * len(CONTENT), "one's own exactly"
