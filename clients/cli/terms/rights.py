"""The Japanese of explanations of rights."""

WORDS = {
    "explain": "権限の説明",
    "policy.change": "規則の変更",
    "set_access_rules": "アクセスの規則の変更",
}

LABELS = {
    "allowed": "できるか",
    "besides": "関係のほかに必要なもの",
    "by": "理由となる関係",
    "by_oneself": "本人だけができるか",
    "categories": "開かれている区分",
    "category_fits": "区分に開かれているか",
    "closed_to": "決して許されない役職",
    "condition": "条件",
    "denied": "関係を失わせているもの",
    "denied_since": "関係を失った日時",
    "ended": "終わった日時",
    "granted_by": "満たせる人",
    "held": "持っている関係",
    "holds": "満たしているか",
    "lifted_by": "終えられる人",
    "obstacles": "資格情報に足りないもの",
    "policy": "規則のダイジェスト",
    "policy_known": "当時の規則が記録にあるか",
    "possible": "できる状態と関係",
    "reached": "届く人数",
    "relation": "関係",
    "relations": "足りる関係",
    "step_up_seconds": "本人確認の有効秒数",
    "ways": "成り立つ場合",
}
