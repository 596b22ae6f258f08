"""The options that every command takes, wherever they are written.

Owns what each becomes: a part of the Desk that the command works at.
"""

from typing import Annotated

import typer

from clients.cli import VERSION, language
from clients.cli.desk import Desk
from clients.cli.language import t


def _print_version(asked: bool) -> None:
    if asked:
        print(f"kyogikai {VERSION}")
        raise typer.Exit


Json = Annotated[bool, typer.Option("--json", help=t("API の JSON を出力", "print the API's JSON"))]
Server = Annotated[
    str, typer.Option("--server", envvar="KYOGIKAI_SERVER", help=t("サーバー", "the server"))
]
As = Annotated[
    str,
    typer.Option(
        "--as",
        envvar="KYOGIKAI_AS",
        help=t("サインインの名前（人ごとに分ける）", "the name of a sign-in, one per person"),
    ),
]
Version = Annotated[
    bool,
    typer.Option(
        "--version",
        is_eager=True,
        callback=_print_version,
        help=t("版を表示", "print the version"),
    ),
]
Lang = Annotated[str, typer.Option("--lang", help=t("言語（ja、en）", "the language: ja, en"))]
NoBrowser = Annotated[
    bool,
    typer.Option(
        "--no-browser",
        help=t("アドレスを示すだけで、ブラウザを開かない", "show addresses, open no browser"),
    ),
]
Wait = Annotated[
    int,
    typer.Option("--wait", min=1, help=t("ブラウザを待つ秒数", "seconds to wait for the browser")),
]
CHOSEN = language.chosen()


def root(
    ctx: typer.Context,
    as_json: Json = False,
    server: Server = "http://localhost:8000",
    name: As = "default",
    version: Version = False,
    lang: Lang = CHOSEN,
    no_browser: NoBrowser = False,
    wait: Wait = 300,
) -> None:
    """Take the global options."""
    ctx.obj = Desk(server, name, as_json, opens_browser=not no_browser, wait=wait)
