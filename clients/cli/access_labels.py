"""What the fields about sessions, tokens and a council's rules of access are called in Japanese."""

ACCESS_LABELS = {
    "agent": "端末・ブラウザ",
    "comment_days": "意見を出せる営業日数",
    "device_bound": "取り出せないパスキーに限るか",
    "made_by": "作った人",
    "method": "認証の方法",
    "networks": "使えるネットワーク",
    "proposed_by": "提案した人",
    "review_days": "従事者の確認の間隔（日）",
    "used_at": "最後に使った日時",
}
