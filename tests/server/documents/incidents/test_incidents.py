"""What must not be here: refused, reported or found, taken from everybody, and dealt with."""

from typing import Any

import pytest
from sqlmodel import col, select

from server import doctor
from server.access.parts import Parts
from server.documents.incidents.models import Incident
from server.documents.models import Part
from tests.factories import Caller, World
from tests.making.asking import reported
from tests.making.closing import run_every_job
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    drafted_document,
    made,
    provided_secret,
    run_jobs,
    shared_document,
    uploaded,
)
from tests.making.mail import post
from tests.making.notices import about, ids

MARKED = "表紙\n【特定秘密】\n本文（架空）\n".encode()
READS = ("", "/summary", "/content", "/download")


def incidents_of(council: MadeCouncil, who: Caller) -> list[Any]:
    """The incidents somebody is told of, newest first."""
    answer = who.get(f"/councils/{council.id}/incidents")
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


def closed(council: MadeCouncil, incident: str, outcome: str) -> Any:
    said = {"outcome": outcome, "done": "確認した（架空）"}
    return council.compliance.post(f"/incidents/{incident}/closing", said)


def entries(world: World, council: MadeCouncil) -> dict[str, tuple[str, int]]:
    """By incident: the kind of the entry that vouches for it, and how many rows that one has."""
    listed = council.compliance.get(f"/councils/{council.id}/log/entries?limit=200").json()["items"]
    by_seq = {each["seq"]: each for each in listed}
    with world.parts.database.reading() as tx:
        rows = tx.session.scalars(select(Incident)).all()
    return {row.id: (by_seq[row.log_seq]["kind"], by_seq[row.log_seq]["outcome"]) for row in rows}


@pytest.mark.parametrize("how", ["share", "draft", "upload"])
def test_declaring_a_designated_secret_is_refused_and_opens_an_incident(
    world: World, council: MadeCouncil, how: str
) -> None:
    """BR-50: the refusal's own entry vouches for the incident; nothing is stored."""
    paper = shared_document(world, council, council.fa).id
    declared: dict[str, Any] = {"title": "架空", "contains_designated_secret": True}
    if how == "share":
        refused = council.fa.post(f"/councils/{council.id}/documents", declared)
    elif how == "draft":
        path, more = f"/councils/{council.id}/secrets", {"is_own_result": False}
        refused = council.fa.post(path, {**declared, **more})
    else:
        path = f"/documents/{paper}/content?contains_designated_secret=true"
        refused = council.fa.put(path, content=b"x")
    assert (refused.status_code, refused.json()["code"]) == (422, "incident_designated_secret")
    [incident] = incidents_of(council, council.compliance)
    assert (incident["origin"], incident["about"]) == ("declared", "designated_secret")
    assert (incident["document"], incident["membership"]) == (None, council.memberships["fa"])
    kinds = {"share": "council.share", "draft": "council.provide", "upload": "document.upload"}
    assert entries(world, council)[incident["id"]] == (kinds[how], "refused")
    assert len(council.organ_b.get(f"/councils/{council.id}/documents").json()["items"]) == 1


def test_one_who_tries_again_adds_nothing_to_an_open_incident(council: MadeCouncil) -> None:
    path = f"/councils/{council.id}/documents"
    for who in (council.fa, council.fa, council.organ_a):
        refused = who.post(path, {"title": "架空", "contains_designated_secret": True})
        assert refused.status_code == 422
    by_member = {each["membership"]: each for each in incidents_of(council, council.compliance)}
    assert by_member.keys() == {council.memberships[name] for name in ("fa", "organ_a")}
    mine = by_member[council.memberships["fa"]]["id"]
    assert closed(council, mine, "nothing_stored").status_code == 201
    assert council.fa.post(path, {"title": "x", "contains_designated_secret": True}).is_error
    assert len(incidents_of(council, council.compliance)) == 3


