"""Registering persons, and giving them the link for their first passkey."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.sdk.calls import identity

app = noun("人の登録", "Persons")


@command(app, "register", "人を登録します。", "Register a person.")
def register(
    desk: Desk,
    name: Annotated[str, typer.Option(help=t("氏名", "name"))],
    kana: Annotated[str, typer.Option(help=t("フリガナ", "name in kana"))],
    email: Annotated[str, typer.Option(help=t("メール", "e-mail address"))],
    organisation: Annotated[str, typer.Option(help=t("所属する組織の ID", "organisation's id"))],
    title: Annotated[str, typer.Option(help=t("役職", "title"))],
) -> None:
    """Register a person; it gives no credential yet."""
    call = identity.register_person(name, kana, email, organisation, title)
    desk.did(call, "登録しました。", "Registered.", "id name organisation")


@command(
    app,
    "invite",
    "最初のパスキーを登録するリンクを作ります。",
    "Make the link for the first passkey.",
)
def invite(
    desk: Desk, person: Annotated[str, typer.Argument(help=t("人の ID", "the person's id"))]
) -> None:
    """Make a one-time enrolment link."""
    desk.did(
        identity.invite_person(person),
        "このリンクは一度だけ表示されます。本人にだけ渡してください。",
        "This link is shown once. Hand it to that person and nobody else.",
        "person link hours",
    )
