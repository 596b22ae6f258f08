"""For doctor: whether pages can be made here, what they are written with, and how held.

Owns these words. Starts a render process of its own, and ends it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from server.confinement.process import Died, Hung, Process
from server.rendering import fonts
from server.rendering.renderer import PROGRAM

WANTED = {
    "limits": "記憶・時間・書込みの上限 / limits",
    "files": "鍵と保管庫を読めないこと / reads neither keys nor vault (Landlock)",
    "network": "ネットワークがないこと / no network",
    "calls": "他のソケットとプロセスに届かないこと / no socket, no process of others (seccomp)",
}
NO_FONT = (
    "日本語フォントがない。ページの表示は符号・日時と英数字だけになる / no Japanese font: marks "
    f"show code, time and Latin letters alone. {fonts.INSTALL}, or KYOGIKAI_FONT"
)


def examine(named: Path | None) -> Iterator[tuple[Literal["ok", "note", "wrong"], str]]:
    """The font, and the process that makes pages."""
    font = fonts.find(named)
    if font is not None:
        yield "ok", f"印字に使うフォント / font: {font}"
    else:
        yield "note", NO_FONT
    try:
        process = Process(PROGRAM, str(font or ""))
    except (Died, Hung, OSError) as failure:
        yield "wrong", f"ページを画像にできない / no pages can be made: {type(failure).__name__}"
        return
    process.end()
    lacking = [words for name, words in WANTED.items() if name not in process.held]
    if lacking:
        yield "note", f"画像化の処理に欠ける守り / it is not held by: {'; '.join(lacking)}"
    else:
        yield "ok", "画像化の処理は隔離されている / pages are made by a process that is shut in"
