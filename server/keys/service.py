"""An owner's keys, and fields sealed with them.

Every council has its own key; what belongs to no council has the installation's. Purposes
(`field`, `lookup`, `opening`, `content`) get keys derived from it, so that one is never another.
"""

from typing import Any

from sqlalchemy import select

from crypto import digests, keys, sealing
from crypto.canonical import canonical
from crypto.errors import Unverified
from server.database import Tx
from server.ids import new_id
from server.keyring import KeyProblem, Keyring
from server.keys.models import INSTALLATION, KeyVersion

FIELD, LOOKUP, OPENING, CONTENT = "field", "lookup", "opening", "content"
CREDENTIAL = "credential"
_table = KeyVersion.__table__  # type: ignore[attr-defined]


def create(tx: Tx, owner: str) -> None:
    """Give `owner` its first key, wrapped for it alone."""
    row = KeyVersion(
        id=new_id(tx.now),
        owner=owner,
        version=1,
        provider="file",
        wrapped=b"",
        created_at=tx.now,
    )
    row.wrapped = tx.keyring.provider.wrap(keys.new_key(), _context(row))
    tx.session.add(row)
    tx.flush()


def key(tx: Tx, owner: str, purpose: str, version: int = 1) -> bytes:
    """The key of `owner` for one purpose. Raises KeyProblem when it will not unwrap."""
    name = f"{owner}/{version}/{purpose}"
    return tx.keyring.recall(name, lambda: keys.derive(_unwrap(tx, owner, version), purpose))


def _unwrap(tx: Tx, owner: str, version: int) -> bytes:
    query = select(_table).where(_table.c.owner == owner, _table.c.version == version)
    row = tx.connection.execute(query).one_or_none()
    if row is None:
        raise KeyProblem(f"no key version {version} for {owner}")
    try:
        return open_version(tx.keyring, row)
    except Unverified as error:
        raise KeyProblem(
            f"the key of {owner} does not open with this key file: it belongs to another "
            "installation, or the row was changed. Put back the key file of this database"
        ) from error


def open_version(keyring: Keyring, row: Any) -> bytes:
    """The key a row of `key_version` wraps. Raises Unverified when any column was changed."""
    return keyring.provider.unwrap(row.wrapped, _context(row))


def _context(row: Any) -> bytes:
    bound = [row.id, row.owner, row.version, row.provider, row.created_at]
    return b"kyogikai/key/v1\0" + canonical(bound)


def seal_field(tx: Tx, owner: str, place: tuple[str, str, str], text: str) -> bytes:
    """Seal `text` for its place (table, column, row id); elsewhere it will not open (ENC-10)."""
    return sealing.seal(key(tx, owner, FIELD), text.encode(), _place(owner, place))


def open_field(tx: Tx, owner: str, place: tuple[str, str, str], sealed: bytes) -> str:
    """The text sealed at this place. Raises Unverified when it was changed or moved."""
    return sealing.unseal(key(tx, owner, FIELD), sealed, _place(owner, place)).decode()


def seal_if_said(tx: Tx, owner: str, place: tuple[str, str, str], text: str | None) -> bytes | None:
    """As `seal_field`; nothing where nothing was said."""
    return None if text is None else seal_field(tx, owner, place, text)


def open_if_said(
    tx: Tx, owner: str, place: tuple[str, str, str], sealed: bytes | None
) -> str | None:
    """As `open_field`; nothing where nothing was sealed."""
    return None if sealed is None else open_field(tx, owner, place, bytes(sealed))


def _place(owner: str, place: tuple[str, str, str]) -> bytes:
    return b"kyogikai/field/v1\0" + canonical([owner, *place])


def bound_hash(tx: Tx, kind: str, token_id: str, person_id: str, secret_hash: bytes) -> bytes:
    """What is stored of a reference token: its hash, bound by key to its kind, id and person.

    Whoever can write rows but has no key can so not make one that signs anybody in.
    """
    value = [kind, token_id, person_id, secret_hash.hex()]
    return digests.commit(key(tx, INSTALLATION, CREDENTIAL), value)


def lookup_digest(tx: Tx, purpose: str, text: str, owner: str = INSTALLATION) -> bytes:
    """A keyed digest for finding equal text without storing it (ENC-10)."""
    return digests.keyed_digest(key(tx, owner, LOOKUP), purpose, text)
