"""What the fields of waiting tasks, notices and comments are called in Japanese.

Owns those labels; all others are in labels.py.
"""

NOTICE_LABELS = {
    "Comment.person": "述べた人",
    "Comment.text": "意見",
    "Comments.items": "意見",
    "admission": "招請",
    "calendar": "カレンダー",
    "command": "コマンド",
    "council_name": "協議会の名称",
    "daily": "朝に一通で受け取るか",
    "days_left": "残り日数",
    "deadline": "期限",
    "error": "理由の符号",
    "given_up_at": "送信をやめた日時",
    "made_at": "作成日時",
    "mailed": "メールを送るサーバーか",
    "open": "受付中か",
    "otherwise": "何もしない場合",
    "path": "API の場所",
    "task": "すること",
    "topic": "用件",
    "tries": "試行回数",
    "what": "用件",
}
