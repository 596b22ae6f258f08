"""What can be wrong with a passkey, as it is said outside, and as the log keeps it.

Owns these problems. Outside, every answer that proves nothing is refused alike (ASVS 6.3.8);
inside, `why` says which of the checks it failed.
"""

from server.ids import Id
from server.problems import Problem


class PasskeyRefused(Problem):
    status, code = 403, "passkey_refused"
    ja = "パスキーを確認できませんでした。画面を読み直し、もう一度お試しください。"
    en = "The passkey could not be verified. Load the page again and try once more."

    @classmethod
    def because(cls, why: str) -> "PasskeyRefused":
        """Refused, for a reason that only the log is told."""
        problem = cls()
        problem.inside = {"why": why}
        return problem


class PasskeyCloned(PasskeyRefused):
    code = "passkey_cloned"
    ja = (
        "このパスキーは複製されたおそれがあるため、受け付けませんでした。"
        "ほかのパスキーでサインインし、このパスキーを削除して、情報管理責任者に知らせてください。"
    )
    en = (
        "This passkey was refused because it may have been copied. Sign in with another one, remove"
        " this one, and tell your compliance officer."
    )

    @classmethod
    def of(cls, person_id: Id, passkey_id: Id, count: int, before: int) -> "PasskeyCloned":
        """A valid signature whose count of uses is not greater than one seen before."""
        problem = cls()
        problem.inside = {
            "why": "count_not_forward",
            "person": person_id,
            "passkey": passkey_id,
            "count": count,
            "before": before,
        }
        return problem


class PasskeyKnown(Problem):
    status, code = 409, "passkey_known"
    ja = "このパスキーはすでに登録されたことがあります。別のパスキーを作成してください。"
    en = "This passkey was registered before. Make another one."


class TooManyPasskeys(Problem):
    status, code = 409, "too_many_passkeys"
    ja = "登録できるパスキーは most 個までです。使わないものを削除してください。"
    en = "There can be `most` passkeys at a time. Remove one that is not used."


class LastPasskey(Problem):
    status, code = 409, "last_passkey"
    ja = "最後のパスキーは削除できません。先に別のパスキーを追加してください。"
    en = "The last passkey cannot be removed. Add another one first."


class HasPasskey(Problem):
    status, code = 409, "has_passkey"
    ja = "すでにパスキーをお持ちです。そのパスキーで本人確認をしてから追加してください。"
    en = "You have a passkey. Confirm with it that it is you, then add another."


class FreshSignInNeeded(Problem):
    status, code = 409, "fresh_sign_in_needed"
    ja = (
        "最初のパスキーは、所属組織でのサインインから5分以内に登録します。"
        "サインインし直してください。"
    )
    en = (
        "The first passkey is added within five minutes of signing in at your organisation."
        " Sign in again."
    )


class NoStepUp(Problem):
    status, code = 422, "no_step_up"
    ja = "その操作は本人確認を求めません。"
    en = "That action asks for no fresh proof of identity."


class NoPasskeyFits(Problem):
    status, code = 409, "no_passkey_fits"
    ja = "この確認に使えるパスキーが登録されていません。先にパスキーを追加してください。"
    en = "You have no passkey that would do for this. Add one first."


class RequestOver(Problem):
    status, code = 410, "request_over"
    ja = "この確認の依頼は期限切れか、使用済みです。コマンドからやり直してください。"
    en = "This request is over: expired or done. Begin again from the program that made it."
