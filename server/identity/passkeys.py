"""Passkeys of persons: registering, recognising, naming, removing.

Owns the tables `passkey` and `passkey_use`, and what an answer must be besides valid: by a key that
holds, of the person it is for, used once more than before. Which act a proof is good for is said in
`proofs.py`; who may add or remove a passkey is decided by the guard.
"""

import json
from typing import Any

from sqlalchemy import Table, bindparam, func, select, update

from crypto.canonical import canonical
from crypto.errors import Unverified
from server.audit import facts
from server.audit.models import SYSTEM
from server.database import Tx
from server.identity import ceremony
from server.identity.ceremony import Json, Key, Party, Unproved
from server.identity.challenges import Asked
from server.identity.models import Person
from server.identity.passkey_models import Passkey, PasskeyUse
from server.identity.passkey_problems import (
    LastPasskey,
    NoPasskeyFits,
    PasskeyCloned,
    PasskeyKnown,
    PasskeyRefused,
    TooManyPasskeys,
)
from server.ids import Id, new_id
from server.keys.models import INSTALLATION
from server.keys.service import open_field, seal_field
from server.prepared import Prepared
from server.problems import NotFound

MOST = 20

_passkey: Table = Passkey.__table__  # type: ignore[attr-defined]
_use: Table = PasskeyUse.__table__  # type: ignore[attr-defined]
_person: Table = Person.__table__  # type: ignore[attr-defined]
_COUNT = Prepared(
    select(func.count().label("held"))
    .select_from(_passkey)
    .where(_passkey.c.person_id == bindparam("person"), facts.holds(_passkey))
)


def count(tx: Tx, person_id: Id) -> int:
    """How many passkeys the person has now."""
    row = _COUNT.row(tx, {"person": person_id, "now": tx.now})
    return 0 if row is None else int(row.held)


def ever(tx: Tx, person_id: Id) -> bool:
    """Whether the person ever had a passkey; then nobody else can enrol them."""
    query = select(_passkey.c.id).where(_passkey.c.person_id == person_id)
    return tx.connection.execute(query).first() is not None


def held(tx: Tx, person_id: Id) -> list[tuple[Passkey, PasskeyUse]]:
    """The person's passkeys that hold, with their use, oldest first."""
    query = (
        select(Passkey, PasskeyUse)
        .join(_use, _use.c.passkey_id == _passkey.c.id)
        .where(_passkey.c.person_id == person_id, facts.holds(_passkey))
        .order_by(_passkey.c.log_seq, _passkey.c.id)
    )
    return [(row[0], row[1]) for row in tx.session.execute(query, {"now": tx.now})]


def options_to_make(tx: Tx, party: Party, person_id: Id, name: str, asked: Asked) -> Json:
    """Options for a further passkey of this person, who is shown as `name` when choosing one."""
    known = [_key(passkey) for passkey, _ in held(tx, person_id)]
    return ceremony.creation_options(party, asked.value, _handle(person_id), name, known)


def options_to_sign(
    tx: Tx, party: Party, person_id: Id, asked: Asked, *, device_bound: bool
) -> Json:
    """Options to prove by one of this person's passkeys. Raises NoPasskeyFits."""
    mine = [passkey for passkey, _ in held(tx, person_id)]
    fitting = [each for each in mine if not (device_bound and each.backup_eligible)]
    if not fitting:
        raise NoPasskeyFits
    return ceremony.request_options(party, asked.value, [_key(each) for each in fitting])


def options_for_anybody(party: Party, asked: Asked) -> Json:
    """Options to sign in: whoever has a passkey here chooses it; nobody is named."""
    return ceremony.request_options(party, asked.value)


def register(
    tx: Tx, party: Party, person_id: Id, asked: Asked, name: str, credential: Json
) -> Passkey:
    """Let a key that was just made be this person's. Raises PasskeyRefused, PasskeyKnown,
    TooManyPasskeys.
    """
    try:
        made = ceremony.created(party, asked.value, credential)
    except Unproved as error:
        raise PasskeyRefused.because(error.why) from error
    if count(tx, person_id) >= MOST:
        raise TooManyPasskeys(most=MOST)
    query = select(_passkey.c.id).where(_passkey.c.credential_id == made.credential_id)
    if tx.connection.execute(query).first() is not None:
        raise PasskeyKnown
    row_id = new_id(tx.now)
    passkey = Passkey(
        id=row_id,
        person_id=person_id,
        credential_id=made.credential_id,
        verifier=b"",
        aaguid=made.aaguid,
        transports=" ".join(made.transports),
        backup_eligible=made.backup_eligible,
        discoverable=made.discoverable,
        attestation=made.attestation,
    )
    content = canonical([*_bound(passkey), made.public_key.hex()]).decode()
    passkey.verifier = seal_field(tx, INSTALLATION, _place("verifier", row_id), content)
    facts.enter(tx, SYSTEM, passkey)
    use = PasskeyUse(
        passkey_id=row_id,
        name=_seal_name(tx, row_id, name),
        sign_count=made.sign_count,
        backed_up=made.backed_up,
        last_used_at=None,
    )
    tx.session.add(use)
    tx.flush()
    return passkey


