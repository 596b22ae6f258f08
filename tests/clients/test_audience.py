"""`document audience`, and what `share` and `provide` say before anything is sent."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.clients.conftest import Terminal, signed_in
from tests.factories import World
from tests.making import documents
from tests.making.councils import MadeCouncil, established_council

ROOT = Path(__file__).resolve().parents[2]


def test_sharing_says_who_will_read_it_before_it_sends(
    terminal: Terminal, council: MadeCouncil, tmp_path: Path
) -> None:
    paper = tmp_path / "paper.txt"
    paper.write_text("資料", "utf-8")
    signed_in(terminal, council.organ_a, "a")
    share = ("document", "share", str(paper), "--title", "資料", "--no-designated-secret")
    ran = terminal(*share, "--as", "a", "--json")
    assert ran.code == 0, ran.err
    said = ran.err.splitlines()
    assert said[0].startswith("読む人：")
    assert "  防衛装備庁" in ran.err
    assert ran.err.index("読む人") < ran.err.index("共有しました")
    made = json.loads(ran.out)["id"]
    shown = terminal("document", "audience", made, "--as", "a")
    assert shown.code == 0, shown.err
    assert shown.out.splitlines()[0] == said[0]
    assert council.organ_b.person_id in shown.out
    as_json = json.loads(terminal("document", "audience", made, "--as", "a", "--json").out)
    assert said[0] == f"読む人：{as_json['persons']} 人"


def test_a_reader_is_told_how_many_but_not_who(
    terminal: Terminal, council: MadeCouncil, world: World
) -> None:
    secret = documents.provided_secret(world, council, council.organ_a, [council.organ_b])
    signed_in(terminal, council.organ_b, "b")
    ran = terminal("document", "audience", secret.id, "--as", "b", "--lang", "en")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("Readers: 3 persons")
    assert "then council-internal" in ran.out
    assert council.organ_a.person_id not in ran.out


def test_providing_says_what_is_missing_for_whom(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    council = established_council(world, confirmed=("organ_a", "organ_b"))
    paper = tmp_path / "secret.txt"
    paper.write_text("秘密（架空）", "utf-8")
    signed_in(terminal, council.organ_a, "a")
    provide = [
        "document", "provide", str(paper), "--subject", "対象（架空）",
        "--to", council.organ_b.person_id, "--to", council.fa.person_id,
        "--until", "2026-12-31", "--reason", "検討に必要", "--worth", "悪用のおそれ",
        "--not-publicly-known", "--not-own-result", "--no-designated-secret", "--draft",
    ]  # fmt: skip
    ran = terminal(*provide, "--as", "a")
    assert ran.code == 0, ran.err
    assert "提供先：2 人のうち、届くのは 1 人" in ran.err
    assert "満たさない条件「所属する構成員の安全管理措置の確認が有効である」" in ran.err
    assert "○ " in ran.err


def test_at_a_terminal_no_means_nothing_is_sent(
    terminal: Terminal, council: MadeCouncil, tmp_path: Path
) -> None:
    paper = tmp_path / "paper.txt"
    paper.write_text("資料", "utf-8")
    signed_in(terminal, council.organ_a, "a")
    command = [
        sys.executable, "-m", "clients.cli", "document", "share", str(paper), "--title", "資料",
        "--no-designated-secret", "--as", "a",
    ]  # fmt: skip
    for answer, more, code in (("n\n", [], 2), ("", ["--yes"], 0)):
        main_end, person_end = pty.openpty()
        os.write(main_end, answer.encode())
        ran = subprocess.run(
            [*command, *more], stdin=person_end, capture_output=True, text=True, cwd=ROOT
        )
        os.close(main_end)
        os.close(person_end)
        assert ran.returncode == code, ran.stderr
        assert "読む人：" in ran.stderr
    listed = terminal("document", "list", "--as", "a", "--json")
    assert len(json.loads(listed.out)["items"]) == 1