def test_a_report_takes_a_secret_from_everybody_its_provider_too(
    world: World, council: MadeCouncil
) -> None:
    secret = provided_secret(world, council, council.fa, [council.organ_b, council.private])
    reported(council.organ_b, secret.id)
    for who in (council.organ_b, council.private, council.fa, council.secretariat):
        for ending in READS:
            assert who.get(f"/documents/{secret.id}{ending}").status_code == 404, ending
        assert secret.id not in who.get(f"/councils/{council.id}/documents").text
    again = council.fa.put(f"/documents/{secret.id}/content?file_name=a.txt", content=b"x")
    assert again.status_code == 404
    assert council.compliance.get(f"/documents/{secret.id}/summary").json()["suspended"] is True
    assert council.compliance.get(f"/documents/{secret.id}/download").status_code == 403
    resumed = council.compliance.post(f"/documents/{secret.id}/resumption")
    assert resumed.status_code == 409, "only closing the incident ends what it began"


def test_what_is_reported_while_somebody_reads_it_is_not_read_to_its_end(
    world: World, council: MadeCouncil
) -> None:
    paper = shared_document(world, council, council.fa)
    first = council.organ_b.get(f"/documents/{paper.id}/content", headers={"Range": "bytes=0-9"})
    assert first.status_code == 206
    reported(council.handler_a, paper.id, "wrong_disclosure")
    next_ = council.organ_b.get(f"/documents/{paper.id}/content", headers={"Range": "bytes=10-19"})
    assert next_.status_code == 404


def test_an_incident_is_told_to_those_it_concerns_without_what_was_said(
    world: World, parts: Parts, council: MadeCouncil
) -> None:
    paper = shared_document(world, council, council.organ_a)
    incident = reported(council.private, paper.id)
    post(parts)
    told = ids(council.compliance, council.secretariat, council.organ_a)
    assert about(parts, "incident_opened") == told
    for who in (council.secretariat, council.auditor, council.organ_a, council.private):
        [line] = incidents_of(council, who)
        assert (line["id"], line["document"]) == (incident, paper.id)
        assert "架空" not in str(line)
        assert who.get(f"/incidents/{incident}").status_code == 403
    for who in (council.organ_b, council.handler_a):
        assert incidents_of(council, who) == []
        assert who.get(f"/incidents/{incident}").status_code == 404
    assert "架空" in council.compliance.get(f"/incidents/{incident}").json()["note"]
    [waiting] = council.compliance.get("/me/waiting").json()["items"]
    assert (waiting["task"], waiting["thing"]) == ("deal_with_incident", incident)
    assert closed(council, incident, "released").status_code == 201
    assert council.compliance.get("/me/waiting").json()["items"] == []
    post(parts)
    assert about(parts, "incident_closed") == told | ids(council.private)


def test_released_it_is_served_again_to_be_destroyed_it_is_not(
    world: World, council: MadeCouncil
) -> None:
    kept = shared_document(world, council, council.fa).id
    held = shared_document(world, council, council.fa)
    gone = held.id
    first, second = reported(council.organ_b, kept), reported(council.organ_b, gone)
    assert closed(council, first, "nothing_stored").json()["code"] == "outcome_impossible"
    shown = closed(council, first, "released").json()
    assert (shown["state"], shown["outcome"], shown["done"]) == (
        "closed", "released", "確認した（架空）",
    )  # fmt: skip
    assert closed(council, second, "to_be_destroyed").status_code == 201
    assert council.organ_b.get(f"/documents/{kept}/content").status_code == 200
    for who in (council.organ_b, council.fa):
        assert who.get(f"/documents/{gone}/content").status_code == 404
    assert closed(council, first, "released").status_code == 403, "it is closed"
    early = council.compliance.post(f"/incidents/{first}/destruction")
    assert (early.status_code, early.json()["code"]) == (409, "not_to_be_destroyed")
    for who in (council.fa, council.secretariat, council.auditor):
        assert who.post(f"/incidents/{second}/destruction").status_code == 403
    done = council.compliance.post(f"/incidents/{second}/destruction")
    assert done.status_code == 201, done.text
    assert done.json()["destroyed_at"] is not None
    again = council.compliance.post(f"/incidents/{second}/destruction")
    assert (again.status_code, again.json()["code"]) == (410, "content_destroyed")
    run_every_job(world)
    version = held.version
    with world.parts.database.reading() as tx:
        parts = tx.session.scalars(select(Part).where(col(Part.version_id) == version)).all()
    names = {file.name for file, _ in world.parts.vault.names()}
    assert parts
    assert not names & {part.id for part in parts}


