"""The Merkle tree of RFC 6962 (the same as RFC 9162's), over SHA-256.

Owns hashes, roots, compact ranges, proofs and their verification. Never keeps a tree: hashes of
perfect subtrees come from the caller, who may hold them as C2SP tiles.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from crypto.errors import Unverified

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Node:
    """A perfect subtree: the 2**level leaves that begin at leaf index * 2**level."""

    level: int
    index: int


# One element of a proof: the perfect subtrees, left to right, whose hashes fold into it.
Group = tuple[Node, ...]


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf holding `data` (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two subtrees (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_hash(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes (RFC 6962, 2.1).

    Pairs level by level; an odd last node rises unchanged, which gives the tree of the RFC's
    recursive definition.
    """
    if not leaf_hashes:
        return EMPTY_ROOT
    sha256 = hashlib.sha256
    level = list(leaf_hashes)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        level = above + level[-1:] if len(level) % 2 else above
    return level[0]


@dataclass(frozen=True, slots=True)
class CompactRange:
    """What must be kept of a tree of `size` leaves to append to it and to know its root.

    `hashes` are the roots of the perfect subtrees that make up the tree, largest (leftmost) first,
    one for each 1 in the binary form of `size`.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise ValueError("a compact range has one hash for each 1 in its size")

    def completed_by(self, leaf: bytes) -> list[bytes]:
        """Return the hashes of the perfect subtrees that this leaf hash would complete.

        The k-th is that of Node(k, self.size >> k); the first is the leaf's own.
        """
        done = [leaf]
        for left in reversed(self.hashes):
            if not self.size >> (len(done) - 1) & 1:
                break
            done.append(node_hash(left, done[-1]))
        return done

    def append(self, leaf: bytes) -> Self:
        """Return the range of the tree with this leaf hash added."""
        if len(leaf) != HASH_SIZE:
            raise ValueError("a leaf hash has 32 bytes")
        done = self.completed_by(leaf)
        kept = self.hashes[: len(self.hashes) - len(done) + 1]
        return type(self)(self.size + 1, (*kept, done[-1]))

    def root(self) -> bytes:
        """Return the root of the tree."""
        return _fold(self.hashes) if self.hashes else EMPTY_ROOT

    def encode(self) -> bytes:
        """Return the hashes in one run, 32 bytes each; the size is kept beside them."""
        return b"".join(self.hashes)

    @classmethod
    def decode(cls, size: int, data: bytes) -> Self:
        """Read `encode`'s bytes for a tree of `size`; raises Unverified if lengths disagree."""
        if size < 0 or len(data) != size.bit_count() * HASH_SIZE:
            raise Unverified("compact range does not fit its size")
        return cls(size, tuple(data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)))


def inclusion_path(index: int, size: int) -> list[Group]:
    """Return which subtrees prove leaf `index` in a tree of `size` (PATH of RFC 6962, 2.1.1).

    In order from the leaf's sibling to the root's child. Raises ValueError unless index < size.
    """
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    start, stop, path = 0, size, []
    while stop - start > 1:
        middle = _split(start, stop)
        if index < middle:
            path.append(_cover(middle, stop))
            stop = middle
        else:
            path.append(_cover(start, middle))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int) -> list[Group]:
    """Return which subtrees prove that a tree of `new` leaves extends one of `old` leaves.

    PROOF of RFC 6962, 2.1.2. Nothing is needed for equal sizes, nor for the empty tree, which
    every tree extends. Raises ValueError unless 0 <= old <= new.
    """
    if not 0 <= old <= new:
        raise ValueError("a tree does not extend a larger one")
    if old == 0:
        return []
    start, stop, path = 0, new, []
    while old != stop:
        middle = _split(start, stop)
        if old <= middle:
            path.append(_cover(middle, stop))
            stop = middle
        else:
            path.append(_cover(start, middle))
            start = middle
    if start:  # else the remaining subtree is the old tree itself, whose root the verifier has
        path.append(_cover(start, stop))
    return path[::-1]


