"""What the fields of answers about pages and their marks are called in Japanese.

Owns those labels; `labels` holds them beside all others.
"""

OF_PAGES = {
    "page": "ページ",
    "pages": "ページ数",
    "says": "理由",
    "viewable": "ページとして表示できるか",
    "why_not": "表示できない理由のコード",
    "Trace.code": "符号",
    "Trace.act": "操作",
    "Trace.name": "氏名（表示されたもの）",
    "Trace.organisation": "組織（表示されたもの）",
}
