"""What a notice and a waiting task say, in Japanese and English.

Owns the words. None of them has a place for a title, a content, a reason or a name of a person:
what a mail is about is said by council, topic, number and deadline alone.
"""

from server.access.matters import Task, Topic, Waiting
from server.access.vocabulary import Action, KindName
from server.notices.phrases import Said, Wait
from server.notices.words_of_asking import TASKS_OF_ASKING, TOPICS_OF_ASKING
from server.notices.words_of_closing import TASKS_OF_CLOSING, TOPICS_OF_CLOSING

TOPICS = {
    **TOPICS_OF_ASKING,
    **TOPICS_OF_CLOSING,
    Topic.CONSENT_WANTED: Said("参加への同意の依頼", "Your consent to join is asked for"),
    Topic.JOINER_ANNOUNCED: Said(
        "構成員の追加についての意見の提出", "A new member is announced: you may comment"
    ),
    Topic.DECISION_WANTED: Said("構成員の追加の決定の依頼", "A decision on a new member is due"),
    Topic.SIGNATURE_WANTED: Said("協議会の設置への署名の依頼", "Your signature is asked for"),
    Topic.SEAT_NAMED: Said(
        "席への指名（守秘義務の確認が必要です）", "You were named to a seat: acknowledge the duty"
    ),
    Topic.SEAT_ENDED: Said("席の終了", "Your seat has ended"),
    Topic.SEAT_ENDING: Said("席の任期の満了", "The term of a seat ends"),
    Topic.REVIEW_DUE: Said("席の点検の期限", "The review of your member's seats is due"),
    Topic.OFFICE_NAMED: Said("役職への任命", "You were appointed to an office"),
    Topic.CONFIRMATION_ENDING: Said(
        "安全管理措置の確認の期限", "A confirmation of safe management ends"
    ),
    Topic.ROUND_OPENED: Said("同意手続の開始", "A round of consent has opened"),
    Topic.ROUND_CLOSING: Said("同意手続の回答の期限", "A round of consent closes soon"),
    Topic.ROUND_CLOSED: Said("同意手続の終了", "A round of consent has closed"),
    Topic.SECRET_NAMED: Said(
        "情報の提供先への指名（確認が必要です）", "You were named as a recipient: acknowledge it"
    ),
    Topic.SECRET_CHANGED: Said(
        "提供された情報の期間又は取扱いの変更",
        "The period or the handling of what was provided has changed",
    ),
    Topic.SECRET_REMOVED: Said(
        "情報の提供先からの除外（知り得た秘密を守る義務は残ります）",
        "You are no longer a recipient (the duty for what you know remains)",
    ),
    Topic.SECRET_ENDING: Said("提供された情報の期間の終わり", "The period of a secret ends soon"),
    Topic.SECRET_ENDED: Said(
        "提供された情報の期間の終了（協議会限りになりました）",
        "A provided secret has ended: it is council-internal now",
    ),
    Topic.EXCEPTION_REQUESTED: Said(
        "研究成果についての要請", "A request was made about a result of yours"
    ),
    Topic.SECOND_PERSON_WANTED: Said("二人目の操作の依頼", "An act waits for a second person"),
    Topic.TEXT_CHANGED: Said(
        "確認した文の改定（新しい版の確認が必要です。確認まで開けません）",
        "A text you acknowledged has a new version: until you acknowledge it, nothing opens",
    ),
    Topic.CONFIRMATION_LAPSED: Said(
        "安全管理措置の確認の失効（提供された秘密は届きません）",
        "A confirmation of safe management has lapsed: provided secrets do not open",
    ),
    Topic.DELIVERY_HELD: Said(
        "提供した秘密が一部の構成員に届かなくなりました（安全管理措置の確認の失効）",
        "Secrets you provided are held back from a member: its safe management has lapsed",
    ),
    Topic.RETURN_OWED: Said(
        "返却・廃棄の証明が必要です", "A certificate of return or destruction is owed"
    ),
    Topic.TOKEN_ENDING: Said("トークンの期限", "A token of yours expires"),
    Topic.CREDENTIAL_CHANGED: Said(
        "サインイン手段の変更（心当たりがなければ、直ちに事務局へ連絡してください）",
        "Your ways to sign in were changed: if this was not you, call the secretariat at once",
    ),
    Topic.VERSION_QUARANTINED: Said(
        "送られたファイルの隔離（有害なプログラムが見つかりました）",
        "An uploaded file was quarantined: malware was found in it",
    ),
    Topic.MASS_READING: Said(
        "一日に多くの資料やページを開いた人がいます（アクセスの記録を確認してください）",
        "Somebody opened very many documents or pages in one day: look at the log",
    ),
    Topic.CONTENT_DAMAGED: Said(
        "保存された資料の内容の破損またはすり替え（運用者に fsck --deep を求めてください）",
        "The stored content of a document is damaged or was replaced: ask for fsck --deep",
    ),
}

