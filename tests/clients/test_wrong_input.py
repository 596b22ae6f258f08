"""Wrong input and hostile words, as a person meets them: told plainly, and early."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from clients.cli.faults import Mistake
from clients.cli.parsing import moment
from clients.cli.rendering import harmless
from tests.clients.conftest import Terminal, signed_in
from tests.clients.test_cli import ROOT, at_a_terminal
from tests.factories import World
from tests.making import documents
from tests.making.councils import MadeCouncil

STEERING = "\x1b[31m\x9b2J\u202e😀\U000e0041\x07"


@pytest.fixture
def signed(terminal: Terminal, council: MadeCouncil) -> Terminal:
    signed_in(terminal, council.organ_a)
    return terminal


def test_an_empty_file_is_refused_before_anything_is_begun(
    signed: Terminal, tmp_path: Path
) -> None:
    empty = tmp_path / "空.txt"
    empty.touch()
    ran = signed("document", "share", str(empty), "--title", "題", "--no-designated-secret")
    assert ran.code == 2
    assert "は空です" in ran.err
    assert "→ kyogikai document share --help" in ran.err
    assert signed("document", "list").out == ""


def test_what_the_server_says_of_fields_is_put_in_japanese_with_their_names(
    signed: Terminal, council: MadeCouncil, tmp_path: Path
) -> None:
    file = tmp_path / "案.txt"
    file.write_text("架空", "utf-8")
    ran = signed("document", "share", str(file), "--title", "", "--no-designated-secret")
    assert "題名（body.title）: 空です。" in ran.err
    provide = (
        "document", "provide", str(file), "--subject", "対象", "--until", "2027-03-31",
        "--reason", "検討", "--worth", "悪用", "--not-publicly-known", "--not-own-result",
        "--no-designated-secret",
    )  # fmt: skip
    assert "受領者（body.recipients.0）: ID の形" in signed(*provide, "--to", "nobody").err
    stranger = council.admin.person_id
    ran = signed(*provide, "--to", stranger)
    assert (ran.code, f"persons: {stranger}" in ran.err) == (1, True), "whom it is about is said"
    assert signed("document", "list").out == ""


def test_a_place_that_cannot_be_written_is_told_from_a_full_disk(
    signed: Terminal, world: World, council: MadeCouncil, tmp_path: Path
) -> None:
    paper = documents.shared_document(world, council, council.organ_a).id
    full = signed("document", "download", paper, "-o", "/dev/full")
    assert (full.code, "ディスクに空きがありません" in full.err) == (1, True), full.err
    folder = signed("document", "download", paper, "-o", str(tmp_path))
    assert (folder.code, "フォルダーです" in folder.err) == (2, True)
    archive = signed("council", "export", council.id, "-o", str(tmp_path), "--json")
    assert json.loads(archive.err)["code"] == "usage"
    assert list(tmp_path.glob("*.part*")) == []


def test_a_period_in_the_past_ends_no_secret_unasked(
    signed: Terminal, world: World, council: MadeCouncil
) -> None:
    secret = documents.provided_secret(world, council, council.organ_a, [council.organ_b]).id
    ran = signed("document", "period", secret, "--until", "2020-01-01")
    assert (ran.code, "release" in ran.err) == (1, True), ran.err
    assert "提供された秘密" in signed("document", "show", secret).out
    code, seen = at_a_terminal("document", "release", secret, typed="n")
    assert (code, "元に戻せません" in seen) == (2, True), seen
    assert "提供された秘密" in signed("document", "show", secret).out
    assert signed("document", "release", secret, "--yes").code == 0
    assert "協議会限り" in signed("document", "show", secret).out


def test_content_read_on_a_terminal_cannot_steer_it(signed: Terminal, tmp_path: Path) -> None:
    hostile = tmp_path / f"名{STEERING}.txt"
    hostile.write_text(f"読める{STEERING}本文\n", "utf-8")
    share = ("document", "share", str(hostile), "--title", "題", "--no-designated-secret", "--json")
    paper = json.loads(signed(*share).out)["id"]
    code, seen = at_a_terminal("document", "read", paper)
    assert (code, seen) == (0, "読める[31m2J😀本文\r\n")
    _, shown = at_a_terminal("document", "show", paper, NO_COLOR="1")
    assert not set(STEERING) - {*"[31m2J😀"} & set(shown)
    gone = signed("document", "upload", paper, f"/nowhere/{STEERING}")
    assert (gone.code, "\x1b" in gone.err) == (2, False)


def test_json_holds_the_same_words_and_cannot_steer_a_terminal() -> None:
    written = json.dumps({"title": f"題{STEERING}"}, ensure_ascii=False, indent=2)
    shown = harmless(written)
    assert json.loads(shown) == json.loads(written)
    assert not set(STEERING) - {*"[31m2J😀"} & set(shown)


@pytest.mark.parametrize(
    "text", ["tomorrow", "2026-02-30", "0001-01-01", "9999-12-31T23:59:59-12:00", ""]
)
def test_what_is_no_time_is_told_with_an_example(text: str) -> None:
    with pytest.raises(Mistake, match="2026-12-31"):
        moment(text, "--until")


def test_how_to_sign_in_again_names_the_sign_in(terminal: Terminal) -> None:
    assert "→ kyogikai --as nobody sign-in" in terminal("whoami", "--as", "nobody").err


@pytest.mark.parametrize(
    "server", ["http://localhost:abc", "http://localhost:99999", "http://[::1", "localhost", ""]
)
def test_an_address_that_is_none_is_told_before_anything(terminal: Terminal, server: str) -> None:
    for arguments in (("whoami",), ("sign-in", "--no-browser")):
        ran = terminal(*arguments, "--server", server)
        assert (ran.code, "--server" in ran.err) == (2, True), ran.err


def test_a_session_s_file_that_is_broken_is_as_none(signed: Terminal) -> None:
    [kept] = signed.config.rglob("default.json")
    for broken in ('{"x": 1}', '{"token": "日本"}', '{"token": null}', "[]", ""):
        kept.write_text(broken, "utf-8")
        assert signed("whoami").code == 3, broken
    signed.monkeypatch.setenv("KYOGIKAI_TOKEN", "a\nb")
    ran = signed("whoami")
    assert (ran.code, "KYOGIKAI_TOKEN" in ran.err) == (2, True)


def test_ctrl_c_is_answered(terminal: Terminal) -> None:
    with command("sign-in", "--no-browser", stderr=subprocess.PIPE) as waiting:
        assert waiting.stderr is not None
        while "authorise" not in waiting.stderr.readline():
            pass
        waiting.send_signal(signal.SIGINT)
        assert waiting.stderr.read() == "中断しました。\n"
    assert waiting.returncode == 130


def test_whoever_reads_a_list_may_leave_early(terminal: Terminal, council: MadeCouncil) -> None:
    with command("technology", "list", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as listing:
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.close()
        assert listing.stderr.read() == ""
    assert listing.returncode == 1


def command(*arguments: str, **streams: int) -> subprocess.Popen[str]:
    """`kyogikai` as a process of its own."""
    program = [sys.executable, "-m", "clients.cli", *arguments]
    return subprocess.Popen(program, text=True, encoding="utf-8", cwd=ROOT, **streams)
