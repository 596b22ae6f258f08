"""Persons as they are shown. Used by endpoints alone; opens names only behind a Grant."""

from sqlalchemy import Table, bindparam, select

from server.access.grant import Grant, begin
from server.access.guard import Call
from server.access.models import Office
from server.audit.facts import holds
from server.identity import passwords, service
from server.identity.caller import SESSION
from server.identity.models import Affiliation
from server.identity.schemas import MeOut, OfficeOut, PasswordIn
from server.keys.models import INSTALLATION
from server.keys.service import open_field
from server.prepared import Prepared
from server.problems import Problem, Refused

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


class WrongPassword(Problem):
    status, code = 403, "wrong_password"
    ja = "パスワードが違います。"
    en = "The password is wrong."


def proved(call: Call) -> str:
    """Check the caller's present password ahead of the change; what it was checked against.

    argon2 runs with no transaction open, so that a flood of tries never holds the database.
    Raises WrongPassword, Unauthenticated, Busy.
    """
    with call.parts.database.reading() as tx:
        caller = begin(call.parts, tx, call.request, call.attempt)
        if caller.credential != SESSION:
            raise Refused("a signed-in session is needed", scope=SESSION)
        verifier = service.verifier_of_person(tx, caller.person_id)
    asked = call.arguments["asked"]
    present = asked.present if isinstance(asked, PasswordIn) else asked.password
    if verifier is None or not passwords.matches(verifier, present.get_secret_value(), within=True):
        raise WrongPassword
    return verifier


def proved_with_new(call: Call) -> tuple[str, str]:
    """As `proved`, with the verifier of the new password beside it. Raises WeakPassword too."""
    old = proved(call)
    new = call.arguments["asked"].new.get_secret_value()
    return old, passwords.verifier_of(new, within=True)


def me(grant: Grant) -> MeOut:
    """The caller to themselves."""
    names = {
        column: open_field(
            grant.tx, INSTALLATION, ("person", column, grant.id), getattr(grant.thing, column)
        )
        for column in ("name", "kana", "email")
    }
    return MeOut(
        id=grant.id,
        organisations=_organisations(grant),
        offices=_offices(grant),
        may=[*grant.may],
        **names,
    )


def _organisations(grant: Grant) -> list[str]:
    found = _ORGANISATIONS.rows(grant.tx, {"person": grant.person_id, "now": grant.now})
    return sorted(row.organisation_id for row in found)


def _offices(grant: Grant) -> list[OfficeOut]:
    found = _OFFICES.rows(grant.tx, {"person": grant.person_id, "now": grant.now})
    return [OfficeOut(role=row.role, council=row.council_id) for row in found]
