"""Organisations' own sign-in services."""

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.sdk.calls import oidc

app = noun("組織のサインイン先", "Organisations' sign-in services")


@command(app, "list", "組織のサインイン先の一覧。", "List organisations' sign-in services.")
def list_(desk: Desk) -> None:
    """List where one can sign in besides here; `kyogikai sign-in` opens a browser to choose."""
    desk.pages(oidc.list_providers(), "id name_ja name_en")