TASKS = {
    **TASKS_OF_ASKING,
    **TASKS_OF_CLOSING,
    Task.ANSWER_ROUND: Wait(
        Said("同意手続に回答する", "Answer the round of consent"),
        Said(
            "回答しないことは同意ではありません。締切までに全員の同意が揃わなければ不成立となり、"
            "成果の公表は制限されません。",
            "Silence is not consent. Unless everybody has consented by the deadline, nothing is "
            "agreed, and the result stays publishable.",
        ),
        "kyogikai round answer {id}",
    ),
    Task.ACKNOWLEDGE_DUTY: Wait(
        Said("守秘義務（法62条7項）の文を確認する", "Acknowledge the duty of confidentiality"),
        Said(
            "確認するまで、協議会の公開されていない情報は開けません。",
            "Until you do, nothing of the council that is not public opens for you.",
        ),
        "kyogikai council acknowledge {id}",
    ),
    Task.ACKNOWLEDGE_SECRET: Wait(
        Said("提供された情報の範囲と義務を確認する", "Acknowledge what you were named for"),
        Said(
            "確認するまで、その情報は開けません。期間が終わるまで待ち続けます。",
            "Until you do, it does not open for you. It waits until its period is over.",
        ),
        "kyogikai document acknowledge {id}",
    ),
    Task.CONSENT_TO_JOIN: Wait(
        Said("参加に同意する、または辞退する", "Consent to join, or decline"),
        Said(
            "同意しない限り、構成員にはなりません。招請は取り下げられるまで残ります。",
            "Without your consent there is no membership. The invitation stays until withdrawn.",
        ),
        "kyogikai admission consent {id}",
    ),
    Task.DECIDE_ADMISSION: Wait(
        Said("構成員の追加について大臣として決定する", "Decide for the minister on a new member"),
        Said(
            "両大臣の決定が揃うまで、構成員にはなりません。",
            "Until both ministers have decided, nobody joins.",
        ),
        "kyogikai admission decide {id} --admit",
    ),
    Task.COMMENT_ON_JOINER: Wait(
        Said("構成員の追加について意見を述べる（任意）", "Comment on a new member, if you wish"),
        Said(
            "期間の後、両大臣は意見がないものとして決定できます。",
            "After the period both ministers may decide as if you had nothing to say.",
        ),
        "kyogikai admission comment {id}",
    ),
    Task.SIGN_COUNCIL: Wait(
        Said("協議会の設置に署名する", "Sign the establishment of the council"),
        Said(
            "両大臣の署名が揃うまで、協議会は設置されません。",
            "Until both ministers have signed, there is no council.",
        ),
        "kyogikai council sign {id}",
    ),
    Task.RENEW_CONFIRMATION: Wait(
        Said("安全管理措置を改めて確認する", "Confirm a member's safe management anew"),
        Said(
            "期限の後、その構成員の人には提供された秘密が開かなくなります。",
            "After the deadline, provided secrets no longer open for that member's persons.",
        ),
        "kyogikai council confirm-safe-management {id} {matter}",
    ),
    Task.RENEW_TERM: Wait(
        Said("任期の終わる席を改めて指名する", "Name a seat anew whose term ends"),
        Said(
            "任期が終わると、その席の権限は全て終わります。",
            "When the term ends, every right of that seat ends.",
        ),
        "kyogikai seat name {id}",
    ),
    Task.CONFIRM_SEATS: Wait(
        Said("代理・従事者の席を点検する", "Review who acts for your member"),
        Said(
            "期限までに確認されない席は失効し、その権限は全て終わります。",
            "A seat nobody has confirmed by then lapses, and every right of it ends.",
        ),
        "kyogikai member review {id}",
    ),
    Task.CERTIFY_RETURN: Wait(
        Said("返却・廃棄を証明する", "Certify return or destruction"),
        Said(
            "証明されるまで、提供者には未了と表示されます。守秘義務は証明の後も続きます。",
            "Until then the providers see it as open. The duty continues either way.",
        ),
        "kyogikai member certify-return {id}",
    ),
    Task.RECORD_RETURN: Wait(
        Said("離れた構成員の返却・廃棄の証明を得る", "Obtain a leaver's certificate of return"),
        Said(
            "証明されるまで、提供者には未了と表示されます。",
            "Until then the providers see it as open.",
        ),
        "kyogikai member returns {id}",
    ),
    Task.NAME_REPRESENTATIVE: Wait(
        Said(
            "代表のいない構成員の代表を指名する", "Name who speaks for a member nobody represents"
        ),
        Said(
            "代表が指名されるまで、その構成員のために回答や指名をする人がいません。",
            "Until then nobody answers or names anybody for that member.",
        ),
        "kyogikai member represent {id}",
    ),
    Task.OPEN_REQUESTED_ROUND: Wait(
        Said("要請について同意手続を始める、または取り下げる", "Open the round, or withdraw it"),
        Said(
            "要請だけでは何も制限されません。成果は公表できます。",
            "A request alone restricts nothing. The result can be published.",
        ),
        "kyogikai exception open-round {id}",
    ),
    Task.CONFIRM_PROPOSAL: Wait(
        Said("二人目として同じ操作をする", "Do the same act as the second person"),
        Said(
            "期限が過ぎると提案は失効し、何も行われません。",
            "When its time is over the proposal lapses, and nothing is done.",
        ),
        "kyogikai approval list",
    ),
}

