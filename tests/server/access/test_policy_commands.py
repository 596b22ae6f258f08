"""`kyogikai-server policy`: check, diff, history; exit codes for people and for scripts."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from server import __main__ as command
from server.access import policy_history
from server.access.parts import Parts
from server.settings import HERE
from tests.server.access.test_policy_history import GIVEN, GONE, folder, under

SHIPPED = str(HERE / "policies")


def run(data: Path, *arguments: str) -> int:
    return command.main(["policy", "--data", str(data), *arguments])


def test_no_change_is_no_change(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data, "diff", SHIPPED, SHIPPED) == 0
    assert capsys.readouterr().out == "変更 0 件 / 0 changes\n"


def test_changes_are_said_in_words(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = {"leave, session, 300, 1, *\n": "leave, session, 120, 1, think_tank\n"}
    other = str(folder(tmp_path, grants={GONE: GIVEN}, actions=line))
    assert run(data, "diff", SHIPPED, other) == 1
    said = capsys.readouterr().out
    for piece in (
        "+ 監査人は、設置環境（稼働中）の「ビジョンの改定の記録」ができるようになります。",
        "auditor may now amend_vision (installation, running).",
        "- 事務局は、設置環境（稼働中）の「ビジョンの改定の記録」ができなくなります。",
        "~ 「脱退」の本人確認の有効秒数：300 → 120",
        "~ 「脱退」の開かれている区分：",
        "→ シンクタンク",
        "変更 4 件 / 4 changes",
    ):
        assert piece in said
    assert run(data, "diff", SHIPPED, other, "--json") == 1
    changed = json.loads(capsys.readouterr().out)
    assert {each["change"] for each in changed} == {"allowed", "no_longer", "requirement"}


def test_a_policy_is_named_by_the_digest_it_was_used_under(
    parts: Parts, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = parts.settings.data
    other = under(parts, folder(tmp_path, grants={GONE: GIVEN}))
    policy_history.note_in_use(parts)
    policy_history.note_in_use(other)
    old, new = parts.policy.digest, other.policy.digest
    assert run(data, "diff", old, new[:8]) == 1
    assert "変更 2 件" in capsys.readouterr().out
    assert run(data, "history") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == [old, new]
    assert run(data, "history", "--json") == 0
    assert [row["digest"] for row in json.loads(capsys.readouterr().out)] == [old, new]
    for unknown in ("f" * 64, old[:7], "no-such-folder"):
        assert run(data, "diff", unknown, new) == 1
        assert "neither a folder" in capsys.readouterr().err


def test_a_broken_policy_and_wrong_words_are_told_apart(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = folder(tmp_path, grants={GONE: "p, emperor, read, installation, *\n"})
    assert run(data, "diff", SHIPPED, str(broken)) == 1
    assert "emperor" in capsys.readouterr().err
    assert run(data, "diff", SHIPPED) == 2
    assert run(data, "check", SHIPPED) == 2
    assert run(data) == 0
    assert "digest" in capsys.readouterr().out


def test_a_server_that_starts_records_its_policy(parts: Parts) -> None:
    from server import serve

    started = serve.make_ready(replace(parts.settings), parts.clock)
    started.database.dispose()
    with parts.database.reading() as tx:
        newest = policy_history.newest(tx)
    assert newest is not None
    assert newest.digest == parts.policy.digest
