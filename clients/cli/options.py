"""Options that several commands take, with their help in the reader's language.

Owns no behaviour.
"""

from pathlib import Path
from typing import Annotated

import typer

from clients.cli.language import t
from clients.cli.terms import word


def choices(*codes: str, field: str = "") -> str:
    """The words that can be given (in `field`), each with what it means, as help shows them."""
    meant = ((code, word(code, field)) for code in codes)
    return t("、", ", ").join(code if said == code else f"{code}（{said}）" for code, said in meant)


def not_empty(file: Path | None) -> Path | None:
    """A file with something in it, before anything is done for its sake. Raises BadParameter."""
    if file is not None and file.is_file() and not file.stat().st_size:
        raise typer.BadParameter(t(f"ファイル {file} は空です。", f"File '{file}' is empty."))
    return file


InCouncil = Annotated[
    str | None,
    typer.Option(
        "--council",
        envvar="KYOGIKAI_COUNCIL",
        help=t("協議会の ID（一つだけなら省略可）", "the council's id (if you have several)"),
    ),
]
DOMAINS = "海洋、宇宙・航空、サイバー空間、領域横断、バイオ"
Council = Annotated[str, typer.Argument(help=t("協議会の ID", "the council's id"))]
Limit = Annotated[int, typer.Option("--limit", min=1, help=t("最大件数", "at most so many"))]
Reason = Annotated[str, typer.Option("--reason", help=t("理由", "why"))]
Yes = Annotated[
    bool, typer.Option("--yes", help=t("確認を求めない", "do not ask for confirmation"))
]
Document = Annotated[str, typer.Argument(help=t("資料の ID", "the document's id"))]
File = Annotated[
    Path,
    typer.Argument(exists=True, dir_okay=False, callback=not_empty, help=t("ファイル", "the file")),
]
Target = Annotated[Path, typer.Option("-o", "--out", help=t("保存先", "the file to write"))]
Answers = Annotated[
    str | None,
    typer.Option(
        "--answers", help=t("これで答える情報の求めの ID", "the request for information it answers")
    ),
]
DesignatedSecret = Annotated[
    bool,
    typer.Option(
        "--designated-secret/--no-designated-secret",
        help=t(
            "重要経済安保情報・特定秘密を含むか（含むものは扱えません）",
            "whether it holds information designated under the higher regimes (refused)",
        ),
    ),
]
NoWait = Annotated[
    bool,
    typer.Option(
        "--no-wait", help=t("サーバーの内容確認を待たない", "do not wait for the server's check")
    ),
]
