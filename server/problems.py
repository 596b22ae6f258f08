"""Every way a request can fail, as RFC 9457 problem documents in Japanese or English.

Owns the shape of a problem and the two handlers that write it. Domains declare their own problems
as subclasses of `Problem` beside the rule that raises them; nothing else writes an error answer.
"""

import logging
import re
import sqlite3
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import uuid4

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from crypto.errors import Unverified

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "urn:kyogikai:problem:"

_WEIGHT = re.compile(r"q\s*=\s*([01](?:\.\d{0,3})?)")
MOST_FAULTS = 20

# The storage, not the request, is at fault; by SQLAlchemy, and by the drivers that prepared
# statements are run on directly.
GONE: tuple[type[Exception], ...] = (
    OperationalError,
    InterfaceError,
    PoolTimeout,
    sqlite3.OperationalError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)

_log = logging.getLogger("kyogikai.problems")


class ProblemOut(BaseModel):
    """RFC 9457 members, the stable `code`, and members of one problem's own."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str | None
    request_id: str | None


class Problem(Exception):
    """A refusal a caller can act on: `code` is stable, `ja` and `en` say what to do.

    `detail` and `members` may hold ids and facts the caller may know, never content.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    ja: ClassVar[str] = "要求を処理できません。内容を確認してください。"
    en: ClassVar[str] = "The request cannot be carried out. Check what was sent."

    def __init__(
        self, detail: str | None = None, /, headers: Mapping[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail or self.en)
        self.detail, self.members, self.headers = detail, members, headers or {}
        # What the entry of this refusal holds besides the code; it never leaves the server.
        self.inside: Mapping[str, Any] = {}


class Unauthenticated(Problem):
    status, code = 401, "unauthenticated"
    ja = "サインインしてください。資格情報がないか、無効か、期限が切れています。"
    en = "Sign in. The credentials are missing, wrong or expired."


class NotFound(Problem):
    status, code = 404, "not_found"
    ja = "見つかりません。存在しないか、あなたには知らされていません。"
    en = "Not found: there is no such thing, or you are not told of it."


class Refused(Problem):
    status, code = 403, "refused"
    ja = "この操作をする権限がありません。"
    en = "You may not do this."


class StepUpNeeded(Problem):
    status, code = 403, "step_up_needed"
    ja = "この操作には、パスキーによる本人確認が要ります（thing への action に限り有効）。"
    en = "Confirm by passkey that it is you, for this `action` on this `thing`, then try again."


class PasskeyNeeded(Problem):
    status, code = 403, "passkey_needed"
    ja = "パスワードでのサインインでは閲覧だけができます。パスキーでサインインしてください。"
    en = "A password is good for reading only. Sign in with a passkey to do this."


class DeviceBoundNeeded(Problem):
    status, code = 403, "device_bound_needed"
    ja = "この協議会では、機器から取り出せないパスキー（セキュリティキーなど）での確認が要ります。"
    en = "This council asks for a passkey that cannot leave its device, such as a security key."


class NetworkNotAllowed(Problem):
    status, code = 403, "network_not_allowed"
    ja = "この協議会（またはトークン）は、決められたネットワークからだけ使えます。"
    en = "This council, or this token, is reached from certain networks only; yours is not one."


class SecondPersonNeeded(Problem):
    status, code = 409, "second_person_needed"
    ja = "この操作は二人で行います。権限を持つもう一人が、同じ内容で操作してください。"
    en = "This act takes two persons. Another person with the right must do the same act."


class Malformed(Problem):
    status, code = 422, "malformed"
    ja = "送られた内容に誤りがあります。errors の各項目を直してください。"
    en = "What was sent is malformed. Correct the fields listed in `errors`."


class MethodNotAllowed(Problem):
    status, code = 405, "method_not_allowed"
    ja = "このアドレスでは、この方法（メソッド）は使えません。使えるものは Allow にあります。"
    en = "This method is not for this address. Those that are stand in `Allow`."


class Conflict(Problem):
    status, code = 409, "conflict"
    ja = "現在の状態ではこの操作はできません。"
    en = "This cannot be done in the present state."


class PreconditionFailed(Problem):
    status, code = 412, "precondition_failed"
    ja = "読み込んだ後に変更されています。読み直してからやり直してください。"
    en = "It has changed since you read it. Read it again, then retry."


class TooLarge(Problem):
    status, code = 413, "too_large"
    ja = "大きすぎます。上限は limit（バイト）です。"
    en = "Too large. The limit in bytes is in `limit`."


class WrongMediaType(Problem):
    status, code = 415, "wrong_media_type"
    ja = "この内容形式（Content-Type）は受け付けません。"
    en = "This Content-Type is not accepted here."


class RangeNotSatisfiable(Problem):
    status, code = 416, "range_not_satisfiable"
    ja = "求められた範囲は内容の外にあります。"
    en = "The range asked for lies outside the content."


class StoredDataDamaged(Problem):
    status, code = 500, "stored_data_damaged"
    ja = "保存されたデータが壊れているか改ざんされています。管理者に fsck を求めてください。"
    en = "Stored data is damaged or was tampered with. Ask the operator to run fsck."


class Internal(Problem):
    status, code = 500, "internal"
    ja = "サーバ内部の誤りです。何も保存されていません。request_id を管理者に伝えてください。"
    en = "An internal error. Nothing was stored. Tell the operator the request_id."


class DatabaseGone(Problem):
    status, code = 503, "database_unavailable"
    ja = "データベースに接続できません。少し待ってからやり直してください。"
    en = "The database cannot be reached. Wait a moment, then retry."


class Busy(Problem):
    status, code = 503, "busy"
    ja = "混み合っています。少し待ってからやり直してください。"
    en = "Busy. Wait a moment, then retry."


_BY_STATUS: dict[int, type[Problem]] = {
    401: Unauthenticated,
    403: Refused,
    404: NotFound,
    405: MethodNotAllowed,
    409: Conflict,
    413: TooLarge,
    415: WrongMediaType,
    422: Malformed,
    503: Busy,
}

RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "A refusal or a mistake, with what to do (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}},
    }
}


