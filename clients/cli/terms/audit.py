"""The Japanese of logs, checkpoints and proofs."""

WORDS = {
    "read_system_log": "システムの記録の閲覧",
    "read_log": "記録の閲覧",
    "trace": "符号からの追跡",
    "read_own_log": "自分の記録の閲覧",
    "prove": "記録の証明の取得",
    "installation.init": "設置環境の初期化",
    "installation.first_link": "最初の登録リンクの作成",
    "log.checkpoint": "チェックポイントの署名",
    "opening.open": "閲覧可",
}

LABELS = {
    "actor": "行為者",
    "actor_salt": "行為者のソルト",
    "body": "内容",
    "body_salt": "内容のソルト",
    "checkpoint": "チェックポイント",
    "hash": "ハッシュ",
    "hashes": "証明のハッシュ",
    "leaf": "記録の葉",
    "leaf_hash": "葉のハッシュ",
    "new": "新しいチェックポイント",
    "object": "対象",
    "old": "前のチェックポイント",
    "opened": "記録の中身",
    "opening": "中身の状態",
    "root": "ルートハッシュ",
    "rows": "行",
    "verifier_key": "検証鍵",
}
