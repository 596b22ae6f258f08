"""What versions of many parts, and what became of them, are called in Japanese.

Owns words and labels of that part alone; `words.py` and `further_labels.py` take them in.
"""

UPLOAD_WORDS = {
    "reason.damaged": "保存された内容が壊れている",
    "reason.wrong_digest": "届いた内容が、申告されたダイジェストと違う",
    "reason.malware": "有害なプログラムが見つかった",
    "reason.not_examined": "検査できなかった",
    "reason.marked": "取り扱えない秘密の表示が見つかった",
    "document.upload_ended": "アップロードの終了（中止・期限切れ）",
}

UPLOAD_LABELS = {
    "begun_at": "開始日時",
    "complete": "完了",
    "detected": "内容から判定した形式",
    "expires_at": "有効期限",
    "length": "長さ（バイト）",
    "limits": "上限",
    "offset": "位置（バイト）",
    "part": "1部分の上限（バイト）",
    "parts": "部分",
    "received": "届いた量（バイト）",
    "scan": "検査結果",
    "Version.origin": "復元元の版",
    "Version.parts": "部分の数",
    "Version.reason": "理由",
}
