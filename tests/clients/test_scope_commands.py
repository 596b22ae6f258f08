"""Drafts and scope by command: look first, choose the file later, change, and read the history."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import Terminal, signed_in
from tests.factories import World
from tests.making import documents
from tests.making.councils import MadeCouncil, established_council

EVENT = "法案の公布（架空）"


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    file = tmp_path / "秘密.txt"
    file.write_text("秘密（架空）", "utf-8")
    return file


def test_a_draft_is_begun_without_a_file_and_provided_later(
    terminal: Terminal, world: World, paper: Path
) -> None:
    """What is missing, and for whom, is said before a file is chosen."""
    council = established_council(world, confirmed=("organ_a", "organ_b"))
    signed_in(terminal, council.organ_a, "a")
    prospects = terminal("document", "prospects", "--as", "a")
    assert prospects.code == 0, prospects.err
    lines = {line.split("\t")[0]: line for line in prospects.out.splitlines()}
    assert "安全管理措置の確認が有効である" in lines[council.fa.person_id]
    assert "安全管理措置" not in lines[council.organ_b.person_id]

    begun = terminal(
        "document", "draft", "--title", "事例（架空）", "--not-own-result",
        "--no-designated-secret", "--to", council.organ_b.person_id,
        "--to", council.fa.person_id, "--until", "2027-03-31", "--event", EVENT,
        "--as", "a", "--json",
    )  # fmt: skip
    assert begun.code == 0, begun.err
    id = json.loads(begun.out)["id"]
    assert "提供先：2 人のうち、届くのは 1 人" in begun.err
    assert "提供する前に必要なもの：対象、理由、実質秘の判断、確認の済んだファイル" in begun.err
    assert f"kyogikai --as a document provide-draft {id}" in begun.err

    said = terminal(
        "document", "restate", id, "--subject", "対象（架空）", "--reason", "検討に必要",
        "--worth", "悪用のおそれ", "--as", "a",
    )  # fmt: skip
    assert said.code == 0, said.err
    provided = terminal("document", "provide-draft", id, str(paper), "--as", "a")
    assert provided.code == 0, provided.err
    assert "必要なもの" not in provided.err
    assert provided.err.index("提供先：2 人") < provided.err.index("提供しました")
    assert "取扱い: 表示のみ" in provided.out
    assert f"期間の終わりとなる出来事: {EVENT}" in provided.out
    assert "fa 太郎" in provided.out.partition("安全管理措置が未確認のため届かない")[2]


def test_a_secret_whose_file_cannot_be_viewed_is_refused_with_what_to_do(
    terminal: Terminal, council: MadeCouncil, tmp_path: Path
) -> None:
    file = tmp_path / "案.zip"
    file.write_bytes(b"PK\x05\x06" + bytes(18))
    signed_in(terminal, council.organ_a, "a")
    provide = [
        "document", "provide", str(file), "--subject", "対象（架空）",
        "--to", council.organ_b.person_id, "--until", "2026-12-31", "--reason", "検討に必要",
        "--worth", "悪用のおそれ", "--not-publicly-known", "--not-own-result",
        "--no-designated-secret", "--as", "a",
    ]  # fmt: skip
    refused = terminal(*provide)
    assert refused.code == 1, refused.err
    assert "PDF に変換" in refused.err
    allowed = terminal(*provide, "--handling", "download")
    assert allowed.code == 0, allowed.err


def test_the_scope_is_changed_with_reasons_and_its_history_is_read(
    terminal: Terminal, world: World, council: MadeCouncil
) -> None:
    secret = documents.provided_secret(
        world, council, council.organ_a, [council.organ_b], event=EVENT
    )
    for name in ("organ_a", "compliance", "organ_b"):
        signed_in(terminal, getattr(council, name), name)

    def done(*arguments: str) -> Any:
        ran = terminal("document", *arguments, "--as", "organ_a")
        assert ran.code == 0, ran.err
        return ran.out

    add = ("recipients", secret.id, "--add", council.fa.person_id)
    bare = terminal("document", *add, "--as", "organ_a")
    assert (bare.code, "reason" in bare.err) == (1, True)
    assert "fa 太郎" in done(*add, "--reason", "協力を求める")
    done("recipients", secret.id, "--remove", council.organ_b.person_id)
    assert "取扱い: 表示のみ" in done("handling", secret.id, "view_only")
    done("period", secret.id, "--until", "2027-03-31", "--reason", "対策が続く")
    done("release", secret.id, "--ground", "event_occurred")
    shown = done("show", secret.id)
    assert "秘密でなくなった日時と理由" in shown
    assert "期間の終わりとなる出来事があった" in shown

    history = terminal("document", "history", secret.id, "--as", "compliance")
    assert history.code == 0, history.err
    for said in ("提供先への指名", "提供先からの除外", "organ_b 太郎", "協力を求める",
                 "表示のみ", EVENT, "対策が続く"):  # fmt: skip
        assert said in history.out
    assert len(history.out.splitlines()) == 9
    assert terminal("document", "history", secret.id, "--as", "organ_b").code == 1
