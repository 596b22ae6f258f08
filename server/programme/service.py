"""What happens to the programme after loading.

Owns the verbs of the registry. A verb enters facts in the system log; the caller's entry vouches
for them. Nothing here changes a stored row, and nothing here decides who may.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.audit.facts import end, enter
from server.audit.models import SYSTEM, Ending
from server.clock import Instant, in_japan
from server.database import Tx
from server.identity.models import Organisation, Person
from server.problems import Conflict, Malformed
from server.programme import queries
from server.programme.models import (
    AdoptedProject,
    Adoption,
    AdoptionBasis,
    ConceptRevision,
    ProjectPerson,
    ProjectRole,
    ResearchConcept,
    Technology,
    Vision,
    VisionAmendment,
)


class NoAdoption(Conflict):
    code = "no_adoption"
    ja = "この採択結果の公表は取り消されています。先に公表を記録してください（BR-02）。"
    en = "This adoption no longer stands. Record a published adoption first (BR-02)."


class TechnologyExists(Conflict):
    code = "technology_exists"
    ja = "同じidの技術があります。別のidにしてください。既存の技術は変わりません（BR-53）。"
    en = "A technology has this id. Give another; existing ones never change (BR-53)."


class AlreadyLed(Conflict):
    code = "already_led"
    ja = "研究代表者は既にいます。交代するときは、先に現在の研究代表者を終了してください。"
    en = "The project has a principal investigator. End that participation first."


class NotYet(Malformed):
    code = "date_in_future"
    ja = "日付が未来です。公表・決定された後に記録してください。"
    en = "The date lies in the future. Record it once it has been published or decided."


class NotOneLeader(Malformed):
    code = "not_one_principal_investigator"
    ja = "研究代表者をちょうど一人指定してください。"
    en = "Name exactly one principal investigator."


class NamedTwice(Malformed):
    code = "named_twice"
    ja = "同じものが二度指定されています。twice を確認してください。"
    en = "Something is named twice. See `twice`."


class UnknownReference(Malformed):
    code = "unknown_reference"
    ja = "存在しないidが指定されています。unknown を確認してください。"
    en = "An id that was named does not exist. See `unknown`."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTechnology:
    """A technology an amendment adds."""

    id: str
    domain: str
    name_ja: str
    heading: str | None
    notes: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Researcher:
    """A person of an adopted project; `valid_from` None means from now."""

    person_id: str
    organisation_id: str
    role: ProjectRole
    valid_from: Instant | None = None


def publish_adoption(
    tx: Tx,
    concept: ResearchConcept,
    *,
    published_on: str,
    project_title: str | None,
    source: str | None,
    by: str,
) -> Adoption:
    """Record that the funding agency has published an adoption (BR-02). Raises NotYet."""
    _has_come(tx, published_on)
    adoption = Adoption(
        concept_id=concept.id,
        published_on=published_on,
        basis=AdoptionBasis.PUBLISHED.value,
        project_title=project_title,
        source=source,
        recorded_by=by,
    )
    return enter(tx, SYSTEM, adoption)


def add_project(
    tx: Tx, adoption: Adoption, *, title: str, people: Sequence[Researcher], by: str
) -> AdoptedProject:
    """Record an adopted project and who its researchers are.

    Raises NoAdoption where the adoption was withdrawn, NotOneLeader, NamedTwice, UnknownReference.
    """
    if not queries.stands(tx, adoption):
        raise NoAdoption
    if sum(p.role is ProjectRole.PRINCIPAL_INVESTIGATOR for p in people) != 1:
        raise NotOneLeader
    _each_once(p.person_id for p in people)
    _all_known(tx, people)
    project = AdoptedProject(
        concept_id=adoption.concept_id, adoption_id=adoption.id, title=title, recorded_by=by
    )
    enter(tx, SYSTEM, project)
    for person in people:
        _enter_person(tx, project, person, by=by)
    return project


def add_person(tx: Tx, project: AdoptedProject, person: Researcher, *, by: str) -> ProjectPerson:
    """Let a person join a project. Raises AlreadyLed, NamedTwice, UnknownReference."""
    present = queries.people(tx, project)
    _each_once([person.person_id, *(p.person_id for p in present)])
    leads = ProjectRole.PRINCIPAL_INVESTIGATOR
    if person.role is leads and any(p.role == leads for p in present):
        raise AlreadyLed
    _all_known(tx, [person])
    return _enter_person(tx, project, person, by=by)


def leave_project(tx: Tx, person: ProjectPerson, *, by: str, at: Instant | None = None) -> Ending:
    """End a person's part in a project, now or later; its earlier rights stay on record."""
    return end(tx, person, by=by, reason="left", at=at)


