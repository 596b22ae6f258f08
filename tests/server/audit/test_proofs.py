"""Proofs from stored rows: the same as from all leaves, checked, and refused once rows lie."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto import merkle, notes
from server.audit import checkpoints, proofs, service
from server.audit.models import SYSTEM
from server.database import Tx
from tests.conftest import TestClock
from tests.making.audit import Installed, append, copied, draft

SIZES = (1, 2, 255, 256, 257, 300, 511, 512, 700)


@pytest.fixture(scope="module")
def grown(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The system log, signed at sizes around the borders of 256-wide subtrees."""
    folder = tmp_path_factory.mktemp("grown") / "data"
    with copied(template, folder, TestClock()) as made:
        size = 1
        checkpoints.sign_all(made.database)
        for each in SIZES[1:]:
            append(made.database, each - size)
            size = each
        yield folder


@pytest.fixture
def made(grown: Path, tmp_path: Path, clock: TestClock) -> Iterator[Installed]:
    with copied(grown, tmp_path / "copy", clock) as copy:
        yield copy


def leaf_hashes(tx: Tx) -> list[bytes]:
    return list(tx.connection.exec_driver_sql("SELECT leaf_hash FROM entry ORDER BY seq").scalars())


def test_every_subtree_hash_is_that_of_its_leaves(made: Installed) -> None:
    with made.database.reading() as tx:
        leaves, hashes = leaf_hashes(tx), proofs.Hashes(tx, SYSTEM)

        for level in range(10):
            for index in range(len(leaves) >> level):
                below = leaves[index << level : (index + 1) << level]
                assert hashes(level, index) == merkle.root_hash(below)


@pytest.mark.parametrize("size", SIZES)
def test_inclusion_is_proved_for_the_first_the_last_and_any_entry(
    size: int, made: Installed
) -> None:
    with made.database.reading() as tx:
        root = merkle.root_hash(leaf_hashes(tx)[:size])
        for seq in {0, size - 1, random.randrange(size)}:
            proof = proofs.inclusion(tx, SYSTEM, seq, size)

            merkle.verify_inclusion(proof.leaf_hash, seq, size, proof.hashes, root)
            assert proof.signed.checkpoint == notes.Checkpoint("localhost:8000/system", size, root)


def test_consistency_is_proved_between_all_pairs_of_checkpoints(made: Installed) -> None:
    with made.database.reading() as tx:
        leaves = leaf_hashes(tx)
        for old in SIZES:
            for new in (each for each in SIZES if each >= old):
                proof = proofs.consistency(tx, SYSTEM, old, new)

                roots = [merkle.root_hash(leaves[:size]) for size in (old, new)]
                merkle.verify_consistency(old, new, *roots, proof.hashes)


def test_without_a_size_the_newest_checkpoint_is_meant(made: Installed) -> None:
    with made.database.reading() as tx:
        assert proofs.inclusion(tx, SYSTEM, 3).signed.checkpoint.size == SIZES[-1]
        assert proofs.consistency(tx, SYSTEM, 2).new.checkpoint.size == SIZES[-1]


def test_what_no_checkpoint_covers_is_not_proved(made: Installed) -> None:
    with made.database.reading() as tx:
        for size, seq, problem in (
            (299, 0, proofs.NoCheckpoint),
            (9999, 0, proofs.NoCheckpoint),
            (256, 256, proofs.NoEntry),
        ):
            with pytest.raises(problem):
                proofs.inclusion(tx, SYSTEM, seq, size)
        with pytest.raises(proofs.NoEntry):
            proofs.consistency(tx, SYSTEM, 512, 256)
        with pytest.raises(proofs.NoCheckpoint):
            proofs.signed(tx, "no such log")


def test_no_proof_leaves_when_a_hash_was_changed(made: Installed) -> None:
    made.raw("UPDATE entry SET leaf_hash = zeroblob(32) WHERE seq = 5")
    made.raw("UPDATE subtree SET hash = zeroblob(32) WHERE position = 1")

    with made.database.reading() as tx:
        for seq in (5, 4, 600):
            with pytest.raises(proofs.LogDamaged):
                proofs.inclusion(tx, SYSTEM, seq, 700)
        with pytest.raises(proofs.LogDamaged):
            proofs.consistency(tx, SYSTEM, 256, 700)


def test_no_proof_leaves_when_a_row_is_missing(made: Installed) -> None:
    made.raw("DELETE FROM entry WHERE seq = 650")
    made.raw("DELETE FROM subtree WHERE position = 0")

    with made.database.reading() as tx:
        for seq in (655, 699, 300):
            with pytest.raises(proofs.LogDamaged):
                proofs.inclusion(tx, SYSTEM, seq)


def test_a_checkpoint_that_was_changed_or_moved_is_not_shown(made: Installed) -> None:
    made.raw(
        "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 2) WHERE size = 300"
    )
    made.raw("UPDATE checkpoint SET note = substr(note, 2) WHERE size = 512")

    with made.database.reading() as tx:
        for size in (300, 512):
            with pytest.raises(proofs.LogDamaged):
                proofs.signed(tx, SYSTEM, size)


def test_signing_twice_gives_the_same_note_and_never_a_second_one(made: Installed) -> None:
    with made.database.changing() as tx:
        again = [checkpoints.sign(tx, SYSTEM) for _ in range(2)]

    assert len({*again, made.raw("SELECT note FROM checkpoint WHERE size = 700")[0].note}) == 1


def test_every_log_that_has_grown_is_signed_and_no_other(made: Installed) -> None:
    assert checkpoints.sign_all(made.database) == []
    with made.database.changing() as tx:
        service.append(tx, SYSTEM, draft())
    assert checkpoints.sign_all(made.database) == [SYSTEM]
