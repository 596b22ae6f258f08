"""fsck recomputes everything: whatever is changed in the database, it names the place.

What it cannot see is written here as well, each with the reason.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from server import fsck
from server.audit import evidence, facts, reading, service
from server.audit.models import SYSTEM, Entry, Log, SignedCheckpoint, Subtree
from server.database import Tx
from server.keys import service as keys
from server.keys.models import KeyVersion
from tests.conftest import TestClock
from tests.making.audit import (
    Installed,
    append,
    copied,
    draft,
    enter_everywhere,
    evidence_models,
    flip,
    installed,
    table_of,
)

COUNCIL = "01990000-0000-7000-8000-000000000001"
OF_THE_LOG = (Log, Entry, Subtree, SignedCheckpoint)
# Tables that no leaf vouches for, and why a change there is not found.
NOT_EVIDENCE = {
    "session": "mutable by design; holds hashes; a forged one shows as entries of that person",
    "idempotency": "stored answers, swept after a day; sealed, and decides no right",
    "job": "work to be done; no state depends on it",
    "step_up": "each row is bound by key to all it says; gone after minutes",
    "step_up_request": "asks only: what it asked for is proved, and bound, by a passkey",
    "challenge": "derived by key from what it is for: a changed row asks for what nobody signed",
    "passkey_use": "a count and a day; a lower count lets a copied key pass, not a stranger's",
    "code_use": "the step of the last one-time code: for reading on demonstration servers",
    "oidc_flow": "a sign-in under way: hashed, sealed, ten minutes; the provider's answer decides",
    "oidc_session": "which session a provider's sign-out ends; it can only end",
    "logout_notice": "numbers of sign-outs already done, until they expire",
    "token_use": "when a token was last used, for its owner to see",
    "attempts": "failures not yet forgotten: they delay, and decide no right",
    "known_network": "where people signed in from: keyed digests, which only shorten a wait",
    "notice": "letters to be sent; the facts they tell of are vouched for",
    "notice_cursor": "how far the logs were read for notices",
    "notice_preference": "at once or once a day",
    "daily_download": "bytes taken out in a day: a limit, and no right; the log has every entry",
    "upload": "files on their way in: sealed, and what they become is vouched for",
    "upload_part": "parts of such files; what columns say is held against what is sealed",
    "organisation": "names of public bodies; a right never comes from it, only from memberships",
}


@pytest.fixture(scope="module")
def clock() -> TestClock:
    return TestClock()


@pytest.fixture(scope="module")
def sound(template: Path, tmp_path_factory: pytest.TempPathFactory, clock: TestClock) -> Path:
    """An installation with two logs, full subtrees and copies outside."""
    folder = tmp_path_factory.mktemp("sound") / "data"
    with copied(template, folder, clock) as made:
        with made.database.changing() as tx:
            service.create(tx, COUNCIL, f"localhost:8000/council/{COUNCIL}")
            keys.create(tx, COUNCIL)
            drafts = [draft(n, person_id="p", organisation_id="o") for n in range(40)]
            service.write(tx, COUNCIL, drafts)
        for _ in range(4):
            clock.advance(1000)
            append(made.database, 130)
        with made.database.changing() as tx:
            digest = keys.lookup_digest(tx, "address", "192.0.2.1")
            mark = keys.lookup_digest(tx, "mark", "7K3QF-9XW2M-B4T8C")
            service.append(tx, SYSTEM, draft(person_id="p", address_digest=digest, mark=mark))
        made.keep()
    return folder


@pytest.fixture(scope="module")
def populated(template: Path, tmp_path_factory: pytest.TempPathFactory, clock: TestClock) -> Path:
    """An installation with a row in every table of evidence."""
    folder = tmp_path_factory.mktemp("populated") / "data"
    with copied(template, folder, clock) as made:
        enter_everywhere(made)
        made.keep()
    return folder


@pytest.fixture
def made(sound: Path, tmp_path: Path, clock: TestClock) -> Iterator[Installed]:
    with copied(sound, tmp_path / "data", clock) as copy:
        yield copy


def codes(report: fsck.Report) -> set[str]:
    return {fault.code for fault in report.faults}


def test_a_sound_installation_is_found_sound_and_counted(made: Installed) -> None:
    report = made.check(deep=True)

    assert report.sound, list(report.lines())
    counted = {name: report.counted[name] for name in ("logs", "entries", "openings", "subtrees")}
    assert counted == {"logs": 2, "entries": 562, "openings": 562, "subtrees": 2}
    assert (report.counted["outside"], report.counted["keys"]) == (2, 2)


def test_every_table_is_vouched_for_or_named_with_the_reason_why_not() -> None:
    known = {table.name for table in evidence.tables()} | {table_of(m).name for m in OF_THE_LOG}

    assert set(SQLModel.metadata.tables) - known == {*NOT_EVIDENCE, "key_version", "installation"}


@pytest.mark.parametrize("table", [table_of(model).name for model in evidence_models()])
def test_a_flipped_bit_in_any_column_of_evidence_is_named(
    table: str, populated: Path, tmp_path: Path, clock: TestClock
) -> None:
    found = SQLModel.metadata.tables[table]
    for column in found.columns:
        with copied(populated, tmp_path / "data", clock) as made:
            flip(made, found, column.name)
            report = made.check()
        assert table in {fault.table for fault in report.faults}, f"{table}.{column.name}"


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (model, column.name)
        for model in (*OF_THE_LOG, KeyVersion)
        for column in table_of(model).columns
    ],
    ids=lambda each: each if isinstance(each, str) else table_of(each).name,
)
def test_a_flipped_bit_in_any_column_of_the_log_is_named(
    model: type[SQLModel], column: str, made: Installed
) -> None:
    # COUNCIL's index columns are filled; a system entry has the digests of address and mark.
    flip(made, table_of(model), column)

    faults = made.check().faults

    tables = {fault.table for fault in faults}
    assert tables & {table_of(model).name, "log", "entry"}, [fault.words() for fault in faults]
    if model is KeyVersion:
        assert "key_version" in tables


@pytest.mark.parametrize("column", ["id", "installation", "origin", "created_at"])
def test_a_flipped_bit_in_the_installations_row_is_named(column: str, made: Installed) -> None:
    flip(made, SQLModel.metadata.tables["installation"], column)

    assert {fault.table for fault in made.check().faults} == {"installation"}


def test_a_value_put_where_there_was_none_is_named(made: Installed) -> None:
    made.raw("UPDATE entry SET person_id = 'x' WHERE log_id = 'system' AND seq = 7")
    made.raw("UPDATE entry SET organisation_id = 'x' WHERE log_id = 'system' AND seq = 8")
    made.raw("UPDATE entry SET mark = :mark WHERE log_id = 'system' AND seq = 9", mark=b"x")

    named = [("opening", 7), ("opening", 8), ("opening", 9)]
    assert [(f.code, f.seq) for f in made.check().faults] == named


def test_blob_bytes_spelt_as_hexadecimal_text_are_named(
    populated: Path, tmp_path: Path, clock: TestClock
) -> None:
    """The digest of a row spells bytes as hexadecimal: the column's kind must still be its own."""
    with copied(populated, tmp_path / "data", clock) as made:
        made.raw("UPDATE person SET name = lower(hex(name))")

        assert ("value", "person") in {(f.code, f.table) for f in made.check().faults}


