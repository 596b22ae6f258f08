"""/api/v1: the duty register, links to it that outlive an account, and whom a secret binds."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from server.access.grant import Grant
from server.access.guard import anyone, guarded
from server.access.kinds import INSTALLATION, PERSON_KIND
from server.access.listing import PageQuery
from server.access.parts import Parts, parts_of
from server.access.vocabulary import Action
from server.audit.models import SYSTEM
from server.audit.service import Draft
from server.documents.kinds import DOCUMENT
from server.duties import links, register, views
from server.duties.models import DutyLink
from server.duties.schemas import (
    BoundListOut,
    DutyItemOut,
    DutyLinksOut,
    NewDutyLinkOut,
    RegisterIn,
    RegisterOut,
)
from server.identity import limits
from server.identity import service as identity
from server.keys.service import lookup_digest
from server.schemas import Page

router = APIRouter(prefix="/api/v1", tags=["duty"])
MOST = 10_000  # entries of one register by a link, which has no pages


@router.get("/me/duties", name="listDuties")
@guarded(Action.READ, PERSON_KIND)
def list_duties(grant: Grant, page: Annotated[PageQuery, Query()]) -> Page[DutyItemOut]:
    """Every secret that binds me, in any council, also after I left; the newest first."""
    found, following = register.of_person(
        grant.parts,
        grant.tx,
        grant.person_id,
        limit=page.limit,
        before=page.cursor,
        titles=True,
        address=grant.address,
    )
    grant.note(duties=[each.document for each in found])
    return Page(items=views.items(grant.tx, found), next=following)


@router.post("/me/duty-links", status_code=201, name="makeDutyLink")
@guarded(Action.MAKE_DUTY_LINK, PERSON_KIND)
def make_duty_link(grant: Grant) -> NewDutyLinkOut:
    """Make a link to my duty register that works without an account, for ten years. It is shown
    once; an earlier one ends.
    """
    link, text = links.make(grant.tx, grant.person_id, by=grant.person_id)
    return _shown_once(grant, link, text)


@router.get("/me/duty-links", name="listDutyLinks")
@guarded(Action.READ, PERSON_KIND)
def list_duty_links(grant: Grant) -> DutyLinksOut:
    """The link to my duty register, if there is one."""
    found = links.standing(grant.tx, grant.person_id)
    return DutyLinksOut(items=[views.link(each) for each in found])


@router.delete("/me/duty-links/{link}", status_code=204, name="revokeDutyLink")
@guarded(Action.REVOKE_DUTY_LINK, PERSON_KIND)
def revoke_duty_link(grant: Grant, link: str) -> None:
    """End a link to my duty register at once."""
    links.revoke(grant.tx, grant.person_id, link, by=grant.person_id)
    grant.note(link=link)


@router.post("/persons/{person}/duty-links", status_code=201, name="issueDutyLink")
@guarded(Action.ISSUE_DUTY_LINK, INSTALLATION)
def issue_duty_link(grant: Grant, person: str) -> NewDutyLinkOut:
    """Issue a link for a person who has no seat and no office any more, to be handed to them."""
    link, text = links.issue(grant.tx, person, by=grant.person_id)
    return _shown_once(grant, link, text)


@router.get("/persons/{person}/duty-links", name="listDutyLinksOf")
@guarded(Action.READ_SYSTEM_LOG, INSTALLATION)
def list_duty_links_of(grant: Grant, person: str) -> DutyLinksOut:
    """The link to a person's duty register, if there is one: that it is there, not itself."""
    identity.name_of(grant.tx, person)
    grant.note(person=person)
    found = links.standing(grant.tx, person)
    return DutyLinksOut(items=[views.link(each) for each in found])


@router.delete("/persons/{person}/duty-links/{link}", status_code=204, name="withdrawDutyLink")
@guarded(Action.ISSUE_DUTY_LINK, INSTALLATION)
def withdraw_duty_link(grant: Grant, person: str, link: str) -> None:
    """End a link to a person's duty register at once."""
    links.revoke(grant.tx, person, link, by=grant.person_id)
    grant.note(person=person, link=link)


def _shown_once(grant: Grant, link: DutyLink, text: str) -> NewDutyLinkOut:
    grant.shown_once = True
    grant.note(link=link.id, person=link.person_id)
    address = f"{grant.parts.settings.origin}/duty#{text}"
    return NewDutyLinkOut(**views.link(link).model_dump(), link=address)


@router.get("/documents/{document_id}/bound", name="listBound")
@guarded(Action.READ_READERS, DOCUMENT)
def list_bound(grant: Grant) -> BoundListOut:
    """Everybody whom this secret binds, since when, and whether they left (BR-37)."""
    found = register.bound_by(grant.tx, grant.council_id, grant.id)
    return BoundListOut(items=views.bound(grant.tx, grant.id, found))


@router.post("/duty", name="openDutyRegister", openapi_extra={"security": []})
@anyone
def open_duty_register(request: Request, asked: RegisterIn) -> RegisterOut:
    """Read a duty register by its link, without an account. The reading is recorded."""
    parts = parts_of(request)
    address = request.client.host if request.client else None
    with limits.proof(parts.database, parts.tally, address):
        link, shown, digest = _register(parts, asked.link, address)
    draft = Draft(
        kind="duty_link.read",
        object=f"duty_link/{link}",
        outcome="allowed",
        actor={"person": shown.person, "address": address, "credential": "duty_link"},
        body={"listed": [each.document for each in shown.items]},
        person_id=shown.person,
        address_digest=digest,
        policy=parts.policy.digest,
    )
    parts.recorder.record(SYSTEM, draft)
    return shown


def _register(parts: Parts, text: str, address: str | None) -> tuple[str, RegisterOut, bytes]:
    """What a link shows, of one moment. Raises DutyLinkUnusable."""
    with parts.database.reading() as tx:
        link = links.check(tx, text.rpartition("#")[2].strip())
        found, _ = register.of_person(parts, tx, link.person_id, limit=MOST)
        shown = RegisterOut(
            person=link.person_id,
            name=identity.name_of(tx, link.person_id),
            expires_at=link.expires_at,
            items=views.items(tx, found),
        )
        return link.id, shown, lookup_digest(tx, "address", address or "")
