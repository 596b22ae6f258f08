"""The Japanese of a council's rules of access."""

LABELS = {
    "comment_days": "意見を出せる営業日数",
    "networks": "使えるネットワーク",
    "proposed_by": "提案した人",
    "review_days": "席の点検の間隔（日）",
    "AccessRules.device_bound": "取り出せないパスキーに限るか",
}
