"""Providing a secret: what is needed, who receives it, what everybody else is told."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from server.clock import DAY, to_text
from tests.factories import Caller, World
from tests.making import councils
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    CONTENT,
    STATEMENT,
    TITLE,
    acknowledge,
    draft,
    drafted_secret,
    made,
    made_a_handler,
    provided_secret,
    run_jobs,
    shared_document,
    uploaded,
)


def provide(secret: Any) -> Any:
    return secret.provider.post(f"/documents/{secret.id}/provision")


def test_a_secret_opens_to_its_recipients_alone(world: World, council: MadeCouncil) -> None:
    secret = provided_secret(world, council, council.organ_a, [council.organ_b, council.handler_a])
    for caller in (council.organ_b, council.handler_a, council.organ_a, council.deputy_a):
        shown = caller.get(f"/documents/{secret.id}")
        assert shown.json()["title"] == TITLE
        assert shown.json()["under_duty"] is True
    for caller in (council.organ_a, council.deputy_a):
        assert caller.get(f"/documents/{secret.id}/content").content == CONTENT
    for caller in (council.organ_b, council.handler_a):
        assert caller.get(f"/documents/{secret.id}/content").status_code == 403
    for caller in (council.organ_b, council.organ_a, council.deputy_a):
        assert caller.get(f"/documents/{secret.id}/download").content == CONTENT


def test_a_handler_who_is_named_reads_a_secret_but_takes_no_copy(
    world: World, council: MadeCouncil
) -> None:
    """Matrix (c), row 11."""
    secret = provided_secret(world, council, council.organ_b, [council.handler_a])
    may = council.handler_a.get(f"/documents/{secret.id}").json()["may"]
    assert "view" in may
    assert not {"open", "print", "download"} & set(may)
    for method, ending in itertools.product(("GET", "HEAD"), ("content", "download")):
        refused = council.handler_a.request(method, f"/documents/{secret.id}/{ending}")
        assert refused.status_code == 403


def test_what_was_replaced_before_providing_is_never_provided(
    world: World, council: MadeCouncil
) -> None:
    """BR-14: a recipient gets exactly the version provided, by whatever way it is asked for."""
    secret = drafted_secret(world, council, council.organ_a, [council.organ_b], content=b"named")
    final = made(uploaded(council.organ_a, secret.id, b"redacted"))["id"]
    run_jobs(world)
    made(provide(secret))
    acknowledge(council.organ_b, secret.id)
    path = f"/documents/{secret.id}"
    assert served(council.organ_b, secret.id) == (final, [final])
    assert council.organ_b.get(f"{path}/download").content == b"redacted"
    for method in ("GET", "HEAD"):
        old = council.organ_b.request(method, f"{path}/download?version={secret.version}")
        assert old.status_code == 404
    for caller in (council.organ_a, council.deputy_a):
        assert served(caller, secret.id) == (final, [final, secret.version])
        assert caller.get(f"{path}/content?version={secret.version}").content == b"named"


def served(caller: Caller, document: str) -> tuple[str, list[str]]:
    """The version a caller is served, and all they are told of."""
    shown = caller.get(f"/documents/{document}").json()
    return shown["version"], [version["id"] for version in shown["versions"]]


@pytest.mark.parametrize("end", ["release", "period"])
def test_once_council_internal_what_was_provided_is_read_and_what_came_after(
    world: World, council: MadeCouncil, end: str
) -> None:
    secret = drafted_secret(world, council, council.organ_a, [council.organ_b], content=b"named")
    final = made(uploaded(council.organ_a, secret.id, b"redacted"))["id"]
    run_jobs(world)
    made(provide(secret))
    if end == "release":
        assert council.organ_a.post(f"/documents/{secret.id}/release", {}).status_code == 204
    else:
        world.clock.days(31)
    provider, member = (world.session(p.person_id) for p in (council.organ_a, council.fa))
    assert served(member, secret.id) == (final, [final])
    later = made(uploaded(provider, secret.id, b"later"))["id"]
    run_jobs(world)
    assert served(member, secret.id) == (later, [later, final])
    for version, content in ((final, b"redacted"), (later, b"later")):
        path = f"/documents/{secret.id}/content?version={version}"
        assert member.get(path).content == content
    path = f"/documents/{secret.id}/content?version={secret.version}"
    assert member.get(path).status_code == 404
    assert provider.get(path).content == b"named"


def test_nothing_is_provided_while_what_was_uploaded_last_is_not_ready(
    world: World, council: MadeCouncil
) -> None:
    secret = drafted_secret(world, council, council.organ_a, [council.organ_b], content=b"named")
    final = made(uploaded(council.organ_a, secret.id, b"redacted"))["id"]
    refused = provide(secret)
    assert (refused.status_code, refused.json()["code"]) == (409, "newest_version_not_ready")
    assert council.organ_a.get(f"/documents/{secret.id}").json()["state"] == "provision_draft"
    run_jobs(world)
    assert made(provide(secret))["version"] == final


def test_who_made_a_secret_and_is_a_mere_handler_since_is_no_provider_of_it(
    world: World, council: MadeCouncil
) -> None:
    """Matrix (c), row 11; papers and drafts stay their author's."""
    secret = provided_secret(world, council, council.organ_b, [council.organ_a])
    begun = drafted_secret(world, council, council.organ_b, [council.organ_a])
    paper = shared_document(world, council, council.organ_b)
    made_a_handler(world, council, council.organ_b)
    path, scope = f"/documents/{secret.id}", {"add": [council.fa.person_id]}
    assert council.organ_b.get(path).status_code == 404
    assert council.organ_b.post(f"{path}/recipients", scope).status_code == 404
    assert council.organ_b.post(f"{path}/release", {}).status_code == 404
    assert uploaded(council.organ_b, secret.id).status_code == 404
    assert council.organ_b.get(f"/documents/{begun.id}").status_code == 200
    assert uploaded(council.organ_b, paper.id).status_code == 201


