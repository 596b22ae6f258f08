"""What a running server does by itself: due jobs, closing entries, checkpoints, counts of refusals.

Owns one thread and its rhythm, and starts the postman's (server/notices), whom a mail server may
keep waiting. Nothing waits for it: state is computed on read.
"""

import logging
import threading
import time

from crypto.digests import sha256
from server import jobs
from server.access import idempotency
from server.access.parts import Parts
from server.audit import checkpoints, outside
from server.audit.models import SYSTEM
from server.audit.outside import Tampered
from server.audit.service import Draft
from server.documents.checks import sweep
from server.identity import challenges, limits, proofs, stepping_up
from server.notices.postman import Postman
from server.wiring import LAST
from server.wiring import jobs as all_jobs

EVERY_SECONDS = 0.5
SWEEP_EVERY = 7200  # rounds: about once an hour
FORGET_EVERY = 120  # rounds: about once a minute
# A checkpoint is signed within 5 seconds of a leaf (LOG-5 asks for 10), and of one job's time.
KEEP_SECONDS = 5.0

_log = logging.getLogger("kyogikai.keeping")


class Keeper:
    """Runs until `stop`; `round` does one round and is what tests call."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._jobs = all_jobs(parts)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper")
        self._rounds, self._kept_at = 0, -KEEP_SECONDS
        self._postman = Postman(parts)

    def start(self) -> None:
        """Sweep what a crash left behind, then begin."""
        sweep(self._parts)
        self._keep()
        self._thread.start()
        self._postman.start()

    def stop(self) -> None:
        """Finish the round that runs, sign what has grown, and end."""
        self._stopping.set()
        self._postman.stop()
        self._thread.join()
        self._keep()

    def round(self) -> None:
        """One round: due jobs, and every few seconds the checkpoints."""
        jobs.run_due(self._parts.database, self._jobs, self._between, last=LAST)
        self._parts.sharing.close()
        if self._is_time_to_keep():
            self._keep()
        if self._rounds % SWEEP_EVERY == 0:
            with self._parts.database.changing() as tx:
                idempotency.sweep(tx)
        if self._rounds % FORGET_EVERY == 0:
            with self._parts.database.changing() as tx:
                limits.sweep(tx)
                proofs.sweep(tx)
                challenges.sweep(tx)
                stepping_up.sweep(tx)
        self._rounds += 1

    def _between(self) -> bool:
        """Before each job: what must not wait until the last of many slow ones is done, the end of
        the server above all; whether to go on.
        """
        if self._stopping.is_set():
            return False
        if self._is_time_to_keep():
            self._keep()
            self._parts.sharing.close()
        return True

    def _is_time_to_keep(self) -> bool:
        return time.monotonic() - self._kept_at >= KEEP_SECONDS

    def _keep(self) -> None:
        self._kept_at = time.monotonic()
        parts = self._parts
        try:
            signed = outside.keep(parts.database, parts.tally, parts.settings.checkpoints)
            self._note_in_system_log([log_id for log_id in signed if log_id != SYSTEM])
        except (Tampered, OSError) as error:
            _log.critical("checkpoints: %s", error)

    def _note_in_system_log(self, log_ids: list[str]) -> None:
        """The system log holds every council's checkpoint (LOG-1), so it vouches for them all."""
        for log_id in log_ids:
            with self._parts.database.reading() as tx:
                newest = checkpoints.latest(tx, log_id)
            if newest is not None:
                digest = sha256(newest.note).hex()
                place = f"checkpoint/{log_id}/{newest.size}/{digest}"
                draft = Draft(kind="log.checkpoint", object=place, outcome="done")
                self._parts.recorder.record(SYSTEM, draft)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.round()
            except Exception:  # noqa: BLE001  the next round is the handling
                # The database may be gone for a moment; the next round tries again.
                _log.exception("a round failed")
            self._stopping.wait(EVERY_SECONDS)
