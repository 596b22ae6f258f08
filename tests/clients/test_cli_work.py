"""The daily work by command alone: documents, secrets, results and exceptions, the log."""

import json
from pathlib import Path

import pytest

from tests.clients.conftest import Terminal, signed_in
from tests.factories import World
from tests.making.councils import MadeCouncil, meet_requirements, parties, prepared_council


def test_a_document_is_shared_read_and_downloaded(
    terminal: Terminal, council: MadeCouncil, tmp_path: Path
) -> None:
    paper = tmp_path / "資料.txt"
    paper.write_text("架空の会議資料", "utf-8")
    signed_in(terminal, council.organ_a, "a")
    signed_in(terminal, council.organ_b, "b")
    signed_in(terminal, council.compliance, "officer")
    ran = terminal("document", "share", str(paper), "--title", "架空の資料",
                   "--no-designated-secret", "--as", "a", "--json")  # fmt: skip
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    assert document["versions"][0]["state"] == "ready"
    assert "架空の資料" in terminal("document", "list", "--as", "b").out
    assert terminal("document", "read", document["id"], "--as", "b").out == "架空の会議資料"
    target = tmp_path / "back.txt"
    ran = terminal("document", "download", document["id"], "--to", str(target), "--as", "b")
    assert (ran.code, ran.out.strip()) == (0, str(target)), ran.err
    assert target.read_text("utf-8") == "架空の会議資料"
    readers = terminal("document", "readers", document["id"], "--as", "officer").out
    assert {line.split("\t")[-1] for line in readers.splitlines()} >= {
        "内容の閲覧",
        "保存（ダウンロード）",
    }
    ran = terminal("document", "share", str(tmp_path / "none"), "--title", "x", "--as", "a")
    assert ran.code == 2
    ran = terminal("document", "share", str(paper), "--title", "x", "--as", "a")
    assert ran.code == 2
    assert "designated-secret" in ran.err
    ran = terminal("document", "share", str(paper), "--title", "x", "--designated-secret",
                   "--as", "a")  # fmt: skip
    assert ran.code == 1