def withdraw_adoption(tx: Tx, adoption: Adoption, *, by: str) -> Ending:
    """An adoption was recorded in error or withdrawn by the agency: it no longer stands."""
    return end(tx, adoption, by=by, reason="withdrawn")


def amend_vision(
    tx: Tx,
    vision: Vision,
    *,
    amended_on: str,
    reason: str,
    technologies: Sequence[NewTechnology],
    by: str,
) -> VisionAmendment:
    """Add technologies to a vision; no existing concept or technology changes (BR-53).

    Raises NotYet, NamedTwice, TechnologyExists.
    """
    _has_come(tx, amended_on)
    _each_once(t.id for t in technologies)
    if taken := [t.id for t in technologies if tx.session.get(Technology, t.id) is not None]:
        raise TechnologyExists(", ".join(taken))
    amendment = VisionAmendment(
        vision_id=vision.id, amended_on=amended_on, reason=reason, recorded_by=by
    )
    enter(tx, SYSTEM, amendment)
    for technology in technologies:
        _enter_technology(tx, amendment, technology)
    return amendment


def revise_concept(
    tx: Tx,
    concept: ResearchConcept,
    *,
    revised_on: str,
    title_ja: str | None,
    changes: str,
    reason: str,
    by: str,
) -> ConceptRevision:
    """Record that a concept was revised; what was published stays readable. Raises NotYet."""
    _has_come(tx, revised_on)
    revision = ConceptRevision(
        concept_id=concept.id,
        revised_on=revised_on,
        title_ja=title_ja,
        changes=changes,
        reason=reason,
        recorded_by=by,
    )
    return enter(tx, SYSTEM, revision)


def _enter_person(tx: Tx, project: AdoptedProject, person: Researcher, *, by: str) -> ProjectPerson:
    """A right never begins in the past: answers about past days have been given already."""
    row = ProjectPerson(
        project_id=project.id,
        person_id=person.person_id,
        organisation_id=person.organisation_id,
        role=person.role.value,
        valid_from=max(person.valid_from or tx.now, tx.now),
        recorded_by=by,
    )
    return enter(tx, SYSTEM, row)


def _enter_technology(tx: Tx, amendment: VisionAmendment, new: NewTechnology) -> Technology:
    row = Technology(
        id=new.id,
        vision_id=amendment.vision_id,
        domain=new.domain,
        name_ja=new.name_ja,
        heading=new.heading,
        notes=new.notes,
        source="{}",
        added_by=amendment.id,
    )
    return enter(tx, SYSTEM, row)


def _has_come(tx: Tx, day: str) -> None:
    """Refuse a day that has not begun in Japan."""
    if day > in_japan(tx.now).date().isoformat():
        raise NotYet(day)


def _each_once(names: Iterable[str]) -> None:
    listed = list(names)
    if twice := sorted({name for name in listed if listed.count(name) > 1}):
        raise NamedTwice(twice=twice)


def _all_known(tx: Tx, people: Iterable[Researcher]) -> None:
    unknown = [
        named
        for person in people
        for kind, named in ((Person, person.person_id), (Organisation, person.organisation_id))
        if tx.session.get(kind, named) is None
    ]
    if unknown:
        raise UnknownReference(unknown=sorted(set(unknown)))
