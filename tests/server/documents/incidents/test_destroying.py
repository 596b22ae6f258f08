"""No officer alone destroys a provider's content, in whatever order the incidents come."""

from typing import Any

import pytest

from tests.factories import Caller, World
from tests.making.asking import reported
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import (
    made,
    provided_secret,
    run_jobs,
    shared_document,
    uploaded,
)

on_both = pytest.mark.on_both_databases


def ended(officer: Caller, incident: str, outcome: str) -> None:
    said = {"outcome": outcome, "done": "確認した（架空）"}
    assert officer.post(f"/incidents/{incident}/closing", said).status_code == 201


def destroyed(officer: Caller, incident: str) -> Any:
    return officer.post(f"/incidents/{incident}/destruction")


@on_both
def test_an_old_decision_is_no_ground_once_the_document_was_given_back(
    world: World, council: MadeCouncil
) -> None:
    """An officer who reports it anew, alone, would else destroy it by what was decided before."""
    secret = provided_secret(world, council, council.fa, [council.organ_b]).id
    old = reported(council.organ_b, secret)
    ended(council.compliance, old, "to_be_destroyed")
    ended(council.compliance, reported(council.compliance, secret), "released")
    reported(council.compliance, secret)

    refused = destroyed(council.compliance, old)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_to_be_destroyed")


def test_what_the_server_found_is_destroyed_by_another_officer_than_decided_it(
    world: World, council: MadeCouncil
) -> None:
    paper = shared_document(world, council, council.fa).id
    made(uploaded(council.fa, paper, "【特定秘密】\n".encode()))
    run_jobs(world)
    [incident] = council.compliance.get(f"/councils/{council.id}/incidents").json()["items"]
    ended(council.compliance, incident["id"], "to_be_destroyed")

    refused = destroyed(council.compliance, incident["id"])
    assert (refused.status_code, refused.json()["code"]) == (403, "own_decision")
    assert council.organ_b.get(f"/documents/{paper}/content").status_code == 200
    another = world.officer("compliance_officer", council.id)
    elsewhere = established_council(world, concept="C-2212A-03").compliance
    assert destroyed(elsewhere, incident["id"]).status_code == 404
    assert destroyed(another, incident["id"]).status_code == 201
    assert council.organ_b.get(f"/documents/{paper}/content").status_code == 410
