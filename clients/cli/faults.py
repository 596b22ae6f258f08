"""What a run says when it fails, and the exit code it ends with.

Owns the exit codes, which scripts rely on, and the one line for each failure: what happened, its
stable code, what to do next, and the request's id for whoever is asked for help.
"""

import json
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from clients.cli.labels import label
from clients.cli.language import t
from clients.cli.rendering import timed
from clients.cli.words import word
from clients.sdk import problems as p
from crypto.errors import Unverified

COUNTED_IN_SECONDS = 90


class ExitCode(IntEnum):
    """How a run ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_SIGNED_IN = 3
    NOT_FOUND = 4
    NOT_NOW = 5
    TRY_LATER = 6
    UNVERIFIED = 7
    STOPPED = 130


class Mistake(Exception):
    """The command cannot be carried out as given; the message is in the reader's language."""


def exit_codes() -> str:
    """The exit codes, as help shows them."""
    return t(
        "終了コード: 0 完了、1 拒否・失敗、2 使い方の誤り、3 未サインイン、4 見つからない、"
        "5 今の状態ではできない（本人確認・二人目・競合）、6 接続不可・混雑、7 検証失敗",
        "Exit codes: 0 done, 1 refused or failed, 2 usage, 3 not signed in, 4 not found, "
        "5 not in the present state (step-up, second person, conflict), "
        "6 unreachable or busy, 7 not verified",
    )


def code_of(failure: Exception) -> ExitCode:
    """The exit code of a failure."""
    for kinds, code in _CODES:
        if isinstance(failure, kinds):
            return code
    return ExitCode.FAILED


_CODES: tuple[tuple[tuple[type[Exception], ...], ExitCode], ...] = (
    ((Mistake,), ExitCode.USAGE),
    ((p.Unauthenticated,), ExitCode.NOT_SIGNED_IN),
    ((p.NotFound,), ExitCode.NOT_FOUND),
    ((p.StepUpNeeded, p.Conflict, p.PreconditionFailed, p.Proposed), ExitCode.NOT_NOW),
    ((p.Unreachable, p.Busy), ExitCode.TRY_LATER),
    ((Unverified, p.WrongDigest), ExitCode.UNVERIFIED),
)


def line_of(failure: Exception, server: str) -> str:
    """A failure in one line, in the reader's language."""
    if isinstance(failure, p.Problem):
        return _problem(failure)
    if isinstance(failure, p.Proposed):
        until = timed(failure.expires_at)
        return t(
            f"まだ実行されていません。二人で行う操作なので、提案として記録しました（{failure.proposal}、"
            f"期限 {until}）。権限を持つもう一人が、同じ内容で操作してください。",
            f"Not done yet: this takes two persons and was recorded as proposal {failure.proposal} "
            f"(until {until}). Another person with the right must do the same.",
        )
    return _other(failure, server)


def _other(failure: Exception, server: str) -> str:
    if isinstance(failure, Mistake):
        return str(failure)
    if isinstance(failure, p.Unreachable):
        return t(
            f"{server} につながりません。サーバーの起動と"
            f" --server / KYOGIKAI_SERVER を確かめてください。 [unreachable] {failure}",
            f"Cannot reach {server}. Check that it runs, and --server / KYOGIKAI_SERVER. "
            f"[unreachable] {failure}",
        )
    if isinstance(failure, p.WrongDigest):
        return t(
            "届いた内容がサーバーの示すダイジェストと違うため、保存しませんでした。"
            f" [wrong_digest] {failure}",
            f"What arrived differs from the digest the server gave; not kept. "
            f"[wrong_digest] {failure}",
        )
    if isinstance(failure, Unverified):
        return t(
            f"検証できません。信用せず、情報管理責任者に知らせてください。 [unverified] {failure}",
            f"Not verified. Do not trust this record; tell the compliance officer. "
            f"[unverified] {failure}",
        )
    return t(
        "サーバーの応答を読めません。サーバーの版と途中の中継を確かめてください。"
        f" [unexpected] {failure}",
        f"The server's answer cannot be read. Check its version and any proxy in between. "
        f"[unexpected] {failure}",
    )


def _problem(problem: p.Problem) -> str:
    pieces = [problem.title, f"[{problem.code}]", _advice(problem), _missing(problem)]
    if problem.detail and problem.detail != problem.title:
        pieces.append(problem.detail)
    if problem.request_id:
        pieces.append(t(f"（要求 {problem.request_id}）", f"(request {problem.request_id})"))
    return " ".join(piece for piece in pieces if piece).replace("\n", " ")


def _advice(problem: p.Problem) -> str:
    if isinstance(problem, p.Unauthenticated):
        return "→ kyogikai sign-in"
    if isinstance(problem, p.TooManyAttempts):
        return _wait(problem.wait_seconds)
    if isinstance(problem, p.Busy) and problem.retry_after:
        return t(f"→ {problem.retry_after:.0f} 秒後", f"→ in {problem.retry_after:.0f} s")
    return ""


def _wait(seconds: int) -> str:
    """How long, in the unit people count such a time in."""
    if seconds <= COUNTED_IN_SECONDS:
        return t(f"→ {seconds} 秒後", f"→ in {seconds} s")
    minutes = -(-seconds // 60)
    return t(f"→ {minutes} 分後", f"→ in {minutes} min")


def _missing(problem: p.Problem) -> str:
    """What a refusal says is lacking, and which fields are malformed."""
    said = []
    if would := problem.members.get("would_suffice"):
        names = "、".join(word(each) for each in would)
        said.append(t(f"できる人: {names}。", f"Those who may: {names}."))
    if (state := problem.members.get("state")) and not would:
        states = "、".join(word(each) for each in problem.members.get("possible_in_states", []))
        said.append(
            t(
                f"現在の状態: {word(state)}。可能な状態: {states or '—'}。",
                f"State now: {word(state)}. Possible in: {states or '—'}.",
            )
        )
    errors = problem.members.get("errors") or []
    if lacking := problem.members.get("missing"):
        names = "、".join(word(str(each)) for each in lacking)
        said.append(t(f"足りないもの: {names}。", f"Missing: {names}."))
    said += [f"{_field(error)}: {error.get('message')}" for error in errors]
    return " ".join(said)


def _field(error: Mapping[str, Any]) -> str:
    """The field an error is about: what it is called, and how the API names it."""
    name = str(error.get("field"))
    called = label(name)
    return name if called in name else f"{called}（{name}）"


def document_of(failure: Exception) -> str:
    """A failure as JSON: the server's own document, or one of ours in the same shape."""
    if isinstance(failure, p.Problem | p.Proposed):
        return json.dumps(failure.document, ensure_ascii=False)
    code = _CODE_WORDS.get(type(failure).__name__, "unexpected")
    title = line_of(failure, "")
    return json.dumps({"code": code, "title": title, "detail": str(failure)}, ensure_ascii=False)


_CODE_WORDS = {
    "Mistake": "usage",
    "Unreachable": "unreachable",
    "Interrupted": "unreachable",
    "WrongDigest": "wrong_digest",
    "Unverified": "unverified",
}
