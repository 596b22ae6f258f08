"""What is told of a council's end, and of the end of content.

Owns these words; `words.py` holds them beside all others. None has a place for a title or a name.
"""

from server.access.matters import Task, Topic
from server.notices.phrases import Said, Wait

TOPICS_OF_CLOSING = {
    Topic.CLOSING_ANNOUNCED: Said("協議会の閉会の予告", "The council is to close"),
    Topic.CLOSING_TAKEN_BACK: Said(
        "閉会の予告の取消し", "The council does not close: that was taken back"
    ),
    Topic.COUNCIL_CLOSED: Said(
        "協議会の閉会（守秘義務と記録は続きます）",
        "The council has closed; the duty and the log remain",
    ),
    Topic.INVITATION_ENDED: Said(
        "参加の招請の終了（協議会の閉会）", "An invitation to you ended: the council has closed"
    ),
    Topic.DISPOSITION_DUE: Said(
        "閉会前の、提供した内容の取扱いの決定の期限",
        "Decide what becomes of what you provided before the council closes",
    ),
    Topic.CONTENT_KEPT: Said(
        "提供した内容の保管（閉会までに決定がありませんでした）",
        "What you provided was kept: nothing else was decided by the closing",
    ),
    Topic.CONTENT_HELD: Said(
        "提供した内容の保留（情報管理上の事案のため、閉会の時の決定は事案が終わるまで行われません）",
        "What you provided is held by an incident: what was decided for the closing has to wait",
    ),
    Topic.CONTENT_DESTROYED: Said("内容の廃棄", "The content of a document was destroyed"),
}

TASKS_OF_CLOSING = {
    Task.DISPOSE_CONTENT: Wait(
        Said(
            "閉会に際し、提供した内容の返却・廃棄・保管を決める",
            "Decide what becomes of what you provided as the council closes",
        ),
        Said(
            "決めなければ廃棄されず、期間の終わりまで提供者だけが読める形で保管されます。"
            "返却は、受け取りを確認して初めてここから廃棄されます。",
            "Undecided, it is kept: sealed, yours alone until its period ends. What is returned is "
            "destroyed here only once you confirm having it.",
        ),
        "kyogikai document dispose {id}",
    ),
}
