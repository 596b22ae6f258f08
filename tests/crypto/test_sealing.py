"""Sealed bytes open whole, streamed and by range, to what was sealed, or not at all."""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.cobblestone import Cobblestone128Decryptor
from cryptography.exceptions import AlreadyFinalized, InvalidTag
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import Unverified
from crypto.sealing import (
    CHUNK_SIZE,
    HEADER_SIZE,
    PIECE_SIZE,
    SEALED_CHUNK_SIZE,
    TAG_SIZE,
    Opener,
    RangeReader,
    Sealer,
    seal,
    unseal,
)

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
CONTEXT = b"kyogikai/blob/v1\0{}"
SIZES = st.sampled_from(
    [0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 2 * CHUNK_SIZE, 2 * CHUNK_SIZE + 9]
)


def vectors(bits: int) -> list[Any]:
    name = f"c2sp_chunked_encryption_aes_{bits}_gcm_test.json"
    file = json.loads((Path(__file__).parent.parent / "vectors" / name).read_text("utf-8"))
    return [
        pytest.param(
            {**test, "ct": zlib.decompress(bytes.fromhex(test["ct"]))},
            id=f"{bits}-{test['tcId']}-{test['comment']}",
        )
        for group in file["testGroups"]
        for test in group["tests"]
    ]


def key_and_context(vector: Any) -> tuple[bytes, bytes]:
    return bytes.fromhex(vector["key"]), bytes.fromhex(vector["ctx"])


def plaintext(size: int) -> bytes:
    return bytes(number * 7 % 251 for number in range(size))


def reader(sealed: bytes, key: bytes = KEY, context: bytes = CONTEXT) -> RangeReader:
    return RangeReader(
        lambda offset, length: sealed[offset : offset + length], len(sealed), key, context
    )


def read_whole(sealed: bytes, key: bytes = KEY, context: bytes = CONTEXT) -> bytes:
    file = reader(sealed, key, context)
    return b"".join(file.read(0, file.length))


def released(pieces: Iterable[bytes]) -> tuple[bytes, bool]:
    """What came out, and whether it came to its end."""
    given = b""
    try:
        for piece in pieces:
            given += piece
    except (Unverified, InvalidTag, AlreadyFinalized, ValueError):
        return given, False
    return given, True


def check(vector: Any, given: bytes, whole: bool) -> None:
    """The rules of wycheproof's doc/c2sp_chunked_encryption.md: no over-release, ever."""
    assert whole is (vector["result"] == "valid")
    limit = vector["msgLength"] if whole or "PartialPlaintext" in vector["flags"] else 0
    assert len(given) <= limit
    if len(given) == limit and limit:
        assert hashlib.sha512(given).hexdigest() == vector["msgSha512"]
    assert not whole or len(given) == vector["msgLength"]


def streamed(opener: Callable[[bytes, bytes], Any], vector: Any, step: int) -> Iterator[bytes]:
    stream = opener(*key_and_context(vector))
    for at in range(0, len(vector["ct"]), step):
        yield stream.update(vector["ct"][at : at + step])
    yield stream.finalize()


@pytest.mark.parametrize("step", [1000, 50_000, 10_000_000])
@pytest.mark.parametrize("vector", vectors(256))
def test_wycheproof_through_the_stream(vector: Any, step: int) -> None:
    check(vector, *released(streamed(Opener, vector, step)))


@pytest.mark.parametrize("step", [1000, 10_000_000])
@pytest.mark.parametrize("vector", vectors(128))
def test_wycheproof_for_128_bits_through_the_library(vector: Any, step: int) -> None:
    check(vector, *released(streamed(Cobblestone128Decryptor, vector, step)))


@pytest.mark.parametrize("vector", vectors(256))
def test_wycheproof_through_the_range_reader(vector: Any) -> None:
    lengths = []

    def pieces() -> Iterator[bytes]:
        file = reader(vector["ct"], *key_and_context(vector))
        lengths.append(file.length)
        yield from file.read(0, file.length)

    given, whole = released(pieces())
    check(vector, given, whole)
    length_was_authentic = whole or "ValidFinalChunk" in vector["flags"]
    assert bool(lengths) is length_was_authentic