def test_a_secret_is_provided_acknowledged_and_refused_to_others(
    terminal: Terminal, council: MadeCouncil, tmp_path: Path
) -> None:
    paper = tmp_path / "secret.txt"
    paper.write_text("秘密（架空）", "utf-8")
    for name in ("organ_a", "organ_b", "think_tank", "secretariat", "stranger"):
        signed_in(terminal, getattr(council, name), name)
    ran = terminal(
        "document", "provide", str(paper), "--subject", "対象（架空）",
        "--to", council.organ_b.person_id, "--until", "2026-12-31", "--reason", "検討に必要",
        "--worth", "悪用のおそれ", "--not-publicly-known", "--not-own-result",
        "--no-designated-secret", "--handling", "download", "--as", "organ_a", "--json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    assert document["ends_at"] == "2026-12-30T15:00:00.000Z"
    assert document["blocked"] == []
    assert terminal("document", "read", document["id"], "--as", "organ_b").code == 1
    ran = terminal("document", "acknowledge", document["id"], "--yes", "--as", "organ_b")
    assert ran.code == 0, ran.err
    for shown in (
        "提供者: 防衛装備庁（",
        "期間の終わり: 2026-12-31（木）00:00:00 JST",
        "62条第7項",
    ):
        assert shown in ran.err
    assert terminal("document", "read", document["id"], "--as", "organ_a").out == "秘密（架空）"
    assert terminal("document", "read", document["id"], "--as", "organ_b").code == 1
    kept = terminal("document", "download", document["id"], "--to", "-", "--as", "organ_b")
    assert kept.out == "秘密（架空）", kept.err
    assert terminal("document", "show", document["id"], "--as", "think_tank").code == 4
    assert terminal("document", "show", document["id"], "--as", "stranger").code == 4
    assert terminal("document", "show", document["id"], "--as", "secretariat").code == 1
    ran = terminal("document", "summary", document["id"], "--as", "secretariat")
    assert ran.code == 0
    assert "対象（架空）" not in ran.out


def test_a_result_and_an_exception_go_all_the_way(terminal: Terminal, council: MadeCouncil) -> None:
    everybody = ("pd", "fa", "organ_a", "organ_b", "think_tank", "private", "minister_fund",
                 "minister_pm")  # fmt: skip
    for name in everybody:
        signed_in(terminal, getattr(council, name), name)

    def made(*arguments: str) -> dict[str, str]:
        ran = terminal(*arguments, "--json")
        assert ran.code == 0, ran.err
        answer: dict[str, str] = json.loads(ran.out)
        return answer

    result = made("result", "register", "--title", "成果（架空）", "--summary", "要旨",
                  "--open-to-council", "--as", "pd")  # fmt: skip
    finding = made("finding", "record", result["id"], "--on", "2026-09-01",
                   "--evidence", "根拠（架空）", "--as", "organ_a")  # fmt: skip
    exception = made("exception", "request", result["id"], "--finding", finding["id"],
                     "--harm", "支障（架空）", "--information", "情報（架空）",
                     "--until", "2028-03-31", "--as", "organ_a")  # fmt: skip
    opened = made("exception", "open-round", exception["id"], "--as", "organ_a")
    question = made("round", "show", opened["round"], "--as", "pd")
    assert "情報（架空）" in question["question_statement"]
    for name in everybody:
        arguments = ["round", "answer", opened["round"], "--consent", "--yes", "--as", name]
        answered = made(*arguments)
    ran = terminal("round", "show", opened["round"], "--as", "pd")
    assert "対象情報: 情報（架空）" in ran.out
    assert "終期: 2028-03-31（金）00:00:00 JST" in ran.out
    assert "始めた人: organ_a 太郎（" in ran.out
    assert answered["outcome"]["state"] == "agreed"  # type: ignore[index]
    [entry] = made("know-how", "list", "--as", "pd")["items"]
    assert made("know-how", "show", entry["id"], "--as", "pd")["information"] == "情報（架空）"  # type: ignore[index]
    ran = terminal("result", "publish", result["id"], "--title", "成果（架空）", "--as", "pd")
    assert ran.code == 5
    made("result", "publish", result["id"], "--title", "成果（架空）", "--know-how-left-out",
         "--as", "pd")  # fmt: skip
    assert "成果（架空）" in terminal("publication", "list").out


def test_the_log_is_verified_and_remembered(terminal: Terminal, council: MadeCouncil) -> None:
    for name in ("compliance", "pd", "organ_a"):
        signed_in(terminal, getattr(council, name), name)
    there = ("--council", council.id)
    first = json.loads(terminal("log", "verify", *there, "--as", "compliance", "--json").out)
    assert first["leaves_checked"] == first["size"]
    assert (first["key_known_before"], first["consistent_with_size"]) == (False, None)
    council.pd.post(f"/councils/{council.id}/documents",
                    {"title": "架空", "contains_designated_secret": False})  # fmt: skip
    second = json.loads(terminal("log", "verify", *there, "--as", "compliance", "--json").out)
    assert (second["key_known_before"], second["consistent_with_size"]) == (True, first["size"])
    assert second["size"] > first["size"]
    member = json.loads(terminal("log", "verify", *there, "--as", "pd", "--json").out)
    assert member["leaves_checked"] is None
    assert terminal("log", "prove", "0", *there, "--as", "pd").code == 0
    assert terminal("log", "checkpoint", *there, "--as", "pd").code == 0
    assert "council.share" in terminal("log", "own", *there, "--as", "pd").out
    shown = terminal("log", "entries", *there, "--kind", "council.share", "--as", "compliance").out
    assert len(shown.splitlines()) == 1


@pytest.mark.parametrize("lie", ["verifier_key", "note"])
def test_a_log_that_differs_from_what_was_seen_is_not_believed(
    terminal: Terminal, council: MadeCouncil, lie: str
) -> None:
    signed_in(terminal, council.compliance)
    there = ("log", "verify", "--council", council.id)
    assert terminal(*there).code == 0
    [memory] = (path for path in terminal.config.rglob("logs/*.json"))
    kept = json.loads(memory.read_text())
    other = council.pd.client.get("/api/v1/log-key").json()["verifier_key"]
    if lie == "verifier_key":
        kept["verifier_key"] = other
    else:
        kept["note"] = kept["note"].replace("\n", "\nx", 1)
    memory.write_text(json.dumps(kept))
    ran = terminal(*there)
    assert ran.code == 7
    assert "検証できません" in ran.err


def test_what_is_answered_is_shown_before_it_is_answered(
    terminal: Terminal, council: MadeCouncil
) -> None:
    for name in ("pd", "organ_a"):
        signed_in(terminal, getattr(council, name), name)
    made = {"title": "成果（架空）", "summary": "要旨", "open_to_council": True}
    result = council.pd.post(f"/councils/{council.id}/results", made)
    found = {"result": result.json()["id"], "found_on": "2026-09-01", "evidence": "根拠（架空）"}
    finding = council.organ_a.post(f"/councils/{council.id}/findings", found).json()["id"]
    asked = (
        "exception", "request", found["result"], "--finding", finding, "--harm", "支障（架空）",
        "--information", "情報（架空）", "--until", "2028-03-31", "--as", "organ_a", "--json",
    )  # fmt: skip
    request = json.loads(terminal(*asked).out)["id"]
    opened = terminal("exception", "open-round", request, "--as", "organ_a", "--json")
    round_ = json.loads(opened.out)["round"]
    asked_ = json.loads(terminal("round", "show", round_, "--as", "pd", "--json").out)
    ran = terminal("round", "answer", round_, "--consent", "--as", "pd")
    assert ran.code == 2
    for shown in (
        "情報（架空）",
        "支障（架空）",
        asked_["question_statement"],
        asked_["question_sha256"],
    ):
        assert shown in ran.err
    assert ran.err.index("対象情報: ") < ran.err.index("公開による支障: ")


def test_what_founds_a_council_is_shown_before_it_is_consented_to_and_signed(
    terminal: Terminal, world: World
) -> None:
    _, who = parties(world)
    council = prepared_council(world, who)
    with world.changing() as tx:
        meet_requirements(tx, council, who["secretariat"].person_id)
    for name in ("pd", "minister_fund", "minister_pm"):
        signed_in(terminal, who[name], name)
    listed = json.loads(terminal("admission", "list", "--council", council, "--as", "pd",
                                 "--json").out)["items"]  # fmt: skip
    [mine] = [each for each in listed if each["category"] == "program_director"]
    ran = terminal("admission", "consent", mine["id"], "--yes", "--as", "pd")
    assert ran.code == 0, ran.err
    for shown in (
        "船舶向け通信衛星",
        "区分: プログラム・ディレクター",
        mine["statement"],
        mine["digest"],
    ):
        assert shown in ran.err
    before = json.loads(terminal("council", "show", council, "--as", "minister_pm", "--json").out)
    ran = terminal("council", "sign", council, "--as", "minister_pm")
    assert ran.code == 2
    for shown in ("設置要件:", "内閣総理大臣", "参加への同意: はい", *_exact(before)):
        assert shown in ran.err
    assert terminal("council", "sign", council, "--yes", "--as", "minister_pm").code == 0
    ran = terminal("council", "sign", council, "--yes", "--as", "minister_fund")
    assert "状態: 設置済み" in ran.out


def _exact(council: dict[str, dict[str, str]]) -> tuple[str, str]:
    return council["establishment"]["statement"], council["establishment"]["digest"]
