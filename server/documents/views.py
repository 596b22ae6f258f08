"""Documents as they are shown: what the caller may know of them, and no more.

Owns putting rows, opened fields and rights together. Opens titles and statements only behind a
Grant that reads; a summary opens nothing.
"""

from typing import Any

from server.access.grant import Grant
from server.access.listing import Seen
from server.access.vocabulary import Relation
from server.documents import provision, versions
from server.documents.kinds import SECRET
from server.documents.provision import Named
from server.documents.schemas import (
    DocumentOut,
    ItemOut,
    ProvidedOut,
    RecipientOut,
    ScopeOut,
    StatementOut,
    SummaryOut,
    VersionOut,
)
from server.documents.service import statement_of, title_of
from server.documents.versions import StoredVersion


def item(grant: Grant, seen: Seen) -> ItemOut:
    """A document in a list."""
    # Our own rows, by the page: judging each field again would cost more than finding it.
    return ItemOut.model_construct(**_item(grant, seen.row), may=seen.may)


def _item(grant: Grant, thing: Any) -> dict[str, Any]:
    return {
        "id": thing.id,
        "council": thing.log_id,
        "title": title_of(grant.tx, thing.log_id, thing.id, thing.title),
        "state": thing.state,
        "secret": bool(thing.secret),
        "under_duty": thing.state == SECRET,
        "provider": thing.provider_membership_id,
        "created_by": thing.created_by,
        "created_at": thing.recorded_at,
        "provided_at": thing.provided_at,
        "ends_at": thing.ends_at,
        "version": thing.version_id,
    }


def document(grant: Grant) -> DocumentOut:
    """The granted document, as its facts stood when the Grant was given."""
    return DocumentOut(**_document(grant), may=[*grant.may])


def provided(grant: Grant, blocked: list[Named]) -> ProvidedOut:
    """A secret that has just been provided, and whom it was not delivered to."""
    return ProvidedOut(
        **_document(grant), may=[*grant.may], blocked=[recipient(named) for named in blocked]
    )


def _document(grant: Grant) -> dict[str, Any]:
    thing, is_provider = grant.thing, Relation.PROVIDER in grant.held
    found = versions.for_caller(grant, versions.of_document(grant.tx, grant.id))
    named = provision.recipients(grant.tx, grant.id) if thing.secret and is_provider else None
    return {
        **_item(grant, thing),
        "released_at": thing.released_at,
        "suspended": thing.denied is not None,
        "statement": _statement(grant) if thing.secret else None,
        "recipients": None if named is None else [recipient(person) for person in named],
        "versions": [version(each) for each in found],
    }


def _statement(grant: Grant) -> StatementOut:
    return StatementOut.model_validate(statement_of(grant.tx, grant.log_id, grant.id)[1])


def recipient(named: Named) -> RecipientOut:
    """A named person, as the provider sees them."""
    return RecipientOut.model_validate(named)


def version(stored: StoredVersion) -> VersionOut:
    """A version, from its manifest."""
    manifest = stored.manifest
    return VersionOut(
        id=manifest.version,
        document=manifest.document,
        state=stored.state,  # type: ignore[arg-type]  # one of the three words
        created_at=manifest.created,
        created_by=stored.created_by,
        file_name=manifest.file_name,
        media_type=manifest.media_type,
        size=manifest.total,
        sha256=manifest.sha256,
    )


def summary(grant: Grant, thing: Any, held: frozenset[Relation], may: list[Any]) -> SummaryOut:
    """That a document is there: for named persons before they acknowledge, and for officers."""
    return SummaryOut(
        id=thing.id,
        council=thing.log_id,
        state=thing.state,
        under_duty=thing.state == SECRET,
        provider=thing.provider_membership_id,
        created_at=thing.recorded_at,
        provided_at=thing.provided_at,
        ends_at=thing.ends_at,
        suspended=thing.denied is not None,
        recipients=provision.count(grant.tx, thing.id),
        scope=_scope(grant, thing) if Relation.INVITED in held else None,
        may=[*may],
    )


def _scope(grant: Grant, thing: Any) -> ScopeOut:
    provider, ends_at = thing.provider_membership_id, thing.ends_at
    text, digest = provision.scope_digest(thing.id, provider, ends_at, grant.now)
    return ScopeOut(digest=digest, duty=text, document=thing.id, provider=provider, ends_at=ends_at)
