"""What is wrong with a command line, in the reader's language.

Owns the Japanese for the usage errors of the option parser. One that it does not know is told in
the parser's own English.
"""

import re
from typing import Any

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
    (r"(?i:file|path|directory) '(.+)' is a directory\.", r"\1 はフォルダです。"),
    (r"(?i:file|path|directory) '(.+)' is not readable\.", r"ファイル \1 を読めません。"),
    (r"'(.+)' is not one of (.+)\.", r"\1 は使えません。使えるもの: \2"),
)


def told(error: Any) -> str:
    """A usage error of the parser in one line."""
    said = str(getattr(error, "format_message", lambda: str(error))())
    if chosen() == ENGLISH:
        return said
    of, message = _parameter(error), str(getattr(error, "message", said))
    if type(error).__name__ == "MissingParameter":
        return f"{of}が必要です。"
    if of:
        return f"{of}の値が使えません: {_in_japanese(message)}"
    return _in_japanese(message or said) + _near(error)


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


def _in_japanese(message: str) -> str:
    for english, japanese in NAMED:
        if match := re.match(english, message):
            return match.expand(japanese) + message[match.end() :]
    return message
