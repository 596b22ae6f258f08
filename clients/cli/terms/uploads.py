"""The Japanese of versions of many parts, and what became of them."""

WORDS = {
    "reason.damaged": "保存された内容が壊れている",
    "reason.wrong_digest": "届いた内容が、申告されたダイジェストと違う",
    "reason.malware": "有害なプログラムが見つかった",
    "reason.not_examined": "検査できなかった",
    "reason.marked": "取り扱えない秘密の表示が見つかった",
    "reason.not_searched": "秘密の表示がないか調べられなかった",
    "detail.encrypted": "パスワードで保護されている",
    "detail.damaged": "壊れているか、形式どおりではない",
    "detail.too_large": "ファイルが大きすぎる",
    "detail.too_complex": "展開すると大きすぎるか、込み入りすぎている",
    "detail.no_text": "文字がなく、画像だけ",
    "detail.other_format": "調べられない形式（旧Office・RTF など）",
    "detail.too_slow": "時間切れ",
    "detail.broke_down": "調べる処理が異常終了した",
    "document.upload_ended": "アップロードの終了（中止・期限切れ）",
}

LABELS = {
    "begun_at": "開始日時",
    "complete": "完了",
    "detected": "内容から判定した形式",
    "length": "長さ（バイト）",
    "limits": "上限",
    "offset": "位置（バイト）",
    "part": "1部分の上限（バイト）",
    "parts": "部分",
    "scan": "検査結果",
    "Upload.received": "届いた量（バイト）",
    "Version.origin": "復元元の版",
    "Version.parts": "部分の数",
    "Version.reason": "理由",
}
