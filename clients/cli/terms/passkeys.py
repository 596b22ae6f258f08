"""The Japanese of passkeys, fresh proofs and recovery."""

_WHY = {
    "cloned": "複製されたおそれのあるパスキーの使用",
    "no_challenge": "使用済み・期限切れの要求への応答",
    "challenge_of_another": "別の人・セッションの要求への応答",
    "wrong_challenge": "別の要求への応答",
    "wrong_type": "別の種類の応答",
    "wrong_origin": "別のサイトでの応答",
    "wrong_relying_party": "別のサイトのパスキー",
    "cross_origin": "別のサイトに埋め込まれた画面での応答",
    "person_not_verified": "本人確認のない応答",
    "wrong_signature": "誤った署名",
    "wrong_user_handle": "別の人を示す応答",
    "of_another_person": "別の人のパスキー",
    "unknown_credential": "登録のないパスキー",
    "person_ended": "登録の終わった人のパスキー",
    "backup_eligibility_changed": "性質の変わったパスキー",
    "attestation_format": "受け付けない形式のパスキー",
    "not_discoverable": "認証器に保存されないパスキー",
    "long_id": "長すぎる識別子",
    "malformed": "壊れた応答",
}

WORDS = {
    "account": "アカウント",
    "waiting": "確認待ち",
    "expired": "期限切れ",
    "add_passkey": "パスキーの追加",
    "add_first_passkey": "最初のパスキーの登録",
    "rename_passkey": "パスキーの名前の変更",
    "remove_passkey": "パスキーの削除",
    "set_password": "パスワードと確認コードの設定",
    "recover_person": "パスキーを失った人の復旧",
    "credential.enrol": "最初のパスキーの登録",
    **{f"passkey.{code}": f"パスキーの拒否：{why}" for code, why in _WHY.items()},
}

LABELS = {
    "added_at": "追加日時",
    "backed_up": "複製されているか",
    "challenge": "要求の ID",
    "device_bound": "機器から取り出せないか",
    "last_used_at": "最後に使った日時",
    "model": "認証器の型（AAGUID）",
    "options": "ブラウザに渡す内容",
    "passkeys": "パスキーの数",
    "second_passkey_needed": "二つ目のパスキーが必要か",
    "transports": "接続の方法",
    "uri": "認証アプリ用の URI",
    "Codes.secret": "秘密鍵（Base32）",
}
