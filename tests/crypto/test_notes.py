"""A note, checkpoint or proof is read in its one spelling, and only from keys we know."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import Unverified
from crypto.keys import public_bytes, signing_key_from_seed
from crypto.merkle import CompactRange, inclusion_proof, leaf_hash, root_hash
from crypto.notes import (
    Checkpoint,
    Verifier,
    checkpoint_text,
    encode_proof,
    open_checkpoint,
    open_note,
    open_proof,
    parse_proof,
    parse_verifier_key,
    sign_checkpoint,
    sign_note,
    verifier_key,
)

# The example of c2sp.org/signed-note@v1.0.0, "Verifier keys".
SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()

# The example of c2sp.org/tlog-checkpoint; its key is not published, its text is.
SPEC_CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
)

ORIGIN = "council.example/council/1"
PRIVATE = signing_key_from_seed(bytes(range(32)))
OTHER = signing_key_from_seed(bytes(range(1, 33)))
LOG = Verifier(ORIGIN, public_bytes(PRIVATE))
WITNESS = Verifier("witness.example/w", public_bytes(OTHER))

LEAVES = [leaf_hash(bytes([number])) for number in range(7)]
NOTE = sign_checkpoint(Checkpoint(ORIGIN, 7, root_hash(LEAVES)), PRIVATE)


def hash_of(level: int, index: int) -> bytes:
    return root_hash(LEAVES[index << level : (index + 1) << level])


PROOF = encode_proof(4, inclusion_proof(4, 7, hash_of), NOTE)


def signature_line(note: bytes) -> bytes:
    return note.rpartition(b"\n\n")[2]


def refused(use: Callable[..., Any], *arguments: Any) -> bool:
    try:
        use(*arguments)
    except Unverified:
        return True
    return False


def test_the_example_of_the_specification_opens() -> None:
    verifier = parse_verifier_key(SPEC_KEY)
    assert verifier.name == "example.com/foo"
    assert verifier.key_id.hex() == "530d903a"
    assert verifier_key(verifier.name, verifier.public_key) == SPEC_KEY
    assert open_note(SPEC_NOTE, [verifier]) == "This is an example message.\n"


def test_a_checkpoint_is_spelt_as_in_the_specification() -> None:
    root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    checkpoint = Checkpoint("example.com/behind-the-sofa", 20852163, root)
    assert checkpoint_text(checkpoint) == SPEC_CHECKPOINT


def test_a_signed_checkpoint_opens() -> None:
    assert open_checkpoint(NOTE, LOG) == Checkpoint(ORIGIN, 7, root_hash(LEAVES))


def test_the_empty_log_has_a_checkpoint_too() -> None:
    empty = Checkpoint(ORIGIN, 0, CompactRange().root())
    assert open_checkpoint(sign_checkpoint(empty, PRIVATE), LOG) == empty


TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=40)


@given(TEXTS)
def test_any_text_without_control_characters_is_signed_and_read_back(text: str) -> None:
    note = sign_note(text + "\n", "名.example/署名", PRIVATE)
    verifier = Verifier("名.example/署名", public_bytes(PRIVATE))
    assert open_note(note, [verifier]) == text + "\n"
    assert parse_verifier_key(verifier_key(verifier.name, verifier.public_key)) == verifier


@settings(max_examples=300)
@given(st.data())
def test_no_other_bytes_than_the_note_itself_open(data: st.DataObject) -> None:
    bad = altered(NOTE, data)
    assert refused(open_note, bad, [LOG])
    assert refused(open_checkpoint, bad, LOG)


@settings(max_examples=300)
@given(st.data())
def test_no_other_bytes_than_the_proof_itself_open(data: st.DataObject) -> None:
    assert refused(open_proof, altered(PROOF, data), LEAVES[4], LOG)


def altered(original: bytes, data: st.DataObject) -> bytes:
    """The bytes with something changed, lost, added, doubled or swapped."""
    start, stop = sorted(data.draw(st.integers(0, len(original))) for _ in range(2))
    head, part, tail = original[:start], original[start:stop], original[stop:]
    return data.draw(
        st.sampled_from(
            [
                head + data.draw(st.binary(max_size=3)) + tail,
                head + part + data.draw(st.binary(min_size=1, max_size=3)) + tail,
                head + part + part + tail,
                tail + part + head,
                head + part.swapcase() + tail,
                original.replace(b"\n", b"\r\n"),
                original[:-1],
                original + b"\n",
            ]
        ).filter(lambda each: each != original)
    )


@settings(max_examples=300)
@given(st.binary(max_size=80) | TEXTS.map(str.encode))
def test_rubbish_is_refused(data: bytes) -> None:
    assert refused(open_note, data, [LOG])
    assert refused(open_checkpoint, data, LOG)
    assert refused(parse_proof, data)
    assert refused(open_proof, data, LEAVES[0], LOG)


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    cosigned = NOTE + signature_line(sign_note(checkpoint_text(checkpoint()), WITNESS.name, OTHER))
    assert open_checkpoint(cosigned, LOG) == checkpoint()
    assert open_note(cosigned, [WITNESS]) == open_note(cosigned, [LOG, WITNESS])
    assert refused(open_note, NOTE, [WITNESS])
    assert refused(open_note, NOTE, [])


def checkpoint() -> Checkpoint:
    return Checkpoint(ORIGIN, 7, root_hash(LEAVES))


def test_a_bad_signature_of_a_known_key_spoils_a_good_one() -> None:
    other_text = signature_line(sign_note("another text\n", WITNESS.name, OTHER))
    assert open_note(NOTE + other_text, [LOG])
    assert refused(open_note, NOTE + other_text, [LOG, WITNESS])


def test_the_same_name_with_another_key_is_an_unknown_key() -> None:
    assert refused(open_note, NOTE, [Verifier(ORIGIN, public_bytes(OTHER))])
    assert open_note(NOTE, [Verifier(ORIGIN, public_bytes(OTHER)), LOG])


def test_the_same_id_with_another_name_is_an_unknown_key() -> None:
    renamed = NOTE.replace(f"— {ORIGIN}".encode(), "— council.example/council/2".encode())
    assert refused(open_note, renamed, [LOG])
    assert refused(open_note, renamed, [LOG, Verifier("council.example/council/2", LOG.public_key)])


def test_sixteen_signatures_are_read_and_a_hundred_and_one_are_not() -> None:
    line = "— stranger.example AAAAAAA=\n".encode()
    assert open_note(NOTE + 99 * line, [LOG])
    assert refused(open_note, NOTE + 100 * line, [LOG])


@pytest.mark.parametrize(
    "line",
    [
        "— a.example AAAAAAA",
        "— a.example AAAAAAB=\n",
        "— a.example AAAAAA==\n",
        "— a.example  AAAAAAA=\n",
        "— a.example AAAAAAA= \n",
        "— a+b.example AAAAAAA=\n",
        "— a\u3000b AAAAAAA=\n",
        "— \u3000a AAAAAAA=\n",
        "— a\xa0 AAAAAAA=\n",
        "—  AAAAAAA=\n",
        "- a.example AAAAAAA=\n",
        "a.example AAAAAAA=\n",
        "—\n",
        "\n",
        "\t\n",
    ],
)
def test_one_malformed_signature_line_spoils_the_note(line: str) -> None:
    assert refused(open_note, NOTE + line.encode(), [LOG])


def test_signatures_without_a_blank_line_before_them_are_no_note() -> None:
    note = sign_note("\n", ORIGIN, PRIVATE)
    assert open_note(note, [LOG]) == "\n"
    assert refused(open_note, note.removeprefix(b"\n"), [LOG])
    assert refused(open_note, note.removeprefix(b"\n\n"), [LOG])


def test_a_signature_cut_short_is_no_signature() -> None:
    for size in (0, 1, 4, 5, 67, 69):
        signature = base64.b64encode((LOG.key_id + bytes(64) + b"x")[:size]).decode()
        text = checkpoint_text(checkpoint())
        assert refused(open_note, f"{text}\n— {ORIGIN} {signature}\n".encode(), [LOG])


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n7\n",
        f"{ORIGIN}\n07\n{'A' * 43}=\n",
        f"{ORIGIN}\n+7\n{'A' * 43}=\n",
        f"{ORIGIN}\n-1\n{'A' * 43}=\n",
        f"{ORIGIN}\n７\n{'A' * 43}=\n",
        f"{ORIGIN}\n7 \n{'A' * 43}=\n",
        f"{ORIGIN}\n9223372036854775808\n{'A' * 43}=\n",
        f"{ORIGIN}\n7\n{'A' * 42}B=\n",
        f"{ORIGIN}\n7\n{'A' * 43}\n",
        f"{ORIGIN}\n7\n{'_' * 43}=\n",
        f"{ORIGIN}\n7\nAAAA\n",
        f"{ORIGIN}\n7\n{'A' * 43}=\n\n",
        f"{ORIGIN}\n7\n{'A' * 43}=\nextension\n\n",
        f"\n7\n{'A' * 43}=\n",
        f"council.example/council/2\n7\n{'A' * 43}=\n",
    ],
)
def test_a_checkpoint_in_another_spelling_is_refused_though_signed(text: str) -> None:
    assert refused(open_checkpoint, sign_note(text, ORIGIN, PRIVATE), LOG)


def test_extension_lines_are_allowed_and_disregarded() -> None:
    note = sign_note(checkpoint_text(checkpoint()) + "extension\n", ORIGIN, PRIVATE)
    assert open_checkpoint(note, LOG) == checkpoint()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        SPEC_KEY.replace("530d903a", "530D903A"),
        SPEC_KEY.replace("530d903a", "530d903b"),
        SPEC_KEY.replace("foo", "fop"),
        SPEC_KEY.replace("foo", "f o"),
        SPEC_KEY.replace("+Aeky", "+Beky"),
        SPEC_KEY + "=",
        SPEC_KEY[:-4],
        SPEC_KEY + "\n",
    ],
)
def test_a_malformed_verifier_key_is_refused(text: str) -> None:
    assert refused(parse_verifier_key, text)


@given(st.text(max_size=60))
def test_rubbish_is_no_verifier_key(text: str) -> None:
    assert refused(parse_verifier_key, text)


def test_every_leaf_is_proved_and_no_other() -> None:
    for index, leaf in enumerate(LEAVES):
        proof = encode_proof(index, inclusion_proof(index, 7, hash_of), NOTE)
        assert open_proof(proof, leaf, LOG) == checkpoint()
        assert refused(open_proof, proof, LEAVES[index - 1], LOG)
        assert refused(open_proof, proof, leaf, WITNESS)


def test_a_proof_is_spelt_as_in_the_specification() -> None:
    lines = encode_proof(4, [LEAVES[5]], NOTE, extra=b"leaf").split(b"\n")
    assert lines[:3] == [b"c2sp.org/tlog-proof@v1", b"extra bGVhZg==", b"index 4"]
    assert lines[3] == base64.b64encode(LEAVES[5])
    assert b"\n".join(lines[5:]) == NOTE
    assert lines[4] == b""


@given(st.binary(min_size=1, max_size=60))
def test_extra_data_is_carried_and_proves_nothing(extra: bytes) -> None:
    hashes = inclusion_proof(4, 7, hash_of)
    proof = encode_proof(4, hashes, NOTE, extra)
    parsed = parse_proof(proof)
    assert (parsed.index, list(parsed.hashes), parsed.checkpoint_note) == (4, hashes, NOTE)
    assert parsed.extra == extra
    assert open_proof(proof, LEAVES[4], LOG) == checkpoint()


def test_a_proof_for_a_tree_of_one_has_no_hashes() -> None:
    one = Checkpoint(ORIGIN, 1, LEAVES[0])
    proof = encode_proof(0, [], sign_checkpoint(one, PRIVATE))
    assert open_proof(proof, LEAVES[0], LOG) == one


def test_an_empty_extra_line_is_refused() -> None:
    bad = PROOF.replace(b"index 4", b"extra \nindex 4")
    assert refused(open_proof, bad, LEAVES[4], LOG)


def test_what_cannot_stand_in_a_note_is_our_own_mistake() -> None:
    uses: list[Any] = [
        lambda: sign_note("no newline", ORIGIN, PRIVATE),
        lambda: sign_note("tab\t\n", ORIGIN, PRIVATE),
        lambda: sign_note("\ud800\n", ORIGIN, PRIVATE),
        lambda: sign_note("text\n", "with space", PRIVATE),
        lambda: sign_note("text\n", "", PRIVATE),
        lambda: sign_note("text\n", "a+b", PRIVATE),
        lambda: verifier_key("a b", LOG.public_key),
        lambda: verifier_key("a", b"short"),
        lambda: checkpoint_text(Checkpoint(ORIGIN, -1, LEAVES[0])),
        lambda: checkpoint_text(Checkpoint(ORIGIN, 1, b"short")),
        lambda: sign_checkpoint(Checkpoint("two\nlines", 1, LEAVES[0]), PRIVATE),
        lambda: encode_proof(-1, [], NOTE),
        lambda: encode_proof(1, [b"short"], NOTE),
    ]
    for use in uses:
        with pytest.raises(ValueError, match=r"note|verifier key|checkpoint has|proof has"):
            use()
