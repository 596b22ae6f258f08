"""Incidents (BR-50): opened by a refusal, by a reader or by the server; closed by an officer.

Owns their tables and the denial that goes with one: a document under an incident is taken from
everybody but those who deal with it, its provider included. Closing destroys nothing: that is an
act of its own (`destroying.py`), on an incident that ended so.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Table, bindparam, select

from server.access import denials, seats
from server.access.grant import Grant
from server.access.policy import UNDER_INCIDENT
from server.audit import facts
from server.database import Tx
from server.documents import findings
from server.documents.incidents import holding, reporting
from server.documents.incidents.kinds import INCIDENT, OPEN
from server.documents.incidents.models import (
    Incident,
    IncidentAbout,
    IncidentClosing,
    IncidentOrigin,
    IncidentOutcome,
)
from server.documents.models import Document, Version, VersionFinding, VersionOutcome
from server.ids import Id, new_id
from server.keys.service import open_field, seal_field
from server.prepared import Prepared
from server.problems import Conflict, Malformed, Refused

_incident: Table = Incident.__table__  # type: ignore[attr-defined]
_closing: Table = IncidentClosing.__table__  # type: ignore[attr-defined]
_version: Table = Version.__table__  # type: ignore[attr-defined]
_finding: Table = VersionFinding.__table__  # type: ignore[attr-defined]
_open = select(_incident.c.id).where(INCIDENT.state == OPEN)
_ALL_OPEN = Prepared(_open)
# Of what readers reported alone: what the server found takes nothing from readers, who must be able
# to report what they read, and are not to learn of it (BR-14).
_REPORTED = Prepared(
    _open.where(
        _incident.c.document_id == bindparam("document"),
        _incident.c.origin == IncidentOrigin.REPORTED,
    )
)
_OPEN_OF_PERSON = Prepared(
    _open.where(
        _incident.c.council_id == bindparam("council"),
        _incident.c.reported_by == bindparam("declared_by"),
        _incident.c.origin == IncidentOrigin.DECLARED,
    )
)
# What else happens as a document is given back, declared by later rooms.
Effect = Callable[[Tx, Id, Id], dict[str, Any]]
_EFFECTS: list[Effect] = []
# What is recorded of a version in which a marking was found.
MARKED = "a line of it is nothing but a marking of a higher regime"


class UnderIncident(Conflict):
    code = "under_incident"
    ja = "この資料については、既に事案が開かれています。"
    en = "There is an open incident about this document already."


class OutcomeImpossible(Malformed):
    code = "outcome_impossible"
    ja = (
        "保存された資料がある事案は released か to_be_destroyed で、"
        "ない事案は nothing_stored で終えます。"
    )
    en = (
        "An incident about a stored document ends by `released` or `to_be_destroyed`, one about "
        "none by `nothing_stored`."
    )


class OwnReport(Refused):
    code = "own_report"
    ja = (
        "自分が報告した事案を廃棄の対象として終えることはできません。"
        "別の情報管理責任者が判断します。"
    )
    en = (
        "Who reported an incident does not decide that the document is to be destroyed: another "
        "information officer does."
    )


class OwnContent(Refused):
    code = "own_content"
    ja = (
        "自分が送った内容についての事案を、自分で解除することはできません。"
        "別の情報管理責任者が判断します。"
    )
    en = "Who sent the content does not release it: another information officer does."


def open_declared(tx: Tx, council_id: Id, person_id: Id) -> None:
    """Somebody was about to store what they declared to be a designated secret (BR-50).

    While one declared by the same person is open, further tries belong to it.
    """
    asked = {"council": council_id, "declared_by": person_id, "now": tx.now}
    if _OPEN_OF_PERSON.row(tx, asked) is not None:
        return
    seat = seats.seat_of(tx, council_id, person_id)
    incident = Incident(
        council_id=council_id,
        membership_id=None if seat is None else seat.membership_id,
        document_id=None,
        version_id=None,
        origin=IncidentOrigin.DECLARED,
        about=IncidentAbout.DESIGNATED_SECRET,
        note=None,
        reported_by=person_id,
    )
    facts.enter(tx, council_id, incident)


def open_detected(tx: Tx, version_id: Id) -> Incident:
    """The server found a marking of a higher regime in a version; the entry to come vouches."""
    version = tx.session.get_one(Version, version_id)
    document = tx.session.get_one(Document, version.document_id)
    incident = Incident(
        council_id=version.council_id,
        membership_id=document.provider_membership_id,
        document_id=document.id,
        version_id=version_id,
        origin=IncidentOrigin.DETECTED,
        about=IncidentAbout.DESIGNATED_SECRET,
        note=None,
        reported_by=None,
    )
    return facts.enter(tx, version.council_id, incident)


def report(grant: Grant, about: IncidentAbout, note: str) -> Incident:
    """A reader says that the granted document seems to hold what must not be here, or not for its
    readers. It is suspended at once, for its provider too. Raises UnderIncident, ReportsToday.
    """
    tx, council_id = grant.tx, grant.council_id
    if _REPORTED.row(tx, {"document": grant.id, "now": grant.now}) is not None:
        raise UnderIncident
    reporting.check(grant)
    row_id = new_id(grant.now)
    incident = Incident(
        id=row_id,
        council_id=council_id,
        membership_id=grant.thing.provider_membership_id,
        document_id=grant.id,
        version_id=None,
        origin=IncidentOrigin.REPORTED,
        about=about,
        note=seal_field(tx, council_id, ("incident", "note", row_id), note),
        reported_by=grant.person_id,
    )
    facts.enter(tx, council_id, incident)
    denials.deny(grant, UNDER_INCIDENT, row_id)
    grant.note(incident=row_id)
    return incident


def close(grant: Grant, outcome: IncidentOutcome, done: str) -> IncidentClosing:
    """Close the granted incident, saying what was done. Released, the document is served again; to
    be destroyed, it stays taken away until it is; that takes somebody else than who reported it, as
    it takes somebody else than who sent the content to release it.

    Raises OutcomeImpossible, OwnReport, OwnContent.
    """
    stored = grant.thing.document_id is not None
    if stored == (outcome is IncidentOutcome.NOTHING_STORED):
        raise OutcomeImpossible
    if outcome is IncidentOutcome.TO_BE_DESTROYED and grant.thing.reported_by == grant.person_id:
        raise OwnReport
    if outcome is IncidentOutcome.RELEASED and grant.person_id in _senders(grant):
        raise OwnContent
    row_id, council_id = new_id(grant.now), grant.council_id
    closing = IncidentClosing(
        id=row_id,
        council_id=council_id,
        incident_id=grant.id,
        outcome=outcome,
        done=seal_field(grant.tx, council_id, ("incident_closing", "done", row_id), done),
        closed_by=grant.person_id,
    )
    facts.enter(grant.tx, council_id, closing)
    if outcome is IncidentOutcome.RELEASED:
        _release(grant)
    grant.note(outcome=outcome, document=grant.thing.document_id)
    return closing


def _senders(grant: Grant) -> set[Id]:
    """Who sent what the incident is about: its version, or of a report the whole document."""
    thing, tx = grant.thing, grant.tx
    if thing.version_id is not None:
        return {tx.session.get_one(Version, thing.version_id).created_by}
    query = select(_version.c.created_by).where(_version.c.document_id == thing.document_id)
    return set(tx.connection.scalars(query))


def declare(effect: Effect) -> None:
    """Let `effect(tx, council, document)` happen where a document is given back; it says for the
    entry what it did.
    """
    if effect not in _EFFECTS:
        _EFFECTS.append(effect)


def _release(grant: Grant) -> None:
    """What a report took away is given back; a version the server held back is served."""
    thing = grant.thing
    if thing.version_id is not None:
        _serve(grant, thing.version_id)
    holding.give_back(grant.tx, thing.document_id, grant.id, by=grant.person_id)
    for effect in _EFFECTS:
        grant.note(**effect(grant.tx, grant.council_id, thing.document_id))


def _serve(grant: Grant, version_id: Id) -> None:
    """The marking that was found is none: the version is ready, with everything else found."""
    query = select(VersionFinding).where(_finding.c.version_id == version_id)
    last = grant.tx.session.scalars(query.order_by(_finding.c.log_seq.desc())).first()
    if last is None or not (last.fault or "").endswith(MARKED):
        return  # it is held back for another reason, or has gone its own way since
    row_id, sealed = new_id(grant.now), last.measured
    if sealed is not None:
        sha256 = findings.measured(grant.tx, grant.council_id, last.id, sealed)
        sealed = findings.sealed_measure(grant.tx, grant.council_id, row_id, sha256)
    ready = VersionFinding(
        id=row_id,
        council_id=last.council_id,
        document_id=last.document_id,
        version_id=version_id,
        outcome=VersionOutcome.READY,
        fault=None,
        measured=sealed,
        detected=last.detected,
        scan=last.scan,
    )
    facts.enter(grant.tx, grant.council_id, ready)


def closing_of(tx: Tx, incident_id: Id) -> IncidentClosing | None:
    """How the incident was closed, if it was."""
    return tx.session.scalars(
        select(IncidentClosing).where(_closing.c.incident_id == incident_id)
    ).first()


def open_count(tx: Tx) -> int:
    """How many incidents are open, in all councils."""
    return len(_ALL_OPEN.rows(tx, {"now": tx.now}))


def note_of(tx: Tx, council_id: Id, incident_id: Id, sealed: bytes) -> str:
    """What the reader said, in clear."""
    return open_field(tx, council_id, ("incident", "note", incident_id), bytes(sealed))


def done_of(tx: Tx, closing: IncidentClosing) -> str:
    """What the officer did, in clear."""
    place = ("incident_closing", "done", closing.id)
    return open_field(tx, closing.council_id, place, closing.done)
