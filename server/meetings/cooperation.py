"""Asking for cooperation on behalf of a council (ACT 62(6)), and taking a request back.

Owns whom a council can ask, and what it asks. What is replied is `replying.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select

from server.access.closing_models import CouncilClosed
from server.access.grant import Grant
from server.access.models import Membership
from server.audit import facts
from server.audit.facts import holds
from server.clock import Instant
from server.councils import closing
from server.database import Tx
from server.identity.models import Organisation
from server.ids import Id, new_id
from server.keys.service import open_field, seal_field
from server.meetings.kinds import COOPERATION_REQUEST, OPEN, WITHDRAWN
from server.meetings.models import CooperationAddressee, CooperationRequest, Wanted
from server.problems import Malformed

THINK_TANK = "think_tank"  # the kind of organisation (server/programme/data/organisations.yaml)

_membership: Table = Membership.__table__  # type: ignore[attr-defined]
_addressee: Table = CooperationAddressee.__table__  # type: ignore[attr-defined]


class NobodyAsked(Malformed):
    code = "nobody_asked"
    ja = "求める先（memberships か organisations）を一つ以上示してください。"
    en = "Name at least one of `memberships` or `organisations` to ask."


class CannotBeAsked(Malformed):
    code = "cannot_be_asked"
    ja = (
        "求める先は、この協議会の現在の構成員か、構成員でないシンクタンク（調査研究機関）に"
        "限ります。addressees を直してください（法62条6項）。"
    )
    en = (
        "Members of this council can be asked, and a think tank that is none. Correct those in "
        "`addressees` (ACT 62(6))."
    )


class DueInPast(Malformed):
    code = "due_in_past"
    ja = "期限（due_at）は未来の時刻にしてください。"
    en = "The due date (`due_at`) must lie in the future."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """What is asked, of which members and which think tanks, until when."""

    asks_for: Wanted
    subject: str
    text: str
    due_at: Instant
    memberships: Sequence[Id]
    organisations: Sequence[str]


def ask(grant: Grant, new: NewRequest) -> CooperationRequest:
    """Ask on behalf of the granted council. Raises NobodyAsked, CannotBeAsked, DueInPast."""
    memberships, organisations = sorted(set(new.memberships)), sorted(set(new.organisations))
    if not memberships and not organisations:
        raise NobodyAsked
    if new.due_at <= grant.now:
        raise DueInPast
    _check_askable(grant, memberships, organisations)
    row_id, council_id = new_id(grant.now), grant.council_id
    request = CooperationRequest(
        id=row_id,
        council_id=council_id,
        asked_by=grant.person_id,
        asks_for=new.asks_for,
        subject=_seal(grant, "subject", row_id, new.subject),
        text=_seal(grant, "text", row_id, new.text),
        due_at=new.due_at,
    )
    facts.enter(grant.tx, council_id, request)
    for membership in memberships:
        _address(grant, row_id, membership_id=membership)
    for organisation in organisations:
        _address(grant, row_id, organisation_id=organisation)
    grant.note(cooperation_request=row_id, asked=[*memberships, *organisations])
    return request


def _check_askable(grant: Grant, memberships: list[Id], organisations: list[str]) -> None:
    query = select(_membership.c.id, _membership.c.organisation_id).where(
        _membership.c.council_id == grant.council_id, holds(_membership)
    )
    members = grant.tx.connection.execute(query, {"now": grant.now}).all()
    wrong = set(memberships) - {row.id for row in members}
    seated = {row.organisation_id for row in members}
    for organisation in organisations:
        found = grant.tx.session.get(Organisation, organisation)
        if found is None or found.kind != THINK_TANK or organisation in seated:
            wrong.add(organisation)
    if wrong:
        raise CannotBeAsked(None, addressees=sorted(wrong))


def _address(
    grant: Grant,
    request_id: Id,
    *,
    membership_id: Id | None = None,
    organisation_id: str | None = None,
) -> None:
    row = CooperationAddressee(
        council_id=grant.council_id,
        request_id=request_id,
        membership_id=membership_id,
        organisation_id=organisation_id,
    )
    facts.enter(grant.tx, grant.council_id, row)


def withdraw(grant: Grant) -> None:
    """Take the granted request back; replies given so far stay on record."""
    request = grant.tx.session.get_one(CooperationRequest, grant.id)
    facts.end(grant.tx, request, by=grant.person_id, reason=WITHDRAWN)


def end_with_council(tx: Tx, closed: CouncilClosed) -> dict[str, Any]:
    """The council is closed: who has not replied need not."""
    ended = closing.end_all(tx, closed, COOPERATION_REQUEST, OPEN, CooperationRequest)
    return {"cooperation_requests": ended}


def addressees_of(tx: Tx, request_id: Id) -> Sequence[CooperationAddressee]:
    """Who is asked, members first, in the order in which they came to the council."""
    query = select(CooperationAddressee).where(_addressee.c.request_id == request_id)
    found = tx.session.scalars(query).all()
    return sorted(found, key=_members_first)


def _members_first(each: CooperationAddressee) -> tuple[bool, str]:
    return each.membership_id is None, each.membership_id or each.organisation_id or ""


def asked_of(tx: Tx, council_id: Id, request_id: Id, column: str, sealed: bytes) -> str:
    """What a request says, in clear."""
    return open_field(tx, council_id, ("cooperation_request", column, request_id), bytes(sealed))


def _seal(grant: Grant, column: str, row_id: Id, text: str) -> bytes:
    return seal_field(grant.tx, grant.council_id, ("cooperation_request", column, row_id), text)
