"""Letting a person who lost every passkey begin anew; it takes two."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.sdk.calls import passkeys

app = noun("パスキーをすべて失った人の復旧", "Recovering who lost every passkey")


@command(
    app,
    "approve",
    "復旧を認めます（二人目に、本人へのリンクが一度だけ表示されます）。",
    "Approve it (the second of two is shown the link for that person, once).",
)
def approve(
    desk: Desk, person: Annotated[str, typer.Argument(help=t("人の ID", "the person's id"))]
) -> None:
    """Say, as one of two, that the person shall begin anew: all they signed in with ends."""
    desk.did(
        passkeys.recover_person(person),
        "これまでのサインイン手段はすべて終了しました。"
        "このリンクは二度と表示されません。本人であることを確かめて、本人にだけ渡してください。",
        "Everything they signed in with has ended. This link is never shown again: make sure that"
        " it is they, and hand it to them and nobody else.",
        "person link hours",
    )
