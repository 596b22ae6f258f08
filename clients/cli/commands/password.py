"""One's own password and one-time codes: for reading, on servers for demonstrations."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.prompting import new_password
from clients.sdk.calls import passkeys

app = noun("パスワード（実演用サーバーだけ）", "One's password (demonstration servers only)")
FromStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin",
        help=t("標準入力から新しいパスワードを読む", "read the new password from standard input"),
    ),
]
Code = Annotated[str, typer.Argument(help=t("認証アプリのコード", "the code your app shows"))]


@command(app, "set", "閲覧用のパスワードを決めます。", "Set a password, which is good for reading.")
def set_(desk: Desk, password_stdin: FromStdin = False) -> None:
    """Set or change the password; sessions by the one before it end."""
    desk.did(passkeys.set_password(new_password(password_stdin)), "設定しました。", "Set.")


@command(
    app,
    "begin-codes",
    "確認コード（認証アプリ）の設定を始めます。",
    "Begin to use codes of an authenticator app.",
)
def begin_codes(desk: Desk) -> None:
    """Show the secret for an authenticator app, once."""
    desk.did(
        passkeys.begin_codes(),
        "認証アプリに登録し、表示されたコードを password confirm-codes に渡してください。",
        "Add it to your app, then give the code it shows to password confirm-codes.",
        "secret uri",
    )


@command(app, "confirm-codes", "確認コードの設定を終えます。", "Confirm by a first code.")
def confirm_codes(desk: Desk, code: Code) -> None:
    """Signing in by password needs a code from now on."""
    desk.did(passkeys.confirm_codes(code), "設定しました。", "Set up.")


@command(app, "remove-codes", "確認コードをやめます。", "Stop using codes.")
def remove_codes(desk: Desk) -> None:
    """Signing in by password needs no code any more."""
    desk.did(passkeys.remove_codes(), "解除しました。", "Removed.")
