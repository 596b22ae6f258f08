"""Changing a council's rules about access, and finding who made them.

Owns writing the rows. What the rules are and what they default to is in server/access/rules.py; the
guard enforces them. Who changes them is a matter of the policy and of two_parts.py: a compliance
officer and somebody of an establishing minister ("change policy" in the matrix).
"""

from collections.abc import Sequence

from sqlalchemy import Table, select

from server.access.models import CouncilRule
from server.access.rules import Rules
from server.audit import facts
from server.audit.facts import holds
from server.clock import Instant
from server.database import Tx
from server.ids import Id
from server.networks import admits
from server.problems import Conflict

MOST_NETWORKS = 64

_rule: Table = CouncilRule.__table__  # type: ignore[attr-defined]


class WouldLockYouOut(Conflict):
    code = "would_lock_you_out"
    ja = (
        "今のあなたのアドレスが networks に入っていません。このまま変えると、ここからは協議会に"
        "届かなくなります。承知の上であれば accept_lock_out を true にしてください。"
    )
    en = (
        "Your own address is not in `networks`: from here you would no longer reach the council. "
        "If that is what you want, set `accept_lock_out` to true."
    )


def change(tx: Tx, council_id: Id, rules: Rules, *, proposed_by: Id, by: Id) -> CouncilRule:
    """Let these rules hold from now, in place of those before."""
    row = CouncilRule(
        council_id=council_id,
        comment_days=rules.comment_days,
        review_days=rules.review_days,
        networks=" ".join(rules.networks) or None,
        device_bound=rules.device_bound,
        made_by=by,
        proposed_by=proposed_by,
    )
    return facts.enter(tx, council_id, row)


def check_reach(networks: Sequence[str], address: str | None) -> None:
    """Whoever changes the rules should still be let in by them. Raises WouldLockYouOut."""
    if not admits(" ".join(networks), address):
        raise WouldLockYouOut


def made(tx: Tx, council_id: Id, *, at: Instant) -> CouncilRule | None:
    """The change that made the rules of a moment; None while nobody ever changed them."""
    query = select(CouncilRule).where(_rule.c.council_id == council_id, holds(_rule))
    newest = query.order_by(_rule.c.log_seq.desc(), _rule.c.id.desc()).limit(1)
    return tx.session.scalars(newest, {"now": at}).first()
