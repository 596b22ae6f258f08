"""The copies outside the database: kept up to date, never overwritten by a lesser history."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto import notes
from server.audit import checkpoints, outside, service
from server.audit.models import SYSTEM
from server.audit.recorder import Recorder
from server.audit.tally import Tally
from server.clock import MINUTE
from tests.conftest import TestClock
from tests.making.audit import Installed, append, copied, draft


@pytest.fixture
def made(template: Path, tmp_path: Path, clock: TestClock) -> Iterator[Installed]:
    with copied(template, tmp_path / "made", clock) as made:
        append(made.database, 5)
        made.keep()
        yield made


def copy_of(made: Installed, log_id: str = SYSTEM) -> notes.Checkpoint:
    verifier = checkpoints.verifier(made.database.keyring, "localhost:8000/system")
    return notes.open_checkpoint((made.copies / f"{log_id}.note").read_bytes(), verifier)


def roll_back_after(made: Installed, entries: int) -> None:
    """Append and keep, then put the database as it was before back in place."""
    made.database.dispose()
    shutil.copy(made.file, made.file.with_name("earlier"))
    append(made.database, entries)
    made.keep()
    made.database.dispose()
    for leftover in made.folder.glob("kyogikai.db-*"):
        leftover.unlink()
    made.file.with_name("earlier").rename(made.file)


def test_the_copy_is_the_newest_note_exactly_as_signed(made: Installed) -> None:
    append(made.database, 2)

    made.keep()

    newest = made.raw("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")[0].note
    assert (made.copies / "system.note").read_bytes() == newest
    assert copy_of(made).size == 8


def test_what_has_grown_is_signed_and_copied_and_nothing_else_happens(made: Installed) -> None:
    assert made.keep() == []
    with made.database.changing() as tx:
        service.append(tx, SYSTEM, draft())

    assert made.keep() == [SYSTEM]
    assert copy_of(made).size == 7
    assert sorted(each.name for each in made.copies.iterdir()) == [".lock", "system.note"]


def test_the_copies_are_for_their_owner_alone(made: Installed) -> None:
    assert (made.copies / "system.note").stat().st_mode & 0o777 == 0o600


def test_due_counts_of_refusals_are_recorded(made: Installed, clock: TestClock) -> None:
    tally = Tally(Recorder(made.database), clock)
    tally.count("credential.refused", "192.0.2.7")
    clock.advance(MINUTE)

    outside.keep(made.database, tally, made.copies)

    [row] = made.raw("SELECT kind, outcome FROM entry ORDER BY seq DESC LIMIT 1")
    assert tuple(row) == ("credential.refused", "refused")


def test_an_older_database_is_found_out_and_nothing_is_signed_any_more(made: Installed) -> None:
    """F8 and LOG-8: the copy is ahead, stays as it is, and changes are refused."""
    roll_back_after(made, 3)

    with pytest.raises(outside.Tampered, match="kyogikai-server fsck") as found:
        made.keep()

    assert [(each.log_id, each.code) for each in found.value.found] == [(SYSTEM, "outside_ahead")]
    assert copy_of(made).size == 9
    with pytest.raises(checkpoints.SigningWithheld):
        append(made.database, 1)
    assert made.check().counted["entries"] == 6


def test_a_rolled_back_log_that_has_grown_again_is_found_out(made: Installed) -> None:
    """As long as the copy, or longer, but with other entries in the same places."""
    roll_back_after(made, 3)
    append(made.database, 10)

    with pytest.raises(outside.Tampered) as found:
        made.keep()

    assert [each.code for each in found.value.found] == ["outside_inconsistent"]


def test_reading_goes_on_and_is_recorded_while_signing_is_withheld(made: Installed) -> None:
    roll_back_after(made, 3)
    with pytest.raises(outside.Tampered):
        made.keep()

    assert Recorder(made.database).record(SYSTEM, draft()) == 6


def test_a_copy_that_does_not_verify_is_neither_believed_nor_replaced(made: Installed) -> None:
    (made.copies / "system.note").write_bytes(b"empty\n")

    with pytest.raises(outside.Tampered) as found:
        made.keep()

    assert [each.code for each in found.value.found] == ["outside_unreadable"]
    assert (made.copies / "system.note").read_bytes() == b"empty\n"


def test_a_copy_of_a_log_that_is_not_here_is_told(made: Installed) -> None:
    shutil.copy(made.copies / "system.note", made.copies / "elsewhere.note")

    with pytest.raises(outside.Tampered) as found:
        made.keep()

    assert [(each.log_id, each.code) for each in found.value.found] == [
        ("elsewhere", "outside_unknown")
    ]


def test_changed_hashes_are_found_out_before_the_copy_moves_on(made: Installed) -> None:
    append(made.database, 3)
    made.raw("UPDATE entry SET leaf_hash = zeroblob(32) WHERE seq = 6")

    with pytest.raises(outside.Tampered):
        made.keep()

    assert copy_of(made).size == 6


def test_a_folder_that_cannot_be_written_is_an_error_not_a_silence(made: Installed) -> None:
    shutil.rmtree(made.copies)
    made.copies.write_bytes(b"a file where the folder should be")

    with pytest.raises(OSError, match="exists"):
        made.keep()


def test_a_leftover_of_a_crash_is_no_copy(made: Installed) -> None:
    (made.copies / ".tmp-system").write_bytes(b"half a no")

    assert list(outside.read(made.copies)) == [SYSTEM]
    append(made.database, 1)
    made.keep()
    assert copy_of(made).size == 7
