"""One's own accounts at organisations' sign-in services."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.sdk.calls import oidc

app = noun("組織アカウントとの連携", "Linked accounts of one's organisations")


@command(app, "list", "自分の連携の一覧。", "List your linked accounts.")
def list_(desk: Desk) -> None:
    """List the accounts of organisations by which the caller signs in."""
    desk.pages(oidc.list_links(), "id provider issuer subject since")


@command(
    app,
    "remove",
    "連携を外します（その連携で始めたサインインも終わります）。",
    "Remove a linked account; what was signed in by it is signed out.",
)
def remove(
    desk: Desk,
    link: Annotated[str, typer.Argument(help=t("連携の ID", "the link's id"))],
) -> None:
    """Remove a linked account. A passkey must be left to sign in by."""
    desk.did(oidc.remove_link(link), "連携を外しました。", "Removed.")