@pytest.mark.parametrize("person", ["fa", "pd", "minister_fund", "admin", "stranger"])
def test_who_is_not_named_is_told_nothing_exists(
    world: World, council: MadeCouncil, person: str
) -> None:
    """BR-14, BR-52"""
    secret = provided_secret(world, council, council.organ_a, [council.organ_b])
    caller = getattr(council, person)
    for path in ("", "/summary", "/content", "/download", "/readers"):
        assert caller.get(f"/documents/{secret.id}{path}").status_code == 404
    if person not in ("admin", "stranger"):
        assert caller.get(f"/councils/{council.id}/documents").json()["items"] == []


@pytest.mark.parametrize("person", ["secretariat", "compliance", "auditor"])
def test_officers_see_a_summary_and_nothing_else(
    world: World, council: MadeCouncil, person: str
) -> None:
    secret = provided_secret(world, council, council.organ_a, [council.organ_b])
    caller = getattr(council, person)
    summary = caller.get(f"/documents/{secret.id}/summary")
    assert summary.status_code == 200
    assert summary.json()["recipients"] == 1
    assert summary.json()["scope"] is None
    assert TITLE not in summary.text
    listed = caller.get(f"/councils/{council.id}/document-summaries").json()["items"]
    assert [item["id"] for item in listed] == [secret.id]
    for path in ("", "/content", "/download"):
        assert caller.get(f"/documents/{secret.id}{path}").status_code == 403
    listed = caller.get(f"/councils/{council.id}/documents").json()["items"]
    assert listed == []


@pytest.mark.parametrize(
    "person", ["organ_b", "fa", "secretariat", "compliance", "auditor", "admin", "stranger"]
)
def test_a_draft_is_its_providers_alone(world: World, council: MadeCouncil, person: str) -> None:
    secret = drafted_secret(world, council, council.organ_a, [council.organ_b])
    assert council.organ_a.get(f"/documents/{secret.id}").json()["state"] == "provision_draft"
    caller = getattr(council, person)
    for path in ("", "/summary", "/content", "/readers"):
        assert caller.get(f"/documents/{secret.id}{path}").status_code == 404


