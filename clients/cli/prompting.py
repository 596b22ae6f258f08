"""Asking a person for a password: at a terminal, or from standard input where told to.

Owns prompting. A password never comes from an option or the environment, where others could read
it; without a terminal nothing is asked, and the error says how to give it.
"""

import sys
from getpass import getpass

from clients.cli.faults import Mistake
from clients.cli.language import t


def password(from_stdin: bool, ja: str = "パスワード", en: str = "Password") -> str:
    """A password. Raises Mistake without a terminal, and for an empty one."""
    given = sys.stdin.readline().rstrip("\r\n") if from_stdin else _prompt(t(ja, en))
    if not given:
        raise Mistake(t(f"{ja}が空です。", f"{en}: nothing was given."))
    return given


def new_password(from_stdin: bool) -> str:
    """A new password, asked for twice at a terminal. Raises Mistake."""
    first = password(from_stdin, "新しいパスワード", "New password")
    if (
        not from_stdin
        and _prompt(t("新しいパスワード（もう一度）", "New password, again")) != first
    ):
        raise Mistake(t("二回の入力が違います。", "The two entries differ."))
    return first


def _prompt(what: str) -> str:
    if not sys.stdin.isatty():
        raise Mistake(
            t(
                f"端末がないため{what}を尋ねられません。"
                "--password-stdin を付けて標準入力で渡してください。",
                f"{what}: no terminal to ask at. Use --password-stdin and give it on stdin.",
            )
        )
    return getpass(f"{what}: ", stream=sys.stderr)


def confirm(question: str, yes: bool) -> None:
    """Have the person confirm. Raises Mistake when they do not, or without a terminal and --yes."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Mistake(
            t(
                "端末がないため確認できません。内容を確かめたうえで --yes を付けてください。",
                "No terminal to confirm at. Check what it says, then add --yes.",
            )
        )
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes", "はい"):
        raise Mistake(t("中止しました。", "Stopped."))
