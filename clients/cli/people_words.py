"""What the answers about people are called in Japanese: reviews, moving, leaving, conflicts.

Owns words and labels of that part alone; `words.py` and `labels.py` take them in.
"""

PEOPLE_WORDS = {
    "affiliate": "所属の記録",
    "disable_person": "利用の停止",
    "name_representative": "代表のいない構成員の代表の指名",
    "review_seats": "席の点検",
    "invite_handler": "組織内の人の招待",
    "record_conflict": "利益相反の記録",
    "scope.answer": "同意手続の閲覧と回答",
    "scope.provide": "資料の共有と秘密の提供",
    "not_confirmed": "点検で確認されなかったため",
    "to_come": "これから",
    "why.term_over": "任期の満了",
    "why.ended": "代表による終了",
    "why.replaced": "後任の指名",
    "why.moved": "所属の終了",
    "why.left": "構成員の脱退",
    "why.removed": "構成員の除名",
    "why.disabled": "利用の停止",
    "why.not_confirmed": "点検で確認されなかったため",
    "seat.lapsed": "点検されなかった席の失効",
    "seat.term_over": "席の任期の満了",
    "office.term_over": "職務の任期の満了",
}

PEOPLE_LABELS = {
    "OwnSeat.scope": "代理の範囲",
    "ended_at": "終了日時",
    "due_at": "点検の期限",
    "interval_days": "点検の間隔（日）",
    "lapsed": "失効した席",
    "lapsed_at": "失効日時",
    "lapses_at": "確認がなければ失効する日時",
    "on_behalf_of": "代表（代理の場合）",
    "represents": "代理される代表",
    "signed_out": "サインインの終了",
    "unspoken": "代表のいない構成員",
    "Affiliation.title": "役職",
    "Departed.offices": "終わった職務の数",
    "Departed.seats": "終わった席の数",
    "Seat.scope": "代理の範囲",
    "SeatLine.scope": "代理の範囲",
}
