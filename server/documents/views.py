"""Documents as they are shown: what the caller may know of them, and no more.

Owns putting rows, opened fields and rights together. Opens titles and statements only behind a
Grant that reads; a summary opens nothing.
"""

from typing import Any

from server.access.condition import Condition
from server.access.grant import Grant
from server.access.listing import Seen
from server.access.text_schemas import text_out
from server.access.vocabulary import Relation
from server.access.words import PHRASES
from server.documents import endings
from server.documents.content import versions
from server.documents.content.views import versions_shown
from server.documents.kinds import DOCUMENT, DRAFT, SECRET, UNDER_DUTY
from server.documents.models import HandlingLevel
from server.documents.provision import audience, scope
from server.documents.provision import service as provision
from server.documents.provision.drafting import statement_of
from server.documents.provision.recipients import Named, count, recipients
from server.documents.provision.scope_schemas import (
    EndedOut,
    LackOut,
    RecipientOut,
    ScopeSetOut,
)
from server.documents.provision.service import Missing
from server.documents.schemas import (
    DocumentOut,
    ItemOut,
    ProvidedOut,
    ScopeOut,
    StatementOut,
    SummaryOut,
)
from server.documents.titles import title_of


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
        "under_duty": thing.state in UNDER_DUTY,
        "provider": thing.provider_membership_id,
        "created_by": thing.created_by,
        "created_at": thing.recorded_at,
        "provided_at": thing.provided_at,
        "ends_at": thing.ends_at,
        "destroyed_at": thing.destroyed_at,
        "version": thing.version_id,
        "handling": None if thing.handling is None else HandlingLevel(thing.handling),
        "ended": _ended(thing),
    }


def _ended(thing: Any) -> EndedOut | None:
    found = endings.ended(thing)
    return None if found is None else EndedOut(at=found[0], ground=found[1])


def document(grant: Grant) -> DocumentOut:
    """The granted document, as its facts stood when the Grant was given."""
    return DocumentOut(**_document(grant), may=[*grant.may])


def provided(grant: Grant, blocked: list[Named]) -> ProvidedOut:
    """A secret that has just been provided, and whom it was not delivered to."""
    return ProvidedOut(**_document(grant), may=[*grant.may], blocked=_recipients(grant, blocked))


def scope_set(grant: Grant) -> ScopeSetOut:
    """The scope of the granted secret as the act has left it."""
    after(grant)
    return ScopeSetOut(
        id=grant.id,
        ends_at=grant.thing.ends_at,
        event=scope.event_of(grant.tx, grant.council_id, grant.id),
        handling=HandlingLevel(grant.thing.handling),
        recipients=_recipients(grant, recipients(grant.tx, grant.id)),
    )


def after(grant: Grant) -> Grant:
    """The Grant with the facts as the act has left them."""
    grant.tx.flush()
    facts = {"id": grant.id, "person": grant.person_id, "now": grant.now}
    grant.thing = DOCUMENT.one.row(grant.tx, facts) or grant.thing
    return grant


def _document(grant: Grant) -> dict[str, Any]:
    thing, is_provider = grant.thing, Relation.PROVIDER in grant.held
    found = versions.for_caller(grant, versions.of_document(grant.tx, grant.id))
    named = recipients(grant.tx, grant.id) if thing.secret and is_provider else None
    return {
        **_item(grant, thing),
        "released_at": thing.released_at,
        "suspended": thing.denied is not None,
        "event": scope.event_of(grant.tx, grant.log_id, grant.id) if thing.secret else None,
        "missing": None if thing.state != DRAFT else _missing(grant, named or []),
        "statement": _statement(grant) if thing.secret else None,
        "recipients": None if named is None else _recipients(grant, named),
        "versions": versions_shown(grant, found),
    }


def _statement(grant: Grant) -> StatementOut:
    return StatementOut.model_validate(statement_of(grant.tx, grant.log_id, grant.id)[1])


def _missing(grant: Grant, named: list[Named]) -> list[Missing]:
    """What a draft still wants: only its provider sees drafts."""
    _, said = statement_of(grant.tx, grant.log_id, grant.id)
    return provision.missing(grant, said, named)


def _recipients(grant: Grant, named: list[Named]) -> list[RecipientOut]:
    """Named persons as the provider sees them, each with what it still wants for it to open."""
    found = audience.prospects(grant.tx, grant.council_id, [each.person for each in named])
    lacking = {each.person: each.missing for each in found}
    return [
        RecipientOut(
            person=each.person,
            name=each.name,
            membership=each.membership,
            blocked=each.blocked,
            acknowledged=each.acknowledged,
            missing=[lack(condition) for condition in _lacks(grant, each, lacking[each.person])],
        )
        for each in named
    ]


def _lacks(grant: Grant, named: Named, lacking: tuple[Condition, ...]) -> list[Condition]:
    unread = grant.thing.state == SECRET and not named.acknowledged
    return [*lacking, *([Condition.SCOPE_ACKNOWLEDGED] if unread else [])]


def lack(condition: Condition) -> LackOut:
    """A condition that is not met, in words."""
    ja, en = PHRASES[condition]
    return LackOut(condition=condition, ja=ja, en=en)


def summary(grant: Grant, thing: Any, held: frozenset[Relation], may: list[Any]) -> SummaryOut:
    """That a document is there: for named persons before they acknowledge, and for officers."""
    return SummaryOut(
        id=thing.id,
        council=thing.log_id,
        state=thing.state,
        under_duty=thing.state in UNDER_DUTY,
        provider=thing.provider_membership_id,
        created_at=thing.recorded_at,
        provided_at=thing.provided_at,
        ends_at=thing.ends_at,
        suspended=thing.denied is not None,
        recipients=count(grant.tx, thing.id),
        scope=_scope(grant, thing) if Relation.INVITED in held else None,
        may=[*may],
    )


def _scope(grant: Grant, thing: Any) -> ScopeOut:
    provider, ends_at = thing.provider_membership_id, thing.ends_at
    event = scope.event_of(grant.tx, thing.log_id, thing.id)
    version, digest = provision.scope_digest(grant.tx, thing.id, provider, ends_at, event)
    return ScopeOut(
        digest=digest,
        text=text_out(version),
        document=thing.id,
        provider=provider,
        ends_at=ends_at,
        event=event,
    )
