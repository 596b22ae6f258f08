"""The tree agrees with the RFC's own recursive definition, and its proofs prove nothing else."""

import base64
import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import Unverified
from crypto.merkle import (
    EMPTY_ROOT,
    CompactRange,
    Node,
    consistency_path,
    consistency_proof,
    inclusion_path,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_hash,
    verify_consistency,
    verify_inclusion,
)

PROBES = json.loads(
    (Path(__file__).parent.parent / "vectors" / "rfc6962_merkle_proofs.json").read_text("utf-8")
)
LARGEST = 300
LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(LARGEST)]

# The one probe whose answer is not ours: two equal trees of one leaf, an empty proof, and roots
# of 12 bytes ("don't care 2"). Its authors compare the roots only; we say that what is not 32
# bytes long is no root at all.
DUMMY_ROOTS = "additional/sizes-are-equal-one-and-proof-is-empty.json"


def largest_power_below(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


@cache
def mth(start: int, stop: int) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    if stop == start:
        return EMPTY_ROOT
    if stop - start == 1:
        return LEAVES[start]
    k = largest_power_below(stop - start)
    return node_hash(mth(start, start + k), mth(start + k, stop))


def path(m: int, start: int, stop: int) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1, word for word."""
    if stop - start == 1:
        return []
    k = largest_power_below(stop - start)
    if m < k:
        return [*path(m, start, start + k), mth(start + k, stop)]
    return [*path(m - k, start + k, stop), mth(start, start + k)]


def subproof(m: int, start: int, stop: int, known: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2, word for word."""
    if m == stop - start:
        return [] if known else [mth(start, stop)]
    k = largest_power_below(stop - start)
    if m <= k:
        return [*subproof(m, start, start + k, known), mth(start + k, stop)]
    return [*subproof(m - k, start + k, stop, False), mth(start, start + k)]


def grown() -> tuple[list[CompactRange], dict[tuple[int, int], bytes]]:
    """The ranges of all sizes, and every perfect subtree as a server would have stored it."""
    ranges, nodes = [CompactRange()], {}
    for leaf in LEAVES:
        last = ranges[-1]
        for level, done in enumerate(last.completed_by(leaf)):
            nodes[level, last.size >> level] = done
        ranges.append(last.append(leaf))
    return ranges, nodes


RANGES, NODES = grown()


def stored(level: int, index: int) -> bytes:
    return NODES[level, index]


def from_tiles(level: int, index: int) -> bytes:
    """The same from C2SP tiles, which keep every eighth level only."""
    kept, above = level // 8 * 8, level % 8
    return root_hash([NODES[kept, each] for each in range(index << above, (index + 1) << above)])


def decoded(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def accepts(verify: Callable[..., None], *arguments: Any) -> bool:
    try:
        verify(*arguments)
    except Unverified:
        return False
    return True


@pytest.mark.parametrize("name", PROBES["inclusion"])
def test_inclusion_probes(name: str) -> None:
    probe = PROBES["inclusion"][name]
    proof = [decoded(each) for each in probe["proof"] or []]
    arguments = (decoded(probe["leafHash"]), probe["leafIdx"], probe["treeSize"], proof)
    assert accepts(verify_inclusion, *arguments, decoded(probe["root"])) is not probe["wantErr"]


@pytest.mark.parametrize("name", PROBES["consistency"])
def test_consistency_probes(name: str) -> None:
    probe = PROBES["consistency"][name]
    proof = [decoded(each) for each in probe["proof"] or []]
    roots = decoded(probe["root1"]), decoded(probe["root2"])
    accepted = accepts(verify_consistency, probe["size1"], probe["size2"], *roots, proof)
    assert accepted is not (probe["wantErr"] or name == DUMMY_ROOTS)


def test_there_are_98_probes_of_each_kind() -> None:
    assert [len(PROBES[kind]) for kind in ("inclusion", "consistency")] == [98, 98]
    assert len(decoded(PROBES["consistency"][DUMMY_ROOTS]["root1"])) == 12


def test_every_root_is_that_of_the_recursive_definition() -> None:
    for size in range(LARGEST + 1):
        assert root_hash(LEAVES[:size]) == RANGES[size].root() == mth(0, size)


def test_every_compact_range_is_read_back() -> None:
    for range_ in RANGES:
        assert CompactRange.decode(range_.size, range_.encode()) == range_


@pytest.mark.parametrize("size", range(1, 66))
def test_every_proof_of_a_small_tree_is_that_of_the_recursive_definition(size: int) -> None:
    for other in range(size):
        assert inclusion_proof(other, size, stored) == path(other, 0, size)
    for old in range(1, size + 1):
        assert consistency_proof(old, size, stored) == subproof(old, 0, size, True)


@st.composite
def two_sizes(draw: st.DrawFn) -> tuple[int, int]:
    new = draw(st.integers(1, LARGEST))
    return draw(st.integers(0, new)), new


@settings(max_examples=200)
@given(two_sizes())
def test_proofs_are_made_from_stored_levels_or_tiles_and_verify(sizes: tuple[int, int]) -> None:
    other, size = sizes
    if other < size:
        proof = inclusion_proof(other, size, stored)
        assert proof == inclusion_proof(other, size, from_tiles) == path(other, 0, size)
        verify_inclusion(LEAVES[other], other, size, proof, mth(0, size))
    proof = consistency_proof(other, size, stored)
    assert proof == consistency_proof(other, size, from_tiles)
    verify_consistency(other, size, mth(0, other), mth(0, size), proof)


@settings(max_examples=200)
@given(two_sizes(), st.data())
def test_a_changed_inclusion_proof_is_refused(sizes: tuple[int, int], data: st.DataObject) -> None:
    index, size = sizes[0] % sizes[1], sizes[1]
    leaf, proof, root = LEAVES[index], path(index, 0, size), mth(0, size)
    other_index = data.draw(st.integers(-1, LARGEST).filter(lambda each: each != index))
    assert not accepts(verify_inclusion, leaf, other_index, size, proof, root)
    assert not accepts(verify_inclusion, changed(leaf, data), index, size, proof, root)
    assert not accepts(verify_inclusion, leaf, index, size, proof, changed(root, data))
    for bad in misshapen(proof, data):
        assert not accepts(verify_inclusion, leaf, index, size, bad, root)


@settings(max_examples=200)
@given(two_sizes(), st.data())
def test_a_changed_consistency_proof_is_refused(
    sizes: tuple[int, int], data: st.DataObject
) -> None:
    old, new = sizes
    proof, roots = consistency_proof(old, new, stored), (mth(0, old), mth(0, new))
    assert not accepts(verify_consistency, old, new, changed(roots[0], data), roots[1], proof)
    if old:  # the empty tree says nothing about what came after it
        assert not accepts(verify_consistency, old, new, roots[0], changed(roots[1], data), proof)
    for bad in misshapen(proof, data):
        assert not accepts(verify_consistency, old, new, *roots, bad)


def changed(data: bytes, draw: st.DataObject) -> bytes:
    position, bit = draw.draw(st.integers(0, len(data) - 1)), draw.draw(st.integers(0, 7))
    return data[:position] + bytes([data[position] ^ 1 << bit]) + data[position + 1 :]


def misshapen(proof: Sequence[bytes], draw: st.DataObject) -> list[list[bytes]]:
    bad = [[*proof, LEAVES[0]], [LEAVES[0], *proof], [*proof, b""]]
    for at, each in enumerate(proof):
        bad += [
            [*proof[:at], *proof[at + 1 :]],
            [*proof[:at], changed(each, draw), *proof[at + 1 :]],
            [*proof[:at], each[:-1], *proof[at + 1 :]],
        ]
    if len(proof) > 1:
        bad.append([proof[1], proof[0], *proof[2:]])
    return bad


def test_a_proof_of_another_length_is_told_as_such() -> None:
    proof = path(2, 0, 7)
    with pytest.raises(Unverified, match="too long"):
        verify_inclusion(LEAVES[2], 2, 7, [*proof, LEAVES[0]], mth(0, 7))
    with pytest.raises(Unverified, match="too short"):
        verify_inclusion(LEAVES[2], 2, 7, proof[:-1], mth(0, 7))


def test_a_shorter_tree_extends_no_longer_one() -> None:
    assert not accepts(verify_consistency, 2, 1, mth(0, 2), mth(0, 1), [])
    assert not accepts(verify_consistency, -1, 1, EMPTY_ROOT, mth(0, 1), [])


def test_the_empty_tree_has_one_root_and_needs_no_proof() -> None:
    verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    verify_consistency(0, 5, EMPTY_ROOT, mth(0, 5), [])
    assert not accepts(verify_consistency, 0, 5, mth(0, 1), mth(0, 5), [])
    assert not accepts(verify_consistency, 0, 5, EMPTY_ROOT, mth(0, 5), [LEAVES[0]])
    assert not accepts(verify_consistency, 0, 0, mth(0, 1), mth(0, 1), [])


def test_a_path_names_the_perfect_subtrees_to_fetch() -> None:
    # A tree of 7: leaf 2 needs its sibling, the pair before it, and the ragged right half (4–6).
    assert inclusion_path(2, 7) == [
        (Node(0, 3),),
        (Node(1, 0),),
        (Node(1, 2), Node(0, 6)),
    ]
    # From RFC 6962, 2.1.3: PROOF(3, D[7]) = [c, d, g, l].
    assert consistency_path(3, 7) == [
        (Node(0, 2),),
        (Node(0, 3),),
        (Node(1, 0),),
        (Node(1, 2), Node(0, 6)),
    ]


def test_a_path_for_a_leaf_or_size_that_cannot_be_is_our_own_mistake() -> None:
    for index, size in [(0, 0), (5, 5), (-1, 5)]:
        with pytest.raises(ValueError, match="no such leaf"):
            inclusion_path(index, size)
    for old, new in [(2, 1), (-1, 1)]:
        with pytest.raises(ValueError, match="larger"):
            consistency_path(old, new)


@given(st.integers(-1, 2**20), st.binary(max_size=100))
def test_a_compact_range_of_another_length_is_refused(size: int, data: bytes) -> None:
    if size >= 0 and len(data) == 32 * size.bit_count():
        assert CompactRange.decode(size, data).encode() == data
    else:
        with pytest.raises(Unverified):
            CompactRange.decode(size, data)


def test_a_compact_range_of_another_number_of_hashes_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="one hash for each"):
        CompactRange(3, (LEAVES[0],))
    with pytest.raises(ValueError, match="32 bytes"):
        CompactRange().append(b"short")
