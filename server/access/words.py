"""What each condition of a relation is called, in Japanese and English, as something that is so.

Owns these phrases. Relations, kinds, states and actions have their words in the clients' glossary.
"""

from server.access.condition import Condition

PHRASES: dict[Condition, tuple[str, str]] = {
    Condition.IS_SERVICE: (
        "構成員代表が責任を負うサービスアカウントである",
        "a service account whose representative answers for it",
    ),
    Condition.IS_SERVICE_OF_SOURCE: (
        "提供元の構成員のサービスアカウントである",
        "a service account of the member it comes from",
    ),
    Condition.NEVER_SECRET: (
        "秘密として提供するものではない",
        "not something provided as a secret",
    ),
    Condition.IS_SELF: ("本人である", "it is the person themself"),
    Condition.IS_ANOTHER: ("本人ではない", "it is not the person themself"),
    Condition.SPEAKS_FOR_THEIRS: (
        "その人の組織の構成員代表または代理の席がある",
        "a seat as representative or deputy of that person's organisation",
    ),
    Condition.COLLEAGUES_ANSWER: (
        "その人に役職がなく、その組織の代表または代理がほかに二人以上いる",
        "that person holds no office, and two or more others speak for their organisation",
    ),
    Condition.OFFICERS_ANSWER: (
        "その人に役職があるか、その組織の代表または代理がほかに二人いない",
        "that person holds an office, or fewer than two others speak for their organisation",
    ),
    Condition.HAS_SEAT: ("協議会に席がある", "a seat in the council"),
    Condition.SPEAKS: ("構成員代表または代理の席がある", "a seat as representative or deputy"),
    Condition.REPRESENTS: ("構成員代表の席がある", "a seat as representative"),
    Condition.DEPUTISES: ("代理の席がある", "a seat as deputy"),
    Condition.HANDLES: ("従事者の席がある", "a seat as handler"),
    Condition.OF_CATEGORY: (
        "所属する構成員が該当する区分にある",
        "a seat for a member of a category that this is open to",
    ),
    Condition.DUTY_ACKNOWLEDGED: (
        "協議会の守秘義務を、現在の版の文で確認している",
        "the duty of confidentiality acknowledged for the council, in the version in force",
    ),
    Condition.DUTY_OPEN: (
        "守秘義務の、現在の版の文の確認がまだである",
        "the duty of confidentiality still to be acknowledged in the version in force",
    ),
    Condition.HOLDS_OFFICE: ("その役職にある", "the office held"),
    Condition.IS_OFFICIAL: ("設置大臣の署名者に指名されている", "named to sign for the minister"),
    Condition.IS_NOMINATED: (
        "参加に同意する担当者に指名されている",
        "nominated to consent to joining",
    ),
    Condition.REPRESENTS_THIS: (
        "その構成員の代表の席がある",
        "a seat as representative of that very member",
    ),
    Condition.REPRESENTED_LAST: (
        "その構成員の最後の代表である",
        "represented that very member last",
    ),
    Condition.MEMBERSHIP_ENDED: ("その構成員が協議会を離れている", "the membership has ended"),
    Condition.SPEAKS_FOR_SOURCE: (
        "提供元の構成員の代表または代理の席がある",
        "a seat as representative or deputy of the member it comes from",
    ),
    Condition.SITS_FOR_SOURCE: (
        "提供元の構成員に席がある",
        "a seat for the member it comes from",
    ),
    Condition.MADE_IT: ("自ら作成した", "made by the person"),
    Condition.NOT_PROVIDED: (
        "秘密として提供中のものでない",
        "not a provided secret at present",
    ),
    Condition.MEANT_AS_SECRET: ("秘密として提供するものである", "something provided as a secret"),
    Condition.IS_NAMED: ("提供者に提供先として指名されている", "named by the provider"),
    Condition.SAFE_MANAGEMENT: (
        "所属する構成員の安全管理措置の確認が有効である",
        "a valid confirmation of the member's safe management",
    ),
    Condition.SCOPE_ACKNOWLEDGED: (
        "この情報の範囲と義務を、現在の版の文で確認している",
        "the scope and duty of this item acknowledged, in the version in force",
    ),
    Condition.SCOPE_OPEN: (
        "この情報の範囲と義務の、現在の版の文での確認がまだである",
        "the scope of this item still to be acknowledged in the version in force",
    ),
    Condition.MAY_BE_PRINTED: (
        "提供者が印刷を認めている",
        "the provider lets it be printed",
    ),
    Condition.MAY_BE_COPIED: (
        "提供者がダウンロードを認めている",
        "the provider lets it be downloaded",
    ),
    Condition.IS_OWNER: ("成果の所有者である", "owner of the result"),
    Condition.IS_CO_OWNER: ("成果の共有者として登録されている", "registered as co-owner"),
    Condition.IS_CHOSEN: ("所有者に読める人として選ばれている", "chosen by the owner as reader"),
    Condition.OPEN_TO_MEMBERS: (
        "所有者が全構成員に開いている",
        "opened by the owner to every member",
    ),
    Condition.ASKED_FOR_IT: (
        "要請した構成員の代表の席がある",
        "a seat as representative of the member that asked for it",
    ),
    Condition.IS_ASKED: (
        "回答を求められた構成員に席がある",
        "a seat for a member that is asked",
    ),
    Condition.IS_ASKER: ("自ら求めた", "who asked for it"),
    Condition.SPEAKS_FOR_ASKED: (
        "求められた構成員の代表または代理の席がある",
        "a seat as representative or deputy of a member that is asked",
    ),
    Condition.BELONGS_TO_ASKED: (
        "求められた組織（構成員でない）に所属している",
        "belongs to an organisation that is asked and is no member",
    ),
    Condition.IS_REPORTER: ("事案を報告した", "who reported it"),
    Condition.HOLDS_KNOW_HOW: (
        "ノウハウを扱える人として定められている",
        "named in the know-how entry",
    ),
}
