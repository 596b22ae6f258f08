"""Signed notes, checkpoints and proofs of inclusion as text: C2SP signed-note v1, tlog-checkpoint
v1 and tlog-proof v1, with Ed25519.

Owns spelling, signing and strict reading. Never decides which keys are to be trusted, nor whether
two checkpoints agree (`merkle` does).
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from crypto.errors import Unverified
from crypto.merkle import HASH_SIZE, verify_inclusion

ED25519 = b"\x01"  # the signature type of plain Ed25519 notes
KEY_ID_SIZE = 4
PUBLIC_KEY_SIZE = 32
MAX_SIGNATURES = 100
MAX_SIZE = 2**63 - 1  # of a tree: what other implementations and databases can count

PROOF_HEADER = "c2sp.org/tlog-proof@v1"

_DECIMAL = re.compile("0|[1-9][0-9]{0,18}")
_KEY_ID = re.compile("[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key we know: its name and Ed25519 public key."""

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, signature type, public key)."""
        named = self.name.encode("utf-8") + b"\n" + ED25519 + self.public_key
        return hashlib.sha256(named).digest()[:KEY_ID_SIZE]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's state: which log, how many leaves, which root."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A tlog-proof as read, not yet verified; `extra` is never authenticated."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint_note: bytes
    extra: bytes


def verifier_key(name: str, public_key: bytes) -> str:
    """Return the vkey text of an Ed25519 public key; raises ValueError for an unusable name."""
    if not _is_key_name(name) or len(public_key) != PUBLIC_KEY_SIZE:
        raise ValueError("a verifier key needs a name without space or plus, and 32 bytes")
    return f"{name}+{Verifier(name, public_key).key_id.hex()}+{_base64(ED25519 + public_key)}"


def parse_verifier_key(text: str) -> Verifier:
    """Read a vkey; raises Unverified unless it is an Ed25519 key whose id is its own."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    material = _unbase64(encoded, "verifier key")
    if not _is_key_name(name) or not _KEY_ID.fullmatch(key_id):
        raise Unverified("verifier key is malformed")
    if material[:1] != ED25519 or len(material) != 1 + PUBLIC_KEY_SIZE:
        raise Unverified("verifier key is not an Ed25519 key")
    verifier = Verifier(name, material[1:])
    if verifier.key_id.hex() != key_id:
        raise Unverified("verifier key has another key's id")
    return verifier


def sign_note(text: str, name: str, private_key: Ed25519PrivateKey) -> bytes:
    """Return the note of `text` with one signature.

    Raises ValueError for text that does not end its last line or holds control characters.
    """
    if not _is_note_text(text) or not _is_key_name(name):
        raise ValueError("text or key name cannot stand in a note")
    verifier = Verifier(name, private_key.public_key().public_bytes_raw())
    signature = _base64(verifier.key_id + private_key.sign(text.encode("utf-8")))
    return f"{text}\n— {name} {signature}\n".encode()


def open_note(note: bytes, verifiers: Sequence[Verifier]) -> str:
    """Return the note's text, signed by at least one of `verifiers`.

    Signatures of unknown keys are ignored. Raises Unverified for a malformed note, for a bad
    signature by any known key, and when no known key signed.
    """
    text, signatures = _parse_note(note)
    known = {(each.name, each.key_id): each.public_key for each in verifiers}
    if len(known) != len(set(verifiers)):
        raise ValueError("two known keys have one name and id")
    verified = False
    for name, key_id, signature in signatures:
        public_key = known.get((name, key_id))
        if public_key is not None:
            _verify(public_key, signature, text.encode("utf-8"))
            verified = True
    if not verified:
        raise Unverified("note is not signed by a known key")
    return text


def checkpoint_text(checkpoint: Checkpoint) -> str:
    """Return the text of a checkpoint without extension lines."""
    if not 0 <= checkpoint.size <= MAX_SIZE or len(checkpoint.root) != HASH_SIZE:
        raise ValueError("a checkpoint has a size and a root of 32 bytes")
    return f"{checkpoint.origin}\n{checkpoint.size}\n{_base64(checkpoint.root)}\n"


def sign_checkpoint(checkpoint: Checkpoint, private_key: Ed25519PrivateKey) -> bytes:
    """Return the checkpoint as a note signed in the name of its origin."""
    return sign_note(checkpoint_text(checkpoint), checkpoint.origin, private_key)


