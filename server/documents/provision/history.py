"""The history of a secret's scope: who was named or removed, when, by whom and why.

Owns putting the facts of five tables in the order of the log. Adds nothing that was not recorded.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Table, select

from server.access.grant import Grant
from server.audit.facts import NOW
from server.audit.models import Ending
from server.clock import Instant
from server.documents.models import (
    Handling,
    Period,
    PeriodEnd,
    Provided,
    Recipient,
    Release,
)
from server.ids import Id
from server.keys.service import open_if_said

_ending: Table = Ending.__table__  # type: ignore[attr-defined]


class ScopeAct(StrEnum):
    """What happened to the scope of a secret."""

    NAMED = "named"
    REMOVED = "removed"
    PERIOD_SET = "period_set"
    HANDLING_SET = "handling_set"
    PROVIDED = "provided"
    RELEASED = "released"
    PERIOD_ENDED = "period_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeEvent:
    """One change; `seq` is the number of its entry in the log."""

    seq: int
    time: Instant
    act: ScopeAct
    by: Id | None = None
    person: Id | None = None
    ends_at: Instant | None = None
    event: str | None = None
    handling: str | None = None
    ground: str | None = None
    reason: str | None = None


def of_document(grant: Grant) -> list[ScopeEvent]:
    """Every change of the granted document's scope, the oldest first."""
    found = [event for each in _SOURCES for event in each(grant)]
    return sorted(found, key=lambda event: event.seq)


def _rows(grant: Grant, model: type[Any]) -> Sequence[Any]:
    table: Table = model.__table__
    query = select(table).where(table.c.document_id == grant.id, table.c.recorded_at <= NOW)
    rows = grant.tx.connection.execute(query.order_by(table.c.log_seq, table.c.id), _now(grant))
    return rows.all()


def _now(grant: Grant) -> dict[str, Instant]:
    return {"now": grant.now}


def _text(grant: Grant, table: str, column: str, row: Any) -> str | None:
    return open_if_said(grant.tx, grant.council_id, (table, column, row.id), getattr(row, column))


def _base(act: ScopeAct, row: Any, by: Id | None) -> dict[str, Any]:
    return {"seq": row.log_seq, "time": row.recorded_at, "act": act, "by": by}


def _named(grant: Grant) -> Iterator[ScopeEvent]:
    for row in _rows(grant, Recipient):
        reason = _text(grant, "recipient", "reason", row)
        base = _base(ScopeAct.NAMED, row, row.named_by)
        yield ScopeEvent(**base, person=row.person_id, reason=reason)


def _removed(grant: Grant) -> Iterator[ScopeEvent]:
    recipient: Table = Recipient.__table__  # type: ignore[attr-defined]
    query = (
        select(
            _ending.c.log_seq,
            _ending.c.effective_at.label("recorded_at"),
            _ending.c.ended_by,
            recipient.c.person_id,
        )
        .join(recipient, recipient.c.id == _ending.c.fact_id)
        .where(recipient.c.document_id == grant.id, _ending.c.recorded_at <= NOW)
    )
    for row in grant.tx.connection.execute(query.order_by(_ending.c.id), _now(grant)):
        yield ScopeEvent(**_base(ScopeAct.REMOVED, row, row.ended_by), person=row.person_id)


def _periods(grant: Grant) -> Iterator[ScopeEvent]:
    for row in _rows(grant, Period):
        yield ScopeEvent(
            **_base(ScopeAct.PERIOD_SET, row, row.set_by),
            ends_at=row.ends_at,
            event=_text(grant, "period", "event", row),
            reason=_text(grant, "period", "reason", row),
        )


def _handlings(grant: Grant) -> Iterator[ScopeEvent]:
    for row in _rows(grant, Handling):
        reason = _text(grant, "handling", "reason", row)
        base = _base(ScopeAct.HANDLING_SET, row, row.set_by)
        yield ScopeEvent(**base, handling=row.level, reason=reason)


def _provisions(grant: Grant) -> Iterator[ScopeEvent]:
    for row in _rows(grant, Provided):
        yield ScopeEvent(**_base(ScopeAct.PROVIDED, row, row.provided_by))


def _releases(grant: Grant) -> Iterator[ScopeEvent]:
    for row in _rows(grant, Release):
        reason = _text(grant, "release", "reason", row)
        base = _base(ScopeAct.RELEASED, row, row.released_by)
        yield ScopeEvent(**base, ground=row.ground, reason=reason)


def _ends(grant: Grant) -> Iterator[ScopeEvent]:
    for row in _rows(grant, PeriodEnd):
        base = _base(ScopeAct.PERIOD_ENDED, row, None)
        yield ScopeEvent(**{**base, "time": row.effective_at}, ends_at=row.effective_at)


_SOURCES: tuple[Callable[[Grant], Iterator[ScopeEvent]], ...] = (
    _named,
    _removed,
    _periods,
    _handlings,
    _provisions,
    _releases,
    _ends,
)
