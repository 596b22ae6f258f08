"""How a command is used, in the reader's language: the frame of help, and what was wrong.

Owns the Japanese for what the option parser says of itself and of values, and the server's schemas
of fields. What is not known here is told in their own English.
"""

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

from clients.cli.language import ENGLISH, chosen

NAMED = (
    (r"No such command '(.+?)'\. Did you mean (.+)\?", r"\1 はありません。近いもの: \2"),
    (r"No such command '(.+)'\.", r"\1 というコマンドはありません。"),
    (r"No such option: (.+)", r"\1 というオプションはありません。"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", r"余分な引数があります: \1"),
    (r"Option '(.+)' requires an argument\.", r"オプション \1 には値が必要です。"),
    (r"Option '(.+)' requires (\d+) arguments\.", r"オプション \1 には値が \2 個必要です。"),
    (r"Option '(.+)' does not take a value\.", r"オプション \1 は値を取りません。"),
    (r"Missing command\.", "コマンドがありません。"),
    (r"Input should be a valid integer.*", "整数ではありません。"),
    (r"Input should be greater than or equal to (.+)", r"\1 以上です。"),
    (r"Input should be less than or equal to (.+)", r"\1 以下です。"),
    (r"(?i:file|path|directory) '(.+)' does not exist\.", r"ファイル \1 がありません。"),
    (r"(?i:file|path|directory) '(.+)' is a directory\.", r"\1 はフォルダーです。"),
    (r"(?i:file|path|directory) '(.+)' is not readable\.", r"ファイル \1 を読めません。"),
    (r"'(.+)' is not one of (.+)\.", r"\1 は使えません。使えるもの: \2"),
    # of fields, by the server's schemas
    (r"Field required", "必要です。"),
    (r"Extra inputs are not permitted", "知らない項目です。"),
    (r"String should have at least 1 character", "空です。"),
    (r"String should have at least (\d+) characters", r"\1 字以上です。"),
    (r"String should have at most (\d+) characters?", r"\1 字までです。"),
    (r"List should have at least (\d+) items? after validation, not \d+", r"\1 件以上です。"),
    (r"List should have at most (\d+) items? after validation, not \d+", r"\1 件までです。"),
    (r"Input should be ('.+')", r"使えるもの: \1"),
    (r"Value error, not an id of this server.*", "ID の形ではありません。"),
    (r"Value error, control characters are not allowed", "制御文字は使えません。"),
    (
        r"Value error, characters that turn or break the line are not allowed",
        "文字の向きを変える文字や行を分ける文字は使えません。",
    ),
    (r"Value error, a time from 1970 to 9999 is needed", "1970年から9999年までの日時です。"),
    (r"Value error, Invalid isoformat string.*", "日付の形ではありません（例 2026-12-31）。"),
)

# Help is wrapped, so that what stands in one line here may stand in two.
FRAME = (
    (r"^Usage:", "使い方:"),
    (r"^Options:", "オプション:"),
    (r"^Arguments:", "引数:"),
    (r"^Commands:", "コマンド:"),
    (r"Show this message and exit\.", "この説明を表示"),
    (r"Install completion for the current shell\.", "シェルに入力補完を組み込む"),
    (
        r"Show completion for the current shell, to copy it or customize the installation\.",
        "入力補完の設定を表示",
    ),
    (r"(?<=[\[ ])required\]", "必須]"),
    (r"(?<=[\[ ])default: (?=[^\]]*\])", "既定: "),
    (r"\[env var: ", "[環境変数: "),
)


class Command(TyperCommand):
    """A command whose help is in the reader's language throughout."""

    def get_help(self, ctx: Any) -> str:
        """The help, framed in the language that was chosen."""
        return framed(super().get_help(ctx))


class Group(TyperGroup):
    """A group of commands whose help is in the reader's language throughout."""

    def get_help(self, ctx: Any) -> str:
        """The help, framed in the language that was chosen."""
        return framed(super().get_help(ctx))


def framed(help_: str) -> str:
    """A help text whose headings and remarks are in the language that was chosen."""
    if chosen() == ENGLISH:
        return help_
    for english, japanese in FRAME:
        help_ = re.sub(english.replace(" ", r"\s+"), japanese, help_, flags=re.MULTILINE)
    return help_


def told(error: Any) -> str:
    """A usage error of the parser in one line."""
    said = str(getattr(error, "format_message", lambda: str(error))())
    if chosen() == ENGLISH:
        return said
    of, message = _parameter(error), str(getattr(error, "message", said))
    if type(error).__name__ == "MissingParameter":
        return f"{of}が必要です。"
    if of:
        return f"{of}の値が使えません: {in_japanese(message)}"
    return in_japanese(message or said) + _near(error)


def help_of(error: Any) -> str:
    """The command line that shows the help of the command an error is about."""
    context = getattr(error, "ctx", None)
    return f"{context.command_path if context else 'kyogikai'} --help"


def _parameter(error: Any) -> str:
    """The parameter an error is about, as it is written: `引数 CONCEPT`, `オプション --on`."""
    param = getattr(error, "param", None)
    if param is None:
        return ""
    if getattr(param, "param_type_name", "") == "argument":
        called = (getattr(param, "help", None) or "").partition("（")[0]
        return f"引数 {param.name}（{called}）" if called else f"引数 {param.name} "
    return f"オプション {' / '.join(param.opts)} "


def _near(error: Any) -> str:
    near = getattr(error, "possibilities", None)
    return f"近いもの: {'、'.join(sorted(near))}" if near else ""


def in_japanese(message: str) -> str:
    """What the parser or the server's schemas say of one value; unknown words stay as they are."""
    for english, japanese in NAMED:
        if match := re.match(english, message):
            return match.expand(japanese) + message[match.end() :]
    return message