def test_a_deleted_row_is_named_by_the_entry_that_recorded_it(
    populated: Path, tmp_path: Path, clock: TestClock
) -> None:
    with copied(populated, tmp_path / "data", clock) as made:
        [(seq,)] = made.raw("SELECT log_seq FROM seat")
        made.raw("DELETE FROM seat")

        assert [(f.code, f.log, f.seq) for f in made.check().faults] == [
            ("row_missing", SYSTEM, seq)
        ]


def test_a_row_that_no_entry_vouches_for_is_named(
    populated: Path, tmp_path: Path, clock: TestClock
) -> None:
    """An office written straight into the database, for a real entry or for none."""
    with copied(populated, tmp_path / "data", clock) as made:
        for row, seq in (("forged-1", 3), ("forged-2", 99_999)):
            made.raw(
                "INSERT INTO office (id, recorded_at, log_id, log_seq, council_id, person_id, role,"
                " organisation_id, valid_from, valid_to)"
                " SELECT :row, recorded_at, log_id, :seq, NULL, person_id, role, NULL, 0, NULL"
                " FROM office LIMIT 1",
                row=row,
                seq=seq,
            )

        faults = made.check().faults

        assert {f.row for f in faults if f.table == "office"} == {"forged-1", "forged-2"}


def test_two_rows_that_exchange_their_values_are_both_named(
    populated: Path, tmp_path: Path, clock: TestClock
) -> None:
    with copied(populated, tmp_path / "data", clock) as made:
        made.raw(
            "UPDATE membership SET log_seq = (SELECT log_seq FROM seat),"
            " recorded_at = (SELECT recorded_at FROM seat)"
        )

        assert "membership" in {f.table for f in made.check().faults}


