"""What went wrong, as a visitor is told: what it is, and what to do now.

Owns the words of the pages' own refusals. A refusal of the API is told in the API's words.
"""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from clients.sdk.problems import Problem, Unreachable, problem_of
from clients.web.rendering import told

# status: title (ja, en), what to do (ja, en)
TEXTS: dict[int, tuple[tuple[str, str], tuple[str, str]]] = {
    400: (
        ("要求を処理できません", "The request cannot be carried out"),
        (
            "前のページに戻り、もう一度やり直してください。",
            "Go back to the page before and try again.",
        ),
    ),
    401: (
        ("サインインが必要です", "Sign in first"),
        ("サインインしてから、やり直してください。", "Sign in, then try again."),
    ),
    403: (
        ("この操作はできません", "This cannot be done"),
        (
            "権限が必要です。事務局に相談してください。",
            "It takes a right you do not hold. Ask the secretariat.",
        ),
    ),
    404: (
        ("ページが見つかりません", "There is no such page"),
        (
            "アドレスを確認してください。存在しないか、あなたには知らされていません。",
            "Check the address: there is no such thing, or you are not told of it.",
        ),
    ),
    405: (
        ("この方法では開けません", "This page cannot be opened in this way"),
        ("トップページから、目的のページへ進んでください。", "Start from the front page."),
    ),
    410: (
        ("期限切れか、使用済みです", "Used up or too old"),
        (
            "新しいリンクを、送り主に求めてください。",
            "Ask whoever sent it for a new one.",
        ),
    ),
    429: (
        ("試行が多すぎます", "Too many tries"),
        ("しばらく待ってから、やり直してください。", "Wait a while, then try again."),
    ),
    500: (
        ("サーバー内部の誤りです", "An internal error"),
        (
            "時間をおいてやり直してください。続くときは、管理者に連絡してください。",
            "Try again later. If it goes on, tell the operator.",
        ),
    ),
    502: (
        ("サーバーから応答がありません", "The server does not answer"),
        (
            "しばらく待ってから、やり直してください。操作が行われたかは分かりません。",
            "Wait a moment, then try again. Whether the act was done is not known.",
        ),
    ),
    503: (
        ("混み合っています", "Busy"),
        ("少し待ってから、やり直してください。", "Wait a moment, then try again."),
    ),
}
CODES = {401: "unauthenticated", 403: "refused", 404: "not_found", 410: "gone", 502: "unreachable"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal or a failure, in the visitor's language."""

    status: int
    code: str
    title: str
    advice: str
    request_id: str | None = None
    retry_after: float | None = None
    document: dict[str, object] | None = None


def of(failure: Exception, language: str) -> Fault:
    """What to tell of a failure; of one that nobody foresaw, only that it happened."""
    if isinstance(failure, Problem):
        title, advice = _texts(failure.status, language)
        said = failure.title if failure.document.get("type") else None
        return Fault(
            failure.status,
            failure.code,
            title,
            said or advice,
            failure.request_id,
            failure.retry_after,
            failure.document,
        )
    if isinstance(failure, HTTPException):
        return plain(failure.status_code, language)
    return plain(502 if isinstance(failure, Unreachable) else 500, language)


def plain(status: int, language: str) -> Fault:
    """What to tell of a status alone."""
    title, advice = _texts(status, language)
    return Fault(status, CODES.get(status, f"http_{status}"), title, advice)


def unknown_passkey(language: str) -> Fault:
    """What to tell of a passkey that signs nobody in: alike, whatever is wrong with it."""
    advice = told(
        language,
        "このパスキーではサインインできません。別のパスキーを使うか、事務局に相談してください。",
        "This passkey does not sign you in. Use another one, or ask the secretariat.",
    )
    return Fault(401, "passkey_unknown", plain(401, language).title, advice)


def not_signed_in(language: str) -> Problem:
    """What the API would say to who shows no credentials."""
    title = plain(401, language).title
    return problem_of({"status": 401, "code": CODES[401], "title": title})


def as_data(fault: Fault) -> Response:
    """A fault for a script of ours, in the form of the API's problems (RFC 9457)."""
    body = {
        **(fault.document or {}),
        "status": fault.status,
        "code": fault.code,
        "title": fault.advice,
    }
    return JSONResponse(body, fault.status, media_type="application/problem+json")


def _texts(status: int, language: str) -> tuple[str, str]:
    known = status if status in TEXTS else 500 if status >= 500 else 400
    title, advice = TEXTS[known]
    return told(language, *title), told(language, *advice)