def inclusion_proof(index: int, size: int, get: Callable[[int, int], bytes]) -> list[bytes]:
    """Return the inclusion proof; `get(level, index)` gives a perfect subtree's hash."""
    return [_fetch(group, get) for group in inclusion_path(index, size)]


def consistency_proof(old: int, new: int, get: Callable[[int, int], bytes]) -> list[bytes]:
    """Return the consistency proof; `get(level, index)` gives a perfect subtree's hash."""
    return [_fetch(group, get) for group in consistency_path(old, new)]


def verify_inclusion(
    leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf stands at `index` of the tree with this root (RFC 9162, 2.1.3.2).

    Raises Unverified.
    """
    if not 0 <= index < size:
        raise Unverified("inclusion proof: no such leaf")
    _check_hashes(leaf_hash, root, *proof)
    result = leaf_hash
    for from_left, sibling in _climb(index, size - 1, proof):
        result = node_hash(sibling, result) if from_left else node_hash(result, sibling)
    if not hmac.compare_digest(result, root):
        raise Unverified("inclusion proof does not lead to the root")


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the new tree begins with the old one's leaves (RFC 9162, 2.1.4.2).

    The RFC leaves the empty tree out; here every tree extends it, with an empty proof and no root
    but `EMPTY_ROOT`, since a log's first checkpoint may be of size 0. Raises Unverified.
    """
    if not 0 <= old_size <= new_size:
        raise Unverified("consistency proof: sizes in the wrong order")
    _check_hashes(old_root, new_root, *proof)
    if old_size == 0 and not hmac.compare_digest(old_root, EMPTY_ROOT):
        raise Unverified("consistency proof: an empty tree has another root")
    if old_size in (0, new_size):
        if proof or (old_size == new_size and not hmac.compare_digest(old_root, new_root)):
            raise Unverified("consistency proof does not lead to the roots")
        return
    _follow_consistency(old_size, new_size, old_root, new_root, list(proof))


def _follow_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: list[bytes]
) -> None:
    if old_size & (old_size - 1) == 0:  # the old tree is perfect: its root is the first element
        proof = [old_root, *proof]
    if not proof:
        raise Unverified("consistency proof is too short")
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = proof[0]
    for from_left, sibling in _climb(first, last, proof[1:]):
        if from_left:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
        else:
            new = node_hash(new, sibling)
    if not (hmac.compare_digest(old, old_root) and hmac.compare_digest(new, new_root)):
        raise Unverified("consistency proof does not lead to the roots")


def _climb(first: int, last: int, proof: Sequence[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Yield each proof element and whether it joins from the left (fn and sn of RFC 9162)."""
    for sibling in proof:
        if last == 0:
            raise Unverified("proof is too long")
        from_left = bool(first & 1) or first == last
        yield from_left, sibling
        while from_left and first and not first & 1:
            first, last = first >> 1, last >> 1
        first, last = first >> 1, last >> 1
    if last:
        raise Unverified("proof is too short")


def _check_hashes(*hashes: bytes) -> None:
    if any(len(each) != HASH_SIZE for each in hashes):
        raise Unverified("proof: a hash has another length than 32 bytes")


def _split(start: int, stop: int) -> int:
    """Return where RFC 6962 divides a tree: after the largest power of two below its size."""
    return start + (1 << (stop - start - 1).bit_length() - 1)


def _cover(start: int, stop: int) -> Group:
    """Return the perfect subtrees, left to right, that make up the subtree [start, stop)."""
    nodes = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return tuple(nodes)


def _fetch(group: Group, get: Callable[[int, int], bytes]) -> bytes:
    return _fold([get(node.level, node.index) for node in group])


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Return the hash of the subtree made up of perfect subtrees with these hashes."""
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = node_hash(left, result)
    return result
