"""A member's safe management that runs out: entered in the log once, and how each member stands.

Owns the table `safe_management_lapse` and the job that notes a lapse. Delivery to the member's
persons closed by the clock, whoever comes first (BR-16); nothing here opens or closes anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Table, bindparam, exists, select

from server.access.grant import Grant
from server.access.models import Membership
from server.access.parts import Parts
from server.audit import checkpoints, facts
from server.audit import service as audit
from server.audit.facts import NOW, holds
from server.audit.models import Ending
from server.audit.service import Draft
from server.clock import Instant
from server.councils.models import SafeManagementConfirmation
from server.councils.safety import NOTE_LAPSE
from server.councils.safety_models import SafeManagementLapse
from server.councils.waiting import SOON
from server.database import Tx
from server.ids import Id
from server.prepared import Prepared

_membership: Table = Membership.__table__  # type: ignore[attr-defined]
_confirmation: Table = SafeManagementConfirmation.__table__  # type: ignore[attr-defined]
_lapse: Table = SafeManagementLapse.__table__  # type: ignore[attr-defined]
_ending: Table = Ending.__table__  # type: ignore[attr-defined]
_other: Table = SafeManagementConfirmation.__table__.alias()  # type: ignore[attr-defined]

# Over by its time: nobody ended it, and no other confirmation held at that moment or holds since.
_OVER = (
    _confirmation.c.valid_to <= NOW,
    ~exists().where(_ending.c.fact_id == _confirmation.c.id),
    ~exists().where(
        _lapse.c.membership_id == _confirmation.c.membership_id,
        _lapse.c.effective_at == _confirmation.c.valid_to,
    ),
    ~exists().where(
        _other.c.membership_id == _confirmation.c.membership_id,
        _other.c.id != _confirmation.c.id,
        holds(_other, _confirmation.c.valid_to),
    ),
    exists().where(
        _membership.c.id == _confirmation.c.membership_id,
        holds(_membership, _confirmation.c.valid_to),
    ),
)
_UNNOTED = Prepared(
    select(_confirmation.c.id, _confirmation.c.membership_id, _confirmation.c.valid_to)
    .where(_confirmation.c.council_id == bindparam("council"), *_OVER)
    .order_by(_confirmation.c.valid_to, _confirmation.c.id)
)

State = Literal["lapsed", "revoked", "missing", "ending", "valid"]
# What is to be looked at first.
ORDER: tuple[State, ...] = ("lapsed", "revoked", "missing", "ending", "valid")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a member stands now; `since` when it lapsed or was revoked, `until` what it has."""

    membership: Membership
    state: State
    since: Instant | None
    until: Instant | None
    confirmation: SafeManagementConfirmation | None


def settle(grant: Grant) -> None:
    """A reader meets lapses nobody has noted: they go into the log first, and the guard decides
    this read again, after the note.
    """
    if _UNNOTED.rows(grant.tx, {"council": grant.council_id, "now": grant.now}):
        note_lapses(grant.parts, grant.council_id)


def note_lapse(parts: Parts, confirmation_id: Id) -> None:
    """The job of a confirmation whose time is over."""
    with parts.database.reading() as tx:
        row = tx.session.get(SafeManagementConfirmation, confirmation_id)
        council_id = None if row is None else row.council_id
    if council_id is not None:
        note_lapses(parts, council_id)


def note_lapses(parts: Parts, council_id: Id) -> None:
    """Enter every lapse of a council's members that is not entered yet."""
    with parts.database.changing() as tx:
        audit.lock(tx, council_id)
        found = _UNNOTED.rows(tx, {"council": council_id, "now": tx.now})
        # Of two that ended in one moment, one is entered: it is one lapse.
        for row in {(row.membership_id, row.valid_to): row for row in found}.values():
            _enter(tx, parts, council_id, row)
        if found:
            checkpoints.sign(tx, council_id)


def _enter(tx: Tx, parts: Parts, council_id: Id, row: Any) -> None:
    lapse = SafeManagementLapse(
        council_id=council_id,
        membership_id=row.membership_id,
        confirmation_id=row.id,
        effective_at=row.valid_to,
    )
    facts.enter(tx, council_id, lapse)
    draft = Draft(
        kind="safe_management.lapsed",
        object=f"membership/{row.membership_id}",
        outcome="done",
        body={"effective_at": row.valid_to, "confirmation": row.id},
        policy=parts.policy.digest,
    )
    audit.append(tx, council_id, draft)


def standings(tx: Tx, council_id: Id) -> list[Standing]:
    """How each present member stands, those to be looked at first."""
    members = select(Membership).where(_membership.c.council_id == council_id, holds(_membership))
    rows = tx.session.scalars(members.order_by(_membership.c.id), {"now": tx.now}).all()
    newest = _by_membership(tx, council_id)
    found = [_standing(tx, member, newest.get(member.id, [])) for member in rows]
    return sorted(found, key=lambda each: (ORDER.index(each.state), each.until or 0))


def _by_membership(tx: Tx, council_id: Id) -> dict[Id, list[tuple[Any, Instant | None]]]:
    """Every confirmation with when it was ended, newest first."""
    query = (
        select(SafeManagementConfirmation, _ending.c.effective_at)
        .outerjoin(_ending, _ending.c.fact_id == _confirmation.c.id)
        .where(_confirmation.c.council_id == council_id)
        .order_by(_confirmation.c.log_seq.desc())
    )
    found: dict[Id, list[tuple[Any, Instant | None]]] = {}
    for row, ended_at in tx.session.execute(query):
        found.setdefault(row.membership_id, []).append((row, ended_at))
    return found


def _standing(
    tx: Tx, member: Membership, made: Sequence[tuple[SafeManagementConfirmation, Instant | None]]
) -> Standing:
    in_force = [row for row, ended in made if ended is None and row.valid_to > tx.now]
    if in_force:
        best = max(in_force, key=lambda row: row.valid_to)
        state: State = "ending" if best.valid_to <= tx.now + SOON else "valid"
        return Standing(member, state, None, best.valid_to, best)
    if not made:
        return Standing(member, "missing", None, None, None)
    # The one that held last says why nothing holds now.
    row, ended = max(made, key=lambda each: each[0].valid_to if each[1] is None else each[1])
    since = row.valid_to if ended is None else ended
    return Standing(member, "lapsed" if ended is None else "revoked", since, None, row)


JOBS = {NOTE_LAPSE: note_lapse}
