"""What happens to the programme after loading, and how it is asked for."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from server.audit.models import SYSTEM, Evidence
from server.clock import DAY, from_text
from server.database import Tx
from server.problems import NotFound, Problem
from server.programme import projects, queries, service
from server.programme.models import (
    AdoptedProject,
    Adoption,
    AdoptionEnd,
    ConceptState,
    ProjectPerson,
    ProjectRole,
    ResearchConcept,
    Technology,
    Vision,
    VisionAmendment,
)
from server.programme.projects import Researcher
from server.programme.queries import ConceptFilter
from server.programme.registry import read
from server.programme.service import NewTechnology
from tests.factories import World

REGISTRY = read()
IN_CALL, ADOPTED = "C-2310-01", "C-2212A-02"
IN_ERROR = AdoptionEnd.RECORDED_IN_ERROR
LEADS, IMPLEMENTS = ProjectRole.PRINCIPAL_INVESTIGATOR, ProjectRole.RD_IMPLEMENTER


def concept(tx: Tx, concept_id: str) -> ResearchConcept:
    return queries.find(tx, ResearchConcept, concept_id)


def adoption_of(tx: Tx, concept_id: str) -> Adoption:
    return queries.adoptions(tx, [concept_id])[0]


def researcher(world: World, role: ProjectRole = LEADS, **given: object) -> Researcher:
    person = world.person("研究 太郎", "a-university")
    named = {"person_id": person.person_id, "organisation_id": "a-university", "role": role}
    return Researcher(**named | given)  # type: ignore[arg-type]


def a_technology(technology_id: str = "T-BIO-05", domain: str = "バイオ") -> NewTechnology:
    return NewTechnology(
        id=technology_id,
        domain=domain,
        name_ja="食料安全保障に関する技術",
        heading=None,
        notes="架空の例",
    )


def a_project(world: World, keeper: str, *people: Researcher) -> str:
    """An adopted project of the concept adopted by the status table; its id."""
    team = people or (researcher(world),)
    with world.changing() as tx:
        return projects.add_project(
            tx, adoption_of(tx, ADOPTED), title="架空の課題", people=team, by=keeper
        ).id


def people_of(tx: Tx, project: AdoptedProject) -> list[ProjectPerson]:
    """Who works in a project at the transaction's moment."""
    parts = queries.parts(tx, [project.id])
    return [p.row for p in parts if p.row.valid_from <= tx.now and not p.is_over(tx.now)]


def refused(world: World, act: Callable[[Tx], object]) -> Problem:
    """The problem an act ends in."""
    with pytest.raises(Problem) as problem, world.changing() as tx:
        act(tx)
    return problem.value


# ---- adoption (BR-02) ----


def test_a_concept_is_in_call_until_an_adoption_is_published(loaded: World, keeper: str) -> None:
    with loaded.changing() as tx:
        assert queries.state_of(tx, concept(tx, IN_CALL)) is ConceptState.IN_CALL
        adoption = service.publish_adoption(
            tx,
            concept(tx, IN_CALL),
            published_on="2026-09-01",
            project_title="架空の課題",
            source=None,
            by=keeper,
        )
        assert (adoption.basis, adoption.log_id) == ("published", SYSTEM)
    with loaded.parts.database.reading() as tx:
        assert queries.state_of(tx, concept(tx, IN_CALL)) is ConceptState.ADOPTED


def test_a_concept_can_have_several_adoptions(loaded: World, keeper: str) -> None:
    with loaded.changing() as tx:
        service.publish_adoption(
            tx,
            concept(tx, ADOPTED),
            published_on="2023-03-27",
            project_title=None,
            source=None,
            by=keeper,
        )
    with loaded.parts.database.reading() as tx:
        found = [(a.published_on, a.basis) for a in queries.adoptions(tx, [ADOPTED])]
    assert found == [("2023-03-27", "published"), ("2023-11-08", "status_table")]


def test_a_withdrawn_adoption_no_longer_counts(loaded: World, keeper: str) -> None:
    with loaded.changing() as tx:
        projects.withdraw_adoption(tx, adoption_of(tx, ADOPTED), ground=IN_ERROR, by=keeper)
    with loaded.parts.database.reading() as tx:
        assert queries.state_of(tx, concept(tx, ADOPTED)) is ConceptState.IN_CALL
        wanted = ConceptFilter(state=ConceptState.ADOPTED)
        assert ADOPTED not in {c.id for c in queries.list_concepts(tx, wanted)}


def test_days_to_come_are_refused_by_the_calendar_of_japan(loaded: World, keeper: str) -> None:
    loaded.clock.now = from_text("2026-09-21T15:30:00Z")  # the 22nd in Japan

    def publish(day: str) -> Callable[[Tx], object]:
        return lambda tx: service.publish_adoption(
            tx,
            concept(tx, IN_CALL),
            published_on=day,
            project_title=None,
            source=None,
            by=keeper,
        )

    assert refused(loaded, publish("2026-09-23")).code == "date_in_future"
    with loaded.changing() as tx:
        publish("2026-09-22")(tx)


