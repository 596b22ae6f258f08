"""Which version of a text is in force: entered once as evidence, never changed.

Owns the table `text_version`. A new version comes into force at its moment by the clock; then what
was acknowledged of an earlier one opens nothing any more (`relations.acknowledged`), and everybody
is asked again. Says nothing about who has acknowledged.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Table, bindparam, select

from server.access.parts import Parts
from server.access.text_files import (
    Text,
    TextError,
    content_of,
    digest_of,
    name_of,
    read_folder,
)
from server.access.text_models import TextVersion
from server.audit import checkpoints, facts
from server.audit import service as audit
from server.audit.models import SYSTEM
from server.audit.service import Draft
from server.clock import Instant
from server.database import Tx
from server.prepared import Prepared
from server.problems import Conflict, NotFound

ENTRY = "text.change"

_text: Table = TextVersion.__table__  # type: ignore[attr-defined]
_COLUMNS = (_text.c.id, _text.c.name, _text.c.digest, _text.c.content, _text.c.effective_at)
_BEGUN = Prepared(
    select(*_COLUMNS)
    .where(_text.c.text_id == bindparam("text"), _text.c.effective_at <= bindparam("now"))
    .order_by(_text.c.effective_at.desc(), _text.c.version.desc())
    .limit(1)
)
_FIRST = Prepared(
    select(*_COLUMNS).where(_text.c.text_id == bindparam("text")).order_by(_text.c.version).limit(1)
)


class NotInForce(Conflict):
    code = "text_not_in_force"
    ja = "確認しようとした版は現在の版ではありません。current の版を読んで確認してください。"
    en = "That is not the version in force. Read and acknowledge the one in `current`."


@dataclass(frozen=True, slots=True)
class InForce:
    """A version of a text: `content` as it was entered, `since` when it came into force."""

    id: str
    name: str
    digest: str
    since: Instant
    content: dict[str, Any]


def current(tx: Tx, text: str, at: Instant | None = None) -> InForce:
    """The version in force now, or at a moment; before the first came into force, the first.

    Raises LookupError where none was entered: an error in our own code.
    """
    moment = tx.now if at is None else at
    row = _BEGUN.row(tx, {"text": text, "now": moment}) or _FIRST.row(tx, {"text": text})
    if row is None:
        raise LookupError(f"no version of {text} was entered")
    return _in_force(row)


def called(tx: Tx, text: str, version: int) -> InForce:
    """One version of a text, whether or not it is in force. Raises NotFound."""
    query = select(*_COLUMNS).where(_text.c.name == name_of(text, version))
    row = tx.connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"no version {version} of {text}")
    return _in_force(row)


def _in_force(row: Any) -> InForce:
    return InForce(row.id, row.name, row.digest, row.effective_at, json.loads(row.content))


def enter_first(tx: Tx, folder: Path) -> list[str]:
    """Enter the texts of a new installation; the caller appends the entry. Raises TextError."""
    return [row.name for row in _enter(tx, folder)]


def note_in_use(parts: Parts) -> list[str]:
    """Enter what the folder of texts holds beyond what was entered; the names of the new versions.

    Of several servers that start at once, one enters them: the log's lock puts them in order.
    Raises TextError: the folder is not understood, or a version that was entered is missing there
    or reads otherwise.
    """
    with parts.database.changing() as tx:
        audit.lock(tx, SYSTEM)
        entered = _enter(tx, parts.settings.texts)
        for row in entered:
            body = {"text": row.name, "digest": row.digest, "effective_at": row.effective_at}
            draft = Draft(
                kind=ENTRY,
                object=f"text_version/{row.id}",
                outcome="done",
                body=body,
                policy=parts.policy.digest,
            )
            audit.append(tx, SYSTEM, draft)
        if entered:
            checkpoints.sign(tx, SYSTEM)
    return [row.name for row in entered]


def _enter(tx: Tx, folder: Path) -> list[TextVersion]:
    known = {row.name: row for row in _all(tx)}
    found = read_folder(folder)
    fresh = [row for text in found.values() for row in _rows(tx, text) if row.name not in known]
    _check(found, known)
    return [facts.enter(tx, SYSTEM, row) for row in fresh]


def _all(tx: Tx) -> Sequence[TextVersion]:
    return tx.session.scalars(select(TextVersion).order_by(_text.c.log_seq, _text.c.id)).all()


def _rows(tx: Tx, text: Text) -> list[TextVersion]:
    rows = []
    for version in text.versions:
        content = content_of(text.id, version)
        row = TextVersion(
            text_id=text.id,
            version=version.version,
            name=name_of(text.id, version.version),
            digest=digest_of(content),
            content=content,
            # Never in the past: what was acknowledged before it was entered was another text.
            effective_at=max(version.begins, tx.now),
        )
        rows.append(row)
    return rows


def _check(found: dict[str, Text], known: dict[str, TextVersion]) -> None:
    """Raises TextError where a version that was entered is not in the files as it was."""
    read = {
        name_of(text.id, version.version): digest_of(content_of(text.id, version))
        for text in found.values()
        for version in text.versions
    }
    for name, row in known.items():
        if name not in read:
            raise TextError(f"{name} was entered and is not in its file: versions stay there")
        if read[name] != row.digest:
            raise TextError(
                f"{name} was entered with digest {row.digest} and reads otherwise now: put its "
                "text back, and put what is new under the next version number"
            )


def check_named(tx: Tx, text: str, name: str) -> InForce:
    """The version in force, which the caller says they have read. Raises NotInForce."""
    present = current(tx, text)
    if name != present.name:
        raise NotInForce(current=present.name)
    return present
