"""The entry of `kyogikai`: global options, and which module holds which noun.

Owns the map of nouns. A noun's module is loaded when it is used, so that starting stays quick and
help is in the language that was chosen.
"""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer

from clients.cli import faults, language, usage
from clients.cli.language import t
from clients.cli.rendering import clean

COMMANDS = "clients.cli.commands"
VERBS = dict.fromkeys(("sign-in", "sign-out", "whoami", "enrol"), "me")
VERBS |= {"waiting": "waiting", "trace": "trace"}
NOUNS = {
    "passkey": "passkey",
    "recovery": "recovery",
    "password": "password",
    "session": "session",
    "token": "token",
    "provider": "provider",
    "link": "link",
    "person": "person",
    "office": "office",
    "approval": "approval",
    "notice": "notice",
    "vision": "vision",
    "technology": "technology",
    "concept": "concept",
    "council": "council",
    "admission": "admission",
    "member": "member",
    "seat": "seat",
    "service": "service",
    "document": "document",
    "duty": "duty",
    "conflict": "conflict",
    "request": "request",
    "cooperation": "cooperation",
    "incident": "incident",
    "result": "result",
    "finding": "finding",
    "exception": "exception",
    "round": "round",
    "know-how": "know_how",
    "publication": "publication",
    "log": "log",
    "access": "access",
}
# Nouns that are a folder: what is further in it, in the order that help shows.
MORE = {
    "document": (
        "viewing",
        "provision",
        "scope",
        "taking_out",
        "importing",
        "disposal",
        "versions",
    ),
    "member": ("returning",),
    "council": ("safety", "rules", "papers", "closing"),
}
ANYWHERE = {
    "--json": False,
    "--server": True,
    "--as": True,
    "--lang": True,
    "--no-browser": False,
    "--wait": True,
}


class Nouns(usage.Group):
    """The top level: knows every name, loads a module when its name is used."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every name, in the order of the work."""
        return [*VERBS, *NOUNS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command or group of this name, freshly loaded; None if there is none."""
        name = VERBS.get(cmd_name) or NOUNS.get(cmd_name)
        if name is None:
            return None
        app = import_module(f"{COMMANDS}.{name}").app
        for more in MORE.get(name, ()):
            import_module(f"{COMMANDS}.{name}.{more}")
        loaded: Any = typer.main.get_command(app)
        found = loaded.commands[cmd_name] if cmd_name in VERBS else loaded
        found.name = cmd_name
        return found


def build() -> typer.Typer:
    """The application, with help in the language that was chosen."""
    app = typer.Typer(
        cls=Nouns,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help=t("協議会（Kyogikai）サーバーを操作します。", "Work with a Kyogikai server."),
        epilog=faults.exit_codes(),
    )

    app.callback()(import_module("clients.cli.global_options").root)
    return app


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; its exit code."""
    ordered = _global_first(arguments)
    language.choose(_value(ordered, "--lang"), os.environ)
    try:
        ended = build()(ordered, prog_name="kyogikai", standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        ended = faults.ExitCode.STOPPED
    except typer.TyperException as error:
        return _misused(error, "--json" in ordered)
    if ended == faults.ExitCode.STOPPED:
        print(t("中断しました。", "Stopped."), file=sys.stderr)
    return int(ended or 0)


def _misused(error: typer.TyperException, as_json: bool) -> int:
    """Say what is wrong with the command line; bare nouns get their help."""
    message = usage.told(error)
    lead = t("使い方が違います", "wrong usage")
    mistake = faults.Mistake(f"{lead}: {message} → {usage.help_of(error)}")
    if as_json:
        print(faults.document_of(mistake), file=sys.stderr)
    elif message:
        bare = type(error).__name__ == "NoArgsIsHelpError"
        print(message if bare else f"kyogikai: {clean(str(mistake))}", file=sys.stderr)
    return int(getattr(error, "exit_code", faults.ExitCode.USAGE))


def _global_first(arguments: Sequence[str]) -> list[str]:
    """The global options first, wherever they were written; nothing behind `--` is moved."""
    first: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            return [*first, *rest, word, *waiting]
        takes = ANYWHERE.get(word.partition("=")[0])
        if takes is None or ("=" in word and not takes):
            rest.append(word)
            continue
        first.append(word)
        if takes and "=" not in word and waiting:
            first.append(waiting.pop(0))
    return first + rest


def _value(arguments: Sequence[str], option: str) -> str | None:
    for place, word in enumerate(arguments):
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
        if word == option and place + 1 < len(arguments):
            return arguments[place + 1]
    return None


def main() -> None:
    """Run `kyogikai` with this process's arguments."""
    # What a command imports stays to the end, and all goes with the process: looking for garbage in
    # it, while it is made and when it goes, was a quarter of a short command's time.
    gc.set_threshold(50_000)
    for stream in (sys.stdout, sys.stderr):
        # A C locale must not turn Japanese into an error.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = int(faults.ExitCode.FAILED)
    gc.freeze()
    sys.exit(code)
