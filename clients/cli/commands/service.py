"""Service accounts: programs that work for one's own member."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import choices
from clients.sdk.calls import services

app = noun("サービスアカウント（プログラム用）", "Service accounts (for programs)")
SHOWN = "id name person person_name works made_at tokens"
Membership = Annotated[str, typer.Argument(help=t("構成員の ID", "the membership's id"))]
Account = Annotated[
    str, typer.Argument(help=t("サービスアカウントの ID", "the service account's id"))
]


@command(app, "make", "サービスアカウントを作ります。", "Make a service account.")
def make(
    desk: Desk,
    membership: Membership,
    name: Annotated[str, typer.Argument(help=t("プログラムの名前と用途", "the program"))],
) -> None:
    """Make an account for a program, for which the caller answers."""
    call = services.make_service_account(membership, name)
    desk.did(
        call,
        "作成しました。あなたが構成員代表である間だけ使えます。",
        "Made. It works only while you represent the member.",
        "id name person_name works",
    )


@command(app, "list", "サービスアカウントの一覧。", "List service accounts.")
def list_(desk: Desk, membership: Membership) -> None:
    """List a member's programs, and who answers for each."""
    desk.pages(services.list_service_accounts(membership), SHOWN)


@command(app, "token", "トークンを作ります（一度だけ表示）。", "Make a token (shown once).")
def token(
    desk: Desk,
    membership: Membership,
    account: Account,
    scope: Annotated[list[str], typer.Option(help=choices("read", "write"))],
    days: Annotated[int, typer.Option(help=t("有効日数", "days it is valid"))] = 30,
) -> None:
    """Make a token beside the one before, for changing over; then revoke that."""
    call = services.make_service_token(membership, account, scope, days)
    desk.did(
        call,
        "このトークンは二度と表示されません。"
        "古いものは、入れ替えた後に token revoke で無効にしてください。",
        "This token is never shown again. After changing over, end the old one by token revoke.",
        "id scopes expires_at token",
    )


@command(app, "end", "サービスアカウントを終えます。", "End a service account.")
def end(desk: Desk, membership: Membership, account: Account) -> None:
    """End an account and all its tokens."""
    desk.did(services.end_service_account(membership, account), "終えました。", "Ended.")