def open_checkpoint(note: bytes, verifier: Verifier) -> Checkpoint:
    """Return the checkpoint that the log's key signed; raises Unverified.

    The origin must be the verifier's name. Extension lines are allowed and disregarded.
    """
    lines = open_note(note, [verifier]).split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise Unverified("checkpoint is malformed")
    origin, size, root = lines[:3]
    if origin != verifier.name:
        raise Unverified("checkpoint is of another log")
    return Checkpoint(origin, _number(size, "checkpoint"), _hash(root, "checkpoint"))


def encode_proof(
    index: int, proof: Sequence[bytes], checkpoint_note: bytes, extra: bytes = b""
) -> bytes:
    """Return a tlog-proof: the leaf's index, its inclusion proof, the checkpoint verbatim."""
    if not 0 <= index <= MAX_SIZE or any(len(each) != HASH_SIZE for each in proof):
        raise ValueError("a proof has an index and hashes of 32 bytes")
    lines = [PROOF_HEADER]
    if extra:
        lines.append(f"extra {_base64(extra)}")
    lines.append(f"index {index}")
    lines.extend(map(_base64, proof))
    return "\n".join([*lines, "", ""]).encode("ascii") + checkpoint_note


def parse_proof(data: bytes) -> TlogProof:
    """Read a tlog-proof without verifying it; raises Unverified if it is malformed."""
    head, _, checkpoint_note = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Unverified("tlog-proof is malformed") from None
    if lines.pop(0) != PROOF_HEADER:
        raise Unverified("tlog-proof of an unknown version")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = _unbase64(lines.pop(0).removeprefix("extra "), "tlog-proof")
        if not extra:
            raise Unverified("tlog-proof: an empty extra line is to be left out")
    if not lines or not lines[0].startswith("index "):
        raise Unverified("tlog-proof has no index")
    index = _number(lines.pop(0).removeprefix("index "), "tlog-proof")
    hashes = tuple(_hash(line, "tlog-proof") for line in lines)
    return TlogProof(index, hashes, checkpoint_note, extra)


def open_proof(data: bytes, leaf_hash: bytes, verifier: Verifier) -> Checkpoint:
    """Return the checkpoint of the log's key that includes this leaf; raises Unverified."""
    proof = parse_proof(data)
    checkpoint = open_checkpoint(proof.checkpoint_note, verifier)
    verify_inclusion(leaf_hash, proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return checkpoint


def _parse_note(note: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Return the text and, of each signature line, name, key id and signature."""
    try:
        content = note.decode("utf-8")
    except UnicodeDecodeError:
        raise Unverified("note is not UTF-8") from None
    text, separator, lines = content.rpartition("\n\n")
    text += "\n"
    if not separator or not _is_note_text(text) or not lines.endswith("\n"):
        raise Unverified("note is malformed")
    signatures = lines[:-1].split("\n")
    if len(signatures) > MAX_SIGNATURES:
        raise Unverified("note has too many signatures")
    return text, [_parse_signature(line) for line in signatures]


def _parse_signature(line: str) -> tuple[str, bytes, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    signature = _unbase64(encoded, "note signature")
    if dash != "—" or not _is_key_name(name) or len(signature) <= KEY_ID_SIZE:
        raise Unverified("note signature is malformed")
    return name, signature[:KEY_ID_SIZE], signature[KEY_ID_SIZE:]


def _verify(public_key: bytes, signature: bytes, message: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise Unverified("note is not signed by the key it names") from None


def _is_note_text(text: str) -> bool:
    """Tell whether the text ends its last line and is Unicode without control characters."""
    return text.endswith("\n") and _is_clean(text.replace("\n", ""))


def _is_key_name(name: str) -> bool:
    return name.split() == [name] and "+" not in name and _is_clean(name)


def _is_clean(text: str) -> bool:
    return not any(each < " " or "\ud800" <= each <= "\udfff" for each in text)


def _number(text: str, what: str) -> int:
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise Unverified(f"{what}: not a number")
    return int(text)


def _hash(text: str, what: str) -> bytes:
    data = _unbase64(text, what)
    if len(data) != HASH_SIZE:
        raise Unverified(f"{what}: not a hash")
    return data


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unbase64(text: str, what: str) -> bytes:
    """Decode standard Base64 (RFC 4648, 4) in its one canonical spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Unverified(f"{what}: not Base64") from None
    if _base64(data) != text:
        raise Unverified(f"{what}: not canonical Base64")
    return data
