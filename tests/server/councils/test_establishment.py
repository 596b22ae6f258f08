"""Requirements, officials, signatures: BR-03, BR-04, BR-05."""

import pytest

from server.identity import service as identity
from tests.conftest import TestClock
from tests.factories import World
from tests.server.councils.conftest import REQUIREMENTS, Prepared


def test_both_signatures_establish_the_council(ready: Prepared, clock: TestClock) -> None:
    """BR-05"""
    first, second = ready.sign("minister_fund"), ready.sign("minister_pm")

    assert (first.status_code, first.json()["state"]) == (201, "consented")
    assert (second.status_code, second.json()["state"]) == (201, "established")
    assert second.json()["established_at"] is not None
    members = ready.who["secretariat"].get(f"/councils/{ready.id}/memberships").json()["items"]
    assert sorted(m["category"] for m in members) == [
        "establishing_ministry",
        "establishing_ministry",
        "program_director",
    ]


def test_one_minister_alone_establishes_nothing(ready: Prepared) -> None:
    """BR-05"""
    ready.sign("minister_fund")
    again = ready.sign("minister_fund")

    assert (again.status_code, again.json()["code"]) == (409, "already_signed")
    council = ready.read()
    assert [m["signed"] for m in council["ministers"]] == [True, False]
    assert council["established_at"] is None


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_a_requirement_not_met_is_named(ready: Prepared, requirement: str) -> None:
    """BR-03: also one that was met and no longer is."""
    ready.record(requirement, met=False)

    answer = ready.sign("minister_fund")

    assert (409, [requirement]) == (answer.status_code, answer.json()["missing"])


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_a_requirement_not_recorded_is_named(prepared: Prepared, requirement: str) -> None:
    """BR-03"""
    for other in set(REQUIREMENTS) - {requirement}:
        prepared.record(other)
    prepared.consent()

    answer = prepared.sign("minister_fund")

    assert (409, [requirement]) == (answer.status_code, answer.json()["missing"])


def test_without_consent_of_the_representative_nothing_is_signed(prepared: Prepared) -> None:
    """BR-04"""
    for requirement in REQUIREMENTS:
        prepared.record(requirement)

    answer = prepared.sign("minister_fund")

    assert (answer.status_code, answer.json()["missing"]) == (409, ["consent_of_representative"])
    assert answer.json()["code"] == "establishment_not_ready"


def test_a_representative_who_declines_takes_the_consent_back(ready: Prepared) -> None:
    """BR-04"""
    admission = ready.admission("program_director")["id"]
    assert ready.who["pd"].post(f"/admissions/{admission}/decline").json()["state"] == "declined"

    assert ready.read()["state"] == "preparing"
    assert "consent_of_representative" in ready.read()["establishment"]["missing"]


def test_another_representative_can_found_the_council(ready: Prepared, world: World) -> None:
    admission = ready.admission("program_director")["id"]
    ready.who["pd"].post(f"/admissions/{admission}/decline")
    other = world.person("新任 次郎", "a-university")

    asked = {"category": "program_director", "person": other.person_id}
    answer = ready.who["secretariat"].post(f"/councils/{ready.id}/admissions", asked)

    assert (answer.status_code, answer.json()["source"]) == (201, "founding")


def test_findings_are_kept_and_the_newest_is_in_force(prepared: Prepared) -> None:
    """BR-03: who, when, on what basis."""
    prepared.record("designated_fund", met=False)
    prepared.record("designated_fund")

    found = prepared.read()["requirements"]

    assert [(f["met"], f["in_force"]) for f in found] == [(True, True), (False, False)]
    assert found[0]["basis"] == "根拠（架空）"
    assert found[0]["recorded_by"] == prepared.who["secretariat"].person_id


def test_a_change_voids_what_was_signed_before(ready: Prepared) -> None:
    """Both ministers sign the same statement, or it establishes nothing."""
    before = ready.read()["establishment"]["digest"]
    ready.sign("minister_fund")
    ready.record("support_appropriate")

    stale = ready.sign("minister_pm", before)
    fresh = ready.sign("minister_pm")

    assert (stale.status_code, stale.json()["code"]) == (409, "statement_changed")
    assert (fresh.status_code, fresh.json()["state"]) == (201, "consented")
    assert ready.sign("minister_fund").json()["state"] == "established"


def test_signing_asks_for_a_fresh_proof_of_identity(ready: Prepared) -> None:
    digest = ready.read()["establishment"]["digest"]
    unproved = ready.who["minister_fund"].unproved()

    answer = unproved.post(f"/councils/{ready.id}/signatures", {"digest": digest})

    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_needed")