# Where a thing is read: its address in the API, and the command.
PLACES: dict[KindName, tuple[str, str]] = {
    KindName.INSTALLATION: ("/approvals", "kyogikai approval list"),
    KindName.PERSON: ("/me", "kyogikai whoami"),
    KindName.COUNCIL: ("/councils/{id}", "kyogikai council show {id}"),
    KindName.ADMISSION: ("/admissions/{id}", "kyogikai admission show {id}"),
    KindName.MEMBERSHIP: (
        "/councils/{council}/memberships",
        "kyogikai council members {council}",
    ),
    KindName.DOCUMENT: ("/documents/{id}/summary", "kyogikai document summary {id}"),
    KindName.ROUND: ("/rounds/{id}/summary", "kyogikai round summary {id}"),
    KindName.INFORMATION_REQUEST: ("/information-requests/{id}", "kyogikai request show {id}"),
    KindName.COOPERATION_REQUEST: (
        "/cooperation-requests/{id}",
        "kyogikai cooperation show {id}",
    ),
    KindName.INCIDENT: (
        "/councils/{council}/incidents",
        "kyogikai incident list --council {council}",
    ),
    KindName.EXCEPTION: ("/exceptions/{id}/summary", "kyogikai exception summary {id}"),
}


# Told to persons without a seat, too, whom the roster is closed to.
_RETURNS = ("/memberships/{id}/returns", "kyogikai member returns {id}")
_PLACES_OF: dict[str, tuple[str, str]] = {
    Task.CERTIFY_RETURN: _RETURNS,
    Task.RECORD_RETURN: _RETURNS,
    Topic.RETURN_OWED: _RETURNS,
}


def place_of(matter: str, kind: str, id: str, council_id: str | None) -> tuple[str, str]:
    """The address below /api/v1 at which the thing of a task or topic is read, and the command
    that shows it.
    """
    path, command = _PLACES_OF.get(matter) or PLACES[KindName(kind)]
    at = {"id": id, "council": council_id or ""}
    return path.format(**at), command.format(**at)


def command_of(item: Waiting) -> str:
    """The command that does what waits. Only what the installation is to decide is listed as a
    proposal; any other act of two is confirmed by doing it, beginning with a look at its thing.
    """
    if item.task is Task.CONFIRM_PROPOSAL and item.action is Action.CLOSE:
        return f"kyogikai council closing {item.id}"
    listed = item.kind.name in (KindName.INSTALLATION, KindName.COUNCIL)
    if item.task is Task.CONFIRM_PROPOSAL and not listed:
        return place_of(item.task, item.kind.name, item.id, item.council_id)[1]
    return TASKS[item.task].command.format(id=item.id, matter=item.matter)
