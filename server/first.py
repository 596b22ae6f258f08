"""The first administrator, by a one-time link printed at the first start.

Owns what happens while nobody holds an office. Afterwards it does nothing: no restart, and nobody
with the machine alone, gets a second way in by it (the log shows every use).
"""

import json

from sqlalchemy import Table, func, select

from server.access import offices
from server.access.models import Office
from server.access.parts import Parts
from server.access.vocabulary import OfficeRole
from server.audit import checkpoints
from server.audit import service as audit
from server.audit.models import SYSTEM
from server.audit.service import Draft
from server.database import Tx
from server.identity import service as identity
from server.identity.models import Organisation

OPERATOR = "operator"
ADDRESS = "administrator@localhost"

_office: Table = Office.__table__  # type: ignore[attr-defined]


def link(parts: Parts) -> str | None:
    """A fresh one-time link for the first administrator until it has been used; then None."""
    with parts.database.changing() as tx:
        audit.lock(tx, SYSTEM)
        person_id = _administrator(tx)
        if person_id is None or identity.has_credential(tx, person_id):
            return None
        token = identity.invite(tx, person_id, by=None)
        draft = Draft(
            kind="installation.first_link",
            object=f"person/{person_id}",
            outcome="done",
            policy=parts.policy.digest,
        )
        audit.append(tx, SYSTEM, draft)
        checkpoints.sign(tx, SYSTEM)
        return token


def _administrator(tx: Tx) -> str | None:
    """The first administrator, made now if nobody ever held an office; None once others do."""
    if not tx.connection.scalar(select(func.count()).select_from(_office)):
        return _make(tx)
    return identity.person_by_email(tx, ADDRESS)


def _make(tx: Tx) -> str:
    organisation(tx, OPERATOR, "運用者", "Operator of this server", kind=OPERATOR, made_by="init")
    person = identity.register(
        tx,
        identity.NewPerson(
            name="最初の管理者",
            kana="サイショノカンリシャ",
            email=ADDRESS,
            organisation_id=OPERATOR,
            title="システム管理者",
        ),
    )
    offices.appoint(tx, person.id, OfficeRole.SYSTEM_ADMINISTRATOR, council_id=None, until=None)
    return person.id


def organisation(tx: Tx, id: str, ja: str, en: str, *, kind: str, made_by: str) -> None:
    """Enter an organisation that is not in the data we ship, unless it is there."""
    if tx.session.get(Organisation, id) is not None:
        return
    row = Organisation(
        id=id,
        name_ja=ja,
        name_en=en,
        kind=kind,
        parent_id=None,
        abbr=None,
        roles="[]",
        source=json.dumps({"made_by": made_by}, separators=(",", ":")),
        recorded_at=tx.now,
    )
    tx.session.add(row)
    tx.flush()
