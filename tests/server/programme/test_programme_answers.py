"""What the programme answers and what it accepts."""

from typing import Any

import pytest
from pydantic import ValidationError

from server.programme import projects, queries, service, views
from server.programme.models import AdoptedProject, ProjectRole, ResearchConcept, Technology, Vision
from server.programme.projects import Researcher
from server.programme.schemas import (
    AdoptionAsked,
    AmendmentAsked,
    ConceptOut,
    ConceptQuery,
    ProjectAsked,
    RevisionAsked,
)
from server.programme.service import NewTechnology
from server.schemas import Asked
from tests.factories import World

COUNCIL = "C-2212A-02"
SOMEBODY = "019a0000-0000-7000-8000-000000000000"


def nothing(_thing: object) -> list[str]:
    return []


def shown(world: World, concept_id: str) -> ConceptOut:
    with world.parts.database.reading() as tx:
        concept = queries.find(tx, ResearchConcept, concept_id)
        return views.concepts_out(tx, [concept], lambda _concept: ["read"])[0]


def test_a_concept_shows_who_is_expected_in_its_council(loaded: World) -> None:
    concept = shown(loaded, COUNCIL)
    assert [m.as_written for m in concept.establishing_ministers] == [
        "経済産業大臣",
        "内閣総理大臣",
    ]
    assert [o.organisation.id for o in concept.expected_organs] == [
        "cao-space",
        "cao-oceanpolicy",
        "mic",
        "mext",
        "mlit",
        "jcg",
        "mod",
        "atla",
    ]
    assert concept.funding_agency.abbr == "NEDO"
    assert (concept.representative, concept.inferred_type) == ("pd", "project_type")
    assert [t.id for t in concept.technologies] == ["T-OCN-08"]
    assert (concept.state, concept.published_status.council_held) == ("adopted", True)
    assert concept.source.document == "003_bea4fcb9d438e39a.txt"
    assert concept.may == ["read"]


def test_a_concept_without_a_list_shows_nobody(loaded: World) -> None:
    concept = shown(loaded, "C-AI-01")
    assert (concept.expected_organs, concept.establishing_ministers) == ([], [])
    assert (concept.representative, concept.inferred_type, concept.council_list) == (None,) * 3
    assert (concept.state, concept.published_status.call_or_review) == ("in_call", False)
    assert concept.readings == ["A15"]


def test_all_concepts_are_shown_at_once_as_one_by_one(loaded: World) -> None:
    with loaded.parts.database.reading() as tx:
        concepts = queries.list_concepts(tx, queries.ConceptFilter())
        together = views.concepts_out(tx, concepts, nothing)
        alone = [views.concepts_out(tx, [c], nothing)[0] for c in concepts]
    assert together == alone
    assert sum(len(c.expected_organs) for c in together) == 157


def test_a_revised_title_is_shown_beside_the_published_one(loaded: World, keeper: str) -> None:
    with loaded.changing() as tx:
        service.revise_concept(
            tx,
            queries.find(tx, ResearchConcept, COUNCIL),
            revised_on="2024-05-01",
            title_ja="新しい題名",
            changes="範囲",
            reason="検証",
            by=keeper,
        )
    concept = shown(loaded, COUNCIL)
    assert concept.title_ja == "新しい題名"
    assert concept.title_as_published.startswith("船舶向け通信衛星")
    assert [r.changes for r in concept.revisions] == ["範囲"]


def test_visions_and_technologies_show_amendments(loaded: World, keeper: str) -> None:
    with loaded.changing() as tx:
        new = NewTechnology(id="T-BIO-05", domain="バイオ", name_ja="技", heading=None, notes=None)
        amendment = service.amend_vision(
            tx,
            queries.find(tx, Vision, "V2"),
            amended_on="2025-03-17",
            reason="食料",
            technologies=[new],
            by=keeper,
        )
    with loaded.parts.database.reading() as tx:
        visions = views.visions_out(tx, queries.list_visions(tx), nothing)
        technologies = [queries.find(tx, Technology, t) for t in ("T-AIR-11", "T-BIO-05")]
        shared, added = views.technologies_out(tx, technologies, nothing)
    assert [(v.id, v.technologies, len(v.amendments)) for v in visions] == [
        ("V1", 27, 0),
        ("V2", 24, 1),
    ]
    assert visions[1].amendments[0].technology_ids == ["T-BIO-05"]
    assert shared.concept_ids == ["C-2212B-03", "C-2310-14"]
    assert (added.added_by, added.concept_ids) == (amendment.id, [])


