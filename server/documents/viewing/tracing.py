"""From the code on a page back to the one entry that let it go.

Owns the look-up and its proof: the entry is opened, its leaf vouches for it, and the code in it is
the code that was asked about.
"""

import hmac
from typing import Any

from sqlalchemy import Table, bindparam, select

from crypto.errors import Unverified
from server.access.grant import Grant
from server.audit import reading
from server.audit.models import Entry
from server.documents.viewing import marking
from server.documents.viewing.codes import read_code
from server.documents.viewing.schemas import TraceOut
from server.prepared import Prepared
from server.problems import NotFound

_entry: Table = Entry.__table__  # type: ignore[attr-defined]
_BY_MARK = Prepared(
    select(_entry).where(_entry.c.mark == bindparam("mark"), _entry.c.log_id == bindparam("log"))
)


class NoSuchMark(NotFound):
    code = "no_such_mark"
    ja = "この協議会には、この符号の記録がありません。別の協議会の資料かもしれません。"
    en = "This council's log has no such code. The page may be of another council."


def trace(grant: Grant, typed: str) -> TraceOut:
    """The entry of a code of the granted council.

    Raises Mistyped, NoSuchMark; Unverified where the log was tampered with.
    """
    code, council_id = read_code(typed), grant.council_id
    mark = marking.digest(grant.tx, council_id, code)
    row = _BY_MARK.row(grant.tx, {"mark": mark, "log": council_id})
    if row is None:
        missing = NoSuchMark()
        missing.inside = {"mark": mark.hex()}
        raise missing
    opening = reading.opening_of(grant.tx, council_id, row)
    if opening is None:
        raise Unverified("a mark outlived the opening it belongs to")
    grant.note(traced=row.seq)
    return _told(row, opening.body, code)


def _told(row: Any, body: dict[str, Any], code: str) -> TraceOut:
    drawn = body[marking.NOTE]
    if not hmac.compare_digest(str(drawn["code"]), code):
        raise Unverified("the entry found holds another code")
    return TraceOut(
        code=code,
        seq=row.seq,
        time=row.time,
        act=body["action"],
        person=row.person_id,
        name=drawn["name"],
        organisation=drawn["organisation"],
        document=row.object.partition("/")[2],
        version=body["version"],
        page=body.get("page"),
        leaf_hash=row.leaf_hash.hex(),
    )
