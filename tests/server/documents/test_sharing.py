"""Papers of the council: who shares, who reads, who is told nothing."""

import pytest

from tests.factories import World
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    CONTENT,
    TITLE,
    drafted_document,
    shared_document,
    uploaded,
)


@pytest.mark.parametrize(
    "member",
    ["minister_fund", "minister_pm", "pd", "fa", "organ_a", "organ_b", "think_tank", "private"],
)
def test_every_member_shares_and_becomes_the_provider(
    world: World, council: MadeCouncil, member: str
) -> None:
    """BR-21"""
    caller = getattr(council, member)
    document = shared_document(world, council, caller)
    shown = caller.get(f"/documents/{document.id}").json()
    assert shown["title"] == TITLE
    assert shown["state"] == "council_internal"
    assert shown["provider"] == council.memberships[member]
    assert {"upload", "read_readers"} <= set(shown["may"])


def test_a_paper_is_read_by_members_and_carries_no_marking(
    world: World, council: MadeCouncil
) -> None:
    """BR-22: what was not provided as a secret shows no duty of ACT 62(7)."""
    document = shared_document(world, council, council.organ_a)
    for caller in (council.organ_b, council.handler_a, council.think_tank, council.secretariat):
        shown = caller.get(f"/documents/{document.id}")
        assert shown.status_code == 200
        assert shown.json()["under_duty"] is False
        assert caller.get(f"/documents/{document.id}/content").content == CONTENT