def test_a_recipient_sees_the_scope_and_opens_only_after_acknowledging_it(
    world: World, council: MadeCouncil
) -> None:
    """BR-36"""
    to = [council.organ_b]
    secret = provided_secret(world, council, council.organ_a, to, acknowledged=False)
    waiting = council.organ_b.get(f"/councils/{council.id}/document-summaries").json()["items"]
    assert [(i["id"], set(i["may"])) for i in waiting] == [(secret.id, {"acknowledge", "see"})]
    for path in ("", "/content", "/download"):
        assert council.organ_b.get(f"/documents/{secret.id}{path}").status_code == 403
    wrong = council.organ_b.post(f"/documents/{secret.id}/acknowledgement", {"scope": "0" * 64})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "scope_changed")
    malformed = council.organ_b.post(f"/documents/{secret.id}/acknowledgement", {"scope": "x"})
    assert malformed.status_code == 422
    acknowledge(council.organ_b, secret.id)
    assert council.organ_b.get(f"/documents/{secret.id}/download").content == CONTENT
    shown = council.organ_a.get(f"/documents/{secret.id}").json()["recipients"]
    assert [(r["person"], r["acknowledged"]) for r in shown] == [(council.organ_b.person_id, True)]


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"subject": None}, ["subject"]),
        ({"reason": None}, ["reason"]),
        ({"ends_at": None}, ["period"]),
        ({"recipients": []}, ["recipients"]),
        ({"subject": None, "reason": None, "recipients": []}, ["subject", "recipients", "reason"]),
    ],
)
def test_nothing_is_provided_without_subject_recipients_period_and_reason(
    world: World, council: MadeCouncil, changed: dict[str, Any], missing: list[str]
) -> None:
    """BR-15"""
    secret = drafted_secret(world, council, council.organ_a, [council.organ_b], **changed)
    refused = provide(secret)
    assert (refused.status_code, refused.json()["code"]) == (422, "provision_incomplete")
    assert refused.json()["missing"] == missing
    assert council.organ_b.get(f"/documents/{secret.id}/summary").status_code == 404


def test_a_period_that_has_passed_while_drafting_counts_as_missing(
    world: World, council: MadeCouncil
) -> None:
    """BR-15"""
    secret = drafted_secret(world, council, council.organ_a, [council.organ_b], days=1)
    world.clock.days(2)
    provider = world.session(council.organ_a.person_id)
    refused = provider.post(f"/documents/{secret.id}/provision")
    assert refused.json()["missing"] == ["period"]


@pytest.mark.parametrize(
    "substance",
    [
        None,
        {"not_publicly_known": True},
        {"not_publicly_known": True, "why_worth_protecting": None},
    ],
)
def test_what_is_not_worth_protecting_is_no_secret(
    world: World, council: MadeCouncil, substance: dict[str, Any] | None
) -> None:
    """BR-19"""
    to = [council.organ_b]
    secret = drafted_secret(world, council, council.organ_a, to, substance=substance)
    refused = provide(secret)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_a_secret_in_substance")


def test_what_is_publicly_known_is_refused_at_once(world: World, council: MadeCouncil) -> None:
    """BR-19"""
    known = {"not_publicly_known": False, "why_worth_protecting": "…"}
    refused = draft(world, council, council.organ_a, [council.organ_b], substance=known)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_a_secret_in_substance")
    assert council.organ_a.get(f"/councils/{council.id}/documents").json()["items"] == []


def test_a_researchers_own_result_cannot_be_a_secret(world: World, council: MadeCouncil) -> None:
    """BR-23"""
    refused = draft(world, council, council.pd, [council.organ_b], is_own_result=True)
    assert (refused.status_code, refused.json()["code"]) == (422, "own_result_is_no_secret")


def test_a_designated_secret_must_never_enter(world: World, council: MadeCouncil) -> None:
    """BR-50"""
    to = [council.organ_b]
    refused = draft(world, council, council.organ_a, to, contains_designated_secret=True)
    assert (refused.status_code, refused.json()["code"]) == (422, "incident_designated_secret")


@pytest.mark.parametrize("field", ["contains_designated_secret", "is_own_result"])
def test_the_declarations_have_no_default(world: World, council: MadeCouncil, field: str) -> None:
    refused = draft(world, council, council.organ_a, [council.organ_b], **{field: None})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == f"body.{field}"