def recognise(
    tx: Tx, party: Party, asked: Asked, credential: Json, *, person_id: Id | None = None
) -> Passkey:
    """The passkey that signed this challenge: of this person, or (without one) of whoever it says.

    Raises PasskeyRefused, alike for whatever is wrong, and PasskeyCloned for a valid signature
    whose count does not go forward (WebAuthn 7.2, step 22).
    """
    try:
        found = _named(tx, credential)
        if person_id not in (None, found.person_id):
            raise Unproved("of_another_person")
        handle = ceremony.handle_of(credential)
        if handle != _handle(found.person_id) and not (handle is None and person_id):
            raise Unproved("wrong_user_handle")
        signed = ceremony.signed(party, asked.value, credential, _public_key(tx, found))
        if signed.backup_eligible != found.backup_eligible:
            raise Unproved("backup_eligibility_changed")
    except Unproved as error:
        raise PasskeyRefused.because(error.why) from error
    _note_use(tx, found, signed)
    return found


def rename(tx: Tx, person_id: Id, passkey_id: Id, name: str) -> None:
    """Give one of the person's passkeys another name. Raises NotFound."""
    find(tx, person_id, passkey_id)
    query = update(_use).where(_use.c.passkey_id == passkey_id)
    tx.connection.execute(query.values(name=_seal_name(tx, passkey_id, name)))


def remove(tx: Tx, person_id: Id, passkey_id: Id) -> None:
    """End one of the person's passkeys, never the last. Raises NotFound, LastPasskey."""
    found = find(tx, person_id, passkey_id)
    if count(tx, person_id) == 1:
        raise LastPasskey
    facts.end(tx, found, by=person_id, reason="removed")


def end_all(tx: Tx, person_id: Id, *, by: Id, reason: str) -> int:
    """End every passkey of a person; how many there were."""
    rows = held(tx, person_id)
    for passkey, _ in rows:
        facts.end(tx, passkey, by=by, reason=reason)
    return len(rows)


def find(tx: Tx, person_id: Id, passkey_id: Id) -> Passkey:
    """One of the person's passkeys. Raises NotFound."""
    for passkey, _ in held(tx, person_id):
        if passkey.id == passkey_id:
            return passkey
    raise NotFound("no such passkey")


def name_of(tx: Tx, use: PasskeyUse) -> str:
    """What its person calls it."""
    return open_field(tx, INSTALLATION, _place("name", use.passkey_id), use.name)


def _named(tx: Tx, credential: Json) -> Passkey:
    """The passkey an answer says it is of, if it and its person still hold. Raises Unproved."""
    query = select(Passkey).where(
        _passkey.c.credential_id == ceremony.credential_id_of(credential), facts.holds(_passkey)
    )
    found = tx.session.scalars(query, {"now": tx.now}).one_or_none()
    if found is None:
        raise Unproved("unknown_credential")
    present = select(_person.c.id).where(_person.c.id == found.person_id, facts.holds(_person))
    if tx.connection.execute(present, {"now": tx.now}).first() is None:
        raise Unproved("person_ended")
    return found


def _note_use(tx: Tx, passkey: Passkey, signed: ceremony.Signed) -> None:
    """Keep the count; on PostgreSQL two at once are told apart by the row's lock."""
    query = select(_use.c.sign_count).where(_use.c.passkey_id == passkey.id).with_for_update()
    before: int = tx.connection.execute(query).scalar_one()
    if signed.sign_count <= before and (signed.sign_count or before):
        raise PasskeyCloned.of(passkey.person_id, passkey.id, signed.sign_count, before)
    tx.connection.execute(
        update(_use)
        .where(_use.c.passkey_id == passkey.id)
        .values(sign_count=signed.sign_count, backed_up=signed.backed_up, last_used_at=tx.now)
    )


def _public_key(tx: Tx, passkey: Passkey) -> bytes:
    """The key a row verifies by. Raises Unverified for a row not written by this server so."""
    opened = open_field(tx, INSTALLATION, _place("verifier", passkey.id), passkey.verifier)
    *bound, public_key = json.loads(opened)
    if bound != _bound(passkey):
        raise Unverified("passkey")
    return bytes.fromhex(public_key)


def _bound(passkey: Passkey) -> list[Any]:
    return [passkey.person_id, passkey.credential_id.hex(), bool(passkey.backup_eligible)]


def _handle(person_id: Id) -> bytes:
    """The user handle: the person's id, which says nothing of them (WebAuthn 14.6.1)."""
    return bytes.fromhex(person_id.replace("-", ""))


def _key(passkey: Passkey) -> Key:
    return Key(passkey.credential_id, tuple(passkey.transports.split()))


def _seal_name(tx: Tx, row_id: Id, name: str) -> bytes:
    return seal_field(tx, INSTALLATION, _place("name", row_id), name)


def _place(column: str, row_id: Id) -> tuple[str, str, str]:
    return ("passkey", column, row_id)