@pytest.mark.parametrize("person", ["admin", "stranger"])
def test_administrators_and_strangers_are_told_nothing_exists(
    world: World, council: MadeCouncil, person: str
) -> None:
    document = shared_document(world, council, council.organ_a)
    caller = getattr(council, person)
    for path in ("", "/summary", "/content", "/download", "/readers"):
        answer = caller.get(f"/documents/{document.id}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    for path in ("content", "download"):
        assert caller.request("HEAD", f"/documents/{document.id}/{path}").status_code == 404


def test_the_auditor_sees_that_it_is_there_and_who_read_it(
    world: World, council: MadeCouncil
) -> None:
    document = shared_document(world, council, council.organ_a)
    council.organ_b.get(f"/documents/{document.id}/content")
    assert council.auditor.get(f"/documents/{document.id}").status_code == 403
    assert council.auditor.get(f"/documents/{document.id}/content").status_code == 403
    summary = council.auditor.get(f"/documents/{document.id}/summary")
    assert summary.status_code == 200
    assert TITLE not in summary.text
    assert council.auditor.get(f"/documents/{document.id}/readers").status_code == 200


def test_handlers_read_but_download_is_for_representatives_and_deputies(
    world: World, council: MadeCouncil
) -> None:
    document = shared_document(world, council, council.organ_b)
    assert council.handler_a.get(f"/documents/{document.id}/content").status_code == 200
    refused = council.handler_a.get(f"/documents/{document.id}/download")
    assert refused.status_code == 403
    assert refused.json()["would_suffice"] == ["deputy", "provider", "seat_representative"]
    for caller in (council.organ_a, council.deputy_a):
        assert caller.get(f"/documents/{document.id}/download").content == CONTENT


def test_a_think_tank_reads_but_never_downloads(world: World, council: MadeCouncil) -> None:
    """Matrix (c), row 10."""
    document = shared_document(world, council, council.think_tank)
    for paper in (document, shared_document(world, council, council.organ_a)):
        assert council.think_tank.get(f"/documents/{paper.id}/content").status_code == 200
        assert council.think_tank.get(f"/documents/{paper.id}/download").status_code == 403


def test_who_may_not_share_is_refused(world: World, council: MadeCouncil) -> None:
    for caller in (council.secretariat, council.compliance, council.auditor):
        assert drafted_document(caller, council.id).status_code == 403
    assert drafted_document(council.stranger, council.id).status_code == 404


def test_what_is_declared_a_designated_secret_is_refused_and_noted(
    world: World, council: MadeCouncil
) -> None:
    """BR-50"""
    refused = drafted_document(council.organ_a, council.id, contains_designated_secret=True)
    assert (refused.status_code, refused.json()["code"]) == (422, "incident_designated_secret")
    assert council.organ_a.get(f"/councils/{council.id}/documents").json()["items"] == []
    document = drafted_document(council.organ_a, council.id).json()["id"]
    path = f"/documents/{document}/content?contains_designated_secret=true"
    refused = council.organ_a.request("PUT", path, content=b"x")
    assert refused.json()["code"] == "incident_designated_secret"


@pytest.mark.parametrize(
    "changed",
    [
        {"contains_designated_secret": None},
        {"title": ""},
        {"title": "a\x00b"},
        {"title": "two\nlines"},
        {"title": "長" * 301},
        {"unknown": 1},
    ],
)
def test_a_malformed_paper_is_refused_with_its_fields(
    council: MadeCouncil, changed: dict[str, object]
) -> None:
    refused = drafted_document(council.organ_a, council.id, **changed)
    assert (refused.status_code, refused.json()["code"]) == (422, "malformed")
    assert refused.json()["errors"][0]["field"] == f"body.{next(iter(changed))}"


def test_the_declaration_has_no_default(council: MadeCouncil) -> None:
    """BR-50"""
    refused = council.organ_a.post(f"/councils/{council.id}/documents", {"title": TITLE})
    assert refused.json()["errors"][0]["field"] == "body.contains_designated_secret"


def test_only_the_provider_uploads_further_versions(world: World, council: MadeCouncil) -> None:
    document = shared_document(world, council, council.handler_a)
    assert uploaded(council.organ_b, document.id).status_code == 403
    assert uploaded(council.secretariat, document.id).status_code == 403
    assert uploaded(council.stranger, document.id).status_code == 404
    # The representative and the deputy of the member it comes from are its provider too.
    assert uploaded(council.deputy_a, document.id).status_code == 201
    assert uploaded(council.organ_a, document.id).status_code == 201


def test_a_list_shows_what_opening_would(world: World, council: MadeCouncil) -> None:
    papers = [shared_document(world, council, council.organ_a).id for _ in range(3)]
    first = council.organ_b.get(f"/councils/{council.id}/documents?limit=2").json()
    assert [item["id"] for item in first["items"]] == sorted(papers, reverse=True)[:2]
    path = f"/councils/{council.id}/documents?limit=2&cursor={first['next']}"
    second = council.organ_b.get(path).json()
    assert [item["id"] for item in second["items"]] == [min(papers)]
    assert second["next"] is None
    assert council.stranger.get(f"/councils/{council.id}/documents").status_code == 404


def test_readers_are_named_with_what_they_opened(world: World, council: MadeCouncil) -> None:
    document = shared_document(world, council, council.organ_a)
    council.organ_b.get(f"/documents/{document.id}")
    council.organ_b.get(f"/documents/{document.id}/content")
    council.fa.request("HEAD", f"/documents/{document.id}/download")
    council.fa.get(f"/documents/{document.id}/download")
    council.stranger.get(f"/documents/{document.id}")
    for caller in (council.organ_a, council.compliance):
        shown = caller.get(f"/documents/{document.id}/readers?limit=2").json()
        assert [(r["person"], r["act"]) for r in shown["items"]] == [
            (council.fa.person_id, "download"),
            (council.fa.person_id, "metadata"),
        ]
        assert shown["items"][0]["name"] == "fa 太郎"
        path = f"/documents/{document.id}/readers?limit=2&cursor={shown['next']}"
        older = caller.get(path).json()
        assert [r["act"] for r in older["items"]] == ["content", "metadata"]
        assert older["next"] is None
    assert council.organ_b.get(f"/documents/{document.id}/readers").status_code == 403
    assert council.organ_a.get(f"/documents/{document.id}/readers?cursor=x").status_code == 422
