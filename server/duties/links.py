"""A link to one person's duty register that outlives their account (BR-37).

Owns the table `duty_link`. A link reads that register and nothing else: no title, no content, and
it signs nobody in. It is shown once; one stands at a time; its person or a compliance officer can
end it.
"""

import hmac
from collections.abc import Sequence

from sqlalchemy import Table, bindparam, select

from crypto import tokens
from crypto.errors import Unverified
from server.access import departing
from server.audit import facts
from server.audit.facts import holds
from server.audit.models import SYSTEM, Log
from server.audit.service import lock
from server.clock import DAY
from server.database import Tx
from server.duties.models import DutyLink
from server.identity.models import Person
from server.ids import Id
from server.keys.service import bound_hash
from server.problems import Conflict, NotFound, Problem

KIND = "kyd"
LASTS = 3653 * DAY  # ten years and their leap days: the duty itself has no end

_link: Table = DutyLink.__table__  # type: ignore[attr-defined]
_log: Table = Log.__table__  # type: ignore[attr-defined]
_LAST_TIME = select(_log.c.last_time).where(_log.c.id == SYSTEM)


class DutyLinkUnusable(Problem):
    status, code = 410, "duty_link_unusable"
    ja = "このリンクは終了したか、誤りです。情報管理責任者に新しいリンクを求めてください。"
    en = "This link cannot be used: it has ended or was mistyped. Ask the compliance officer."


class TakesPart(Conflict):
    code = "person_takes_part"
    ja = "この人は席か役職にあります。リンクは本人が自分で作れます。"
    en = "The person has a seat or an office, and makes such a link themself."


def make(tx: Tx, person_id: Id, *, by: Id) -> tuple[DutyLink, str]:
    """A new link and its text, shown once; an earlier one ends. `tx` locks the system log."""
    lock(tx, SYSTEM)
    for earlier in standing(tx, person_id):
        facts.end(tx, earlier, by=by, reason="replaced")
    token = tokens.new_token(KIND)
    link = DutyLink(
        person_id=person_id,
        token_id=token.token_id,
        secret_hash=bound_hash(tx, KIND, token.token_id, person_id, token.secret_hash),
        expires_at=tx.now + LASTS,
        made_by=by,
    )
    return facts.enter(tx, SYSTEM, link), token.text


def issue(tx: Tx, person_id: Id, *, by: Id) -> tuple[DutyLink, str]:
    """A link for somebody who has no part left and so makes none themself.

    Raises NotFound, TakesPart.
    """
    if tx.session.get(Person, person_id) is None:
        raise NotFound(f"no person {person_id}")
    if departing.has_part(tx, person_id):
        raise TakesPart
    return make(tx, person_id, by=by)


def standing(tx: Tx, person_id: Id) -> Sequence[DutyLink]:
    """The person's links that can be used now, oldest first."""
    return _usable(tx, _link.c.person_id == person_id)


def revoke(tx: Tx, person_id: Id, link_id: Id, *, by: Id) -> DutyLink:
    """End a link at once. Raises NotFound."""
    found = next((link for link in standing(tx, person_id) if link.id == link_id), None)
    if found is None:
        raise NotFound("no such link")
    facts.end(tx, found, by=by, reason="revoked")
    return found


def check(tx: Tx, text: str) -> DutyLink:
    """The link a text is, if it can be used now. Raises DutyLinkUnusable, alike for all reasons."""
    try:
        kind, token_id, secret = tokens.parse_token(text)
    except Unverified as error:
        raise DutyLinkUnusable from error
    # As for the guard: a clock that was set back must not bring back what has ended.
    tx.now = max(tx.now, tx.connection.scalar(_LAST_TIME) or 0)
    found = _usable(tx, _link.c.token_id == token_id)
    if kind != KIND or not found:
        raise DutyLinkUnusable
    hashed = tokens.secret_hash(secret)
    expected = bound_hash(tx, KIND, token_id, found[0].person_id, hashed)
    if not hmac.compare_digest(found[0].secret_hash, expected):
        raise DutyLinkUnusable
    return found[0]


def _usable(tx: Tx, condition: object) -> Sequence[DutyLink]:
    query = select(DutyLink).where(
        condition,  # type: ignore[arg-type]
        holds(_link),
        _link.c.expires_at > bindparam("now"),
    )
    return tx.session.scalars(query.order_by(_link.c.id), {"now": tx.now}).all()
