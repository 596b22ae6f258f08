"""Closed words of the API as people read them on these pages, in both languages.

Owns the glossary of the pages. A word it does not know is shown as the API gives it.
"""

WORDS: dict[str, tuple[str, str]] = {
    # offices
    "representative": ("組織の代表", "representative of an organisation"),
    "secretariat": ("事務局", "secretariat"),
    "compliance_officer": ("情報管理責任者", "compliance officer"),
    "auditor": ("監査人", "auditor"),
    "key_custodian": ("鍵管理者", "key custodian"),
    "system_administrator": ("システム管理者", "system administrator"),
    # states of a council
    "preparing": ("準備中", "in preparation"),
    "established": ("設置済み", "established"),
    "closed": ("終了", "closed"),
    # how a session began
    "passkey": ("パスキー", "passkey"),
    "oidc": ("所属組織のサインイン", "your organisation's sign-in"),
    "password": ("パスワード（閲覧のみ）", "password (reading only)"),
    # why a secret is none any more, and what was certified
    "period": ("期間の満了", "its period is over"),
    "provider": ("提供者による解除", "released by its provider"),
    "publicly_known": ("公に知られた", "publicly known"),
    "event_occurred": ("定めた出来事", "what was to end it has happened"),
    "returned": ("返却", "returned"),
    "destroyed": ("廃棄", "destroyed"),
    "nothing_held": ("保有なし", "nothing was held"),
}


# Acts that ask for a fresh proof of identity, as the page that asks for it names them.
ACTS: dict[str, tuple[str, str]] = {
    "accept_hold": ("公表を待つことの記録", "accept to hold a publication back"),
    "affiliate": ("所属の変更", "change an affiliation"),
    "make_duty_link": ("義務の台帳のリンクの作成", "make a link to your duty register"),
    "issue_duty_link": ("義務の台帳のリンクの発行", "issue a link to a duty register"),
    "certify_return": ("返却・廃棄の証明", "certify return or destruction"),
    "close_incident": ("事案の終結", "close an incident"),
    "record_return": ("返却・廃棄の証明の記録", "record a certificate of return"),
    "add_link": ("所属組織のサインインの連携", "link an organisation’s sign-in"),
    "add_passkey": ("パスキーの追加", "add a passkey"),
    "amend_vision": ("ビジョンの改定の記録", "record an amended vision"),
    "answer": ("同意手続への回答", "answer a consent round"),
    "appoint": ("役職への任命とその終了", "appoint to an office, or end it"),
    "confirm_safe_management": (
        "安全管理措置の確認の記録",
        "record a safe-management confirmation",
    ),
    "consent": ("参加への同意", "consent to join"),
    "decide": ("参加の決定", "decide about an admission"),
    "disable_person": ("利用停止", "disable a person"),
    "hand_over": ("資料の引渡し", "hand a document over"),
    "invite_handler": ("従事者の招待", "invite a handler"),
    "invite_person": ("登録リンクの作成", "make an invitation link"),
    "leave": ("協議会からの脱退", "leave a council"),
    "make_token": ("プログラム用トークンの作成", "make a token for a program"),
    "manage_services": ("サービスアカウントの管理", "manage service accounts"),
    "name_official": ("署名者の指名", "name who signs"),
    "name_seat": ("席の指名", "name who sits for a member"),
    "name_representative": ("代表の指名", "name a representative"),
    "open_round": ("同意手続の開始", "open a consent round"),
    "close": ("協議会の閉会", "close a council"),
    "destroy": ("内容の廃棄", "destroy content"),
    "dispose": ("閉会時の内容の取扱いの決定", "decide about content at a closing"),
    "publish": ("公表・提供", "publish or provide"),
    "record_conflict": ("利益相反の記録", "record a conflict of interest"),
    "recover_person": ("パスキーを失った人の復旧", "let a person begin anew"),
    "release": ("秘密の解除", "release a secret"),
    "remove": ("構成員の除名", "remove a member"),
    "remove_link": ("所属組織のサインインの連携の解除", "remove a linked sign-in"),
    "remove_passkey": ("パスキーの削除", "remove a passkey"),
    "request_exception": ("公開の例外の要請", "request an exception from publishing"),
    "resume": ("閲覧停止の解除", "resume reading"),
    "review_seats": ("席の点検", "confirm seats in the access review"),
    "set_access_rules": ("協議会の利用規則の変更", "change a council’s access rules"),
    "set_password": ("パスワードの設定", "set a password"),
    "set_scope": ("範囲・期間の変更", "change scope or period"),
    "sign_establishment": ("設置への署名", "sign an establishment"),
    "suspend": ("閲覧の停止", "suspend reading"),
}


# Kinds of guarded things, as `kind/id` names them.
KINDS: dict[str, tuple[str, str]] = {
    "account": ("人のサインイン手段", "a person’s ways to sign in"),
    "admission": ("招請", "an admission"),
    "concept": ("研究開発構想", "a research concept"),
    "council": ("協議会", "a council"),
    "cooperation_request": ("協力の求め", "a request for cooperation"),
    "document": ("資料", "a document"),
    "exception": ("公開の例外の要請", "a request for an exception"),
    "incident": ("事案", "an incident"),
    "information_request": ("情報の求め", "a request for information"),
    "installation": ("設置環境", "the installation"),
    "know_how": ("ノウハウ", "know-how"),
    "membership": ("構成員", "a membership"),
    "person": ("人", "a person"),
    "result": ("成果", "a result"),
    "round": ("同意手続", "a consent round"),
}


def thing(name: str, language: str) -> str:
    """What kind of thing `kind/id` is, for people."""
    kind = name.partition("/")[0]
    ja, en = KINDS.get(kind, (kind, kind))
    return en if language == "en" else ja


def act(name: str, language: str) -> str:
    """An act that asks for a fresh proof, for people."""
    ja, en = ACTS.get(name, (name, name))
    return en if language == "en" else ja


def word(name: str, language: str) -> str:
    """One closed word for people."""
    ja, en = WORDS.get(name, (name, name))
    return en if language == "en" else ja
