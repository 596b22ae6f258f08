"""Conflicts of interest: one document taken from one person, recorded and ended by compliance."""

from typing import Any

import pytest

from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.making.documents import MadeDocument, provided_secret, shared_document

REASON = "競合する製品を開発しているため（架空）"


@pytest.fixture
def paper(world: World, council: MadeCouncil) -> MadeDocument:
    return shared_document(world, council, council.organ_a)


def record(council: MadeCouncil, document: str, person: Caller, by: str = "compliance") -> Any:
    asked = {"person": person.person_id, "reason": REASON}
    return getattr(council, by).post(f"/documents/{document}/conflicts", asked)


def test_a_conflict_takes_the_document_from_that_person_alone_until_it_ends(
    council: MadeCouncil, paper: MadeDocument
) -> None:
    path = f"/documents/{paper.id}"
    assert record(council, paper.id, council.organ_b).status_code == 201

    assert council.organ_b.get(path).status_code == 404
    assert council.organ_b.get(f"{path}/content").status_code == 404
    listed = council.organ_b.get(f"/councils/{council.id}/documents").json()["items"]
    assert paper.id not in {each["id"] for each in listed}
    assert council.fa.get(path).status_code == 200
    ended = {"person": council.organ_b.person_id, "reason": "解消した"}
    assert council.compliance.post(f"{path}/conflicts/ending", ended).status_code == 204
    assert council.organ_b.get(path).status_code == 200
    assert council.compliance.post(f"{path}/conflicts/ending", ended).status_code == 404


def test_why_is_told_to_who_judges_and_not_to_the_provider(
    world: World, council: MadeCouncil
) -> None:
    secret = provided_secret(world, council, council.fa, [council.organ_b])
    record(council, secret.id, council.organ_b)
    path = f"/documents/{secret.id}/conflicts"

    assert council.organ_b.get(f"/documents/{secret.id}/summary").status_code == 404
    for who, reason in (("compliance", REASON), ("auditor", REASON), ("fa", None)):
        [shown] = getattr(council, who).get(path).json()["items"]
        assert (shown["person"], shown["reason"]) == (council.organ_b.person_id, reason), who


def test_a_conflict_is_recorded_once_and_only_of_somebody_seated_here(
    council: MadeCouncil, paper: MadeDocument
) -> None:
    record(council, paper.id, council.organ_b)

    assert record(council, paper.id, council.organ_b).json()["code"] == "conflict_recorded"
    assert record(council, paper.id, council.stranger).status_code == 404


@pytest.mark.parametrize("by", ["organ_a", "secretariat", "auditor", "minister_fund"])
def test_nobody_but_the_compliance_officer_records_one(
    council: MadeCouncil, paper: MadeDocument, by: str
) -> None:
    assert record(council, paper.id, council.organ_b, by).status_code == 403


def test_a_revoked_confirmation_closes_what_was_provided_at_once(
    world: World, council: MadeCouncil
) -> None:
    """BR-16; the confirmation stays readable, and a new one opens again."""
    secret = provided_secret(world, council, council.fa, [council.organ_b])
    content = f"/documents/{secret.id}/download"
    assert council.organ_b.get(content).status_code == 200
    base = f"/councils/{council.id}/safe-management-confirmations"
    member = council.memberships["organ_b"]
    items = council.compliance.get(base).json()["items"]
    found = next(each["id"] for each in items if each["membership"] == member)
    why = {"reason": "事故の報告を受けたため（架空）"}

    assert council.organ_b.post(f"{base}/{found}/revocation", why).status_code == 403
    assert council.compliance.post(f"{base}/{found}/revocation", why).status_code == 204

    assert council.organ_b.get(content).status_code == 404
    assert council.compliance.post(f"{base}/{found}/revocation", why).status_code == 404
    assert found in {each["id"] for each in council.compliance.get(base).json()["items"]}
