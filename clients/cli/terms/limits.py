"""The Japanese of limits, file types and malware."""

WORDS = {
    "version_quarantined": "送られたファイルの隔離",
    "mass_reading": "一日に多くの資料やページを開いた人",
    "quarantined": "隔離",
    "clean": "検出なし",
    "unscanned": "未検査",
    "infected": "有害なプログラムを検出",
}

LABELS = {
    "differs": "申告と異なるか",
    "downloaded_today": "今日取り出した量",
    "largest_file": "1ファイルの上限（バイト）",
    "limit": "上限（バイト）",
    "stored": "協議会の保存量",
    "uploaded_today": "今日送った量",
    "used": "使用量（バイト）",
    "Use.ends_at": "数え直す日時",
}
