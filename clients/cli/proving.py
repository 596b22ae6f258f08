"""Proving by passkey that it is still oneself, where an act asks for it (IDN-6).

Owns what happens between a refusal `step_up_needed` and the repetition of the act: the first try
did nothing, so repeating it does it once. With a software passkey the proof is made here; otherwise
the person confirms this one act in their browser, and the command waits for that.
"""

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from clients.cli import browser, passkeys, profile
from clients.cli.faults import Mistake
from clients.cli.language import t
from clients.cli.terms import word
from clients.sdk.call import Call
from clients.sdk.calls import passkeys as calls
from clients.sdk.problems import StepUpNeeded, Unauthenticated
from clients.sdk.runners import Runner
from clients.sdk.transfers import Fetched, Landing, Progress, Sendable, unwatched
from clients.sdk.wire import Wire

if TYPE_CHECKING:
    from clients.cli.desk import Desk

Answer = TypeVar("Answer")
PAUSE = 1.0


class Proving(Runner):
    """Carries out calls as one session, proving by passkey where an act asks for it."""

    def __init__(self, wire: Wire, desk: "Desk") -> None:
        super().__init__(wire)
        self._desk = desk

    def run_plain(self, call: Call[Any]) -> Any:
        """As `Runner.run_plain`."""
        return self._proving(lambda: super(Proving, self).run_plain(call))

    def fetch(
        self, call: Call[Any], target: Path | Landing, progress: Progress = unwatched
    ) -> Fetched:
        """As `Runner.fetch`."""
        return self._proving(lambda: super(Proving, self).fetch(call, target, progress))

    def send_plain(
        self, call: Call[Any], source: Sendable | Path, progress: Progress = unwatched
    ) -> Any:
        """As `Runner.send_plain`."""
        return self._proving(lambda: super(Proving, self).send_plain(call, source, progress))

    def _proving(self, act: Callable[[], Answer]) -> Answer:
        """Do an act; where it needs a fresh proof, prove and do it again."""
        try:
            return self._as_kept(act)
        except StepUpNeeded as needed:
            if self.wire.token is None or self._desk.environment.get("KYOGIKAI_TOKEN"):
                raise  # a token given from outside has no file to keep its successor in
            self._prove(needed)
        return self._as_kept(act)

    def _as_kept(self, act: Callable[[], Answer]) -> Answer:
        """Do an act; where other commands proved meanwhile, do it with the token they were given.

        Whoever proves holds the passkey's file until the new token is kept, so once that file is
        free, what is kept is the newest; when it is the one that was refused, the session is over.
        """
        while True:
            used = self.wire.token
            try:
                return act()
            except Unauthenticated:
                if used is None or used == self._newest():
                    raise

    def _newest(self) -> str | None:
        """The token that is kept for this session now; from here on it is the one used."""
        if self._desk.environment.get("KYOGIKAI_TOKEN"):
            return self.wire.token
        path = self._passkey_file()
        with passkeys.alone(path) if path else nullcontext():
            kept = profile.recall(self._desk.session_file) or {}
        self.wire = replace(self.wire, token=kept.get("token", self.wire.token))
        return self.wire.token

    def _passkey_file(self) -> Path | None:
        kept = profile.recall(self._desk.session_file) or {}
        return Path(kept["passkey_file"]) if kept.get("passkey_file") else None

    def _prove(self, needed: StepUpNeeded) -> None:
        action, thing = str(needed.members["action"]), str(needed.members["thing"])
        if (path := self._passkey_file()) is not None:
            self._by_file(path, action, thing)
        else:
            self._by_browser(action, thing)

    def _by_file(self, path: Path, action: str, thing: str) -> None:
        with passkeys.opened(path) as authenticator:
            # Whoever had the file before may have proved too: that session's token is the newer.
            kept = profile.recall(self._desk.session_file) or {}
            self.wire = replace(self.wire, token=kept.get("token", self.wire.token))
            begun = super().run_plain(calls.begin_step_up(action, thing))
            credential = authenticator.get(begun["options"], browser.origin(self.wire.server))
            proved = super().run_plain(calls.step_up(begun["challenge"], credential))
            self.wire = replace(self.wire, token=proved["token"])
            profile.remember(self._desk.session_file, {**kept, "token": proved["token"]})

    def _by_browser(self, action: str, thing: str) -> None:
        asked = super().run_plain(calls.request_step_up(action, thing))
        browser.show(
            self._desk,
            f"{browser.origin(self.wire.server)}/confirm/{asked['id']}",
            t(
                f"本人確認が必要です（{word(action)}）。ブラウザで確認してください。",
                f"Confirm in your browser that it is you ({word(action)}).",
            ),
        )
        until = time.monotonic() + self._desk.wait
        while asked["state"] == "waiting" and time.monotonic() < until:
            time.sleep(PAUSE)
            asked = super().run_plain(calls.read_step_up_request(asked["id"]))
        if asked["state"] != "done":
            raise Mistake(
                t(
                    "本人確認がされなかったため、何も行っていません。もう一度実行してください。",
                    "Not confirmed, so nothing was done. Run the command again.",
                )
            )
