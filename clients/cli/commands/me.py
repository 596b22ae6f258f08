"""Signing in and out, and who one is."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from clients.cli import browser, passkeys, profile
from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.faults import Mistake
from clients.cli.language import t
from clients.cli.prompting import password
from clients.sdk.answers.identity import Session
from clients.sdk.calls import identity
from clients.sdk.calls.passkeys import sign_in_by_password
from clients.sdk.problems import Unauthenticated

app = noun("本人の操作", "One's own session")
Email = Annotated[
    str | None,
    typer.Option(
        help=t(
            "実演用サーバーだけ: パスワードでサインインする人のメールアドレス",
            "demonstration servers only: whose password it is",
        )
    ),
]
PasskeyFile = Annotated[
    Path | None,
    typer.Option(
        dir_okay=False,
        help=t(
            "ファイルのパスキーを使う（実演・自動試験用）",
            "use a passkey in a file (for demonstrations and automated tests)",
        ),
    ),
]
FromStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin",
        help=t(
            "実演用サーバーだけ: パスワードを標準入力から読む",
            "demonstration servers only: read the password from standard input",
        ),
    ),
]


@command(
    app, "sign-in", "サインインします（ブラウザを開きます）。", "Sign in (opens your browser)."
)
def sign_in(
    desk: Desk,
    email: Email = None,
    passkey_file: PasskeyFile = None,
    password_stdin: FromStdin = False,
) -> None:
    """Start a session and keep its token in a file only its owner can read."""
    kept = desk.session_file  # a name that cannot be kept is told before anything is asked
    runner = desk.runner(signed_in=False)
    if passkey_file is not None:
        session = passkeys.sign_in(desk, passkey_file)
    elif email is not None or password_stdin:
        session = runner.run(sign_in_by_password(_given(email), password(password_stdin)))
    else:
        session = runner.run(browser.sign_in(desk))
    _keep(desk, kept, session, passkey_file)


@command(
    app,
    "enrol",
    "登録リンクでパスキーを登録します（ブラウザを開きます）。",
    "Set your passkey by a link (opens your browser).",
)
def enrol(
    desk: Desk,
    link: Annotated[str, typer.Argument(help=t("受け取ったリンク", "the link you were given"))],
    passkey_file: PasskeyFile = None,
) -> None:
    """Enrol by a one-time link: in the browser, or with a passkey in a file, which signs in too."""
    given = link.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
    if passkey_file is not None:
        kept = desk.session_file
        _keep(desk, kept, passkeys.enrol(desk, passkey_file, given), passkey_file)
        return
    browser.show(
        desk,
        f"{browser.origin(desk.server)}/enrol#{given}",
        t("ブラウザでパスキーを登録してください。", "Set your passkey in the browser."),
    )


def _given(email: str | None) -> str:
    if email is None:
        raise Mistake(t("--email が必要です。", "--email is needed."))
    return email


def _keep(desk: Desk, kept: Path, session: Session, passkey_file: Path | None) -> None:
    expires = session.expires_at.isoformat()
    value = {
        "server": desk.server,
        "person": session.person,
        "token": session.token,
        "expires_at": expires,
        "passkey_file": str(passkey_file.absolute()) if passkey_file else None,
    }
    profile.remember(kept, value)
    if desk.as_json:
        # The token stays in its file: what is printed ends up in logs.
        desk.print_json({"person": session.person, "expires_at": expires})
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


@command(app, "whoami", "自分について表示します。", "Show who you are.")
def whoami(desk: Desk) -> None:
    """Show who is signed in, and what they may do."""
    desk.show(identity.read_me(), "id name kana email organisations offices may")
