"""Signing in and out, and who one is."""

from contextlib import suppress
from typing import Annotated

import typer

from clients.cli import profile
from clients.cli.asking import new_password, password
from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.sdk.answers.identity import Session
from clients.sdk.call import Call
from clients.sdk.calls import identity
from clients.sdk.problems import Unauthenticated

app = noun("本人の操作", "One's own session")
FromStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin",
        help=t("パスワードを標準入力から読む", "read the password from standard input"),
    ),
]


@command(app, "sign-in", "サインインします。", "Sign in.")
def sign_in(
    desk: Desk,
    email: Annotated[str, typer.Option(help=t("メールアドレス", "e-mail address"))],
    password_stdin: FromStdin = False,
) -> None:
    """Start a session and keep its token in a file only its owner can read."""
    _keep(desk, identity.sign_in(email, password(password_stdin)))


@command(
    app, "enrol", "招待リンクで最初のパスワードを決めます。", "Set the first password by a link."
)
def enrol(
    desk: Desk,
    link: Annotated[str, typer.Argument(help=t("受け取ったリンク", "the link you were given"))],
    password_stdin: FromStdin = False,
) -> None:
    """Enrol by a one-time link; that signs in as well."""
    _keep(desk, identity.enrol(link.rsplit("/", 1)[-1], new_password(password_stdin)))


def _keep(desk: Desk, call: Call[Session]) -> None:
    kept = desk.session_file
    session = desk.runner(signed_in=False).run(call)
    value = {
        "server": desk.server,
        "person": session.person,
        "token": session.token,
        "expires_at": session.expires_at.isoformat(),
    }
    profile.remember(kept, value)
    if desk.as_json:
        # The token stays in its file: what is printed ends up in logs.
        desk.print_json({"person": session.person, "expires_at": session.expires_at.isoformat()})
    desk.say(t(f"サインインしました（{desk.name}）。", f"Signed in ({desk.name})."))


@command(app, "sign-out", "サインアウトします。", "Sign out.")
def sign_out(desk: Desk) -> None:
    """End the session at the server, and forget it here."""
    if profile.recall(desk.session_file) is None:
        desk.say(t("サインインしていません。", "Not signed in."))
        return
    with suppress(Unauthenticated):  # it had ended already
        desk.run(identity.end_session())
    profile.forget(desk.session_file)
    desk.say(t("サインアウトしました。", "Signed out."))


@command(app, "step-up", "本人確認をもう一度行います。", "Prove again that it is you.")
def step_up(desk: Desk, password_stdin: FromStdin = False) -> None:
    """Step up by password, as consents, publishing and the like ask for."""
    call = identity.step_up(password(password_stdin))
    desk.did(call, "本人確認ができました（5分間有効）。", "Confirmed (for five minutes).")


@command(app, "whoami", "自分について表示します。", "Show who you are.")
def whoami(desk: Desk) -> None:
    """Show who is signed in, and what they may do."""
    desk.show(identity.read_me(), "id name kana email organisations offices may")