def test_nobody_but_an_official_signs(ready: Prepared) -> None:
    assert ready.sign("secretariat").status_code == 403
    assert ready.sign("pd").status_code == 403
    assert ready.sign("stranger").status_code == 404


def test_an_official_is_named_by_two_persons(prepared: Prepared, world: World) -> None:
    person = world.person("後任 三郎", "min-meti").person_id
    asked = {"minister": "min-meti", "person": person}
    path = f"/councils/{prepared.id}/officials"

    first = prepared.who["secretariat"].post(path, asked)
    again = prepared.who["secretariat"].post(path, asked)
    second = prepared.who["compliance"].post(path, asked)

    assert (first.status_code, again.status_code, second.status_code) == (202, 202, 201)
    assert prepared.read()["ministers"][0]["official"] == person
    before = world.session(prepared.who["minister_fund"].person_id)
    assert before.get(f"/councils/{prepared.id}").status_code == 404


def test_two_of_one_office_name_no_official(prepared: Prepared, world: World) -> None:
    """Secretariat and compliance officer together; the system administrator has no part in it."""
    person = world.person("後任 三郎", "min-meti").person_id
    asked = {"minister": "min-meti", "person": person}
    path = f"/councils/{prepared.id}/officials"
    colleague = world.officer("secretariat", prepared.id)

    assert prepared.who["secretariat"].post(path, asked).status_code == 202
    answer = colleague.post(path, asked)

    assert (answer.status_code, answer.json()["code"]) == (409, "other_part_needed")
    assert answer.json()["parts"] == ["compliance_officer", "secretariat"]
    assert prepared.who["admin"].post(path, asked).status_code == 403


def name_official(prepared: Prepared, minister: str, person: str) -> str:
    asked = {"minister": minister, "person": person}
    for name in ("secretariat", "compliance"):
        answer = prepared.who[name].post(f"/councils/{prepared.id}/officials", asked)
    code: str = answer.json()["code"]
    return code


def test_an_official_belongs_to_the_minister(prepared: Prepared, world: World) -> None:
    person = world.person(organisation="meti").person_id

    assert name_official(prepared, "min-meti", person) == "not_affiliated"


def test_nobody_signs_for_a_minister_of_another_council(prepared: Prepared, world: World) -> None:
    person = world.person(organisation="min-mext").person_id

    assert name_official(prepared, "min-mext", person) == "not_establishing_minister"


def test_nobody_signs_for_both_ministers(prepared: Prepared, world: World) -> None:
    """BR-05: both signatures are two persons'."""
    both = prepared.who["minister_fund"].person_id
    with world.changing() as tx:
        identity.affiliate(tx, both, "pm", title="併任")

    assert name_official(prepared, "pm", both) == "signs_for_other_minister"


def test_an_officer_does_not_sign_for_a_minister(prepared: Prepared, world: World) -> None:
    auditor = prepared.who["auditor"].person_id
    with world.changing() as tx:
        identity.affiliate(tx, auditor, "pm", title="併任")

    assert name_official(prepared, "pm", auditor) == "holds_office"


def test_the_invited_representative_is_not_told_the_findings(ready: Prepared) -> None:
    """BR-36: before acknowledging, only what the council is."""
    shown = ready.read("pd")

    assert (shown["requirements"], shown["establishment"]) == ([], None)


def test_an_established_council_is_not_signed_again(ready: Prepared) -> None:
    ready.sign("minister_fund")
    digest = ready.read()["establishment"]["digest"]
    ready.sign("minister_pm")

    assert ready.sign("minister_pm", digest).status_code == 403
    assert ready.record("designated_fund").status_code == 403


def test_the_tag_of_a_council_moves_with_every_finding(prepared: Prepared) -> None:
    path, keeper = f"/councils/{prepared.id}", prepared.who["secretariat"]
    before = keeper.get(path).headers["etag"]
    assert keeper.get(path, headers={"If-None-Match": before}).status_code == 304
    prepared.record("designated_fund")

    assert keeper.get(path).headers["etag"] != before


@pytest.mark.parametrize(
    "asked", [{}, {"digest": "00"}, {"digest": "0" * 64, "more": 1}, {"digest": 7}]
)
def test_bad_input_is_refused(ready: Prepared, asked: dict[str, object]) -> None:
    answer = ready.who["minister_fund"].post(f"/councils/{ready.id}/signatures", asked)

    assert answer.status_code == 422
