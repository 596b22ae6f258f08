"""From rows and proofs of a log to what the API shows of them.

Owns which of an entry each reader sees. Decides nothing; opens nothing but entries.
"""

from typing import Any

from crypto import notes
from crypto.errors import Unverified
from server.audit import proofs, reading
from server.audit.schemas import (
    CheckpointOut,
    ConsistencyOut,
    EntryOut,
    InclusionOut,
    LeafOut,
    OpenedOut,
    OwnEntryOut,
    State,
)
from server.database import Tx


def entry(tx: Tx, log_id: str, row: Any) -> EntryOut:
    """An entry with its opening, or with the word that it is dropped or damaged."""
    state: State
    try:
        opening = reading.opening_of(tx, log_id, row)
        state = "dropped" if opening is None else "open"
    except Unverified:
        opening, state = None, "damaged"
    return EntryOut(
        **_outline(row),
        leaf=row.leaf.decode(errors="replace"),
        leaf_hash=row.leaf_hash.hex(),
        opening=state,
        opened=None if opening is None else _opened(opening),
    )


def own(row: Any, person_id: str) -> OwnEntryOut:
    """An entry as shown to who acted, or to whom the thing came from: neither address nor body."""
    return OwnEntryOut(**_outline(row), mine=row.person_id == person_id)


def leaf(row: Any) -> LeafOut:
    """A leaf exactly as hashed."""
    return LeafOut(seq=row.seq, leaf=row.leaf.decode(errors="replace"), hash=row.leaf_hash.hex())


def checkpoint(signed: proofs.Signed) -> CheckpointOut:
    """A checkpoint and its note."""
    return CheckpointOut(
        origin=signed.checkpoint.origin,
        size=signed.checkpoint.size,
        root=signed.checkpoint.root.hex(),
        note=signed.note.decode(),
        verifier_key=verifier_key(signed.verifier),
    )


def verifier_key(verifier: notes.Verifier) -> str:
    """The key as text (C2SP signed-note vkey)."""
    return notes.verifier_key(verifier.name, verifier.public_key)


def inclusion(proof: proofs.Inclusion) -> InclusionOut:
    """A proof of inclusion with the checkpoint it leads to."""
    return InclusionOut(
        seq=proof.seq,
        leaf_hash=proof.leaf_hash.hex(),
        hashes=[each.hex() for each in proof.hashes],
        checkpoint=checkpoint(proof.signed),
    )


def consistency(proof: proofs.Consistency) -> ConsistencyOut:
    """A proof of consistency with the two checkpoints it joins."""
    hashes = [each.hex() for each in proof.hashes]
    return ConsistencyOut(old=checkpoint(proof.old), new=checkpoint(proof.new), hashes=hashes)


def _outline(row: Any) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "time": row.time,
        "kind": row.kind,
        "object": row.object,
        "outcome": row.outcome,
        "person": row.person_id,
    }


def _opened(opening: reading.Opening) -> OpenedOut:
    return OpenedOut(
        actor=opening.actor,
        actor_salt=opening.actor_salt.hex(),
        body=opening.body,
        body_salt=opening.body_salt.hex(),
        rows=opening.rows,
    )