def test_what_a_later_incident_gave_back_is_not_destroyed_by_an_earlier_one(
    world: World, council: MadeCouncil
) -> None:
    secret = provided_secret(world, council, council.fa, [council.organ_b]).id
    first = reported(council.organ_b, secret)
    assert closed(council, first, "to_be_destroyed").status_code == 201
    assert closed(council, reported(council.compliance, secret), "released").status_code == 201
    refused = council.compliance.post(f"/incidents/{first}/destruction")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_to_be_destroyed")
    assert council.organ_b.get(f"/documents/{secret}/download").status_code == 200


def test_no_officer_alone_reports_and_has_it_destroyed(world: World, council: MadeCouncil) -> None:
    secret = provided_secret(world, council, council.fa, [council.organ_b]).id
    incident = reported(council.compliance, secret)
    refused = closed(council, incident, "to_be_destroyed")
    assert (refused.status_code, refused.json()["code"]) == (403, "own_report")
    early = council.compliance.post(f"/incidents/{incident}/destruction")
    assert early.status_code == 403, "it is open"
    another = world.officer("compliance_officer", council.id)
    said = {"outcome": "to_be_destroyed", "done": "確認した（架空）"}
    assert another.post(f"/incidents/{incident}/closing", said).status_code == 201
    assert council.compliance.post(f"/incidents/{incident}/destruction").status_code == 201


def test_why_it_does_not_open_is_explained_by_the_incident_and_who_ends_that(
    world: World, council: MadeCouncil
) -> None:
    """To an officer; and `doctor` counts it, without a word of what it is about."""
    paper = shared_document(world, council, council.fa).id
    reported(council.organ_b, paper)
    about = {"kind": "document", "thing": paper, "action": "read"}
    asked = {**about, "person": council.fa.person_id}
    told = council.compliance.get(f"/councils/{council.id}/explanation", params=asked).json()
    assert (told["allowed"], told["denied"]) == (False, "incident")
    assert told["lifted_by"] == ["compliance_officer"]
    found = doctor.examine(world.parts.settings, world.clock)
    [counted] = [each for each in found if each.about == "incidents"]
    assert counted.state == "note"
    assert " 1 " in counted.words
    assert "架空" not in counted.words


def test_only_who_reads_it_reports_and_only_an_officer_closes(
    world: World, council: MadeCouncil
) -> None:
    secret = provided_secret(world, council, council.fa, [council.organ_b], acknowledged=False)
    body = {"about": "designated_secret", "note": "架空"}
    for who in (council.organ_b, council.private, council.stranger, council.admin):
        assert who.post(f"/documents/{secret.id}/incidents", body).status_code in (403, 404)
    incident = reported(council.compliance, secret.id)
    twice = council.compliance.post(f"/documents/{secret.id}/incidents", body)
    assert (twice.status_code, twice.json()["code"]) == (409, "under_incident")
    said = {"outcome": "released", "done": "架空"}
    for who in (council.fa, council.secretariat, council.auditor, council.minister_fund):
        assert who.post(f"/incidents/{incident}/closing", said).status_code in (403, 404)
    unproved = council.compliance.unproved().post(f"/incidents/{incident}/closing", said)
    assert unproved.json()["code"] == "step_up_needed"


def test_a_marking_found_in_an_upload_holds_it_back_and_opens_an_incident(
    world: World, council: MadeCouncil
) -> None:
    document = made(drafted_document(council.fa, council.id))["id"]
    made(uploaded(council.fa, document, b"plain"))
    run_jobs(world)
    marked = made(uploaded(council.fa, document, MARKED))["id"]
    run_jobs(world)
    [incident] = incidents_of(council, council.compliance)
    assert (incident["origin"], incident["version"]) == ("detected", marked)
    for who in (council.organ_b, council.fa):
        assert who.get(f"/documents/{document}/content").content == b"plain"
        assert who.get(f"/documents/{document}/content?version={marked}").status_code in (404, 409)
    states = {
        v["id"]: v["state"] for v in council.fa.get(f"/documents/{document}").json()["versions"]
    }
    assert states[marked] == "quarantined"
    assert closed(council, incident["id"], "released").status_code == 201
    assert council.organ_b.get(f"/documents/{document}/content").content == MARKED
