"""Why somebody may do something, or may not; who may; who reads, or would read."""

from collections.abc import Sequence
from datetime import datetime

from clients.sdk.answers.rights import (
    Audience,
    EntitledList,
    Explanation,
    MemberProspects,
    ProvisionPlan,
)
from clients.sdk.call import Call, get, listing, post
from clients.sdk.reading import Page


def explain_own_rights(
    kind: str, thing: str, action: str, at: datetime | None = None
) -> Call[Explanation]:
    """May the caller do this, of whatever they are told of; now or at a past moment."""
    call = get(Explanation, "/me/explanation")
    return call.asking(kind=kind, thing=thing, action=action, at=at)


def explain_rights(
    council_id: str, kind: str, thing: str, action: str, person: str, at: datetime | None = None
) -> Call[Explanation]:
    """May a person do this to a thing of the council; for who may `explain` it."""
    call = get(Explanation, "/councils/{council_id}/explanation", council_id=council_id)
    return call.asking(kind=kind, thing=thing, action=action, person=person, at=at)


def explain_system_rights(
    action: str, person: str, at: datetime | None = None
) -> Call[Explanation]:
    """May a person do this to the installation."""
    return get(Explanation, "/system/explanation").asking(action=action, person=person, at=at)


def list_entitled(
    council_id: str, kind: str, thing: str, action: str, at: datetime | None = None
) -> Call[EntitledList]:
    """Who may do this to a thing of the council; at a past moment: who could have."""
    call = get(EntitledList, "/councils/{council_id}/entitled", council_id=council_id)
    return call.asking(kind=kind, thing=thing, action=action, at=at)


def list_system_entitled(action: str, at: datetime | None = None) -> Call[EntitledList]:
    """Who may do this to the installation."""
    return get(EntitledList, "/system/entitled").asking(action=action, at=at)


def read_audience(document_id: str) -> Call[Audience]:
    """Who reads a document: members, offices, how many persons, until when."""
    return get(Audience, "/documents/{document_id}/audience", document_id=document_id)


def read_council_audience(council_id: str) -> Call[Audience]:
    """Who would read a paper shared with the whole council."""
    return get(Audience, "/councils/{council_id}/audience", council_id=council_id)


def list_prospects(council_id: str) -> Call[Page[MemberProspects]]:
    """Who could be named for a secret, by member, and what each would lack."""
    path = "/councils/{council_id}/prospects"
    return listing(MemberProspects, path, council_id=council_id)


def preview_provision(
    council_id: str, recipients: Sequence[str], until: datetime
) -> Call[ProvisionPlan]:
    """What providing a secret to these persons would come to; stores nothing."""
    body = {"recipients": list(recipients), "until": until}
    path = "/councils/{council_id}/audience"
    return post(ProvisionPlan, path, body, council_id=council_id)
