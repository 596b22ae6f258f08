"""The K Program's registry: read by anyone, kept by the secretariat."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from clients.sdk.answers.programme import Concept, Project, Technology, Vision
from clients.sdk.call import Call, get, listing, post
from clients.sdk.reading import Page


def list_visions() -> Call[Page[Vision]]:
    """The visions."""
    return replace(listing(Vision, "/visions"), signed_in=False)


def list_technologies(
    domain: str | None = None, vision: str | None = None, limit: int | None = None
) -> Call[Page[Technology]]:
    """The technologies to be supported, by domain and vision."""
    call = listing(Technology, "/technologies").asking(domain=domain, vision=vision, limit=limit)
    return replace(call, signed_in=False)


def list_concepts(
    domain: str | None = None,
    vision: str | None = None,
    funding_agency: str | None = None,
    state: str | None = None,
    limit: int | None = None,
) -> Call[Page[Concept]]:
    """The research and development concepts, by domain, vision, funding agency and state."""
    call = listing(Concept, "/concepts").asking(
        domain=domain, vision=vision, funding_agency=funding_agency, state=state, limit=limit
    )
    return replace(call, signed_in=False)


def read_concept(concept_id: str) -> Call[Concept]:
    """One concept."""
    return replace(get(Concept, "/concepts/{concept_id}", concept_id=concept_id), signed_in=False)


def publish_adoption(
    concept_id: str, published_on: str, project_title: str | None = None, source: str | None = None
) -> Call[Concept]:
    """Record an adoption that the funding agency has published."""
    body = {"published_on": published_on, "project_title": project_title, "source": source}
    return post(Concept, "/concepts/{concept_id}/adoption", body, concept_id=concept_id)


def withdraw_adoption(concept_id: str, adoption: str, ground: str) -> Call[Concept]:
    """Record that an adoption no longer stands.

    `ground` is `withdrawn_by_agency` or `recorded_in_error`.
    """
    path = "/concepts/{concept_id}/adoptions/{adoption}/withdrawal"
    return post(Concept, path, {"ground": ground}, concept_id=concept_id, adoption=adoption)


def revise_concept(
    concept_id: str, revised_on: str, changes: str, reason: str, title_ja: str | None = None
) -> Call[Concept]:
    """Record a decided revision of a concept."""
    body = {"revised_on": revised_on, "changes": changes, "reason": reason, "title_ja": title_ja}
    return post(Concept, "/concepts/{concept_id}/revisions", body, concept_id=concept_id)


def list_projects(concept_id: str) -> Call[Page[Project]]:
    """The adopted projects of a concept: who their researchers are, will be and were, by id."""
    return listing(Project, "/concepts/{concept_id}/projects", concept_id=concept_id)


def add_project(
    concept_id: str,
    adoption_id: str,
    title: str,
    people: Sequence[Mapping[str, str | datetime]],
) -> Call[Project]:
    """Record an adopted project with its people.

    Each of `people` has `person_id`, `organisation_id`, `role` and perhaps `valid_from`.
    """
    body = {"adoption_id": adoption_id, "title": title, "people": list(people)}
    return post(Project, "/concepts/{concept_id}/projects", body, concept_id=concept_id)


def add_project_person(
    concept_id: str,
    project: str,
    person_id: str,
    organisation_id: str,
    role: str,
    valid_from: datetime | None = None,
) -> Call[Project]:
    """Let a registered person join a project, now or from a later moment on."""
    body = {
        "person_id": person_id,
        "organisation_id": organisation_id,
        "role": role,
        "valid_from": valid_from,
    }
    path = "/concepts/{concept_id}/projects/{project}/people"
    return post(Project, path, body, concept_id=concept_id, project=project)


def end_project_person(
    concept_id: str, project: str, person: str, at: datetime | None = None
) -> Call[Project]:
    """End a person's part in a project, now or later; that it was stays on record."""
    path = "/concepts/{concept_id}/projects/{project}/people/{person}/ending"
    return post(Project, path, {"at": at}, concept_id=concept_id, project=project, person=person)


def amend_vision(
    vision_id: str, amended_on: str, reason: str, technologies: Sequence[Mapping[str, str]]
) -> Call[Vision]:
    """Record a decided amendment of a vision with the technologies it adds.

    Each of `technologies` has `id`, `domain`, `name_ja` and perhaps `heading`, `notes`.
    """
    body = {"amended_on": amended_on, "reason": reason, "technologies": list(technologies)}
    return post(Vision, "/visions/{vision_id}/amendments", body, vision_id=vision_id)
