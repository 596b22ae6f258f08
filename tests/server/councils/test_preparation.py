"""A council is prepared from a concept: BR-01, BR-02, BR-05, BR-06, BR-08, BR-12."""

from typing import Any

import pytest

from server.audit import facts
from server.audit.models import SYSTEM
from server.councils import service
from server.councils.models import RepresentativeMode
from server.programme import service as programme
from server.programme.models import ResearchConcept
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import load_registry, organisation

NEDO_PD, JST_PO, IN_CALL = "C-2212A-02", "C-2212A-01", "C-2309B-01"


@pytest.fixture
def secretariat(world: World) -> Caller:
    load_registry(world)
    return world.officer("secretariat")


def concepts(world: World, **wanted: Any) -> list[dict[str, Any]]:
    query = "&".join(f"{k}={v}" for k, v in wanted.items())
    found: list[dict[str, Any]] = world.client.get(f"/api/v1/concepts?limit=200&{query}").json()[
        "items"
    ]
    return found


def prepare(world: World, secretariat: Caller, concept: str, mode: str = "pd") -> Any:
    director = world.person("代表 一郎", "a-university")
    asked = {"representative_mode": mode, "representative": director.person_id}
    return secretariat.post(f"/concepts/{concept}/council", asked)


def test_a_council_is_prepared_from_an_adopted_concept(world: World, secretariat: Caller) -> None:
    answer = prepare(world, secretariat, NEDO_PD)

    council = answer.json()
    assert (
        answer.status_code,
        council["state"],
        council["concept_id"],
    ) == (201, "preparing", NEDO_PD)
    assert set(council["establishment"]["missing"]) == {
        "designated_fund",
        "representative_consent",
        "support_appropriate",
        "safe_management",
        "consent_of_representative",
    }


def test_expected_organs_are_invited_and_no_member(world: World, secretariat: Caller) -> None:
    """BR-08. C-2212A-02: two ministers, the PD, NEDO and eight organs are invited."""
    council = prepare(world, secretariat, NEDO_PD).json()["id"]

    invited = secretariat.get(f"/councils/{council}/admissions?limit=200").json()["items"]
    members = secretariat.get(f"/councils/{council}/memberships").json()["items"]
    sources = [a["source"] for a in invited]
    assert (
        len(invited),
        sources.count("founding"),
        sources.count("expected"),
        members,
    ) == (12, 3, 9, [])
    assert {a["state"] for a in invited} == {"open"}


def test_a_person_of_an_expected_organ_is_told_nothing(world: World, secretariat: Caller) -> None:
    """BR-08: on the list is not in the council."""
    council = prepare(world, secretariat, NEDO_PD).json()["id"]

    assert world.person(organisation="atla").get(f"/councils/{council}").status_code == 404


def test_a_second_council_for_a_concept_is_refused(world: World, secretariat: Caller) -> None:
    """BR-01"""
    prepare(world, secretariat, NEDO_PD)

    answer = prepare(world, secretariat, NEDO_PD)

    assert (answer.status_code, answer.json()["code"]) == (409, "council_exists")


def test_without_a_published_adoption_there_is_no_council(
    world: World, secretariat: Caller
) -> None:
    """BR-02"""
    waiting = concepts(world, state="in_call")[0]

    answer = prepare(world, secretariat, waiting["id"], waiting["representative"] or "pd")

    assert (answer.status_code, answer.json()["possible_in_states"]) == (403, ["adopted"])


def test_the_service_too_refuses_without_adoption(world: World, secretariat: Caller) -> None:
    """BR-02"""
    waiting = concepts(world, state="in_call")[0]["id"]
    with world.changing() as tx:
        concept = tx.session.get(ResearchConcept, waiting)
        assert concept is not None
        with pytest.raises(service.NotAdopted):
            service.prepare(
                tx,
                concept,
                mode=RepresentativeMode.PO,
                representative=secretariat.person_id,
                origin_host="localhost",
                by=secretariat.person_id,
            )


@pytest.mark.parametrize(("agency", "minister"), [("jst", "min-mext"), ("nedo", "min-meti")])
def test_the_ministers_follow_from_the_agency(
    world: World, secretariat: Caller, agency: str, minister: str
) -> None:
    """BR-05"""
    concept = concepts(world, funding_agency=agency, state="adopted")[0]

    council = prepare(world, secretariat, concept["id"], concept["representative"]).json()

    assert [m["organisation"]["id"] for m in council["ministers"]] == [minister, "pm"]


def test_only_a_designated_fund_has_such_councils(
    world: World, secretariat: Caller, clock: TestClock
) -> None:
    """BR-06"""
    with world.changing() as tx:
        concept = ResearchConcept(
            id="C-OTHER-01",
            title_ja="別の基金による研究",
            vision_id="V1",
            funding_agency_id=organisation(tx, "other-agency"),
            representative="pd",
            council_list=None,
            decided_month=None,
            call_started_month=None,
            source='{"source":{"seed":"x"},"status":{"as_of":"2026-01-01"}}',
        )
        facts.enter(tx, SYSTEM, concept)
        programme.publish_adoption(
            tx,
            concept,
            published_on="2026-01-01",
            project_title=None,
            source=None,
            by=secretariat.person_id,
        )

    answer = prepare(world, secretariat, "C-OTHER-01")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_designated_fund")


@pytest.mark.parametrize("mode", ["po", "po_deemed_sole"])
def test_a_po_is_never_deemed_in_a_pd_concept(world: World, secretariat: Caller, mode: str) -> None:
    """BR-12"""
    answer = prepare(world, secretariat, NEDO_PD, mode)

    assert (answer.status_code, answer.json()["code"]) == (409, "representative_mode")


def test_a_po_can_be_deemed_sole_in_a_po_concept(world: World, secretariat: Caller) -> None:
    concept = next(c for c in concepts(world, state="adopted") if c["representative"] == "po")

    answer = prepare(world, secretariat, concept["id"], "po_deemed_sole")

    assert (answer.status_code, answer.json()["representative_mode"]) == (201, "po_deemed_sole")


def test_only_the_secretariat_prepares(world: World, secretariat: Caller) -> None:
    answer = prepare(world, world.officer("auditor"), NEDO_PD)

    assert answer.status_code in (403, 404)


def test_an_unknown_representative_is_refused(world: World, secretariat: Caller) -> None:
    nobody = "019a0000-0000-7000-8000-000000000000"
    asked = {"representative_mode": "pd", "representative": nobody}

    assert secretariat.post(f"/concepts/{NEDO_PD}/council", asked).status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"representative_mode": "pd"},
        {"representative_mode": "chair", "representative": "x"},
        {"representative_mode": "pd", "representative": "not-an-id"},
    ],
)
def test_bad_input_is_named(secretariat: Caller, asked: dict[str, str]) -> None:
    answer = secretariat.post(f"/concepts/{NEDO_PD}/council", asked)

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert answer.json()["errors"]
