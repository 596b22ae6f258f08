"""Adopted projects and their people; the withdrawal of the adoption they rest on.

Owns who works in a project from when to when. A change is a new fact or an end, in the system log;
nothing here changes a stored row, and nothing here decides who may.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.audit.facts import end, enter
from server.audit.models import SYSTEM, Ending
from server.clock import DAY, Instant, to_text
from server.database import Tx
from server.identity.models import Organisation, Person
from server.problems import Conflict, Malformed, NotFound
from server.programme import queries
from server.programme.models import (
    AdoptedProject,
    Adoption,
    AdoptionEnd,
    ProjectPerson,
    ProjectRole,
    ResearchConcept,
)
from server.programme.service import UnknownReference, each_once

# A recorded end is never changed: a mistyped year must not keep a successor away for ever.
LONGEST_NOTICE_DAYS = 366


class NoAdoption(Conflict):
    code = "no_adoption"
    ja = "この採択結果の公表は取り消されています。先に公表を記録してください（BR-02）。"
    en = "This adoption no longer stands. Record a published adoption first (BR-02)."


class AlreadyWithdrawn(Conflict):
    code = "already_withdrawn"
    ja = "この採択は既に取り消されています。いつ、なぜかは構想の withdrawn_adoptions にあります。"
    en = "This adoption was withdrawn before; the concept's `withdrawn_adoptions` say when and why."


class AlreadyLed(Conflict):
    code = "already_led"
    ja = "研究代表者は既にいます。交代するときは、先に現在の研究代表者を終了してください。"
    en = "The project has a principal investigator. End that participation first."


class AlreadyInProject(Conflict):
    code = "already_in_project"
    ja = (
        "この人は既にこの課題の研究者です。"
        "役割や所属を変えるときは、先に現在の参加を終了してください。"
    )
    en = "This person is a researcher of the project. To change role or body, end that part first."


class AlreadyLeft(Conflict):
    code = "already_left"
    ja = "この参加の終了は既に記録されています（valid_to）。記録した終了は変えられません。"
    en = "An end of this part is recorded already (`valid_to`), and is not changed."


class TooFarAhead(Malformed):
    code = "end_too_far_ahead"
    ja = "終了は一年先（latest）までの日時で記録してください。記録した終了は後から変えられません。"
    en = "Record an end at most a year ahead (`latest`): once recorded it is not changed."


class ProjectHasPeople(Conflict):
    code = "project_has_people"
    ja = (
        "この採択に基づく課題に研究者がいます。"
        "先に projects の課題の参加を終了してください。記録は残ります。"
    )
    en = "Projects under this adoption have people. End their parts first; the record stays."


class NotOneLeader(Malformed):
    code = "not_one_principal_investigator"
    ja = "研究代表者をちょうど一人指定してください。"
    en = "Name exactly one principal investigator."


@dataclass(frozen=True, slots=True, kw_only=True)
class Researcher:
    """A person of an adopted project; `valid_from` None means from now."""

    person_id: str
    organisation_id: str
    role: ProjectRole
    valid_from: Instant | None = None


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
    each_once(p.person_id for p in people)
    _all_known(tx, people)
    project = AdoptedProject(
        concept_id=adoption.concept_id, adoption_id=adoption.id, title=title, recorded_by=by
    )
    enter(tx, SYSTEM, project)
    for person in people:
        _enter_person(tx, project, person, by=by)
    return project


def add_person(tx: Tx, project: AdoptedProject, person: Researcher, *, by: str) -> ProjectPerson:
    """Let a person join a project, now or later.

    Whoever is to leave before that moment is not in the way. Raises NoAdoption where the project
    ended with its adoption, AlreadyInProject, AlreadyLed, UnknownReference.
    """
    if not queries.stands(tx, project):
        raise NoAdoption
    begins = _begins(tx, person)
    there = [p.row for p in queries.parts(tx, [project.id]) if not p.is_over(begins)]
    if any(row.person_id == person.person_id for row in there):
        raise AlreadyInProject
    leads = ProjectRole.PRINCIPAL_INVESTIGATOR
    if person.role is leads and any(row.role == leads for row in there):
        raise AlreadyLed
    _all_known(tx, [person])
    return _enter_person(tx, project, person, by=by)


def leave_project(
    tx: Tx, project: AdoptedProject, person_id: str, *, by: str, at: Instant | None = None
) -> Ending:
    """End a person's part in a project, now or later; that it was stays on record.

    A part that would not have begun by then ends at once. Raises NotFound for who never had a part,
    AlreadyLeft, TooFarAhead.
    """
    latest = tx.now + LONGEST_NOTICE_DAYS * DAY
    if at is not None and at > latest:
        raise TooFarAhead(latest=to_text(latest))
    theirs = [p for p in queries.parts(tx, [project.id]) if p.row.person_id == person_id]
    if not theirs:
        raise NotFound
    ends = [p.ends_at for p in theirs if p.ends_at is not None]
    if len(ends) == len(theirs):
        raise AlreadyLeft(valid_to=to_text(max(ends)))
    (part,) = (p.row for p in theirs if p.ends_at is None)
    begun_by_then = at is not None and at > part.valid_from
    return end(tx, part, by=by, reason="left", at=at if begun_by_then else None)


def withdraw_adoption(tx: Tx, adoption: Adoption, *, ground: AdoptionEnd, by: str) -> None:
    """An adoption no longer stands, and with it end its projects, in which nobody works any more.

    Raises AlreadyWithdrawn, ProjectHasPeople.
    """
    if not queries.stands(tx, adoption):
        raise AlreadyWithdrawn
    resting = queries.projects_under(tx, adoption)
    parts = queries.parts(tx, [project.id for project in resting])
    if peopled := {p.row.project_id for p in parts if not p.is_over(tx.now)}:
        raise ProjectHasPeople(projects=sorted(peopled))
    for project in resting:
        end(tx, project, by=by, reason="adoption_withdrawn")
    end(tx, adoption, by=by, reason=ground.value)


def find_project(tx: Tx, concept: ResearchConcept, project_id: str) -> AdoptedProject:
    """The project of this concept, ended or not. Raises NotFound."""
    project = queries.find(tx, AdoptedProject, project_id)
    if project.concept_id != concept.id:
        raise NotFound
    return project


def _begins(tx: Tx, person: Researcher) -> Instant:
    """A right never begins in the past: answers about past days have been given already."""
    return max(person.valid_from or tx.now, tx.now)


def _enter_person(tx: Tx, project: AdoptedProject, person: Researcher, *, by: str) -> ProjectPerson:
    row = ProjectPerson(
        project_id=project.id,
        person_id=person.person_id,
        organisation_id=person.organisation_id,
        role=person.role.value,
        valid_from=_begins(tx, person),
        recorded_by=by,
    )
    return enter(tx, SYSTEM, row)


def _all_known(tx: Tx, people: Iterable[Researcher]) -> None:
    unknown = [
        named
        for person in people
        for kind, named in ((Person, person.person_id), (Organisation, person.organisation_id))
        if not queries.is_present(tx, kind, named)
    ]
    if unknown:
        raise UnknownReference(unknown=sorted(set(unknown)))
