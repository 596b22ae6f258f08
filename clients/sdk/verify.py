"""Checks that trust no server: checkpoints, inclusion, consistency, leaves, openings, questions.

Owns how the API's answers are put to the pure functions of `crypto`. Everything that does not
prove what it claims raises `Unverified`; nothing here talks to anybody.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from clients.sdk.answers import audit
from clients.sdk.answers.consents import Round
from clients.sdk.answers.councils import Duty
from clients.sdk.answers.documents import Scope
from clients.sdk.answers.duties import Text
from crypto import canonical, digests, merkle, notes
from crypto.errors import Unverified

_HEX32 = re.compile("[0-9a-f]{64}")


def checkpoint(shown: audit.Checkpoint, verifier_key: str | None = None) -> notes.Checkpoint:
    """What a signed checkpoint says, by a key known beforehand (else the one shown with it).

    Raises Unverified when the note is not that key's, or says something else than is shown.
    """
    verifier = notes.parse_verifier_key(verifier_key or shown.verifier_key)
    opened = notes.open_checkpoint(shown.note.encode(), verifier)
    if (opened.origin, opened.size, opened.root.hex()) != (shown.origin, shown.size, shown.root):
        raise Unverified("checkpoint: the note says something else than is shown beside it")
    return opened


def names_log(signed: notes.Checkpoint, council_id: str | None) -> None:
    """Check that a checkpoint is of this council's log (None: the system log), not another's."""
    expected = "/system" if council_id is None else f"/council/{council_id}"
    if not signed.origin.endswith(expected):
        raise Unverified(f"checkpoint is of {signed.origin}")


def inclusion(
    proof: audit.Inclusion, leaf: str | None = None, verifier_key: str | None = None
) -> notes.Checkpoint:
    """The checkpoint that includes the leaf of this proof; `leaf` is its exact text, if known."""
    opened = checkpoint(proof.checkpoint, verifier_key)
    leaf_hash = _hash(proof.leaf_hash)
    if leaf is not None and merkle.leaf_hash(leaf.encode()) != leaf_hash:
        raise Unverified("inclusion proof is of another leaf")
    hashes = [_hash(each) for each in proof.hashes]
    merkle.verify_inclusion(leaf_hash, proof.seq, opened.size, hashes, opened.root)
    return opened


def consistency(old: notes.Checkpoint, new: notes.Checkpoint, proof: audit.Consistency) -> None:
    """Check that the log of `new` begins with the whole log of `old`."""
    if old.origin != new.origin:
        raise Unverified("checkpoints are of two logs")
    hashes = [_hash(each) for each in proof.hashes]
    merkle.verify_consistency(old.size, new.size, old.root, new.root, hashes)


@dataclass(slots=True)
class Replay:
    """A log computed anew from its leaves, in constant memory."""

    origin: str
    range: merkle.CompactRange = field(default_factory=merkle.CompactRange)
    last_time: int = 0

    def take(self, leaves: Iterable[audit.Leaf]) -> None:
        """The next leaves. Raises Unverified for a gap, a foreign, changed or backdated leaf."""
        for each in leaves:
            leaf_hash = merkle.leaf_hash(each.leaf.encode())
            content = canonical.parse(each.leaf.encode())
            if not isinstance(content, dict) or leaf_hash.hex() != each.hash:
                raise Unverified(f"leaf {each.seq} has another hash than is shown")
            if (content.get("log"), content.get("seq")) != (self.origin, self.range.size):
                raise Unverified(f"leaf {each.seq} stands at number {self.range.size}")
            self._not_backwards(content.get("time"), each.seq)
            self.range = self.range.append(leaf_hash)

    def _not_backwards(self, time: object, seq: int) -> None:
        if not isinstance(time, int) or time < self.last_time:
            raise Unverified(f"leaf {seq} is dated before the one it follows")
        self.last_time = time

    def leads_to(self, signed: notes.Checkpoint) -> None:
        """Check that these leaves, and no others, are the log that was signed."""
        if (self.origin, self.range.size) != (signed.origin, signed.size):
            raise Unverified("the leaves are not as many as the checkpoint says")
        if self.range.root() != signed.root:
            raise Unverified("the leaves do not lead to the signed root")


def entry(shown: audit.Entry) -> None:
    """Check that an entry's leaf is the one hashed, and that its opening is what it commits to."""
    raw = shown.leaf.encode()
    if merkle.leaf_hash(raw).hex() != shown.leaf_hash:
        raise Unverified(f"entry {shown.seq} has another hash than is shown")
    content = canonical.parse(raw)
    told = {"seq": shown.seq, "type": shown.kind, "object": shown.object, "outcome": shown.outcome}
    if not isinstance(content, dict) or any(content.get(k) != v for k, v in told.items()):
        raise Unverified(f"entry {shown.seq} says something else than its leaf")
    if shown.opened is not None:
        opened = shown.opened
        for part, salt, value in (
            ("actor", opened.actor_salt, opened.actor),
            ("body", opened.body_salt, opened.body),
        ):
            digests.open_commitment(_hash(content.get(part)), _hash(salt), value)


def question(shown: Round) -> None:
    """Check that the digest an answer is given to is that of exactly the question shown."""
    for name, statement, digest in (
        ("question", shown.question_statement, shown.question_sha256),
        ("roster", shown.roster_statement, shown.roster_sha256),
    ):
        raw = statement.encode()
        canonical.parse(raw)
        if digests.sha256(raw).hex() != digest:
            raise Unverified(f"the {name} has another digest than is shown")
    if json.loads(shown.question_statement).get("question") != shown.question:
        raise Unverified("the question shown is not the one whose digest is answered")


def statement(text: str, digest: str) -> None:
    """Check that the digest that is signed or consented to is that of exactly the text shown."""
    raw = text.encode()
    canonical.parse(raw)
    if digests.sha256(raw).hex() != digest:
        raise Unverified("the text has another digest than is shown")


def text(shown: Text | Duty) -> None:
    """Check that the digest is that of the text shown."""
    content: dict[str, object] = {
        "id": shown.id,
        "version": shown.version,
        "effective_on": shown.effective_on,
        "ja": shown.ja,
        "en": shown.en,
        "citations": list(shown.citations),
        "counsel_note": shown.counsel_note,
    }
    if digests.sha256(canonical.canonical(content)).hex() != shown.digest:
        raise Unverified("the text has another digest than is shown")


def scope(shown: Scope) -> None:
    """Check that what is acknowledged is exactly this item, provider, period and text."""
    text(shown.text)
    content = {
        "text": shown.text.digest,
        "document": shown.document,
        "provider": shown.provider,
        "ends_at": round(shown.ends_at.timestamp() * 1000),
        **({} if shown.event is None else {"event": shown.event}),
    }
    if digests.sha256(canonical.canonical(content)).hex() != shown.digest:
        raise Unverified("the scope has another digest than is shown")


def _hash(text: object) -> bytes:
    if not isinstance(text, str) or not _HEX32.fullmatch(text):
        raise Unverified("not a hash")
    return bytes.fromhex(text)
