"""The comment period before somebody joins an established council.

Owns since when and until when the members may comment. A comment never blocks: once the period is
over both ministers decide as they see fit. The Act asks no member (ACT 62(3)), so this is a
council's own rule (`comment_days`, server/access/rules.py), and none is kept at the founding: there
is no member yet who could be asked, and the founders are whom the Act itself names.
"""

from collections.abc import Sequence

from sqlalchemy import Table, select

from server.access import seats
from server.access.rules import rules_of
from server.audit import facts
from server.clock import Instant, to_text
from server.councils import facts as council_facts
from server.councils.models import Admission, AdmissionComment, Establishment, Source
from server.councils.working_days import end_of
from server.database import Tx
from server.ids import Id, new_id
from server.keys.service import open_field, seal_field
from server.problems import Conflict, NotFound

_comment: Table = AdmissionComment.__table__  # type: ignore[attr-defined]
_establishment: Table = Establishment.__table__  # type: ignore[attr-defined]


class CommentPeriodOpen(Conflict):
    code = "comment_period_open"
    ja = "構成員の意見の提出期間中です。until の後に決定してください。"
    en = "The members may still comment. Decide after `until`."


class NoCommentPeriod(Conflict):
    code = "no_comment_period"
    ja = "意見の提出期間ではありません。担当者の指名の前か、期間の後か、期間を置かない協議会です。"
    en = "There is no comment period now: nobody is nominated yet, or it is over, or none is kept."


def until(tx: Tx, admission: Admission) -> Instant | None:
    """When the comment period ends or ended; None where there is none (yet).

    It begins when the members can be told who is to join: with the nomination in force, or with
    the establishment of the council where that came later. Naming somebody else begins it anew.
    The rule of that moment counts, so that nobody shortens a period that runs.
    """
    nomination = council_facts.nomination_of(tx, admission.id)
    query = select(_establishment.c.recorded_at).where(
        _establishment.c.council_id == admission.council_id
    )
    established: Instant | None = tx.connection.scalar(query)
    if admission.source == Source.FOUNDING or nomination is None or established is None:
        return None
    announced = max(nomination.recorded_at, established)
    days = rules_of(tx, admission.council_id, at=announced).comment_days
    return end_of(announced, days) if days else None


def is_open(tx: Tx, admission: Admission) -> bool:
    """Whether members may comment now."""
    end = until(tx, admission)
    return end is not None and tx.now < end


def check_over(tx: Tx, admission: Admission) -> None:
    """For the ministers' decisions. Raises CommentPeriodOpen with `until`."""
    end = until(tx, admission)
    if end is not None and tx.now < end:
        raise CommentPeriodOpen(until=to_text(end))


def comment(tx: Tx, admission: Admission, text: str, *, by: Id) -> AdmissionComment:
    """Enter what a member says, through the person who speaks for it. Raises NoCommentPeriod."""
    if not is_open(tx, admission):
        raise NoCommentPeriod
    seat = seats.seat_of(tx, admission.council_id, by)
    if seat is None:
        raise NotFound
    row_id = new_id(tx.now)
    place = ("admission_comment", "text", row_id)
    said = AdmissionComment(
        id=row_id,
        council_id=admission.council_id,
        admission_id=admission.id,
        membership_id=seat.membership_id,
        person_id=by,
        text=seal_field(tx, admission.council_id, place, text),
    )
    return facts.enter(tx, admission.council_id, said)


def comments_of(tx: Tx, admission_id: Id) -> Sequence[AdmissionComment]:
    """Every comment on an admission, in the order they were made."""
    query = select(AdmissionComment).where(_comment.c.admission_id == admission_id)
    return tx.session.scalars(query.order_by(_comment.c.log_seq, _comment.c.id)).all()


def text_of(tx: Tx, said: AdmissionComment) -> str:
    """What a comment says."""
    return open_field(tx, said.council_id, ("admission_comment", "text", said.id), said.text)
