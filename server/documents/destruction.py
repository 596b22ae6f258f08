"""Destroying a document's content (廃棄): the act, the job that takes the objects away, its proof.

Owns the table `destruction`. Rows, title and log stay; what is gone are the sealed objects of every
version. Never reaches a backup or a copy somebody took out: docs/closing.md says how far it goes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, bindparam, exists, select

from crypto.canonical import canonical, parse
from server import jobs
from server.access import closings
from server.access.grant import Grant
from server.access.parts import Parts
from server.audit import facts
from server.clock import to_text
from server.crashpoints import crashpoint
from server.database import Tx
from server.documents.kinds import COUNCIL_INTERNAL
from server.documents.models import Destruction, Ground, Part, Version
from server.documents.upload_ending import end_of_document
from server.ids import Id, new_id
from server.jobs import TRIES, Job
from server.keys.service import open_if_said, seal_if_said
from server.prepared import Prepared
from server.problems import Conflict, Problem
from server.vault import Vault

REMOVE = "documents.destroy_content"

_destruction: Table = Destruction.__table__  # type: ignore[attr-defined]
_version: Table = Version.__table__  # type: ignore[attr-defined]
_part: Table = Part.__table__  # type: ignore[attr-defined]
_job: Table = Job.__table__  # type: ignore[attr-defined]
_PARTS = Prepared(
    select(_version.c.id.label("version"), _part.c.id.label("part"))
    .outerjoin(_part, _part.c.version_id == _version.c.id)  # a restored one has its origin's
    .where(_version.c.document_id == bindparam("document"))
    .order_by(_version.c.log_seq, _version.c.id, _part.c.position)
)
_GONE = Prepared(
    select(_destruction.c.id)
    .join(_version, _version.c.document_id == _destruction.c.document_id)
    .where(_version.c.id == bindparam("version"))
)


class ContentDestroyed(Problem):
    status, code = 410, "content_destroyed"
    ja = "内容は廃棄されました。題名・経緯・守秘義務の記録は残っています（廃棄の証明を参照）。"
    en = "The content was destroyed. Title, history and duty stay on record: see the certificate."


class OfCouncil(Conflict):
    code = "belongs_to_council"
    ja = "秘密の期間が終わり、協議会の資料になっています。提供者だけで廃棄することはできません。"
    en = "Its secrecy is over and it is the council's paper now: its provider cannot destroy it."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose will it is that content be destroyed, on which ground, for which reason."""

    ground: Ground
    by: Id
    reason: str | None = None
    disposition: Id | None = None


def check_there(grant: Grant) -> None:
    """The granted document still has its content. Raises ContentDestroyed."""
    if grant.thing.destroyed_at is not None:
        raise ContentDestroyed(destroyed_at=to_text(grant.thing.destroyed_at))


def check_takes(grant: Grant) -> None:
    """The granted document takes new content. Raises CouncilIsClosed, ContentDestroyed."""
    closings.check_open(grant.tx, grant.council_id)
    check_there(grant)


def by_provider(grant: Grant, reason: str) -> Destruction:
    """The provider destroys its own content. Raises ContentDestroyed, OfCouncil."""
    check_there(grant)
    if grant.thing.secret and grant.thing.state == COUNCIL_INTERNAL:
        raise OfCouncil
    wanted = Wanted(Ground.PROVIDER, grant.person_id, reason)
    row = destroy(grant.tx, grant.council_id, grant.id, wanted)
    grant.note(destruction=row.id, contents=contents_of(row))
    return row


def destroy(tx: Tx, council_id: Id, document_id: Id, wanted: Wanted) -> Destruction:
    """Content is destroyed from now on, with what is on its way to it; its objects go with jobs.
    The log must be locked.
    """
    row_id = new_id(tx.now)
    row = Destruction(
        id=row_id,
        council_id=council_id,
        document_id=document_id,
        ground=wanted.ground,
        reason=seal_if_said(tx, council_id, _reason_at(row_id), wanted.reason),
        decided_by=wanted.by,
        disposition_id=wanted.disposition,
        contents=canonical(_contents(tx, document_id)).decode(),
    )
    facts.enter(tx, council_id, row)
    jobs.later(tx, REMOVE, document_id)
    end_of_document(tx, document_id)
    return row


def _contents(tx: Tx, document_id: Id) -> dict[Id, list[Id]]:
    tx.flush()
    found: dict[Id, list[Id]] = {}
    for row in _PARTS.rows(tx, {"document": document_id}):
        found.setdefault(row.version, []).extend([row.part] if row.part else [])
    return found


def contents_of(row: Destruction) -> dict[Id, list[Id]]:
    """The objects that were destroyed, by the versions they belonged to."""
    contents: dict[Id, list[Id]] = parse(row.contents.encode())
    return contents


def objects_in(contents: Mapping[Id, Sequence[Id]]) -> list[Id]:
    """Every object of these versions."""
    return [part for of_version in contents.values() for part in of_version]


def of_document(tx: Tx, document_id: Id) -> Destruction | None:
    """The destruction of a document's content, if it was destroyed."""
    query = select(Destruction).where(_destruction.c.document_id == document_id)
    return tx.session.scalars(query).first()


def reason_of(tx: Tx, row: Destruction) -> str | None:
    """Why, in the words of who decided; None where a closing's choice was carried out."""
    return open_if_said(tx, row.council_id, _reason_at(row.id), row.reason)


def _reason_at(row_id: Id) -> tuple[str, str, str]:
    return ("destruction", "reason", row_id)


def remove_content(parts: Parts, document_id: Id) -> None:
    """Take the objects of a destroyed document out of the vault; again does no harm."""
    with parts.database.reading() as tx:
        row = of_document(tx, document_id)
        contents = {} if row is None else contents_of(row)
    for version_id in contents:
        parts.renderer.forget(version_id)
    crashpoint("destruction.begun")
    for part_id in objects_in(contents):
        parts.vault.destroy(part_id)
        crashpoint("destruction.one_removed")


def is_gone(tx: Tx, version_id: Id) -> bool:
    """A version's objects are rightly missing, or are about to be."""
    return _GONE.row(tx, {"version": version_id}) is not None


def check(tx: Tx, vault: Vault) -> Iterator[str]:
    """For fsck: of each destroyed document everything was listed, and nothing is there any more.
    Names faults; what a job is yet to remove is none.
    """
    for row in tx.session.scalars(select(Destruction).order_by(_destruction.c.id)):
        if contents_of(row) != _contents(tx, row.document_id):
            yield f"document {row.document_id}: not all its versions are in its destruction"
        if not _waits(tx, row.document_id):
            for part_id in objects_in(contents_of(row)):
                if vault.path(part_id).exists():
                    yield f"document {row.document_id}: destroyed, but object {part_id} is there"


def _waits(tx: Tx, document_id: Id) -> bool:
    """The job that removes the objects has not been done, and will be tried (again)."""
    waiting = exists().where(
        _job.c.name == REMOVE,
        _job.c.subject == document_id,
        _job.c.done_at.is_(None),
        _job.c.tries < TRIES,
    )
    return bool(tx.connection.scalar(select(waiting)))
