"""The Japanese of a secret's scope, its history, and what a draft still wants."""

WORDS = {
    # 取扱い
    "view_only": "表示のみ",
    "handling.print": "表示と印刷",
    "handling.download": "表示・印刷・保存",
    "action.open": "内容を開く",
    "may.open": "内容を開く",
    "document.open": "資料: 内容を開く",
    # why a secret is one no longer
    "event_occurred": "期間の終わりとなる出来事があった",
    "ground.period": "期間の終わり",
    # what happened to a scope
    "named": "提供先への指名",
    "removed": "提供先からの除外",
    "period_set": "期間の設定",
    "handling_set": "取扱いの設定",
    "provided": "提供",
    "period_ended": "期間の終わり",
    # what a draft still wants
    "subject": "対象",
    "recipients": "提供先",
    "period": "期間",
    "reason": "理由",
    "substance": "実質秘の判断",
    "file": "確認の済んだファイル",
    "viewable_file": "表示できる形式のファイル（PDF など）",
    # what people are told
    "secret_changed": "提供された情報の期間又は取扱いの変更",
    "secret_removed": "提供先からの除外",
    "secret_ending": "提供された情報の期間の終わり",
    "secret_ended": "提供された情報の期間の終了",
    "ground.provider": "提供者による",
}

LABELS = {
    "event": "期間の終わりとなる出来事",
    "ground": "終わった理由",
    "handling": "取扱い",
    "safe_management": "安全管理措置の確認が有効か",
    "Document.ended": "秘密でなくなった日時と理由",
    "Ended.at": "終わった日時",
    "Ended.ground": "終わった理由",
    "MemberPerson.role": "席",
    "MemberProspects.persons": "提供先にできる人",
    "ScopeEvent.act": "したこと",
    "ScopeEvent.by": "した人",
}