# ---- projects and their people ----


def test_a_project_names_its_researchers(loaded: World, keeper: str) -> None:
    lead, other = researcher(loaded), researcher(loaded, IMPLEMENTS)
    project_id = a_project(loaded, keeper, other, lead)
    with loaded.parts.database.reading() as tx:
        project = queries.find(tx, AdoptedProject, project_id)
        people = people_of(tx, project)
        assert [p.person_id for p in people] == [lead.person_id, other.person_id]
        assert [p.id for p in queries.projects(tx, concept(tx, ADOPTED))] == [project_id]


def test_a_project_has_exactly_one_principal_investigator(loaded: World, keeper: str) -> None:
    for team in ([researcher(loaded, IMPLEMENTS)], [researcher(loaded), researcher(loaded)]):
        problem = refused(
            loaded,
            lambda tx, team=team: projects.add_project(  # type: ignore[misc]
                tx, adoption_of(tx, ADOPTED), title="課題", people=team, by=keeper
            ),
        )
        assert problem.code == "not_one_principal_investigator"


def test_nobody_is_named_twice_in_a_project(loaded: World, keeper: str) -> None:
    lead = researcher(loaded)
    again = Researcher(
        person_id=lead.person_id, organisation_id=lead.organisation_id, role=IMPLEMENTS
    )
    problem = refused(
        loaded,
        lambda tx: projects.add_project(
            tx, adoption_of(tx, ADOPTED), title="課題", people=[lead, again], by=keeper
        ),
    )
    assert (problem.code, problem.members) == ("named_twice", {"twice": [lead.person_id]})


def test_unknown_persons_and_organisations_are_named(loaded: World, keeper: str) -> None:
    stranger = Researcher(
        person_id="019a0000-0000-7000-8000-000000000000", organisation_id="nowhere", role=LEADS
    )
    problem = refused(
        loaded,
        lambda tx: projects.add_project(
            tx, adoption_of(tx, ADOPTED), title="課題", people=[stranger], by=keeper
        ),
    )
    assert problem.code == "unknown_reference"
    assert problem.members == {"unknown": [stranger.person_id, "nowhere"]}


def test_a_project_needs_an_adoption_that_stands(loaded: World, keeper: str) -> None:
    lead = researcher(loaded)

    def withdraw_then_add(tx: Tx) -> None:
        adoption = adoption_of(tx, ADOPTED)
        projects.withdraw_adoption(tx, adoption, ground=IN_ERROR, by=keeper)
        projects.add_project(tx, adoption, title="課題", people=[lead], by=keeper)

    assert refused(loaded, withdraw_then_add).code == "no_adoption"


def test_a_researcher_who_leaves_is_gone_at_once_and_stays_on_record(
    loaded: World, keeper: str
) -> None:
    project_id = a_project(loaded, keeper)
    loaded.clock.days(1)
    with loaded.changing() as tx:
        project = queries.find(tx, AdoptedProject, project_id)
        projects.leave_project(tx, project, people_of(tx, project)[0].person_id, by=keeper)
    with loaded.parts.database.reading() as tx:
        project = queries.find(tx, AdoptedProject, project_id)
        assert people_of(tx, project) == []
        assert len(tx.session.exec(select(ProjectPerson)).all()) == 1
        tx.now -= DAY // 2
        assert len(people_of(tx, project)) == 1


def test_a_new_principal_investigator_waits_for_the_old_one_to_leave(
    loaded: World, keeper: str
) -> None:
    project_id = a_project(loaded, keeper)
    successor = researcher(loaded)

    def succeed(tx: Tx) -> object:
        project = queries.find(tx, AdoptedProject, project_id)
        return projects.add_person(tx, project, successor, by=keeper)

    assert refused(loaded, succeed).code == "already_led"
    with loaded.changing() as tx:
        project = queries.find(tx, AdoptedProject, project_id)
        projects.leave_project(tx, project, people_of(tx, project)[0].person_id, by=keeper)
        succeed(tx)
    with loaded.parts.database.reading() as tx:
        project = queries.find(tx, AdoptedProject, project_id)
        assert [p.person_id for p in people_of(tx, project)] == [successor.person_id]


def test_a_part_in_a_project_never_begins_in_the_past(loaded: World, keeper: str) -> None:
    early = researcher(loaded, valid_from=loaded.clock.now - DAY)
    late = researcher(loaded, IMPLEMENTS, valid_from=loaded.clock.now + DAY)
    project_id = a_project(loaded, keeper, early, late)
    with loaded.parts.database.reading() as tx:
        project = queries.find(tx, AdoptedProject, project_id)
        assert [p.valid_from for p in people_of(tx, project)] == [loaded.clock.now]
    loaded.clock.days(1)
    with loaded.parts.database.reading() as tx:
        assert len(people_of(tx, project)) == 2


# ---- amendments and revisions ----


