"""What every command works at: the chosen server, the session, and the two ways of answering.

Owns the connection of one run and where its output goes: data to standard output (for people, or
with `--json` the API's own JSON), messages to standard error.
"""

import json
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer

from clients.cli import faults, profile
from clients.cli.language import chosen, t

if TYPE_CHECKING:
    from clients.sdk.call import Call
    from clients.sdk.reading import Page
    from clients.sdk.runners import Runner

Answer = TypeVar("Answer")
MOST = 100_000
TOKEN = re.compile(r"ky[a-z]_[!-~]+")


class Desk:
    """One run of the command."""

    def __init__(
        self,
        server: str,
        name: str,
        as_json: bool,
        environment: Mapping[str, str] = os.environ,
        *,
        opens_browser: bool = True,
        wait: int = 300,
    ) -> None:
        self.server, self.name, self.as_json = server, name, as_json
        self.opens_browser, self.wait = opens_browser, wait
        self.environment = environment
        self._runner: Runner | None = None

    @property
    def root(self) -> Path:
        """The configuration folder."""
        return profile.folder(self.environment)

    @property
    def session_file(self) -> Path:
        """Where the session of this name at this server is kept."""
        try:
            return profile.session_file(self.root, self.server, self.name)
        except ValueError:
            raise faults.Mistake(
                t(
                    "--as は文字・数字・._@- の 64 字までです。",
                    "--as takes 64 letters, digits, ._@-",
                )
            ) from None

    def check(self) -> None:
        """See that the server is one that can be asked. Raises Mistake."""
        from clients.sdk.wire import Wire

        try:
            Wire(self.server)
        except ValueError:
            raise faults.Mistake(
                t(
                    f"--server は https://… です（http は localhost のみ）: {self.server}",
                    f"--server takes https://… (http for localhost only): {self.server}",
                )
            ) from None

    def runner(self, signed_in: bool = True) -> "Runner":
        """The connection, made when first needed."""
        if self._runner is None:
            from clients.cli.proving import Proving
            from clients.sdk.wire import Wire

            token = self._token() if signed_in else None
            self._runner = Proving(Wire(self.server, token, chosen()), self)
        return self._runner

    def close(self) -> None:
        """Close the connection."""
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def _token(self) -> str | None:
        """The token of this session; a file that holds none is as no file. Raises Mistake."""
        given = self.environment.get("KYOGIKAI_TOKEN")
        if given and not TOKEN.fullmatch(given):
            raise faults.Mistake(
                t("KYOGIKAI_TOKEN がトークンの形ではありません。", "KYOGIKAI_TOKEN is no token.")
            )
        kept = profile.recall(self.session_file) or {}
        return given or (str(kept["token"]) if TOKEN.fullmatch(str(kept.get("token"))) else None)

    def run(self, call: "Call[Answer]") -> Answer:
        """The answer to a call."""
        return self.runner().run(call)

    def show(self, call: "Call[Any]", names: str, council: str | None = None) -> None:
        """Run a call and print the named fields of what it answers; `council` says whose members
        it speaks of, where the answer itself does not.
        """
        document = self.runner().run_plain(call)
        self.show_plain(document, call.read(document), names, council)

    def show_plain(self, document: Any, thing: Any, names: str, council: str | None = None) -> None:
        """Print the named fields of an answer that is here already."""
        if self.as_json:
            self.print_json(document)
        else:
            self._record(thing, names, council)

    def _record(self, thing: Any, names: str, council: str | None = None) -> None:
        from clients.cli.names import names_for
        from clients.cli.rendering import columns, record

        shown = columns(names)
        record(thing, shown, names_for(self.runner(), [thing], shown, council))

    def present(self, thing: Any, names: str, council: str | None = None) -> None:
        """Show a thing to be confirmed, on standard error, with the names of whom it mentions."""
        from clients.cli.names import names_for
        from clients.cli.rendering import columns, lines

        shown = columns(names)
        people = names_for(self.runner(), [thing], shown, council)
        self.say("\n".join(lines(thing, shown, people)))

    def pages(
        self,
        call: "Call[Page[Any]]",
        names: str,
        limit: int = MOST,
        council: str | None = None,
        spread: "Callable[[Any], Iterable[Any]] | None" = None,
    ) -> None:
        """Run a list, page after page, and print at most `limit` things; `spread` makes several
        lines of one thing.
        """
        items, read = self._pages(call, limit)
        if self.as_json:
            self.print_json({"items": items[:limit], "next": read})
            return
        from clients.cli.names import names_for
        from clients.cli.rendering import columns, table

        things = call.read({"items": items[:limit], "next": None}).items
        if not things:
            self.say(t("ありません。", "None."))
        if spread is not None:
            things = tuple(line for thing in things for line in spread(thing))
        shown = columns(names)
        table(things, shown, names_for(self.runner(), things, shown, council))
        if read is not None:
            self.say(t("続きがあります（--limit）。", "There are more (--limit)."))

    def _pages(self, call: "Call[Page[Any]]", limit: int) -> tuple[list[Any], str | None]:
        items: list[Any] = []
        while True:
            document = self.runner().run_plain(call)
            items += document["items"]
            following: str | None = document.get("next")
            if following is None or len(items) >= limit:
                return items, following
            call = call.from_cursor(following)

    def did(
        self, call: "Call[Any]", ja: str, en: str, names: str = "", council: str | None = None
    ) -> None:
        """Run an act, print what it answers, and say that it is done."""
        document = self.runner().run_plain(call)
        if document is not None and self.as_json:
            self.print_json(document)
        elif document is not None and names:
            self._record(call.read(document), names, council)
        self.say(t(ja, en))

    def print_json(self, document: Any) -> None:
        """Print JSON on standard output: indented for a person, in one line for a program."""
        from clients.cli.rendering import harmless

        indent = 2 if sys.stdout.isatty() else None
        print(harmless(json.dumps(document, ensure_ascii=False, indent=indent)))

    def again(self, *words: str) -> str:
        """A command line for this person to run next, as a shell takes it."""
        named = () if self.name == "default" else ("--as", self.name)
        return shlex.join(("kyogikai", *named, *words))

    def say(self, message: str) -> None:
        """A message to the person, on standard error, whatever words of others it holds."""
        from clients.cli.rendering import clean

        print(clean(message), file=sys.stderr)

    def fail(self, failure: Exception) -> NoReturn:
        """Say what went wrong and end with its exit code."""
        if self.as_json:
            self.say(faults.document_of(failure, self.server))
        else:
            line = faults.line_of(failure, self.server, self.again("sign-in"))
            self.say(f"kyogikai: {line}")
        raise typer.Exit(int(faults.code_of(failure)))

    def council(self, given: str | None) -> str:
        """The council that was named, or the only one the caller has. Raises Mistake."""
        if given:
            return given
        from clients.sdk.calls.councils import list_councils

        found = self.run(list_councils()).items
        if len(found) == 1:
            return found[0].id
        names = "、".join(f"{each.id} ({each.concept_id})" for each in found[:5])
        raise faults.Mistake(
            t(
                f"--council で協議会を指定してください。{names}",
                f"Name the council with --council (or KYOGIKAI_COUNCIL). {names}",
            )
        )