def test_two_exchanged_openings_are_both_named(made: Installed) -> None:
    [(a,), (b,)] = made.raw(
        "SELECT opening FROM entry WHERE log_id = 'system' AND seq IN (5, 6) ORDER BY seq"
    )
    for seq, opening in ((5, b), (6, a)):
        made.raw(
            "UPDATE entry SET opening = :opening WHERE log_id = 'system' AND seq = :seq",
            opening=opening,
            seq=seq,
        )

    assert [(f.code, f.seq) for f in made.check().faults] == [("opening", 5), ("opening", 6)]


def test_two_exchanged_entries_are_both_named(made: Installed) -> None:
    for old, new in ((5, -1), (6, 5), (-1, 6)):
        made.raw(
            "UPDATE entry SET seq = :new WHERE seq = :old AND log_id = 'system'", new=new, old=old
        )

    faults = made.check().faults

    assert {("leaf_elsewhere", 5), ("leaf_elsewhere", 6)} <= {(f.code, f.seq) for f in faults}


def test_a_deleted_entry_leaves_a_gap_that_is_named(made: Installed) -> None:
    made.raw("DELETE FROM entry WHERE log_id = 'system' AND seq = 300")

    assert ("entry_missing", SYSTEM, 300) in {(f.code, f.log, f.seq) for f in made.check().faults}


def test_an_entry_added_behind_the_last_is_named(made: Installed) -> None:
    columns = (
        "leaf, leaf_hash, time, kind, object, outcome, person_id, organisation_id, address_digest,"
        " mark, opening"
    )
    made.raw(
        f"INSERT INTO entry (log_id, seq, {columns})"  # noqa: S608
        f" SELECT log_id, seq + 1, {columns} FROM entry"
        " WHERE log_id = 'system' ORDER BY seq DESC LIMIT 1"
    )

    assert {"leaf_elsewhere", "head", "opening"} <= codes(made.check())


def test_a_log_cut_back_with_its_checkpoints_is_found_by_the_copy_outside(
    made: Installed, template: Path, clock: TestClock
) -> None:
    """Everything inside the database is made to agree with the shorter log."""
    earlier = installed(template, clock)
    [head] = earlier.raw("SELECT size, range, last_time, rights_epoch FROM log WHERE id = 'system'")
    earlier.database.dispose()
    made.raw("DELETE FROM entry WHERE log_id = 'system' AND seq >= :size", size=head.size)
    made.raw("DELETE FROM checkpoint WHERE log_id = 'system' AND size > :size", size=head.size)
    made.raw("DELETE FROM subtree WHERE log_id = 'system'")
    made.raw(
        "UPDATE log SET size = :size, range = :range, last_time = :last_time,"
        " rights_epoch = :rights_epoch WHERE id = 'system'",
        **head._mapping,
    )

    assert {(f.code, f.log) for f in made.check().faults} == {("outside_ahead", SYSTEM)}


def test_an_earlier_copy_of_the_database_is_found_by_the_copy_outside(made: Installed) -> None:
    """F8: last week's database under this week's checkpoint."""
    made.database.dispose()
    shutil.copy(made.file, made.file.with_name("earlier"))
    append(made.database, 3)
    made.keep()
    made.database.dispose()
    for leftover in made.folder.glob("kyogikai.db-*"):
        leftover.unlink()
    made.file.with_name("earlier").rename(made.file)

    assert {(f.code, f.log) for f in made.check().faults} == {("outside_ahead", SYSTEM)}


def test_another_history_of_the_same_length_is_found_by_the_copy_outside(
    made: Installed, sound: Path, tmp_path: Path, clock: TestClock
) -> None:
    """The whole log rebuilt and signed with the stolen log key (LOG-T3)."""
    append(made.database, 3)
    made.keep()
    with copied(sound, tmp_path / "other", clock) as other:
        append(other.database, 3)
        shutil.rmtree(other.copies)
        shutil.copytree(made.copies, other.copies)

        assert {(f.code, f.log) for f in other.check().faults} == {("outside_inconsistent", SYSTEM)}