def test_a_project_shows_its_people_by_id(loaded: World, keeper: str) -> None:
    lead = loaded.person("研究 太郎", "a-university").person_id
    with loaded.changing() as tx:
        person = Researcher(
            person_id=lead,
            organisation_id="a-university",
            role=ProjectRole.PRINCIPAL_INVESTIGATOR,
        )
        adoption = queries.adoptions(tx, [COUNCIL])[0]
        project_id = projects.add_project(
            tx, adoption, title="架空の課題", people=[person], by=keeper
        ).id
    with loaded.parts.database.reading() as tx:
        project = queries.find(tx, AdoptedProject, project_id)
        answer = views.projects_out(tx, [project], nothing)[0].model_dump(mode="json")
    assert answer["people"][0]["person_id"] == lead
    assert answer["people"][0]["role"] == "principal_investigator"
    assert answer["people"][0]["valid_from"] == "2026-09-21T14:13:20.000Z"
    assert "研究" not in str(answer)


TECHNOLOGY = {"id": "T-BIO-05", "domain": "バイオ", "name_ja": "技術"}
PERSON = {"person_id": SOMEBODY, "organisation_id": "jst", "role": "principal_investigator"}
ACCEPTED: list[tuple[type[Asked], dict[str, Any]]] = [
    (AdoptionAsked, {"published_on": "2026-09-01"}),
    (ProjectAsked, {"adoption_id": SOMEBODY, "title": "課題", "people": [PERSON]}),
    (
        AmendmentAsked,
        {"amended_on": "2025-03-17", "reason": "理由", "technologies": [TECHNOLOGY]},
    ),
    (RevisionAsked, {"revised_on": "2025-03-17", "changes": "変更", "reason": "理由"}),
    (ConceptQuery, {"domain": "海洋", "state": "adopted", "limit": 200}),
]
REFUSED: list[tuple[type[Asked], dict[str, Any]]] = [
    (AdoptionAsked, {"published_on": "2026-02-31"}),
    (AdoptionAsked, {"published_on": "今日"}),
    (AdoptionAsked, {"project_title": "\u0000"}),
    (ProjectAsked, {"people": []}),
    (ProjectAsked, {"adoption_id": "1"}),
    (ProjectAsked, {"people": [PERSON | {"role": "lead"}]}),
    (ProjectAsked, {"people": [PERSON | {"note": "x"}]}),
    (AmendmentAsked, {"technologies": []}),
    (AmendmentAsked, {"technologies": [TECHNOLOGY | {"domain": "食料"}]}),
    (AmendmentAsked, {"technologies": [TECHNOLOGY | {"id": "BIO"}]}),
    (AmendmentAsked, {"reason": " "}),
    (RevisionAsked, {"changes": None}),
    (ConceptQuery, {"limit": 0}),
    (ConceptQuery, {"limit": 201}),
    (ConceptQuery, {"state": "council_held"}),
]


@pytest.mark.parametrize(("schema", "body"), ACCEPTED)
def test_a_request_is_understood_and_unknown_fields_are_refused(
    schema: type[Asked], body: dict[str, Any]
) -> None:
    schema.model_validate(body)
    with pytest.raises(ValidationError, match="unheard_of"):
        schema.model_validate(body | {"unheard_of": 1})


@pytest.mark.parametrize(("schema", "wrong"), REFUSED)
def test_a_malformed_request_is_refused(schema: type[Asked], wrong: dict[str, Any]) -> None:
    good = next(body for accepted, body in ACCEPTED if accepted is schema)
    with pytest.raises(ValidationError):
        schema.model_validate(good | wrong)


def test_text_of_people_is_normalised() -> None:
    asked = AdoptionAsked(published_on="2026-09-01", project_title="\u30c6\u3099ータ")
    assert asked.project_title == "データ"
