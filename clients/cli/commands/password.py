"""One's own password."""

from typing import Annotated

import typer

from clients.cli import profile
from clients.cli.asking import new_password, password
from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.sdk.calls import identity

app = noun("パスワード", "One's password")
FromStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin",
        help=t(
            "標準入力の1行目に現在の、2行目に新しいパスワード",
            "present password in the first line of standard input, the new one in the second",
        ),
    ),
]


@command(app, "change", "パスワードを変更します。", "Change your password.")
def change(desk: Desk, password_stdin: FromStdin = False) -> None:
    """Change the password; every session ends, this one too."""
    present = password(password_stdin, "現在のパスワード", "Present password")
    call = identity.change_password(present, new_password(password_stdin))
    desk.did(
        call,
        "変更しました。すべてのセッションが終了したので、サインインし直してください。",
        "Changed. All sessions have ended; sign in again.",
    )
    profile.forget(desk.session_file)
