"""Information requests as they are shown: to who asked, to who is asked, and to officers.

Owns what each side learns of a document: the asker nothing before it is provided to them, the
member asked the title of its own alone.
"""

from typing import Any

from server.access.deciding import held_to
from server.access.grant import Grant
from server.access.listing import Seen
from server.access.matters import may_know
from server.access.vocabulary import Relation
from server.asking import service as asking
from server.asking.models import RequestAnswer
from server.asking.schemas import (
    InformationRequestOut,
    InformationRequestSummaryOut,
    RequestAnswerOut,
)
from server.documents.kinds import DOCUMENT
from server.documents.titles import title_of
from server.ids import Id


def summary(seen: Seen) -> InformationRequestSummaryOut:
    """That the request was made."""
    return InformationRequestSummaryOut(**_summary(seen))


def _summary(seen: Seen) -> dict[str, Any]:
    row = seen.row
    return {
        "id": row.id,
        "council": row.log_id,
        "membership": row.membership_id,
        "asked_by": row.asked_by,
        "asked_at": row.recorded_at,
        "state": row.state,
        "may": [*seen.may],
    }


def request(grant: Grant, seen: Seen) -> InformationRequestOut:
    """A request in full, as the caller may know it."""
    tx, row = grant.tx, seen.row
    heard_of = row.heard_of and asking.text_of(tx, row.log_id, row.id, "heard_of", row.heard_of)
    given = asking.answer_of(tx, row.id)
    return InformationRequestOut(
        **_summary(seen),
        wanted=asking.text_of(tx, row.log_id, row.id, "wanted", row.wanted),
        why=asking.text_of(tx, row.log_id, row.id, "why", row.why),
        document=heard_of,
        title=_own_title(grant, row.log_id, heard_of) if heard_of else None,
        persons=[*asking.persons_of(tx, row.id)],
        answer=None if given is None else _answer(grant, given),
    )


def _own_title(grant: Grant, council_id: Id, document_id: Id) -> str | None:
    """The title of a document of the caller's own member; None alike for any other and for none."""
    asked = {"id": document_id, "person": grant.caller.subject, "now": grant.now}
    thing = DOCUMENT.one.row(grant.tx, asked)
    if thing is None or thing.log_id != council_id:
        return None
    if Relation.PROVIDER not in held_to(DOCUMENT, thing):
        return None
    return title_of(grant.tx, council_id, document_id, thing.title)


def _answer(grant: Grant, given: RequestAnswer) -> RequestAnswerOut:
    document = given.document_id
    policy, tx = grant.parts.policy, grant.tx
    told = document is not None and may_know(policy, tx, grant.person_id, DOCUMENT, document)
    return RequestAnswerOut(
        means=given.means,  # type: ignore[arg-type]  # one of AnswerMeans
        answered_at=given.recorded_at,
        answered_by=given.answered_by,
        reason=asking.reason_of(tx, given),
        document=document if told else None,
    )