def test_a_member_without_confirmation_is_skipped_and_the_provider_is_told(
    world: World,
) -> None:
    """BR-16"""
    council = councils.established_council(world, confirmed=("organ_a", "organ_b"))
    secret = drafted_secret(world, council, council.organ_a, [council.organ_b, council.fa])
    provided = made(provide(secret))
    assert [r["person"] for r in provided["blocked"]] == [council.fa.person_id]
    blocked = {r["person"]: r["blocked"] for r in provided["recipients"]}
    assert blocked == {council.organ_b.person_id: False, council.fa.person_id: True}
    acknowledge(council.organ_b, secret.id)
    assert council.organ_b.get(f"/documents/{secret.id}/download").status_code == 200
    assert council.fa.get(f"/documents/{secret.id}/summary").status_code == 404
    with world.changing(council.id) as tx:
        membership = council.memberships["fa"]
        councils.confirm(tx, council.id, membership, council.compliance.person_id, days=10)
    acknowledge(council.fa, secret.id)
    assert council.fa.get(f"/documents/{secret.id}/download").status_code == 200
    # A confirmation that runs out stops the reading.
    world.clock.days(11)
    later = world.session(council.fa.person_id)
    assert later.get(f"/documents/{secret.id}/download").status_code == 404


def test_recipients_hold_seats_in_the_council(world: World, council: MadeCouncil) -> None:
    """BR-18"""
    refused = draft(world, council, council.organ_a, [council.organ_b, council.stranger])
    assert (refused.status_code, refused.json()["code"]) == (422, "recipient_not_seated")
    assert refused.json()["persons"] == [council.stranger.person_id]


def test_a_draft_without_a_ready_version_is_not_provided(
    world: World, council: MadeCouncil
) -> None:
    document = made(draft(world, council, council.organ_a, [council.organ_b]))["id"]
    path = f"/documents/{document}/provision"
    assert council.organ_a.post(path).json()["code"] == "version_not_ready"
    made(uploaded(council.organ_a, document))
    assert council.organ_a.post(path).json()["code"] == "version_not_ready"
    run_jobs(world)
    assert council.organ_a.post(path).status_code == 201
    assert council.organ_a.post(path).status_code == 403


def test_only_representatives_provide(world: World, council: MadeCouncil) -> None:
    for caller in (council.deputy_a, council.handler_a, council.secretariat, council.compliance):
        assert draft(world, council, caller, [council.organ_b]).status_code == 403
    assert draft(world, council, council.stranger, [council.organ_b]).status_code == 404


@pytest.mark.parametrize("member", ["minister_fund", "pd", "fa", "think_tank", "private"])
def test_any_member_provides(world: World, council: MadeCouncil, member: str) -> None:
    """BR-21"""
    secret = provided_secret(world, council, getattr(council, member), [council.organ_b])
    assert council.organ_b.get(f"/documents/{secret.id}/download").content == CONTENT


def test_a_draft_may_be_said_anew_and_a_provided_secret_may_not(
    world: World, council: MadeCouncil
) -> None:
    to = [council.organ_b]
    secret = drafted_secret(world, council, council.organ_a, to, subject=None)
    path = f"/documents/{secret.id}/statement"
    assert council.organ_a.put(path, {**STATEMENT, "subject": "新しい対象"}).status_code == 204
    made(provide(secret))
    acknowledge(council.organ_b, secret.id)
    shown = council.organ_b.get(f"/documents/{secret.id}").json()
    assert shown["statement"]["subject"] == "新しい対象"
    assert shown["recipients"] is None
    again = council.organ_a.put(path, STATEMENT)
    assert (again.status_code, again.json()["code"]) == (409, "not_a_draft")


def test_publishing_needs_a_fresh_proof_of_identity(world: World, council: MadeCouncil) -> None:
    secret = drafted_secret(world, council, council.organ_a, [council.organ_b])
    unproved = replace(secret, provider=secret.provider.unproved())
    assert provide(unproved).json()["code"] == "step_up_needed"


def test_a_draft_needs_an_end_in_the_future(world: World, council: MadeCouncil) -> None:
    refused = draft(world, council, council.organ_a, [council.organ_b], days=0)
    assert (refused.status_code, refused.json()["code"]) == (422, "period_over")


def test_another_councils_member_is_told_nothing(world: World, council: MadeCouncil) -> None:
    """BR-13"""
    secret = provided_secret(world, council, council.organ_a, [council.organ_b])
    other = councils.established_council(world, concept="C-2212A-03")
    assert other.organ_a.get(f"/documents/{secret.id}").status_code == 404
    assert other.compliance.get(f"/documents/{secret.id}/summary").status_code == 404
    ends = to_text(world.clock() + 90 * DAY)
    refused = other.organ_a.post(f"/documents/{secret.id}/period", {"ends_at": ends})
    assert refused.status_code == 404
