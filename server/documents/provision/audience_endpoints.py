"""/api/v1: who reads a document, and who would read what is about to be shared or provided."""

from collections import Counter
from collections.abc import Iterable

from fastapi import APIRouter

from server.access.condition import Condition
from server.access.entitled import Entitled
from server.access.grant import Grant
from server.access.guard import guarded
from server.access.vocabulary import Action, Relation
from server.clock import Instant
from server.councils.kinds import COUNCIL
from server.councils.views import bodies_of, names_of
from server.documents import views
from server.documents.kinds import COUNCIL_INTERNAL, DOCUMENT, SECRET
from server.documents.provision import audience
from server.documents.provision.audience import Prospect, Sitting
from server.documents.provision.audience_schemas import (
    AudienceBodyOut,
    AudienceOfficeOut,
    AudienceOut,
    AudiencePersonOut,
    ProspectOut,
    ProvisionPlanIn,
    ProvisionPlanOut,
)
from server.documents.provision.scope import PeriodOver
from server.documents.provision.scope_schemas import MemberPersonOut, ProspectsOut
from server.ids import Id
from server.schemas import Page

# Who is told names: the provider, and those who watch.
TOLD_NAMES = {Relation.PROVIDER, Relation.COMPLIANCE_OFFICER, Relation.AUDITOR}

router = APIRouter(prefix="/api/v1", tags=["documents"])


@router.get("/documents/{document_id}/audience", name="readAudience")
@guarded(Action.READ, DOCUMENT)
def read_audience(grant: Grant) -> AudienceOut:
    """Who reads the document: members, offices, how many persons, until when."""
    state = grant.thing.state
    until = grant.thing.ends_at if state == SECRET else None
    named = bool(grant.held & TOLD_NAMES)
    return _audience(grant, audience.readers(grant), state, until, named=named)


@router.get("/councils/{council_id}/audience", name="readCouncilAudience")
@guarded(Action.READ_ROSTER, COUNCIL)
def read_council_audience(grant: Grant) -> AudienceOut:
    """Who would read a paper shared with the whole council: look before you share."""
    found = audience.readers_of_papers(grant)
    return _audience(grant, found, COUNCIL_INTERNAL, None, named=False)


@router.post("/councils/{council_id}/audience", name="previewProvision")
@guarded(Action.PROVIDE, COUNCIL)
def preview_provision(grant: Grant, asked: ProvisionPlanIn) -> ProvisionPlanOut:
    """What providing a secret to these persons would come to: what is missing for each. Stores
    nothing but the entry that it was asked.
    """
    if asked.until <= grant.now:
        raise PeriodOver
    found = audience.prospects(grant.tx, grant.id, asked.recipients)
    sits = audience.sitting(grant.tx, grant.council_id)
    names = names_of(grant.tx, [each.person for each in found if each.person in sits])
    labels = _labels(grant, [sits[each.person] for each in found if each.person in sits])
    return ProvisionPlanOut(
        until=asked.until,
        persons=len(found),
        reached=sum(not each.missing for each in found),
        recipients=[
            _prospect(each, sits, labels, {id: named.name for id, named in names.items()})
            for each in found
        ],
    )


@router.get("/councils/{council_id}/prospects", name="listProspects")
@guarded(Action.PROVIDE, COUNCIL)
def list_prospects(grant: Grant) -> Page[ProspectsOut]:
    """Who could be named for a secret, by the members they sit for, and what each would lack: look
    before a file is chosen.
    """
    sits = audience.sitting(grant.tx, grant.council_id)
    lacking = {each.person: each for each in audience.prospects(grant.tx, grant.id, sits)}
    labels, names = _labels(grant, sits.values()), names_of(grant.tx, sits)
    members: dict[Id, list[Id]] = {}
    for person, sitting in sits.items():
        members.setdefault(sitting.membership, []).append(person)
    shown = [
        ProspectsOut(
            membership=id,
            name=labels[id],
            category=sits[persons[0]].category,
            safe_management=Condition.SAFE_MANAGEMENT not in lacking[persons[0]].missing,
            persons=[_member_person(lacking[each], sits, names[each].name) for each in persons],
        )
        for id, persons in members.items()
    ]
    return Page(items=shown, next=None)


def _member_person(prospect: Prospect, sits: dict[Id, Sitting], name: str) -> MemberPersonOut:
    return MemberPersonOut(
        person=prospect.person,
        name=name,
        role=sits[prospect.person].role,
        missing=[views.lack(each) for each in prospect.missing],
    )


def _prospect(
    prospect: Prospect, sits: dict[Id, Sitting], labels: dict[Id, str], names: dict[Id, str]
) -> ProspectOut:
    membership = sits[prospect.person].membership if prospect.person in sits else None
    return ProspectOut(
        person=prospect.person,
        name=names.get(prospect.person),
        membership=membership,
        organisation=labels.get(membership or ""),
        missing=[views.lack(each) for each in prospect.missing],
    )


def _audience(
    grant: Grant, found: list[Entitled], state: str, until: Instant | None, *, named: bool
) -> AudienceOut:
    sits = audience.sitting(grant.tx, grant.council_id)
    members = Counter(sits[each.person].membership for each in found if each.person in sits)
    labels = _labels(grant, [sits[each.person] for each in found if each.person in sits])
    others = [each for each in found if each.person not in sits]
    offices = Counter(relation for each in others for relation in each.by)
    grant.note(audience=len(found))
    return AudienceOut(
        state=state,
        until=until,
        persons=len(found),
        organisations=[
            AudienceBodyOut(membership=id, name=labels[id], persons=count)
            for id, count in sorted(members.items())
        ],
        offices=[AudienceOfficeOut(role=r, persons=count) for r, count in sorted(offices.items())],
        people=_people(grant, found, sits) if named else None,
    )


def _people(
    grant: Grant, found: list[Entitled], sits: dict[Id, Sitting]
) -> list[AudiencePersonOut]:
    names = names_of(grant.tx, [each.person for each in found])
    return [
        AudiencePersonOut(
            id=each.person,
            name=names[each.person].name,
            membership=sits[each.person].membership if each.person in sits else None,
            by=sorted(each.by),
        )
        for each in found
    ]


def _labels(grant: Grant, sitting: Iterable[Sitting]) -> dict[Id, str]:
    """What each member is called: its organisation's name, or the person's who is one."""
    members = set(sitting)
    bodies = bodies_of(grant.tx, {each.organisation for each in members if each.organisation})
    persons = names_of(grant.tx, {each.in_person for each in members if each.in_person})
    return {
        each.membership: bodies[each.organisation].name_ja
        if each.organisation
        else persons[each.in_person or ""].name
        for each in members
    }