def test_amending_a_vision_adds_technologies_and_changes_no_concept(
    loaded: World, keeper: str
) -> None:
    with loaded.changing() as tx:
        before = [c.model_dump() for c in tx.session.exec(select(ResearchConcept))]
        amendment = service.amend_vision(
            tx,
            queries.find(tx, Vision, "V2"),
            amended_on="2025-03-17",
            reason="食料安全保障",
            technologies=[a_technology()],
            by=keeper,
        )
    with loaded.parts.database.reading() as tx:
        added = queries.find(tx, Technology, "T-BIO-05")
        assert (added.vision_id, added.added_by) == ("V2", amendment.id)
        assert len(queries.list_technologies(tx, vision_id="V2")) == 24
        assert [c.model_dump() for c in tx.session.exec(select(ResearchConcept))] == before


def test_an_amendment_cannot_take_the_id_of_a_technology(loaded: World, keeper: str) -> None:
    def amend(*technologies: NewTechnology) -> Callable[[Tx], object]:
        return lambda tx: service.amend_vision(
            tx,
            queries.find(tx, Vision, "V2"),
            amended_on="2025-03-17",
            reason="理由",
            technologies=technologies,
            by=keeper,
        )

    assert refused(loaded, amend(a_technology("T-BIO-04"))).code == "technology_exists"
    assert refused(loaded, amend(a_technology(), a_technology())).code == "named_twice"
    with loaded.parts.database.reading() as tx:
        assert tx.session.exec(select(VisionAmendment)).all() == []


def test_a_revision_gives_a_title_and_keeps_the_published_one(loaded: World, keeper: str) -> None:
    def revise(tx: Tx, day: str, title: str | None) -> None:
        service.revise_concept(
            tx,
            concept(tx, ADOPTED),
            revised_on=day,
            title_ja=title,
            changes="範囲を広げた",
            reason="検証の結果",
            by=keeper,
        )

    with loaded.changing() as tx:
        published = concept(tx, ADOPTED).title_ja
        revise(tx, "2024-05-01", "新しい題名")
        revise(tx, "2024-06-01", None)
        revise(tx, "2024-04-01", "その前の題名")
    with loaded.parts.database.reading() as tx:
        one = concept(tx, ADOPTED)
        assert one.title_ja == published
        assert queries.title_of(tx, one) == "新しい題名"
        assert [r.revised_on for r in queries.revisions(tx, [ADOPTED])] == [
            "2024-04-01",
            "2024-05-01",
            "2024-06-01",
        ]


# ---- asking ----


def test_what_does_not_exist_is_not_found(loaded: World) -> None:
    with loaded.parts.database.reading() as tx, pytest.raises(NotFound):
        queries.find(tx, ResearchConcept, "C-0000A-99")


def test_visions_are_listed_in_the_order_decided(loaded: World) -> None:
    with loaded.parts.database.reading() as tx:
        assert [v.id for v in queries.list_visions(tx)] == ["V1", "V2"]


DOMAINS = {t.id: t.domain for t in REGISTRY.technologies}
FILTERS = st.builds(
    ConceptFilter,
    domain=st.none() | st.sampled_from(sorted(set(DOMAINS.values()))),
    vision_id=st.none() | st.sampled_from(["V1", "V2"]),
    funding_agency_id=st.none() | st.sampled_from(["jst", "nedo", "mod"]),
    state=st.none() | st.sampled_from(ConceptState),
)


def expected(wanted: ConceptFilter) -> list[str]:
    """The concepts a filter means, by the registry alone."""
    return sorted(
        c.id
        for c in REGISTRY.concepts
        if wanted.domain in {None, *(DOMAINS[t] for t in c.technologies)}
        and wanted.vision_id in {None, c.vision}
        and wanted.funding_agency_id in {None, c.funding_agency}
        and wanted.state in {None, "adopted" if c.status.adopted else "in_call"}
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(wanted=FILTERS, limit=st.integers(1, 40))
def test_concepts_are_listed_by_every_filter_page_by_page(
    loaded: World, wanted: ConceptFilter, limit: int
) -> None:
    found: list[str] = []
    with loaded.parts.database.reading() as tx:
        while page := queries.list_concepts(
            tx, wanted, after=found[-1] if found else None, limit=limit
        ):
            assert len(page) <= limit
            found += [c.id for c in page]
    assert found == expected(wanted)


def test_technologies_are_listed_by_vision_and_domain(loaded: World) -> None:
    with loaded.parts.database.reading() as tx:
        sea = queries.list_technologies(tx, domain="海洋", vision_id="V2")
        rest = queries.list_technologies(tx, after="T-XDM-09", limit=5)
    assert [t.id for t in sea] == ["T-OCN-04", "T-OCN-09", "T-OCN-10"]
    assert [t.id for t in rest] == ["T-XDM-10", "T-XDM-11"]


def test_everything_recorded_here_is_evidence() -> None:
    for model in (Adoption, AdoptedProject, ProjectPerson, VisionAmendment, Technology, Vision):
        assert issubclass(model, Evidence)