@pytest.mark.parametrize("vector", vectors(256))
def test_wycheproof_releases_no_byte_of_a_bad_chunk_by_range(vector: Any) -> None:
    """As before, chunk by chunk, so that a piece of many chunks hides nothing."""

    def chunks() -> Iterator[bytes]:
        file = reader(vector["ct"], *key_and_context(vector))
        for start in range(0, file.length, CHUNK_SIZE):
            yield from file.read(start, min(start + CHUNK_SIZE, file.length))

    given, whole = released(chunks())
    check(vector, given, whole)
    if "ValidFinalChunk" in vector["flags"]:
        assert len(given) == vector.get("msgLength", 0)


def test_all_vectors_are_there() -> None:
    assert [len(vectors(bits)) for bits in (128, 256)] == [35, 35]


@given(SIZES)
def test_what_was_sealed_opens(size: int) -> None:
    text = plaintext(size)
    sealed = seal(KEY, text, CONTEXT)
    assert unseal(KEY, sealed, CONTEXT) == text
    assert reader(sealed).length == size
    assert read_whole(sealed) == text


def test_sealing_twice_shows_no_likeness() -> None:
    assert seal(KEY, b"text", CONTEXT)[:24] != seal(KEY, b"text", CONTEXT)[:24]


def test_streaming_gives_what_one_call_gives() -> None:
    text = plaintext(40_000)
    sealer = Sealer(KEY, CONTEXT)
    sealed = b"".join(sealer.update(text[at : at + 777]) for at in range(0, len(text), 777))
    opener = Opener(KEY, CONTEXT)
    assert opener.update(sealed + sealer.finalize()) + opener.finalize() == text


@given(SIZES)
def test_what_was_not_finished_opens_nowhere(size: int) -> None:
    unfinished = Sealer(KEY, CONTEXT).update(plaintext(size))
    with pytest.raises(Unverified):
        unseal(KEY, unfinished, CONTEXT)
    with pytest.raises(Unverified):
        reader(unfinished)


LONG = plaintext(PIECE_SIZE + 3 * CHUNK_SIZE + 5)
LONG_SEALED = seal(KEY, LONG, CONTEXT)


@settings(max_examples=200)
@given(st.integers(0, len(LONG)), st.integers(0, len(LONG)))
def test_every_range_is_that_of_the_plaintext(one: int, other: int) -> None:
    start, stop = sorted((one, other))
    pieces = list(reader(LONG_SEALED).read(start, stop))
    assert b"".join(pieces) == LONG[start:stop]
    assert all(0 < len(piece) <= PIECE_SIZE for piece in pieces)


