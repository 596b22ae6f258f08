"""/api/v1: why somebody may do something, or may not, and who may.

Three ways in, by what the caller has to be to enter: oneself, a council, the installation. Each
explanation is an entry of the log it was asked in, written by the guard before the answer leaves.
"""

from typing import Annotated

from fastapi import APIRouter, Query

from server.access.asking import kind_of, may_ask, only, told_of
from server.access.entitled import entitled
from server.access.explained import Answering
from server.access.explaining import NotYet, check_existed, explain
from server.access.explanation_schemas import (
    EntitledListOut,
    EntitledOut,
    ExplanationOut,
    OfInstallation,
    OwnQuestion,
    Question,
    WhoOut,
    WhoseInstallation,
)
from server.access.grant import Grant
from server.access.guard import guarded
from server.access.kind import Kind
from server.access.kinds import INSTALLATION, PERSON_KIND
from server.access.policy_history import of_the_day
from server.access.saying import sentences
from server.access.thing_ids import INSTALLATION_ID
from server.access.vocabulary import Action
from server.clock import Instant
from server.councils.kinds import COUNCIL
from server.councils.views import names_of
from server.ids import Id

router = APIRouter(prefix="/api/v1", tags=["rights"])


@router.get("/me/explanation", name="explainOwnRights")
@guarded(Action.READ, PERSON_KIND)
def explain_own(grant: Grant, asked: Annotated[OwnQuestion, Query()]) -> ExplanationOut:
    """May I do this, of whatever I am told of; why, and what is missing."""
    kind = kind_of(grant, asked.kind)
    thing = grant.person_id if (kind, asked.thing) == (PERSON_KIND, "me") else asked.thing
    told_of(grant, kind, thing)
    return _explained(grant, kind, thing, grant.person_id, asked.action, asked.at)


@router.get("/councils/{council_id}/explanation", name="explainRights")
@guarded(Action.READ, COUNCIL)
def explain_rights(grant: Grant, asked: Annotated[Question, Query()]) -> ExplanationOut:
    """May a person do this to a thing of the council; for who may `explain` that thing."""
    kind = kind_of(grant, asked.kind)
    may_ask(grant, kind, asked.thing, [asked.person])
    return _explained(grant, kind, asked.thing, asked.person, asked.action, asked.at)


@router.get("/system/explanation", name="explainSystemRights")
@guarded(Action.EXPLAIN, INSTALLATION)
def explain_system(grant: Grant, asked: Annotated[OfInstallation, Query()]) -> ExplanationOut:
    """May a person do this to the installation."""
    return _explained(grant, INSTALLATION, INSTALLATION_ID, asked.person, asked.action, asked.at)


@router.get("/councils/{council_id}/entitled", name="listEntitled")
@guarded(Action.READ, COUNCIL)
def list_entitled(grant: Grant, asked: Annotated[OwnQuestion, Query()]) -> EntitledListOut:
    """Who may do this to a thing of the council, now or at a past moment: who could have."""
    kind = kind_of(grant, asked.kind)
    about = may_ask(grant, kind, asked.thing)
    return _entitled(grant, kind, asked.thing, asked.action, asked.at, about)


@router.get("/system/entitled", name="listSystemEntitled")
@guarded(Action.EXPLAIN, INSTALLATION)
def list_system_entitled(
    grant: Grant, asked: Annotated[WhoseInstallation, Query()]
) -> EntitledListOut:
    """Who may do this to the installation, now or at a past moment."""
    return _entitled(grant, INSTALLATION, INSTALLATION_ID, asked.action, asked.at, None)


def _explained(
    grant: Grant, kind: Kind, id: Id, person: Id, action: Action, at: Instant | None
) -> ExplanationOut:
    found = explain(grant.parts, grant.tx, kind, id, person, action, at)
    grant.note(
        asked=action.value,
        thing=f"{kind.name}/{id}",
        person=person,
        at=found.at,
        answered=found.allowed,
    )
    return Answering(grant, found).answer(sentences)


def _entitled(
    grant: Grant,
    kind: Kind,
    id: Id,
    action: Action,
    at: Instant | None,
    about: frozenset[Id] | None,
) -> EntitledListOut:
    tx, moment = grant.tx, grant.now if at is None else at
    if moment > grant.now:
        raise NotYet
    check_existed(tx, kind, id, moment)
    policy, known = (grant.parts.policy, True) if at is None else of_the_day(grant.parts, tx, at)
    found = entitled(tx, policy, kind, id, action, moment)
    names = names_of(tx, only((each.person for each in found), about))
    items = [
        EntitledOut(person=WhoOut(id=each.person, name=names[each.person].name), by=sorted(each.by))
        for each in found
        if each.person in names
    ]
    grant.note(
        asked=action.value, thing=f"{kind.name}/{id}", at=moment, ids=[i.person.id for i in items]
    )
    return EntitledListOut(at=moment, policy=policy.digest, policy_known=known, items=items)
