"""What a run says when it fails, and the exit code it ends with.

Owns the exit codes, which scripts rely on, and the one line for each failure: what happened, its
stable code, what to do next, and the request's id for whoever is asked for help.
"""

import errno
import json
import re
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from clients.cli.language import ENGLISH, chosen, t
from clients.cli.rendering import timed, written
from clients.cli.terms import label, word
from clients.cli.usage import in_japanese
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


class Broken(Exception):
    """This computer could not do its part; the message is in the reader's language."""


def of_files(error: OSError) -> Mistake | Broken:
    """What went wrong with a file or folder of this computer: what was named, or the disk."""
    ja, en = _OF_FILES.get(error.errno or 0, ("", ""))
    why = t(ja, en) or error.strerror or str(error)
    kind = Mistake if isinstance(error, _NAMED_WRONGLY) else Broken
    return kind(f"{why}: {error.filename}" if error.filename else why)


_NAMED_WRONGLY = (
    FileNotFoundError,
    FileExistsError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)
_OF_FILES = {
    errno.ENOENT: ("ファイル又はフォルダーがありません", "no such file or folder"),
    errno.EISDIR: ("ファイルではなく、フォルダーです", "it is a folder and no file"),
    errno.ENOTDIR: ("フォルダーではありません", "it is no folder"),
    errno.EACCES: ("読み書きする権限がありません", "you may not read or write it"),
    errno.EEXIST: ("ファイルでないものが既にあります", "there is something else than a file"),
    errno.ENOSPC: ("ディスクに空きがありません", "the disk is full"),
    errno.EROFS: ("書き込めない場所です", "nothing can be written there"),
    errno.ENAMETOOLONG: ("名前が長すぎます", "the name is too long"),
}


def exit_codes() -> str:
    """The exit codes, as help shows them: one a line, which the parser is told not to wrap."""
    return "\b\n" + t(
        "終了コード:\n"
        "  0 完了\n"
        "  1 拒否・失敗\n"
        "  2 使い方の誤り\n"
        "  3 未サインイン\n"
        "  4 見つからない\n"
        "  5 今の状態ではできない（本人確認・二人目・競合）\n"
        "  6 接続不可・混雑\n"
        "  7 検証失敗",
        "Exit codes:\n"
        "  0 done\n"
        "  1 refused or failed\n"
        "  2 usage\n"
        "  3 not signed in\n"
        "  4 not found\n"
        "  5 not in the present state (step-up, second person, conflict)\n"
        "  6 unreachable or busy\n"
        "  7 not verified",
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


def line_of(failure: Exception, server: str, sign_in: str = "kyogikai sign-in") -> str:
    """A failure in one line, in the reader's language; `sign_in` is how to sign in again."""
    if isinstance(failure, p.Problem):
        return _problem(failure, sign_in)
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
    if isinstance(failure, Mistake | Broken):
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


def _problem(problem: p.Problem, sign_in: str) -> str:
    pieces = [problem.title, f"[{problem.code}]", _advice(problem, sign_in), _missing(problem)]
    if problem.detail and problem.detail != problem.title:
        pieces.append(problem.detail)
    if problem.request_id:
        pieces.append(t(f"（要求 {problem.request_id}）", f"(request {problem.request_id})"))
    return " ".join(piece for piece in pieces if piece).replace("\n", " ")


def _advice(problem: p.Problem, sign_in: str) -> str:
    if isinstance(problem, p.Unauthenticated):
        return f"→ {sign_in}"
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
        names = t("、", ", ").join(word(each) for each in would)
        said.append(t(f"できる人: {names}。", f"Those who may: {names}."))
    if (state := problem.members.get("state")) and not would:
        possible = problem.members.get("possible_in_states", [])
        states = t("、", ", ").join(word(each) for each in possible)
        said.append(
            t(
                f"現在の状態: {word(state)}。可能な状態: {states or '—'}。",
                f"State now: {word(state)}. Possible in: {states or '—'}.",
            )
        )
    errors = problem.members.get("errors") or []
    if lacking := problem.members.get("missing"):
        names = t("、", ", ").join(word(str(each)) for each in lacking)
        said.append(t(f"足りないもの: {names}。", f"Missing: {names}."))
    said += [f"{_field(error)}: {_message(error)}" for error in errors]
    told = (each for each in problem.members.items() if each[0] not in _SAID_OTHERWISE)
    said += [f"{name}: {written(value, name)}" for name, value in told if value not in (None, [])]
    return " ".join(said)


def _field(error: Mapping[str, Any]) -> str:
    """The field an error is about: what it is called, and how the API names it."""
    name = str(error.get("field"))
    called = label(re.sub(r"(\.\d+)+$", "", name))
    return name if called in name else f"{called}（{name}）"


def _message(error: Mapping[str, Any]) -> str:
    message = str(error.get("message"))
    return message if chosen() == ENGLISH else in_japanese(message)


# Members of a problem that the line tells in other words, or that are for programs.
_SAID_OTHERWISE = {
    "action",
    "categories",
    "errors",
    "held",
    "kind",
    "max_age_seconds",
    "missing",
    "possible_in_states",
    "state",
    "thing",
    "wait_seconds",
    "would_suffice",
}


def document_of(failure: Exception, server: str = "") -> str:
    """A failure as JSON: the server's own document, or one of ours in the same shape. `server` is
    where it was asked.
    """
    if isinstance(failure, p.Problem | p.Proposed):
        return json.dumps(failure.document, ensure_ascii=False)
    code = _CODE_WORDS.get(type(failure).__name__, "unexpected")
    title = line_of(failure, server)
    return json.dumps({"code": code, "title": title, "detail": str(failure)}, ensure_ascii=False)


_CODE_WORDS = {
    "Mistake": "usage",
    "Broken": "this_computer",
    "Unreachable": "unreachable",
    "Interrupted": "unreachable",
    "WrongDigest": "wrong_digest",
    "Unverified": "unverified",
}