def test_a_range_reads_what_covers_it_and_once_per_piece() -> None:
    reads: list[tuple[int, int]] = []

    def read_at(offset: int, length: int) -> bytes:
        reads.append((offset, length))
        return LONG_SEALED[offset : offset + length]

    file = RangeReader(read_at, len(LONG_SEALED), KEY, CONTEXT)
    final = HEADER_SIZE + 19 * SEALED_CHUNK_SIZE
    assert reads == [(0, HEADER_SIZE), (final, len(LONG_SEALED) - final)]
    reads.clear()
    list(file.read(CHUNK_SIZE + 1, CHUNK_SIZE + 2))
    assert reads == [(HEADER_SIZE + SEALED_CHUNK_SIZE, SEALED_CHUNK_SIZE)]
    reads.clear()
    list(file.read(0, len(LONG)))
    assert [length // SEALED_CHUNK_SIZE for _, length in reads] == [16, 3]


@pytest.mark.parametrize(("start", "stop"), [(-1, 1), (2, 1), (0, len(LONG) + 1)])
def test_a_range_outside_is_our_own_mistake_and_told_at_once(start: int, stop: int) -> None:
    file = reader(LONG_SEALED)
    with pytest.raises(ValueError, match="range"):
        file.read(start, stop)


@st.composite
def damaged(draw: st.DrawFn) -> tuple[bytes, bytes, bytes]:
    """Sealed bytes, key and context of which something is not as it was."""
    size = draw(SIZES)
    sealed = seal(KEY, plaintext(size), CONTEXT)
    chunks = [
        sealed[at : at + SEALED_CHUNK_SIZE]
        for at in range(HEADER_SIZE, len(sealed), SEALED_CHUNK_SIZE)
    ]
    at = draw(st.integers(0, len(sealed) - 1))
    bad = {
        "flip": sealed[:at] + bytes([sealed[at] ^ draw(st.integers(1, 255))]) + sealed[at + 1 :],
        "cut the end": sealed[:at],
        "cut the beginning": sealed[at + 1 :],
        "lose a byte": sealed[:at] + sealed[at + 1 :],
        "add at the end": sealed + draw(st.binary(min_size=1, max_size=40)),
        "add a whole chunk": sealed + chunks[0],
        "cut at a chunk": sealed[: HEADER_SIZE + (len(chunks) - 1) * SEALED_CHUNK_SIZE],
        "double a chunk": sealed[:HEADER_SIZE] + b"".join([chunks[0], *chunks]),
        "lose a chunk": sealed[:HEADER_SIZE] + b"".join(chunks[1:]),
        "another's header": seal(KEY, b"", CONTEXT)[:HEADER_SIZE] + sealed[HEADER_SIZE:],
        "a tag alone": sealed[:HEADER_SIZE] + bytes(TAG_SIZE),
    }
    if len(chunks) > 2:
        swapped = [chunks[1], chunks[0], *chunks[2:]]
        bad["swap chunks"] = sealed[:HEADER_SIZE] + b"".join(swapped)
    how = draw(st.sampled_from([*bad, "another key", "another context"]))
    if how == "another key":
        return sealed, OTHER_KEY, CONTEXT
    if how == "another context":
        return sealed, KEY, draw(st.binary(max_size=30).filter(lambda each: each != CONTEXT))
    return bad[how], KEY, CONTEXT


@settings(max_examples=300)
@given(damaged())
def test_whatever_is_changed_nothing_opens(sealed_key_context: tuple[bytes, bytes, bytes]) -> None:
    sealed, key, context = sealed_key_context
    with pytest.raises(Unverified):
        unseal(key, sealed, context)
    with pytest.raises(Unverified):
        read_whole(sealed, key, context)


@settings(max_examples=200)
@given(st.binary(max_size=200) | st.integers(0, 40_000).map(plaintext), st.binary(max_size=8))
def test_rubbish_does_not_open(sealed: bytes, context: bytes) -> None:
    with pytest.raises(Unverified):
        unseal(KEY, sealed, context)
    with pytest.raises(Unverified):
        reader(sealed, KEY, context)


def test_a_stream_that_failed_keeps_failing() -> None:
    opener = Opener(OTHER_KEY, CONTEXT)
    for attempt in (opener.update, opener.update):
        with pytest.raises(Unverified):
            attempt(LONG_SEALED)
    with pytest.raises(Unverified):
        opener.finalize()


@pytest.mark.parametrize("stated", [1, -1, SEALED_CHUNK_SIZE, -SEALED_CHUNK_SIZE])
def test_a_stated_size_is_never_believed(stated: int) -> None:
    size = len(LONG_SEALED) + stated
    with pytest.raises(Unverified):
        RangeReader(lambda at, length: LONG_SEALED[at : at + length], size, KEY, CONTEXT)


@pytest.mark.parametrize("size", [-1, 0, HEADER_SIZE, HEADER_SIZE + TAG_SIZE - 1, 2**60])
def test_an_impossible_size_is_refused_before_reading(size: int) -> None:
    def read_at(offset: int, length: int) -> bytes:
        raise AssertionError("nothing was to be read")

    with pytest.raises(Unverified):
        RangeReader(read_at, size, KEY, CONTEXT)


def test_a_storage_that_gives_other_bytes_later_is_found_out() -> None:
    storage = bytearray(LONG_SEALED)
    file = RangeReader(lambda at, n: bytes(storage[at : at + n]), len(storage), KEY, CONTEXT)
    storage[HEADER_SIZE + PIECE_SIZE + 20 * TAG_SIZE] ^= 1
    pieces = file.read(0, file.length)
    assert next(pieces) == LONG[:PIECE_SIZE]
    with pytest.raises(Unverified):
        next(pieces)


def test_a_failure_of_the_storage_is_not_called_unverified() -> None:
    def read_at(offset: int, length: int) -> bytes:
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        RangeReader(read_at, len(LONG_SEALED), KEY, CONTEXT)


@pytest.mark.parametrize("key", [b"", KEY[:-1], KEY + b"\0", KEY[:16]])
def test_a_key_of_another_length_is_our_own_mistake(key: bytes) -> None:
    for use in (
        lambda: seal(key, b"", b""),
        lambda: unseal(key, LONG_SEALED, b""),
        lambda: reader(LONG_SEALED, key),
    ):
        with pytest.raises(ValueError, match="32 bytes"):
            use()
