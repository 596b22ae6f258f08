"""Cooperation requests as they are shown.

Owns that who is no member learns nothing of the others who are asked, nor of any document.
"""

from collections.abc import Mapping
from typing import Any

from server.access.grant import Grant
from server.access.listing import Seen
from server.access.matters import may_know
from server.access.vocabulary import Relation
from server.documents.kinds import DOCUMENT
from server.ids import Id
from server.meetings import cooperation, replying
from server.meetings.models import CooperationAddressee, CooperationReply
from server.meetings.schemas import AddresseeOut, CooperationLineOut, CooperationOut, ReplyOut

OUTSIDE = frozenset({Relation.INVITED})


def line(seen: Seen) -> CooperationLineOut:
    """A request in a list."""
    return CooperationLineOut(**_line(seen))


def _line(seen: Seen) -> dict[str, Any]:
    row = seen.row
    return {
        "id": row.id,
        "council": row.log_id,
        "asks_for": row.asks_for,
        "state": row.state,
        "asked_by": row.asked_by,
        "asked_at": row.recorded_at,
        "due_at": row.due_at,
        "may": [*seen.may],
    }


def request(grant: Grant, seen: Seen) -> CooperationOut:
    """A request in full, as far as the caller may know it."""
    tx, row = grant.tx, seen.row
    mine = {each.id for each in replying.mine_of(tx, row.id, grant.person_id)}
    replies = {each.addressee_id: each for each in replying.replies_to(tx, row.id)}
    asked = cooperation.addressees_of(tx, row.id)
    return CooperationOut(
        **_line(seen),
        subject=cooperation.asked_of(tx, row.log_id, row.id, "subject", row.subject),
        text=cooperation.asked_of(tx, row.log_id, row.id, "text", row.text),
        addressees=[
            _addressee(grant, each, replies, is_mine=each.id in mine)
            for each in asked
            if each.id in mine or seen.held - OUTSIDE
        ],
    )


def _addressee(
    grant: Grant,
    asked: CooperationAddressee,
    replies: Mapping[Id, CooperationReply],
    *,
    is_mine: bool,
) -> AddresseeOut:
    given = replies.get(asked.id)
    return AddresseeOut(
        id=asked.id,
        membership=asked.membership_id,
        organisation=asked.organisation_id,
        state="asked" if given is None else given.outcome,  # type: ignore[arg-type]
        mine=is_mine,
        reply=None if given is None else _reply(grant, given),
    )


def _reply(grant: Grant, given: CooperationReply) -> ReplyOut:
    document, policy = given.document_id, grant.parts.policy
    told = document is not None and may_know(policy, grant.tx, grant.person_id, DOCUMENT, document)
    return ReplyOut(
        outcome=given.outcome,  # type: ignore[arg-type]  # one of ReplyOutcome
        text=replying.text_of(grant.tx, given),
        document=document if told else None,
        replied_by=given.replied_by,
        replied_at=given.recorded_at,
    )