def wants_english(request: Request) -> bool:
    """Whether `Accept-Language` prefers English (RFC 9110, 12.5.4); Japanese is the default."""
    wanted: list[tuple[float, int, str]] = []
    for part in request.headers.get("accept-language", "")[:500].lower().split(","):
        language, _, weight = part.strip().partition(";")
        match = _WEIGHT.fullmatch(weight.strip()) if weight else None
        quality = float(match[1]) if match else 1.0
        if quality > 0 and language[:2] in ("ja", "en"):
            wanted.append((-quality, len(wanted), language[:2]))
    return min(wanted, default=(0.0, 0, "ja"))[2] == "en"


def answer(request: Request, problem: Problem) -> JSONResponse:
    """The problem as it leaves: `title` in the caller's language, ids and `code` unchanged."""
    title = problem.en if wants_english(request) else problem.ja
    body = {
        "type": f"{TYPE_BASE}{problem.code}",
        "title": title,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "request_id": getattr(request.state, "request_id", None),
        **problem.members,
    }
    headers = dict(problem.headers)
    if problem.status == 401:
        headers.setdefault("WWW-Authenticate", 'Bearer realm="kyogikai"')
    return JSONResponse(body, problem.status, headers=headers, media_type=MEDIA_TYPE)


def _from_http(error: HTTPException) -> Problem:
    if (known := _BY_STATUS.get(error.status_code)) is not None:
        return known(str(error.detail), headers=error.headers)
    problem = Problem(str(error.detail), headers=error.headers)
    problem.status = error.status_code  # type: ignore[misc]  # one answer, not the class
    problem.code = f"http_{error.status_code}"  # type: ignore[misc]
    return problem


def from_validation(error: RequestValidationError) -> Malformed:
    """Which fields are wrong and why; the values sent are not echoed (they may be confidential)."""
    fields = [
        {"field": ".".join(str(p) for p in e["loc"]), "message": e["msg"], "kind": e["type"]}
        for e in error.errors()[:MOST_FAULTS]
    ]
    return Malformed(None, errors=fields)


def _from_failure(request: Request, error: Exception) -> JSONResponse:
    """Our own failures: the caller learns what to do, the operator's log learns the cause."""
    if getattr(request.state, "request_id", None) is None:
        request.state.request_id = str(uuid4())  # it failed outside the guard
    _log.error("request %s", request.state.request_id, exc_info=error)
    if isinstance(error, Unverified):
        return answer(request, StoredDataDamaged())
    if isinstance(error, GONE):
        return answer(request, DatabaseGone(headers={"Retry-After": "2"}))
    return answer(request, Internal())


def install(app: FastAPI) -> None:
    """Let every failure of the framework and of the domains leave as a problem document."""
    failures: tuple[type[Exception], ...] = (Unverified, *GONE, Exception)
    for failure in failures:
        app.add_exception_handler(failure, _from_failure)
    app.add_exception_handler(Problem, lambda r, e: answer(r, e))
    app.add_exception_handler(HTTPException, lambda r, e: answer(r, _from_http(e)))
    app.add_exception_handler(
        RequestValidationError,
        lambda r, e: answer(r, from_validation(e)),
    )