def test_a_log_that_is_gone_is_named(made: Installed) -> None:
    made.raw("DELETE FROM entry WHERE log_id != 'system'")
    made.raw("DELETE FROM checkpoint WHERE log_id != 'system'")
    made.raw("DELETE FROM log WHERE id != 'system'")

    assert {(f.code, f.log) for f in made.check().faults} == {("outside_unknown", COUNCIL)}


def test_a_changed_copy_outside_is_named(made: Installed) -> None:
    copy = made.copies / f"{COUNCIL}.note"
    copy.write_bytes(copy.read_bytes().replace(b"\n40\n", b"\n39\n"))

    assert {(f.code, f.log) for f in made.check().faults} == {("outside_unreadable", COUNCIL)}


def test_a_torn_page_is_named_and_stops_nothing(made: Installed) -> None:
    """F7: a page of the database file overwritten with noise."""
    made.database.dispose()  # the last connection closed brings the file up to date
    content = bytearray(made.file.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = bytes(range(256)) * 16
    made.file.write_bytes(content)

    report = made.check(deep=True)

    assert not report.sound
    assert codes(report) & {"database", "unfinished"}


def test_what_a_domain_knows_to_be_wrong_is_reported_in_its_words(made: Installed) -> None:
    def wrong(_tx: Tx) -> Iterator[str]:
        yield "document d: no version"

    def stumbling(_tx: Tx) -> Iterator[str]:
        raise KeyError("a row that is not there")
        yield ""

    report = made.check(checks=(wrong, stumbling))

    assert [(f.code, "document d" in f.detail) for f in report.faults] == [
        ("domain", True),
        ("unfinished", False),
    ]


def test_the_report_says_what_was_checked_and_what_is_wrong_in_both_languages(
    made: Installed,
) -> None:
    made.raw("UPDATE entry SET outcome = 'allowed' WHERE log_id = 'system' AND seq = 9")

    lines = list(made.check().lines())

    assert any("562" in line and "記録 / entries" in line for line in lines)
    assert any(
        "table entry log system seq 9" in line and "葉と列が食い違う" in line for line in lines
    )
    assert lines[-1] == "異常 1 件 / 1 faults"


def test_dropping_an_opening_is_what_retention_does_and_only_counted(made: Installed) -> None:
    """Cannot be detected: leaf, root and proofs stay valid without it, as they must (LOG-3)."""
    made.raw(
        "UPDATE entry SET opening = NULL, person_id = NULL, organisation_id = NULL,"
        " address_digest = NULL WHERE log_id = 'system' AND seq = 9"
    )

    report = made.check()

    assert (report.sound, report.counted["openings"]) == (True, 561)


def test_rows_of_many_are_still_compared_when_the_opening_that_lists_them_is_gone(
    made: Installed,
) -> None:
    """Beyond 32 rows a leaf holds one digest over all."""
    model = next(each for each in evidence_models() if table_of(each).name == "ending")
    with made.database.changing() as tx:
        for number in range(40):
            facts.enter(
                tx, SYSTEM, model(fact_id=f"f{number}", effective_at=0, ended_by=None, reason="r")
            )
        seq = service.append(tx, SYSTEM, draft())
    made.raw("UPDATE entry SET opening = NULL WHERE log_id = 'system' AND seq = :seq", seq=seq)
    assert made.check().sound

    made.raw("UPDATE ending SET reason = 's' WHERE fact_id = 'f7'")

    assert [(f.code, f.seq) for f in made.check().faults] == [("row_changed", seq)]


def test_database_keys_and_copies_together_rewritten_cannot_be_detected_here(
    sound: Path, tmp_path: Path, clock: TestClock
) -> None:
    """Cannot be detected: whoever has all three signs another history. That takes witnesses."""
    with copied(sound, tmp_path / "data", clock) as made:
        shutil.rmtree(made.copies)
        append(made.database, 1)
        made.keep()

        assert made.check().sound


def test_the_index_columns_are_committed_to_with_the_actor(made: Installed) -> None:
    with made.database.reading() as tx:
        rows, _ = reading.entries(tx, COUNCIL, reading.Sought(), limit=1, before=None)
        opening = reading.opening_of(tx, COUNCIL, rows[0])

    assert opening is not None
    assert opening.actor == {"index": ["p", "o", None]}
