"""Every way in which signing in by an organisation's provider is refused, and what to do then.

Owns the words. Where one of them is raised, `oidc_endpoints.py` counts or records it by its code.
"""

from server.problems import NotFound, Problem


class NoSuchProvider(NotFound):
    code = "no_such_provider"
    ja = "この名前のサインイン先はありません。一覧から選んでください。"
    en = "There is no sign-in service of this id. Choose one of the list."


class ProviderUnavailable(Problem):
    status, code = 503, "provider_unavailable"
    ja = "組織のサインイン先が応答しません。少し待ってやり直すか、パスキーを使ってください。"
    en = "The organisation's sign-in service does not answer. Wait and retry, or use a passkey."


class FlowUnknown(Problem):
    status, code = 400, "sign_in_unknown"
    ja = "このブラウザーで始めたサインインではありません。ここで始めからやり直してください。"
    en = "This sign-in was not begun in this browser. Begin again here."


class FlowExpired(Problem):
    status, code = 410, "sign_in_expired"
    ja = "サインインを始めてから10分を過ぎました。始めからやり直してください。"
    en = "More than ten minutes have passed since this sign-in was begun. Begin again."


class FlowUsed(Problem):
    status, code = 409, "sign_in_used"
    ja = "このサインインの応答は使用済みです。まだ入れていなければ、始めからやり直してください。"
    en = "The answer to this sign-in was used already. If you are not signed in, begin again."


class StateMismatch(Problem):
    status, code = 400, "state_mismatch"
    ja = "始めたサインインへの応答ではありません。不審なリンクは使わず、やり直してください。"
    en = "This is no answer to the sign-in that was begun. Follow no strange link; begin again."


class IssuerMismatch(Problem):
    status, code = 400, "issuer_mismatch"
    ja = "別のサインイン先からの応答です。始めからやり直し、続くなら管理者に知らせてください。"
    en = "Another sign-in service answered. Begin again; if it recurs, tell the operator."


class ProviderRefused(Problem):
    status, code = 403, "provider_refused"
    ja = "組織のサインイン先がサインインを認めませんでした（error を参照）。やり直してください。"
    en = "The organisation's sign-in service did not sign you in (see `error`). Try again."


class TokenRefused(Problem):
    """What the provider sent does not hold; `reason` is one of the words of `oidc_tokens.py`."""

    status, code = 403, "token_refused"
    ja = "サインイン先の証明（ID トークン）を検証できません。管理者に reason を伝えてください。"
    en = "The sign-in service's proof (ID token) does not hold. Tell the operator the `reason`."

    def __init__(self, reason: str) -> None:
        super().__init__(None, reason=reason)
        self.reason = reason


class NotLinked(Problem):
    status, code = 403, "not_linked"
    ja = (
        "この組織アカウントは、ここの誰とも結び付いていません。"
        "協議会の事務局に登録リンクを求め、そのリンクからサインインしてください。"
    )
    en = (
        "This account of your organisation is linked to nobody here. Ask the secretariat for an "
        "invitation, and sign in by its link."
    )


class LeftOrganisation(Problem):
    status, code = 403, "left_organisation"
    ja = "このサインイン先の組織に現在所属していません。今の組織のものかパスキーを使ってください。"
    en = "You belong to none of this service's organisations now. Use a passkey, or your own one's."


class NotOfThisOrganisation(Problem):
    status, code = 403, "organisation_mismatch"
    ja = "招待された人の組織のサインイン先ではありません。所属する組織のものを選んでください。"
    en = "This is not a sign-in service of the invited person's organisation. Choose that one's."


class LinkedToAnother(Problem):
    status, code = 409, "linked_to_another"
    ja = "この組織アカウントは別の人に結び付いています。自分のアカウントでサインインしてください。"
    en = "This account is linked to another person. Sign in to your own account."


class LastWayIn(Problem):
    status, code = 409, "last_way_in"
    ja = "パスキーがないため、外すとサインインできなくなります。先にパスキーを登録してください。"
    en = "You have no passkey: without this link you could not sign in. Enrol a passkey first."


class LogoutRefused(Problem):
    """OpenID Connect Back-Channel Logout 1.0, 2.8: 400, with `error` as in OAuth."""

    status, code = 400, "logout_token_refused"
    ja = "サインアウトの通知（logout_token）を検証できません。"
    en = "The notice of a sign-out (logout_token) does not hold."

    def __init__(self, reason: str) -> None:
        no_store = {"Cache-Control": "no-store"}
        super().__init__(None, headers=no_store, error="invalid_request", reason=reason)
        self.reason = reason
