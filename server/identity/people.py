"""Persons as they are shown. Used by endpoints alone; opens names only behind a Grant."""

from sqlalchemy import Table, bindparam, select

from server.access.grant import Grant
from server.access.models import Office
from server.audit.facts import holds
from server.identity import passkeys
from server.identity.models import Affiliation
from server.identity.schemas import MeOut, OfficeOut
from server.keys.models import INSTALLATION
from server.keys.service import open_field
from server.prepared import Prepared

WANTED = 2  # passkeys: one may be lost (IDN-3)

_office: Table = Office.__table__  # type: ignore[attr-defined]
_affiliation: Table = Affiliation.__table__  # type: ignore[attr-defined]
_ORGANISATIONS = Prepared(
    select(_affiliation.c.organisation_id).where(
        _affiliation.c.person_id == bindparam("person"), holds(_affiliation)
    )
)
_OFFICES = Prepared(
    select(_office.c.role, _office.c.council_id).where(
        _office.c.person_id == bindparam("person"), holds(_office)
    )
)


def me(grant: Grant) -> MeOut:
    """The caller to themselves."""
    names = {
        column: open_field(
            grant.tx, INSTALLATION, ("person", column, grant.id), getattr(grant.thing, column)
        )
        for column in ("name", "kana", "email")
    }
    held = passkeys.count(grant.tx, grant.id)
    return MeOut(
        id=grant.id,
        organisations=_organisations(grant),
        offices=_offices(grant),
        passkeys=held,
        second_passkey_needed=held < WANTED,
        may=[*grant.may],
        **names,
    )


def _organisations(grant: Grant) -> list[str]:
    found = _ORGANISATIONS.rows(grant.tx, {"person": grant.person_id, "now": grant.now})
    return sorted(row.organisation_id for row in found)


def _offices(grant: Grant) -> list[OfficeOut]:
    found = _OFFICES.rows(grant.tx, {"person": grant.person_id, "now": grant.now})
    return [OfficeOut(role=row.role, council=row.council_id) for row in found]
