"""Recording reads and refusals: one durable commit for all that wait together.

Owns group commit. An answer leaves only after `record` has returned: its entry is then on disk.
The queue is guarded by `_lock`; whoever leads owns the batch it took, and hands leadership to the
first of those who came meanwhile, so that nobody works for others after its own entry is safe.
"""

import threading
from collections.abc import Callable

from sqlalchemy.exc import InterfaceError, OperationalError

from server.audit import service
from server.audit.models import SYSTEM
from server.audit.service import Draft
from server.database import Database, Tx


class RightsMoved(Exception):
    """Rights changed between the decision and its entry: decide again."""


class _Unwritable(Exception):
    """An entry of the batch cannot be written, whatever the storage does; its cause says why."""


class _Item:
    """One waiting entry. `turn` is held until a leader has served it, or made it the leader."""

    __slots__ = ("also", "draft", "epoch", "error", "leads", "log_id", "seq", "turn")

    def __init__(
        self, log_id: str, draft: Draft, epoch: int | None, also: Callable[[Tx], None] | None
    ) -> None:
        self.log_id, self.draft, self.epoch, self.also = log_id, draft, epoch, also
        self.turn = threading.Lock()
        self.turn.acquire()
        self.leads = False
        self.seq = -1
        self.error: BaseException | None = None


class Recorder:
    """Appends entries of concurrent requests together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        driver = database.writer.dialect.loaded_dbapi
        self._storage_errors = (
            OperationalError,
            InterfaceError,
            driver.OperationalError,
            driver.InterfaceError,
        )
        self._lock = threading.Lock()
        self._queue: list[_Item] = []
        self._busy = False

    def record(
        self,
        log_id: str,
        draft: Draft,
        *,
        epoch: int | None = None,
        also: Callable[[Tx], None] | None = None,
    ) -> int:
        """Append one entry durably; its number.

        With `epoch`, raises RightsMoved (and records nothing) when the log's `rights_epoch` is no
        longer that. `also` runs in the same transaction. Raises what the commit raised: then
        nothing was recorded, and nothing may be served.
        """
        item = _Item(log_id, draft, epoch, also)
        with self._lock:
            self._queue.append(item)
            item.leads, self._busy = not self._busy, True
        if not item.leads:
            item.turn.acquire()
        if item.leads:
            self._lead()
        if item.error is not None:
            raise item.error
        return item.seq

    def _lead(self) -> None:
        with self._lock:
            batch, self._queue = self._queue, []
        try:
            self._serve(batch)
        except BaseException as error:
            for item in batch:
                item.error = error
            if not isinstance(error, Exception):
                raise
        finally:
            self._hand_over(batch)

    def _serve(self, batch: list[_Item]) -> None:
        """Commit the batch; one entry that cannot be written must not take the others with it."""
        try:
            self._commit(batch)
        except _Unwritable as failure:
            if len(batch) == 1:
                batch[0].error = failure.__cause__
            else:
                self._serve_singly(batch)

    def _serve_singly(self, batch: list[_Item]) -> None:
        for at, item in enumerate(batch):
            item.error = None
            try:
                self._serve([item])
            except Exception as error:  # noqa: BLE001  the storage: for all that are still left
                for unserved in batch[at:]:
                    unserved.error = error
                return

    def _commit(self, batch: list[_Item]) -> None:
        with self._database.changing() as tx:
            try:
                _write(tx, batch)
            except self._storage_errors:
                raise  # not because of an entry: trying each alone would help nobody
            except Exception as error:
                raise _Unwritable from error

    def _hand_over(self, batch: list[_Item]) -> None:
        for item in batch:
            if not item.leads:
                item.turn.release()
        with self._lock:
            if not self._queue:
                self._busy = False
                return
            successor = self._queue[0]
            successor.leads = True
        successor.turn.release()


def _write(tx: Tx, batch: list[_Item]) -> None:
    """Append the batch log by log, in the order of their ids, the system log last."""
    for log_id in sorted({i.log_id for i in batch}, key=lambda id: (id == SYSTEM, id)):
        head = service.lock(tx, log_id)
        fresh = []
        for item in (i for i in batch if i.log_id == log_id):
            if item.epoch is not None and item.epoch != head.rights_epoch:
                item.error = RightsMoved()
            else:
                fresh.append(item)
        if fresh:
            numbers = service.write(tx, log_id, [item.draft for item in fresh])
            for item, seq in zip(fresh, numbers, strict=True):
                item.seq = seq
                if item.also is not None:
                    item.also(tx)
