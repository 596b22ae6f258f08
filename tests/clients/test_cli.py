"""The command as a person uses it: languages, exit codes, files, and never asking nobody."""

import json
import os
import pty
import re
import stat
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest

from clients.cli import profile
from tests.clients.conftest import Terminal, signed_in
from tests.clients.test_sdk import PASSWORD, give_password
from tests.factories import World
from tests.making.councils import MadeCouncil

SOMEBODY = "01a0c450-6c00-7672-840b-c9d8a1036a53"
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.demo
def test_signing_in_keeps_the_token_where_nobody_else_reads_it(
    terminal: Terminal, world: World
) -> None:
    person = world.person("乙野 花子")
    give_password(world, person.person_id)
    ran = terminal("sign-in", "--email", "p1@example.jp", "--password-stdin", stdin=PASSWORD + "\n")
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert "サインインしました" in ran.err
    [kept] = terminal.config.rglob("*.json")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert json.loads(kept.read_text())["token"] not in ran.err

    assert json.loads(terminal("whoami", "--json").out)["name"] == "乙野 花子"
    ran = terminal("token", "make", "集計", "--scope", "read")
    assert ran.code == 1, "a password is good for reading"
    assert "passkey_needed" in ran.err
    assert terminal("sign-out").code == 0
    assert not kept.exists()
    assert terminal("whoami").code == 3
    assert terminal("sign-out").code == 0


def test_a_server_that_is_no_demonstration_takes_no_password(
    terminal: Terminal, world: World
) -> None:
    give_password(world, world.person().person_id)
    ran = terminal("sign-in", "--email", "p1@example.jp", "--password-stdin", stdin=PASSWORD + "\n")
    assert ran.code == 4
    assert "passwords_off" in ran.err


@pytest.mark.demo
def test_setting_a_password_to_read_by(terminal: Terminal, world: World) -> None:
    person = world.person()
    signed_in(terminal, person)
    ran = terminal("password", "set", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert ran.code == 0, ran.err
    ran = terminal(
        "sign-in", "--email", "p1@example.jp", "--password-stdin", "--as", "reader", stdin=PASSWORD
    )
    assert ran.code == 0, ran.err


@pytest.mark.parametrize(
    "arguments", [("sign-in", "--email", "p1@example.jp"), ("password", "set")]
)
def test_without_a_terminal_nothing_is_asked(terminal: Terminal, arguments: tuple[str]) -> None:
    ran = terminal(*arguments)
    assert ran.code == 2
    assert "--password-stdin" in ran.err


def test_confirming_without_a_terminal_needs_yes(
    terminal: Terminal, council: MadeCouncil, world: World
) -> None:
    newcomer = world.person("丙野 次郎", "atla")
    signed_in(terminal, council.organ_a, "a")
    signed_in(terminal, newcomer, "new")
    seat = ("seat", "name", council.memberships["organ_a"], newcomer.person_id)
    ran = terminal(*seat, "--role", "handler", "--until", "2027-03-31", "--as", "a")
    assert ran.code == 0, ran.err
    ran = terminal("council", "acknowledge", council.id, "--as", "new")
    assert ran.code == 2
    assert "--yes" in ran.err
    for shown in ("第62条第7項", "適用日: 2025-06-01（日）", "ダイジェスト（SHA-256）: "):
        assert shown in ran.err
    ran = terminal("council", "acknowledge", council.id, "--yes", "--as", "new")
    assert ran.code == 0, ran.err
    assert terminal("council", "acknowledge", council.id, "--yes", "--as", "new").code == 5
    assert newcomer.person_id in terminal("council", "members", council.id, "--as", "new").out


def test_several_persons_act_on_one_computer(terminal: Terminal, council: MadeCouncil) -> None:
    for name in ("pd", "organ_a"):
        signed_in(terminal, getattr(council, name), name)
    seen = [json.loads(terminal("whoami", "--as", name, "--json").out)["id"] for name in
            ("pd", "organ_a")]  # fmt: skip
    assert seen == [council.pd.person_id, council.organ_a.person_id]
    assert terminal("whoami", "--as", "nobody").code == 3
    assert terminal("whoami", "--as", "../other").code == 2


def test_a_token_goes_only_to_the_server_it_is_from(
    terminal: Terminal, council: MadeCouncil
) -> None:
    signed_in(terminal, council.pd)
    elsewhere = terminal.server.replace("localhost", "127.0.0.1")
    assert profile.recall(profile.session_file(terminal.config, elsewhere, "default")) is None
    assert terminal("whoami", "--server", elsewhere).code != 0
    assert terminal("whoami").code == 0


def test_a_token_file_that_others_can_read_is_not_used(
    terminal: Terminal, council: MadeCouncil
) -> None:
    signed_in(terminal, council.pd)
    [kept] = terminal.config.rglob("*.json")
    kept.chmod(0o644)
    ran = terminal("whoami")
    assert ran.code == 2
    assert "chmod 600" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "ja", "en"),
    [
        (("whoami", "--as", "x"), 3, "サインインしてください", "Sign in."),
        (("concept", "show", "C-0000X-00"), 4, "見つかりません", "Not found"),
        (("concept", "show"), 2, "使い方が違います", "wrong usage"),
        (("no-such-thing",), 2, "使い方が違います", "wrong usage"),
        (("office", "appoint", "auditor", SOMEBODY), 3, "サインイン", "Sign in."),
        (("round", "answer", "x"), 2, "どれか一つ", "Give one of"),
        (("vision", "list", "--server", "http://localhost:9"), 6, "つながりません", "Cannot reach"),
        (("vision", "list", "--server", "http://example.jp"), 2, "https", "https"),
        (("vision", "amend", "v", "--on", "2026-01-01", "--reason", "r", "--technologies",
          "/nowhere.json"), 2, "/nowhere.json", "/nowhere.json"),
    ],
)  # fmt: skip
def test_exit_codes_and_messages_in_both_languages(
    terminal: Terminal, arguments: tuple[str, ...], code: int, ja: str, en: str
) -> None:
    for language, words in (("ja", ja), ("en", en)):
        ran = terminal(*arguments, "--lang", language)
        assert ran.code == code, ran.err
        assert words in ran.err
        assert ran.out == ""
        assert len(ran.err.strip().splitlines()) == 1


