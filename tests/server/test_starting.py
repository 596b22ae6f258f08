"""Starting and stopping a real process: refusals that say what to do, clean ends, and kills."""

import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from clients.sdk.authenticator import Authenticator
from server import fsck, installation, settings, wiring
from server.app import build_parts
from server.migrating import SchemaTooNew
from server.settings import HERE, SettingError
from tests.conftest import TestClock

PATIENCE = 60


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        return int(listening.getsockname()[1])


def command(*words: str, **variables: str) -> "subprocess.Popen[str]":
    """`python -m server …` with nothing of ours in its environment but what is given."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("KYOGIKAI_")}
    return subprocess.Popen(
        [sys.executable, "-m", "server", *words],
        cwd=HERE,
        env={**kept, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(*words: str, **variables: str) -> tuple[int, str]:
    """Exit code and standard error of a command."""
    process = command(*words, **variables)
    _, error = process.communicate(timeout=PATIENCE)
    return process.returncode, error


@contextmanager
def serving(data: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    """A server that answers; killed at the end if the test has not ended it."""
    process = command("serve", "--data", str(data), "--port", str(port))
    try:
        wait_until_ready(process, port)
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def wait_until_ready(process: "subprocess.Popen[str]", port: int) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            raise AssertionError(process.communicate())
        with suppress(OSError):
            urllib.request.urlopen(f"http://localhost:{port}/readyz", timeout=5).close()
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
    raise AssertionError("never ready")


def post(port: int, path: str, body: Any = None, token: str | None = None) -> Any:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    content = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(
        f"http://localhost:{port}/api/v1{path}", content, headers, method="POST"
    )
    with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
        return json.load(answer)


def link_of(process: "subprocess.Popen[str]") -> str:
    """The one-time link that the first start prints."""
    assert process.stdout is not None
    for line in process.stdout:
        if "/enrol#kye_" in line:
            return line.strip().partition("#")[2]
    raise AssertionError("no link was printed")


def enrolled(port: int, link: str, key: Authenticator) -> Any:
    """The session of who enrols a passkey by a link."""
    begun = answered_by(port, key.create, post(port, "/enrolments/options", {"link": link}))
    return post(port, "/enrolments", {"link": link, "name": "鍵", **begun})


def answered_by(port: int, sign: Callable[[Any, str], Any], begun: Any) -> dict[str, Any]:
    """A challenge and what a passkey makes of it."""
    credential = sign(begun["options"], f"http://localhost:{port}")
    return {"challenge": begun["challenge"], "credential": credential}


def sound(data: Path, port: int) -> None:
    """All of it verifies, deeply."""
    parts = build_parts(settings.read({}, data=str(data), port=str(port)))
    report = fsck.check(
        parts.database, parts.settings.checkpoints, wiring.checks(parts, deep=True), deep=True
    )
    parts.database.dispose()
    assert report.sound, "\n".join(report.lines())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_and_a_second_start_finds_everything(
    tmp_path: Path, number: int
) -> None:
    data, port = tmp_path / "data", free_port()
    key = Authenticator()
    with serving(data, port) as process:
        made = enrolled(port, link_of(process), key)
        process.send_signal(number)
        out, error = process.communicate(timeout=PATIENCE)
    assert (process.returncode, error) == (0, ""), out
    sound(data, port)

    with serving(data, port) as again:
        asked = answered_by(port, key.get, post(port, "/sessions/options"))
        assert post(port, "/sessions", asked)["person"] == made["person"]
        again.send_signal(signal.SIGINT)
        out, error = again.communicate(timeout=PATIENCE)
    assert (again.returncode, error) == (0, "")
    assert "enrol" not in out  # the first administrator has entered: no second way in
    sound(data, port)
    entries = sqlite3.connect(data / "kyogikai.db").execute
    assert entries("SELECT count(*) FROM entry WHERE kind = 'installation.init'").fetchone() == (1,)
    assert {path.stat().st_mode & 0o077 for path in data.rglob("*")} == {0}


@pytest.mark.parametrize("seed", range(3))
def test_killed_among_changes_it_starts_again_with_a_sound_log(tmp_path: Path, seed: int) -> None:
    """REL-2: whatever moment the power fails, what was answered is there."""
    chance = random.Random(seed)
    data, port = tmp_path / "data", free_port()
    answered: list[str] = []
    token = ""
    with serving(data, port) as process:
        token = enrolled(port, link_of(process), Authenticator())["token"]
        process.kill()
        process.communicate(timeout=PATIENCE)
    for turn in range(2):
        with serving(data, port) as process:
            kill_after = chance.randrange(3, 25)
            with suppress(OSError, urllib.error.URLError):
                for number in range(1000):
                    if number == kill_after:
                        process.send_signal(signal.SIGKILL)
                    body = {
                        "name": "丙野 三郎",
                        "kana": "ヘイノ",
                        "email": f"p{seed}-{turn}-{number}@example.jp",
                        "organisation": "operator",
                        "title": "-",
                    }
                    answered.append(post(port, "/persons", body, token)["id"])
        sound(data, port)

    with closing(sqlite3.connect(data / "kyogikai.db")) as connection:
        kept = {row[0] for row in connection.execute("SELECT id FROM person")}
    assert len(answered) >= 3
    assert set(answered) <= kept


def test_a_port_that_is_taken_is_told_before_anything_is_made(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        code, error = said("serve", "--data", str(data), "--port", port)

    assert code == 1
    assert f"port {port}" in error
    assert "--port" in error
    assert "ポートを使えません" in error
    assert not data.exists()


def test_an_unknown_setting_is_told(tmp_path: Path) -> None:
    code, error = said("init", "--data", str(tmp_path / "data"), KYOGIKAI_PROT="8001")

    assert code == 1
    assert "KYOGIKAI_PROT" in error
    assert "Traceback" not in error
    assert not (tmp_path / "data").exists()


def test_a_malformed_policy_line_keeps_it_down(data: Path, tmp_path: Path) -> None:
    policies = tmp_path / "policies"
    policies.mkdir()
    for file in (HERE / "policies").iterdir():
        (policies / file.name).write_bytes(file.read_bytes())
    grants = policies / "grants.csv"
    grants.write_text(grants.read_text("utf-8") + "p, member, raed, document, *\n", "utf-8")

    code, error = said("serve", "--data", str(data), KYOGIKAI_POLICIES=str(policies))

    assert code == 1
    assert "grants.csv" in error
    assert "raed" in error
    assert "Traceback" not in error


def test_another_port_would_be_another_origin_and_is_told(data: Path, clock: TestClock) -> None:
    elsewhere = settings.read({}, data=str(data), port="8001")

    with pytest.raises(SettingError, match=r"KYOGIKAI_ORIGIN=http://localhost:8000"):
        installation.prepare(elsewhere, clock)


def test_a_database_of_a_newer_version_is_told(data: Path, clock: TestClock) -> None:
    with closing(sqlite3.connect(data / "kyogikai.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    with pytest.raises(SchemaTooNew, match="9999"):
        installation.prepare(settings.read({}, data=str(data)), clock)


def test_a_folder_that_is_a_file_is_told(tmp_path: Path, clock: TestClock) -> None:
    (tmp_path / "data").write_text("")

    with pytest.raises(SettingError, match="data folder"):
        installation.prepare(settings.read({}, data=str(tmp_path / "data")), clock)


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 400, b"SQLite format 3\0" + b"x" * 99]
)
def test_a_file_that_is_no_database_is_told_and_left_as_it_is(
    data: Path, clock: TestClock, content: bytes
) -> None:
    (data / "kyogikai.db").write_bytes(content)

    with pytest.raises(SettingError, match=r"kyogikai\.db cannot be used"):
        installation.prepare(settings.read({}, data=str(data)), clock)

    assert (data / "kyogikai.db").read_bytes() == content


def test_a_database_that_does_not_answer_is_told_without_its_password(
    data: Path, clock: TestClock
) -> None:
    url = "postgresql+psycopg://kyogikai:hidden-word@127.0.0.1:1/kyogikai"

    with pytest.raises(SettingError, match="KYOGIKAI_DATABASE_URL") as refused:
        installation.prepare(settings.read({"KYOGIKAI_DATABASE_URL": url}, data=str(data)), clock)

    assert "hidden-word" not in str(refused.value)


def test_a_folder_this_user_cannot_read_is_told(
    data: Path, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operating system says no: root, who may read all, is told by it as others are."""
    monkeypatch.setattr(os, "access", lambda *_: False)

    with pytest.raises(SettingError, match="chmod -R u"):
        installation.prepare(settings.read({}, data=str(data)), clock)


def test_an_interrupted_first_start_is_finished_by_the_next(
    tmp_path: Path, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys are made before the database: what is missing is made, what is there is kept."""
    chosen = settings.read({}, data=str(tmp_path / "data"))

    def fail(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(installation, "_first_rows", fail)
        installation.prepare(chosen, clock)
    key = chosen.key_file.read_bytes()

    assert installation.prepare(chosen, clock)
    assert chosen.key_file.read_bytes() == key
    assert not installation.prepare(chosen, clock)


def test_every_command_refuses_a_damaged_key_file_in_one_line(data: Path) -> None:
    (data / "keys" / "root.key").write_text("{}")

    for name in ("serve", "init", "fsck", "load-programme"):
        code, error = said(name, "--data", str(data))
        assert code == 1
        assert "root.key" in error
        assert len(error.strip().splitlines()) == 1, error
