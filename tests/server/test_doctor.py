"""doctor says what is there, where it came from, what is broken, and what is not protected."""

from dataclasses import replace
from pathlib import Path

import pytest

from server import doctor, jobs, settings
from server.audit import service
from server.clock import MINUTE
from server.settings import Settings
from tests.conftest import TestClock
from tests.making.audit import append, draft, installed


@pytest.fixture
def chosen(data: Path) -> Settings:
    return settings.read({"KYOGIKAI_SESSION_HOURS": "8"}, data=str(data))


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def wrong(chosen: Settings, clock: TestClock) -> list[tuple[str, str]]:
    found = doctor.examine(chosen, clock)
    return [(each.about, each.words) for each in found if each.state == "wrong"]


def test_a_healthy_installation_passes_and_its_limits_are_told(
    chosen: Settings, clock: TestClock, capsys: pytest.CaptureFixture[str]
) -> None:
    code = doctor.main(chosen, clock)

    out = told(capsys)
    assert code == 0, out
    assert "session_hours = 8  [KYOGIKAI_SESSION_HOURS]" in out
    assert "port = 8000  [default]" in out
    assert "WHAT THIS SET-UP DOES NOT PROTECT" in out
    for limit in ("Keys and documents are on one disk", "SQLite on one machine", "Plain http"):
        assert limit in out


def test_what_does_not_apply_is_not_claimed(chosen: Settings) -> None:
    elsewhere = replace(
        chosen, origin="https://council.example.jp", database_url="postgresql+psycopg://h/d"
    )

    limits = "\n".join(doctor.unprotected(elsewhere))

    assert "Plain http" not in limits
    assert "SQLite" not in limits
    assert "No witnesses" in limits


def test_a_database_address_with_its_password_is_never_printed(
    data: Path, clock: TestClock, capsys: pytest.CaptureFixture[str]
) -> None:
    address = "postgresql+psycopg://kyogikai:hidden-word@127.0.0.1:1/kyogikai"
    chosen = settings.read({"KYOGIKAI_DATABASE_URL": address}, data=str(data))

    code = doctor.main(chosen, clock)

    out = told(capsys)
    assert code == 1
    assert "hidden-word" not in out
    assert "database_url = (set)  [KYOGIKAI_DATABASE_URL]" in out
    assert "cannot be used" in out


def test_a_missing_key_file_is_wrong_and_says_what_to_do(
    chosen: Settings, clock: TestClock
) -> None:
    chosen.key_file.unlink()

    assert [about for about, words in wrong(chosen, clock) if "Put back the file" in words] == [
        "keys"
    ]


def test_a_key_file_others_may_read_is_wrong(chosen: Settings, clock: TestClock) -> None:
    chosen.key_file.chmod(0o644)

    assert [(a, "chmod 600" in words) for a, words in wrong(chosen, clock)] == [("keys", True)]


def test_a_missing_database_is_wrong(chosen: Settings, clock: TestClock) -> None:
    for file in chosen.data.glob("kyogikai.db*"):
        file.unlink()

    assert [about for about, _ in wrong(chosen, clock)] == ["database"]


def test_a_file_that_is_no_database_is_wrong(chosen: Settings, clock: TestClock) -> None:
    for file in chosen.data.glob("kyogikai.db-*"):
        file.unlink()
    (chosen.data / "kyogikai.db").write_bytes(b"not a database" * 400)

    assert [about for about, _ in wrong(chosen, clock)] == ["database"]


def test_leftover_uploads_are_noted(chosen: Settings, clock: TestClock) -> None:
    (chosen.vault / "ab").mkdir(parents=True)
    (chosen.vault / "ab" / ".tmp-x").write_bytes(b"")

    assert any(
        each.state == "note" and "unfinished uploads" in each.words
        for each in doctor.examine(chosen, clock)
    )


def test_a_failing_job_is_wrong(chosen: Settings, clock: TestClock) -> None:
    made = installed(chosen.data, clock)
    with made.database.changing() as tx:
        jobs.later(tx, "sweep", "everything")
    jobs.run_due(made.database, {})
    made.database.dispose()

    assert [(about, "sweep" in words) for about, words in wrong(chosen, clock)] == [("jobs", True)]


def test_unsigned_entries_and_a_clock_behind_the_log_are_told(
    chosen: Settings, clock: TestClock
) -> None:
    made = installed(chosen.data, clock)
    with made.database.changing() as tx:
        service.append(tx, "system", draft())
    made.database.dispose()

    clock.advance(MINUTE)
    notes = [each.words for each in doctor.examine(chosen, clock) if each.state == "note"]
    assert any("60 秒前" in words for words in notes)
    clock.advance(-10 * MINUTE)
    assert [about for about, _ in wrong(chosen, clock)] == ["clock"]


def test_a_database_behind_its_copies_outside_is_wrong(chosen: Settings, clock: TestClock) -> None:
    made = installed(chosen.data, clock)
    made.keep()
    before = made.raw("SELECT size, range FROM log")[0]
    append(made.database, 1)
    made.keep()
    made.raw("UPDATE log SET size = :size, range = :range", size=before.size, range=before.range)
    made.database.dispose()

    assert [about for about, _ in wrong(chosen, clock)] == ["copies"]