def test_a_failure_of_ours_as_json_names_the_server_too(terminal: Terminal) -> None:
    ran = terminal("vision", "list", "--server", "http://localhost:9", "--json")

    told = json.loads(ran.err)
    assert (ran.code, told["code"]) == (6, "unreachable")
    assert told["title"].startswith("http://localhost:9 につながりません。")


@pytest.mark.parametrize(
    ("arguments", "ja"),
    [
        (("concept", "show"), "引数 concept（構想の ID）が必要です。"),
        (("finding", "record", "x", "--on", "2026-01-01"), "オプション --evidence が必要です。"),
        (("nope",), "nope というコマンドはありません。"),
        (("council", "shwo"), "shwo はありません。近いもの: 'show'"),
        (("council", "list", "--nope"), "--nope というオプションはありません。"),
        (("council", "list", "x", "y"), "余分な引数があります: x y"),
        (("document", "list", "--limit"), "オプション --limit には値が必要です。"),
        (("document", "list", "--limit", "x"), "--limit の値が使えません: 整数ではありません。"),
        (("document", "list", "--limit", "0"), "--limit の値が使えません: 1 以上です。"),
        (("document", "upload", "x", "/nowhere"), "ファイル /nowhere がありません。"),
    ],
)
def test_usage_errors_are_told_in_japanese(
    terminal: Terminal, arguments: tuple[str, ...], ja: str
) -> None:
    ran = terminal(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ja in ran.err


def test_the_version_is_the_package_s(terminal: Terminal) -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    assert terminal("--version").out == f"kyogikai {version}\n"


def test_a_list_too_wide_for_the_terminal_is_one_record_below_the_other(
    terminal: Terminal, council: MadeCouncil
) -> None:
    signed_in(terminal, council.pd)
    _, narrow = at_a_terminal("council", "members", council.id, COLUMNS="80", NO_COLOR="1")
    assert "  構成員: 防衛装備庁" in narrow
    assert council.organ_a.person_id in narrow
    _, wide = at_a_terminal("council", "members", council.id, COLUMNS="300", NO_COLOR="1")
    assert "構成員: " not in wide
    piped = terminal("council", "members", council.id).out.splitlines()
    assert [line.split("\t")[1] for line in piped if council.organ_a.person_id in line] == [
        council.organ_a.person_id
    ]


def test_refusals_name_who_may(terminal: Terminal, council: MadeCouncil) -> None:
    signed_in(terminal, council.pd, "pd")
    ran = terminal("log", "entries", "--as", "pd", "--council", council.id)
    assert ran.code == 1
    assert "情報管理責任者" in ran.err
    assert "[refused]" in ran.err


def test_json_is_the_api_s_own_and_problems_too(terminal: Terminal, council: MadeCouncil) -> None:
    signed_in(terminal, council.pd)
    shown = json.loads(terminal("--json", "council", "show", council.id).out)
    assert shown == council.pd.get(f"/councils/{council.id}").json()
    listed = json.loads(terminal("technology", "list", "--json").out)
    assert len(listed["items"]) == 50
    assert listed["next"] is None
    ran = terminal("council", "show", "x", "--json")
    assert ran.out == ""
    assert json.loads(ran.err)["code"] == "not_found"
    ran = terminal("council", "show", "--json")
    assert json.loads(ran.err)["code"] == "usage"


def test_an_act_that_takes_two_says_so_plainly(
    terminal: Terminal, council: MadeCouncil, world: World
) -> None:
    signed_in(terminal, council.admin, "admin")
    signed_in(terminal, world.officer("compliance_officer"), "officer")
    person = world.person().person_id
    ran = terminal("office", "appoint", "auditor", person, "--as", "admin")
    assert ran.code == 5
    assert "二人" in ran.err
    waiting = json.loads(terminal("approval", "list", "--as", "officer", "--json").out)["items"]
    assert [each["action"] for each in waiting] == ["appoint"]
    assert "役職への任命" in terminal("approval", "list", "--as", "officer").out
    assert terminal("office", "appoint", "auditor", person, "--as", "officer").code == 0


def at_a_terminal(*arguments: str, typed: str = "", **environment: str) -> tuple[int, str]:
    """A run at a terminal (a pty): its exit code and what the person saw."""
    ours, theirs = pty.openpty()
    ran = subprocess.Popen(
        [sys.executable, "-m", "clients.cli", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200", "TERM": "xterm-256color", **environment},
        start_new_session=True,
    )
    os.close(theirs)
    seen = b""
    with suppress(OSError):  # how the other end's leaving shows
        while piece := os.read(ours, 4096):
            seen += piece
            if typed and seen.endswith((b": ", b"] ")):
                os.write(ours, typed.encode() + b"\n")
                typed = ""
    os.close(ours)
    return ran.wait(), seen.decode()


@pytest.mark.demo
def test_at_a_terminal_the_password_is_asked_for_and_not_shown(
    terminal: Terminal, world: World
) -> None:
    give_password(world, world.person().person_id)
    code, seen = at_a_terminal("sign-in", "--email", "p1@example.jp", typed=PASSWORD)
    assert code == 0, seen
    assert "パスワード:" in seen
    assert PASSWORD not in seen
    assert terminal("whoami").code == 0


def test_at_a_terminal_lists_are_tables_and_colours_can_be_left_out(
    terminal: Terminal, council: MadeCouncil
) -> None:
    _, seen = at_a_terminal("vision", "list", "--lang", "en")
    assert "decided on" in seen
    assert "\x1b[" in seen
    _, plain = at_a_terminal("vision", "list", NO_COLOR="1", TERM="dumb")
    assert "決定日" in plain
    assert "\x1b[" not in plain
    piped = terminal("vision", "list").out.splitlines()
    assert [len(line.split("\t")) for line in piped] == [4, 4]


def test_words_of_others_cannot_turn_the_line(council: MadeCouncil) -> None:
    asked = {"title": "架空\u202e\u2066題", "contains_designated_secret": False}
    assert council.organ_a.post(f"/councils/{council.id}/documents", asked).status_code == 422


def test_every_command_has_help_in_both_languages() -> None:
    for language, word in (("ja", "研究開発構想"), ("en", "concepts")):
        ran = command("concept", "--help", KYOGIKAI_LANG=language)
        assert ran.returncode == 0
        assert word in ran.stdout
    root = command("--help")
    assert "終了コード" in root.stdout


DOMAINS = "海洋、宇宙・航空、サイバー空間、領域横断、バイオ"  # as the register names them
WALK = """
import sys, typer
from clients.cli import language, main
language.choose(sys.argv[1], {})
root = typer.main.get_command(main.build())
context = typer.Context(root)
for name in root.list_commands(context):
    found = root.get_command(context, name)
    for verb, each in getattr(found, "commands", {name: found}).items():
        assert "\\n  --help" in each.get_help(typer.Context(each, info_name=name)), (name, verb)
        print(name, verb, each.help, *(param.help for param in each.params), sep="\\t")
"""


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_command_and_all_it_takes_is_explained(language: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WALK, language], capture_output=True, text=True, cwd=ROOT, check=True
    )
    lines = [line.split("\t") for line in ran.stdout.splitlines()]
    assert len(lines) > 150
    for name, verb, *told in lines:
        for text in told:
            assert text not in ("", "None"), (name, verb, told)
            if text != DOMAINS:
                assert bool(re.search(r"[぀-ヿ一-鿿]", text)) == (language == "ja"), (verb, text)


def test_the_clients_load_nothing_of_the_server_and_little_else() -> None:
    code = (
        "import sys\n"
        "from clients.cli import main\n"
        "main.run(['concept', 'list', '--server', 'http://localhost:9'])\n"
        "import clients.sdk.client, clients.sdk.verify\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & "
        "{'server', 'fastapi', 'sqlalchemy', 'sqlmodel', 'casbin', 'uvicorn', 'httpx'}))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert ran.stdout.strip() == "[]"


def test_starting_loads_neither_the_network_nor_other_nouns() -> None:
    code = (
        "import sys\n"
        "from clients.cli import main\n"
        "main.run(['council', '--help'])\n"
        "print(sorted({'httpx2', 'rich', 'cryptography', 'clients.cli.commands.log'}"
        " & sys.modules.keys()), file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert ran.stderr.strip() == "[]"


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A run in a process of its own, in a C locale."""
    return subprocess.run(
        [sys.executable, "-m", "clients.cli", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C", "COLUMNS": "100", **environment},
        check=False,
    )
