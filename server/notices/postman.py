"""The thread that makes and sends notices, beside the keeper's: a mail server may hang.

Owns its rhythm alone. Nothing waits for it, and a failure is tried again in the next round.
"""

import logging
import threading

from server.access.parts import Parts
from server.clock import MINUTE, Instant
from server.notices import making, sending
from server.notices.relay import Unreachable, relay_of
from server.notices.sources import declared

EVERY_SECONDS = 5.0
REMIND_EVERY = 12  # rounds: about once a minute
PAUSE = MINUTE  # after a mail server could not be reached

_log = logging.getLogger("kyogikai.notices")


class Postman:
    """Runs until `stop`; `round` does one round and is what tests call."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="postman")
        self._rounds = 0
        self._not_before: Instant = 0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the round that runs, and end."""
        self._stopping.set()
        self._thread.join()

    def round(self) -> None:
        """One round: what is new in the logs, what comes near, and the letters that are due."""
        making.read_logs(self._parts, declared())
        if self._rounds % REMIND_EVERY == 0:
            making.remind(self._parts, declared())
        self._rounds += 1
        relay = relay_of(self._parts.settings)
        if relay is None or self._parts.clock() < self._not_before:
            return
        try:
            sending.send_due(self._parts, relay, self._stopping.is_set)
        except Unreachable as failure:
            self._not_before = self._parts.clock() + PAUSE
            _log.warning("the mail server cannot be reached: %s", failure)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.round()
            except Exception:  # noqa: BLE001  the next round is the handling
                _log.exception("a round failed")
            self._stopping.wait(EVERY_SECONDS)
