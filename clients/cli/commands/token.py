"""Tokens for programs."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import choices
from clients.sdk.calls import identity

app = noun("プログラム用トークン", "Tokens for programs")


@command(app, "make", "トークンを作ります（一度だけ表示）。", "Make a token (shown once).")
def make(
    desk: Desk,
    name: Annotated[str, typer.Argument(help=t("用途", "what it is for"))],
    scope: Annotated[list[str], typer.Option(help=choices("read", "write"))],
    council: Annotated[
        str | None, typer.Option(help=t("この協議会だけ", "for this council only"))
    ] = None,
    days: Annotated[int, typer.Option(help=t("有効日数", "days it is valid"))] = 30,
    network: Annotated[
        list[str] | None,
        typer.Option(help=t("使えるネットワーク（CIDR、複数可）", "allowed network (CIDR)")),
    ] = None,
) -> None:
    """Make a token; give it to a program as KYOGIKAI_TOKEN."""
    call = identity.make_token(name, scope, council, days, network or ())
    desk.did(
        call,
        "このトークンは二度と表示されません。KYOGIKAI_TOKEN で使います。",
        "This token is never shown again. Use it as KYOGIKAI_TOKEN.",
        "id name scopes council networks expires_at token",
    )


@command(app, "list", "自分のトークンの一覧。", "List your tokens.")
def list_(desk: Desk) -> None:
    """List the caller's tokens."""
    desk.pages(identity.list_tokens(), "id name scopes council networks expires_at used_at")


@command(app, "revoke", "トークンを無効にします。", "Revoke a token.")
def revoke(
    desk: Desk,
    token: Annotated[str, typer.Argument(help=t("トークンの ID", "the token's id"))],
) -> None:
    """Revoke one of the caller's tokens."""
    desk.did(identity.revoke_token(token), "無効にしました。", "Revoked.")
