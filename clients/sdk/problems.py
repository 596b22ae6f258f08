"""Everything a call can fail with.

Owns the exceptions of the SDK. `Problem` is the server's own answer (RFC 9457); the others say that
there was no answer, or none that can be understood. A failed proof is `crypto.errors.Unverified`.
"""

from collections.abc import Mapping
from typing import Any

_NAMED = ("type", "title", "status", "code", "detail", "request_id")


class Failure(Exception):
    """Base of everything the SDK raises about a call."""


class Unreachable(Failure):
    """No answer came: no connection, or it broke. Whether the act was done is not known."""


class Interrupted(Unreachable):
    """A transfer broke off; what has arrived is kept and the next try continues there."""


class UnexpectedAnswer(Failure):
    """The answer is none of this API: another server, a proxy in between, or a newer API."""


class WrongDigest(Failure):
    """What arrived is not what the server says it sent; nothing was put in place."""


class Proposed(Failure):
    """The act takes two persons and is recorded as a proposal: nothing has been done yet.

    It happens when another person with the right does exactly the same before `expires_at`.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__("another person with the right must do the same act")
        self.document = dict(document)
        self.proposal = str(document.get("proposal", ""))
        self.action = str(document.get("action", ""))
        self.expires_at = str(document.get("expires_at", ""))


class Problem(Failure):
    """A refusal by the server: `code` is stable, `title` says what to do in the asked language.

    `members` holds what this problem carries besides the named members of RFC 9457.
    """

    def __init__(self, document: Mapping[str, Any], retry_after: float | None = None) -> None:
        self.document = dict(document)
        self.status = int(document["status"])
        self.code = str(document.get("code") or f"http_{self.status}")
        self.title = str(document.get("title") or "")
        self.detail: str | None = document.get("detail")
        self.request_id: str | None = document.get("request_id")
        self.members = {k: v for k, v in document.items() if k not in _NAMED}
        self.retry_after = retry_after
        super().__init__(f"{self.status} {self.code}: {self.title}")


class Unauthenticated(Problem):
    """401: no credentials, or wrong or expired ones."""


class Refused(Problem):
    """403: the caller may know of the thing but not do this; `members` says what is missing."""


class StepUpNeeded(Refused):
    """403 `step_up_needed`: prove again who you are, then repeat."""


class NotFound(Problem):
    """404: there is no such thing, or the caller is not told of it."""


class Conflict(Problem):
    """409: not in the present state."""


class Gone(Problem):
    """410: it could be used once, and is used up or too old."""


class PreconditionFailed(Problem):
    """412 or 428: it changed since it was read, or must be read first."""


class TooLarge(Problem):
    """413: beyond a limit, which `members` names."""


class WrongMediaType(Problem):
    """415: this content type is not accepted there."""


class RangeNotSatisfiable(Problem):
    """416: the range lies outside the content."""


class Malformed(Problem):
    """422: what was sent is wrong; `members["errors"]` lists the fields."""


class Busy(Problem):
    """429 or 503: try again after `retry_after` seconds."""


class TooManyAttempts(Busy):
    """429 `too_many_attempts`: failures went before; `wait_seconds` have to pass."""

    @property
    def wait_seconds(self) -> int:
        """How long to wait."""
        return int(self.members.get("wait_seconds") or self.retry_after or 1)


class ServerFault(Problem):
    """Any other 5xx: not the caller's doing."""


_BY_STATUS: Mapping[int, type[Problem]] = {
    401: Unauthenticated,
    403: Refused,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: PreconditionFailed,
    413: TooLarge,
    415: WrongMediaType,
    416: RangeNotSatisfiable,
    422: Malformed,
    428: PreconditionFailed,
    429: Busy,
    503: Busy,
}


def problem_of(document: Mapping[str, Any], retry_after: float | None = None) -> Problem:
    """The exception for a problem document; an unknown status gives a plain Problem."""
    status = int(document["status"])
    if document.get("code") == "step_up_needed":
        return StepUpNeeded(document, retry_after)
    if document.get("code") == "too_many_attempts":
        return TooManyAttempts(document, retry_after)
    other = ServerFault if status >= 500 else Problem
    return _BY_STATUS.get(status, other)(document, retry_after)
