"""Texts by version, the duty register and its links, safe management, certificates of return."""

from collections.abc import Sequence
from dataclasses import replace

from clients.sdk.answers.duties import (
    Bound,
    DutyItem,
    DutyLink,
    DutyRegister,
    NewDutyLink,
    Returns,
    Safety,
    Text,
)
from clients.sdk.call import Call, delete, get, listing, post
from clients.sdk.reading import Page

OWN_LINKS, LINKS_OF = "/me/duty-links", "/persons/{person}/duty-links"
RETURNS = "/memberships/{membership_id}/returns"


def read_text(text: str, version: int | None = None) -> Call[Text]:
    """A text in the version in force, or in an earlier one: `duty-of-confidentiality`,
    `item-acknowledgement`, `safe-management`.
    """
    return get(Text, "/texts/{text}", text=text).asking(version=version)


def list_duties(limit: int | None = None) -> Call[Page[DutyItem]]:
    """Every secret that binds the caller, in any council, also after leaving."""
    return listing(DutyItem, "/me/duties").asking(limit=limit)


def make_duty_link() -> Call[NewDutyLink]:
    """Make a link to one's own register that works without an account; shown once."""
    return replace(post(NewDutyLink, OWN_LINKS, None), keyed=False)


def list_duty_links() -> Call[Page[DutyLink]]:
    """The link to one's own register, if there is one."""
    return listing(DutyLink, OWN_LINKS)


def revoke_duty_link(link: str) -> Call[None]:
    """End a link to one's own register."""
    return delete(OWN_LINKS + "/{link}", link=link)


def issue_duty_link(person: str) -> Call[NewDutyLink]:
    """Issue a link for a person who has no part any more; shown once."""
    return replace(post(NewDutyLink, LINKS_OF, None, person=person), keyed=False)


def list_duty_links_of(person: str) -> Call[Page[DutyLink]]:
    """The link to a person's register, if there is one."""
    return listing(DutyLink, LINKS_OF, person=person)


def withdraw_duty_link(person: str, link: str) -> Call[None]:
    """End a link to a person's register."""
    return delete(LINKS_OF + "/{link}", person=person, link=link)


def open_duty_register(link: str) -> Call[DutyRegister]:
    """Read a register by its link, without an account; the reading is recorded."""
    return replace(post(DutyRegister, "/duty", {"link": link}), keyed=False, signed_in=False)


def list_bound(document_id: str) -> Call[Page[Bound]]:
    """Whom a secret binds, since when, and whether they left."""
    return listing(Bound, "/documents/{document_id}/bound", document_id=document_id)


def list_safety(council_id: str) -> Call[Page[Safety]]:
    """How each member stands with its safe management, lapsed ones first."""
    return listing(Safety, "/councils/{council_id}/safe-management", council_id=council_id)


def list_returns(membership_id: str) -> Call[Returns]:
    """What a member received and certified."""
    return get(Returns, RETURNS, membership_id=membership_id)


def certify_return(
    membership_id: str, outcome: str, statement: str, documents: Sequence[str] = ()
) -> Call[Returns]:
    """Certify `returned`, `destroyed` or `nothing_held` for the member one represented last."""
    return post(Returns, RETURNS, _said(outcome, statement, documents), membership_id=membership_id)


def record_return(
    membership_id: str, outcome: str, statement: str, documents: Sequence[str] = ()
) -> Call[Returns]:
    """Record a certificate that came on paper."""
    body = _said(outcome, statement, documents)
    return post(Returns, RETURNS + "/paper", body, membership_id=membership_id)


def _said(outcome: str, statement: str, documents: Sequence[str]) -> dict[str, object]:
    return {"outcome": outcome, "statement": statement, "documents": list(documents)}
