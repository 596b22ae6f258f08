"""Providing a secret: what must be said first, and the item's acknowledgement (docs/provision.md).

Owns the table `provided`, and BR-15, BR-16, BR-19 and BR-36. The scope, before and afterwards, is
`scope.py`. Only the provider comes here, and to acknowledge a named person: the guard's doing.
"""

from collections.abc import Sequence
from enum import StrEnum

from crypto.canonical import canonical
from crypto.digests import sha256
from server.access import closings, seats, texts
from server.access.grant import Grant
from server.access.text_files import ITEM
from server.access.texts import InForce
from server.audit import facts
from server.clock import Instant
from server.database import Tx
from server.documents import endings
from server.documents.content import versions
from server.documents.content.versions import NewestNotReady, NotReady
from server.documents.destruction import ContentDestroyed
from server.documents.kinds import DRAFT
from server.documents.models import HandlingLevel, Provided
from server.documents.provision import scope
from server.documents.provision.drafting import NotSecretInSubstance, Statement, state, statement_of
from server.documents.provision.recipients import Named, recipients
from server.documents.viewing.viewable import can_be_viewed
from server.ids import Id
from server.problems import Conflict, Problem


class Missing(StrEnum):
    """What a draft still wants before it can be provided."""

    SUBJECT = "subject"
    RECIPIENTS = "recipients"
    PERIOD = "period"
    REASON = "reason"
    SUBSTANCE = "substance"
    FILE = "file"
    VIEWABLE_FILE = "viewable_file"


SCOPE = (Missing.SUBJECT, Missing.RECIPIENTS, Missing.PERIOD, Missing.REASON)


class Incomplete(Problem):
    status, code = 422, "provision_incomplete"
    ja = "対象・提供先・期間・理由が足りません。missing の項目を定めてください（BR-15）。"
    en = "Subject, recipients, period, reason: all are needed. State those in `missing` (BR-15)."


class FileNotViewable(Problem):
    status, code = 422, "file_not_viewable"
    ja = (
        "このファイルは、この画面では表示できない形式です。"
        "PDF に変換して送り直すか、取扱いで保存（download）を認めてください。"
    )
    en = (
        "A file of this kind cannot be shown here. Convert it to PDF and upload it again, or allow "
        "it to be downloaded (`download`)."
    )


class ScopeChanged(Conflict):
    code = "scope_changed"
    ja = "確認しようとした範囲・期間は現在のものではありません。概要を読み直して確認してください。"
    en = "That is not the scope in force. Read the summary again, then acknowledge."


class NotDraft(Conflict):
    code = "not_a_draft"
    ja = "提供済みです。対象・理由は変えられません。"
    en = "It has been provided: what was said of it can no longer be changed."


def restate(grant: Grant, said: Statement) -> None:
    """Write the statement of a draft anew.

    Raises NotDraft, NotSecretInSubstance, CouncilIsClosed.
    """
    closings.check_open(grant.tx, grant.council_id)
    if grant.thing.state != DRAFT:
        raise NotDraft
    state(grant, grant.id, said)


def missing(grant: Grant, said: Statement, named: Sequence[Named]) -> list[Missing]:
    """What the granted draft still wants, in the order it is asked for."""
    ends_at = grant.thing.ends_at
    stated = {
        Missing.SUBJECT: said.subject,
        Missing.RECIPIENTS: named,
        Missing.PERIOD: ends_at is not None and ends_at > grant.now,
        Missing.REASON: said.reason,
        Missing.SUBSTANCE: said.not_publicly_known and said.why_worth_protecting,
    }
    return [word for word, value in stated.items() if not value] + _missing_file(grant)


def _missing_file(grant: Grant) -> list[Missing]:
    try:
        version_id = versions.to_provide(grant)
    except (NotReady, NewestNotReady, ContentDestroyed):
        return [Missing.FILE]
    return [] if _can_be_read(grant, version_id) else [Missing.VIEWABLE_FILE]


def _can_be_read(grant: Grant, version_id: Id) -> bool:
    """Recipients can do something with it: see its pages, or take the file."""
    if grant.thing.handling == HandlingLevel.DOWNLOAD:
        return True
    return can_be_viewed(versions.one(grant.tx, version_id))


def provide(grant: Grant) -> list[Named]:
    """Provide the draft: from now the duty is on its recipients. Those blocked are returned.

    A recipient whose member has no valid confirmation gets nothing until it has one; the others
    are not held up (BR-16). Raises Incomplete (BR-15), NotSecretInSubstance (BR-19), NotReady,
    NewestNotReady, FileNotViewable, CouncilIsClosing, CouncilIsClosed.
    """
    closings.check_lasting(grant.tx, grant.council_id)
    provision_id, said = statement_of(grant.tx, grant.council_id, grant.id)
    named = recipients(grant.tx, grant.id)
    _check_complete(missing(grant, said, named))
    provided = Provided(
        council_id=grant.council_id,
        document_id=grant.id,
        provision_id=provision_id,
        version_id=versions.to_provide(grant),
        provided_by=grant.person_id,
    )
    facts.enter(grant.tx, grant.council_id, provided)
    endings.remind(grant.tx, grant.id, grant.thing.ends_at)
    blocked = [person for person in named if person.blocked]
    grant.note(recipients=[p.person for p in named], blocked=[p.person for p in blocked])
    return blocked


def _check_complete(wanting: Sequence[Missing]) -> None:
    """Raises for the first thing that is missing; a file that is not ready is its own problem."""
    if said := [each for each in wanting if each in SCOPE]:
        raise Incomplete(None, missing=said)
    if Missing.SUBSTANCE in wanting:
        raise NotSecretInSubstance
    if Missing.VIEWABLE_FILE in wanting:
        raise FileNotViewable


def scope_digest(
    tx: Tx, document_id: Id, provider: Id, ends_at: Instant, event: str | None
) -> tuple[InForce, str]:
    """The item's text in force, and the digest of what a recipient acknowledges for this item."""
    version = texts.current(tx, ITEM)
    what = {
        "text": version.digest,
        "document": document_id,
        "provider": provider,
        "ends_at": ends_at,
        **({} if event is None else {"event": event}),
    }
    return version, sha256(canonical(what)).hex()


def acknowledge(grant: Grant, digest: str) -> None:
    """Record that a named person acknowledges the item's scope before the first opening (BR-36).

    Raises ScopeChanged when the period was moved meanwhile.
    """
    thing = grant.thing
    event = scope.event_of(grant.tx, grant.council_id, grant.id)
    text, present = scope_digest(
        grant.tx, grant.id, thing.provider_membership_id, thing.ends_at, event
    )
    if digest != present:
        raise ScopeChanged(current=present)
    seats.acknowledge(
        grant.tx,
        grant.council_id,
        grant.person_id,
        text_id=text.name,
        text_digest=present,
        subject_id=grant.id,
    )
