"""Who is told of changes to their own credentials and tokens.

Owns what `server/identity`, which comes before relations and policies, cannot declare itself.
"""

from collections.abc import Iterator

from sqlalchemy import Table, select

from server.access.kinds import PERSON_KIND
from server.access.matters import Telling, Tells, Topic, stage_of
from server.audit.facts import holds
from server.audit.models import Ending, Evidence
from server.clock import DAY, Instant
from server.database import Tx
from server.identity.models import ApiToken, Credential, Enrolment
from server.identity.oidc_models import ProviderLink
from server.identity.passkey_models import Passkey
from server.ids import Id

STAGES = (7, 1)
CREDENTIALS: tuple[type[Evidence], ...] = (Passkey, ProviderLink, Credential)

_token: Table = ApiToken.__table__  # type: ignore[attr-defined]


def added(_tx: Tx, row: Passkey | ProviderLink | Credential) -> Iterator[Telling]:
    """A passkey, a link to an organisation's sign-in or a password is new: its person."""
    yield _changed(row.person_id, row.id, row.recorded_at)


def linked(_tx: Tx, row: Enrolment) -> Iterator[Telling]:
    """Somebody made a one-time link by which this person can set a credential: the person."""
    yield _changed(row.person_id, row.id, row.recorded_at)


def ended(tx: Tx, ending: Ending) -> Iterator[Telling]:
    """A credential was removed or replaced: its person, whoever did it."""
    for model in CREDENTIALS:
        row = tx.session.get(model, ending.fact_id)
        if row is not None:
            person: Id = row.person_id  # type: ignore[attr-defined]
            yield _changed(person, ending.id, ending.recorded_at)


def _changed(person_id: Id, source: Id, at: Instant) -> Telling:
    return Telling(
        topic=Topic.CREDENTIAL_CHANGED,
        person_id=person_id,
        kind=PERSON_KIND,
        id=person_id,
        council_id=None,
        source=source,
        at=at,
    )


def remind_of_tokens(tx: Tx) -> Iterator[Telling]:
    """Tokens for programs that expire within 7 and 1 days: their owners."""
    query = select(ApiToken).where(
        holds(_token), _token.c.expires_at > tx.now, _token.c.expires_at <= tx.now + 7 * DAY
    )
    for token in tx.session.scalars(query, {"now": tx.now}):
        stage = stage_of(tx.now, token.expires_at, STAGES, DAY)
        if stage is not None:
            yield Telling(
                topic=Topic.TOKEN_ENDING,
                person_id=token.person_id,
                kind=PERSON_KIND,
                id=token.person_id,
                council_id=token.council_id,
                source=token.id,
                at=tx.now,
                deadline=token.expires_at,
                stage=stage,
            )


TELLS = (
    Tells(Passkey, added),
    Tells(ProviderLink, added),
    Tells(Credential, added),
    Tells(Enrolment, linked),
    Tells(Ending, ended),
)
REMINDERS = (remind_of_tokens,)
