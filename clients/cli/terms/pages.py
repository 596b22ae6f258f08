"""The Japanese of page images and the marks in them."""

LABELS = {
    "code": "コード",
    "page": "ページ",
    "pages": "ページ数",
    "says": "理由",
    "viewable": "ページとして表示できるか",
    "why_not": "表示できない理由のコード",
    "Trace.act": "操作",
    "Trace.code": "符号",
    "Trace.name": "氏名（表示されたもの）",
    "Trace.organisation": "組織（表示されたもの）",
}
