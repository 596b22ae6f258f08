"""Replying to a request for cooperation (ACT 62(6); BR-38, BR-39).

Owns the replies. Whoever is asked shall endeavour to comply; a decline records its reason, and
nothing here or elsewhere reads it to decide about anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table, bindparam, exists, or_, select

from server.access.deciding import held_to
from server.access.grant import Grant
from server.access.models import Seat
from server.access.vocabulary import SPEAKING, Relation
from server.audit import facts
from server.audit.facts import holds
from server.database import Tx
from server.documents.kinds import DOCUMENT, DRAFT
from server.identity.models import Affiliation
from server.ids import Id, new_id
from server.keys.service import open_field, seal_field
from server.meetings.models import CooperationAddressee, CooperationReply, ReplyOutcome
from server.problems import Conflict, Malformed

_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_affiliation: Table = Affiliation.__table__  # type: ignore[attr-defined]
_addressee: Table = CooperationAddressee.__table__  # type: ignore[attr-defined]
_reply: Table = CooperationReply.__table__  # type: ignore[attr-defined]


class NotAskedOfYou(Malformed):
    code = "addressee_not_yours"
    ja = "どの求め先として回答するのか、addressee に自分のものを示してください。"
    en = "Say in `addressee` as which of those asked you reply; it must be your own."


class AlreadyReplied(Conflict):
    code = "already_replied"
    ja = "この求めには既に回答しています。"
    en = "A reply to this request has been given already."


class NotYourDocument(Malformed):
    code = "not_your_document"
    ja = "回答に示せるのは、自分の構成員が共有または提供した資料に限ります（document）。"
    en = "A reply can name only a document that your own member has shared or provided."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, or why one declines; `addressee`: as whom, where that is not plain."""

    outcome: ReplyOutcome
    text: str
    document: Id | None = None
    addressee: Id | None = None


def reply(grant: Grant, given: Reply) -> CooperationReply:
    """Reply to the granted request. Raises NotAskedOfYou, AlreadyReplied, NotYourDocument."""
    addressee = _as_whom(grant, given.addressee)
    if addressee in {each.addressee_id for each in replies_to(grant.tx, grant.id)}:
        raise AlreadyReplied
    if given.document is not None:
        _check_own(grant, given.document)
    row_id, council_id = new_id(grant.now), grant.council_id
    row = CooperationReply(
        id=row_id,
        council_id=council_id,
        request_id=grant.id,
        addressee_id=addressee,
        outcome=given.outcome,
        text=seal_field(grant.tx, council_id, ("cooperation_reply", "text", row_id), given.text),
        document_id=given.document,
        replied_by=grant.person_id,
    )
    grant.note(addressee=addressee, outcome=given.outcome)
    return facts.enter(grant.tx, council_id, row)


def _as_whom(grant: Grant, chosen: Id | None) -> Id:
    mine = [each.id for each in mine_of(grant.tx, grant.id, grant.person_id)]
    if chosen is None and len(mine) == 1:
        return mine[0]
    if chosen is None or chosen not in mine:
        raise NotAskedOfYou
    return chosen


def _check_own(grant: Grant, document_id: Id) -> None:
    """Alike for what there is not, what is another's and what is only a draft."""
    asked = {"id": document_id, "person": grant.caller.subject, "now": grant.now}
    thing = DOCUMENT.one.row(grant.tx, asked)
    own = (
        thing is not None
        and thing.log_id == grant.log_id
        and thing.state != DRAFT
        and Relation.PROVIDER in held_to(DOCUMENT, thing)
    )
    if not own:
        raise NotYourDocument


def mine_of(tx: Tx, request_id: Id, person_id: Id) -> Sequence[CooperationAddressee]:
    """As whom a person may reply: the member they speak for, the organisation they belong to."""
    speaks = exists().where(
        _seat.c.membership_id == _addressee.c.membership_id,
        _seat.c.person_id == bindparam("person"),
        _seat.c.role.in_(SPEAKING),
        holds(_seat),
    )
    belongs = exists().where(
        _affiliation.c.organisation_id == _addressee.c.organisation_id,
        _affiliation.c.person_id == bindparam("person"),
        holds(_affiliation),
    )
    query = select(CooperationAddressee).where(
        _addressee.c.request_id == request_id, or_(speaks, belongs)
    )
    asked = {"person": person_id, "now": tx.now}
    return tx.session.scalars(query.order_by(_addressee.c.id), asked).all()


def replies_to(tx: Tx, request_id: Id) -> Sequence[CooperationReply]:
    """The replies so far, in the order they were given."""
    query = select(CooperationReply).where(_reply.c.request_id == request_id)
    return tx.session.scalars(query.order_by(_reply.c.log_seq, _reply.c.id)).all()


def text_of(tx: Tx, given: CooperationReply) -> str:
    """What a reply says, in clear."""
    return open_field(tx, given.council_id, ("cooperation_reply", "text", given.id), given.text)
