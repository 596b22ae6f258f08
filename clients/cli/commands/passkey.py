"""One's own passkeys."""

from pathlib import Path
from typing import Annotated

import typer

from clients.cli import browser, passkeys
from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.sdk.calls import passkeys as calls

app = noun("自分のパスキー", "One's passkeys")
SHOWN = "id name device_bound backed_up added_at last_used_at"
Passkey = Annotated[str, typer.Argument(help=t("パスキーの ID", "the passkey's id"))]
Name = Annotated[str, typer.Argument(help=t("名前", "its name"))]


@command(app, "list", "自分のパスキーの一覧。", "List your passkeys.")
def list_(desk: Desk) -> None:
    """List the caller's passkeys."""
    desk.pages(calls.list_passkeys(), SHOWN)


@command(
    app,
    "add",
    "パスキーを追加します（ブラウザを開きます）。",
    "Add a passkey (opens your browser).",
)
def add(
    desk: Desk,
    passkey_file: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False,
            help=t(
                "ファイルに作る（実演・自動試験用）",
                "make it in a file (for demonstrations and automated tests)",
            ),
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help=t("名前", "its name"))] = None,
) -> None:
    """Add a passkey: in the browser, or, having proved by another, in a file."""
    if passkey_file is None:
        browser.show(
            desk,
            f"{browser.origin(desk.server)}/me/passkeys",
            t("ブラウザでパスキーを追加してください。", "Add a passkey in your browser."),
        )
        return
    passkeys.warn(desk)
    begun = desk.run(calls.begin_passkey())
    with passkeys.opened(passkey_file, fresh=True) as authenticator:
        credential = authenticator.create(begun.options, browser.origin(desk.server))
    call = calls.add_passkey(begun.challenge, name or passkey_file.stem, credential)
    desk.did(call, "追加しました。", "Added.", SHOWN)


@command(app, "rename", "パスキーの名前を変えます。", "Rename a passkey.")
def rename(desk: Desk, passkey: Passkey, name: Name) -> None:
    """Give one of the caller's passkeys another name."""
    desk.did(calls.rename_passkey(passkey, name), "名前を変えました。", "Renamed.")


@command(
    app,
    "remove",
    "パスキーを削除します（最後の一つは残ります）。",
    "Remove a passkey (never the last).",
)
def remove(desk: Desk, passkey: Passkey) -> None:
    """Remove one of the caller's passkeys, such as one that was lost."""
    desk.did(calls.remove_passkey(passkey), "削除しました。", "Removed.")
