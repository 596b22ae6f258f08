"""Entries that ranges share: one opening and one closing for what one reader asks in five minutes.

Owns the groups of this process, in memory, and the entry that closes each. Never decides: the
guard decides every range anew, and a range goes on under an entry only if its own would say the
same, word for word (who, from where, on what grounds, which keys), under rights that have not moved
since. What is refused or broken off has an entry of its own; another process has its own groups.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from crypto.canonical import canonical
from crypto.digests import sha256
from server.access import range_closings
from server.audit.recorder import Recorder
from server.audit.service import Draft
from server.clock import MINUTE, Clock, Instant
from server.crashpoints import crashpoint
from server.database import Tx

# A group lasts for one such stretch of the clock (12:00, 12:05 …), so that none is longer, and none
# goes on beyond midnight in Japan, where a new day of limits and alarms begins.
STRETCH = 5 * MINUTE
MOST = 1000  # groups; each holds about 3 KiB
COUNTED = ("ranges", "bytes", "start", "stop", "last")
# The stretch, what its entry says, and of a group that could not be closed the number of its entry:
# meanwhile another may have begun under the same words.
Key = tuple[int, bytes, int]


@dataclass(frozen=True, slots=True)
class Share:
    """What a range brings to the entry it may share.

    It will send `length` bytes. Where somebody counts them, `promise` writes that so many will be
    sent, `give_back` that so many were not, and up to `ahead` may be promised for ranges to come.
    """

    length: int
    promise: Callable[[Tx, int], None] | None = None
    give_back: Callable[[Tx, int], None] | None = None
    ahead: int = 0


@dataclass(slots=True, eq=False)
class Group:
    """An entry by its number, and what was sent under it, in bytes.

    `draft` is its closing but for the counts; `spare` was promised and is not yet anybody's; `last`
    is when the last range was whole, or the entry written; `in_doubt` says that its closing was
    tried, and may stand.
    """

    seq: int
    log_id: str
    draft: Draft
    give_back: Callable[[Tx, int], None] | None
    last: Instant
    spare: int = 0
    ranges: int = 0
    bytes: int = 0
    start: int = 0
    stop: int = 0
    is_open: bool = True
    in_doubt: bool = False


class _Stands(Exception):
    """The closing was written by an earlier try, whose answer was lost: it is not written again."""


class Sharing:
    """The groups of this process. `close` is called by the keeper, and when the server ends."""

    def __init__(self, recorder: Recorder, clock: Clock) -> None:
        self._recorder, self._clock = recorder, clock
        self._lock = threading.Lock()
        self._groups: dict[Key, Group] = {}

    def find(self, log_id: str, draft: Draft, epoch: int) -> Group | None:
        """The group whose entry says of a range what `draft` says, decided under the same rights.

        None also after the clock went back, for then nobody knows how long five minutes were.
        """
        said = _said(log_id, draft, epoch)
        with self._lock:
            now = self._clock()
            group = self._groups.get((now // STRETCH, said, 0))
            usable = group is not None and group.is_open and now >= group.last
            return group if usable else None

    def begin(self, log_id: str, draft: Draft, epoch: int, seq: int, share: Share) -> Group | None:
        """Let ranges share the entry `seq`, which is on disk and says `draft`. None where another
        such entry was quicker: this one then stands for one range.
        """
        body = {name: value for name, value in draft.body.items() if name != "opened"}
        closing = replace(draft, outcome="done", body={**body, "begun_as": seq})
        said = _said(log_id, draft, epoch)
        with self._lock:
            now = self._clock()
            group = Group(seq, log_id, closing, share.give_back, now)
            is_first = self._groups.setdefault((now // STRETCH, said, 0), group) is group
            return group if is_first else None

    def draw(self, group: Group, share: Share) -> int:
        """Take the bytes of a range from what the group has to spare; how many must be promised
        first where it has not enough: at least those, and no more ahead than it has sent already.
        """
        with self._lock:
            if share.promise is None:
                return 0
            if not group.is_open:
                return share.length
            if group.spare < share.length:
                return max(share.length, min(group.bytes, share.ahead))
            group.spare -= share.length
            return 0

    def spare(self, group: Group, promised: int) -> None:
        """So many bytes were promised ahead. Of a group that was closed meanwhile they stay counted
        for the day: better than bytes nobody counts.
        """
        with self._lock:
            group.spare += promised

    def sent(self, group: Group, start: int, length: int) -> bool:
        """A range was sent whole: its group's closing will count it. False where that is written
        already: the range then needs a closing of its own.
        """
        with self._lock:
            if not group.is_open:
                return False
            stop = start + length
            group.start = min(group.start, start) if group.ranges else start
            group.stop = max(group.stop, stop)
            group.ranges, group.bytes = group.ranges + 1, group.bytes + length
            group.last = max(group.last, self._clock())
            return True

    def make_room(self) -> None:
        """Close the oldest groups where there are MOST. Raises what recording them raises."""
        while len(self._groups) >= MOST:
            self._close(lambda: next(iter(self._groups), None))

    def close(self, *, everything: bool = False) -> None:
        """Close every group whose five minutes are over; `everything`: each of them.

        Raises what the recorder raises; what could not be recorded is tried again.
        """
        while self._close(lambda: self._over(everything=everything)):
            pass

    def _over(self, *, everything: bool) -> Key | None:
        stretch = self._clock() // STRETCH
        over = (
            key
            for key, group in self._groups.items()
            if everything or key[0] != stretch or not group.is_open
        )
        return next(over, None)

    def _close(self, choose: Callable[[], Key | None]) -> bool:
        """Close the group chosen under the lock; whether there was one."""
        with self._lock:
            key = choose()
            if key is None:
                return False
            group = self._groups.pop(key)
            group.is_open = False
        try:
            self._record(group)
        except BaseException:
            with self._lock:
                group.in_doubt = True
                self._groups[(*key[:2], group.seq)] = group
            raise
        return True

    def _record(self, group: Group) -> None:
        """Enter what was sent, and give back what was promised ahead of it; once."""
        if not group.ranges:
            return  # what is on its way ends with an entry of its own; nothing was promised ahead
        counted = {name: getattr(group, name) for name in COUNTED}
        draft = replace(group.draft, body={**group.draft.body, **counted})
        with suppress(_Stands):
            self._recorder.record(group.log_id, draft, also=lambda tx: _settle(tx, group, draft))
        crashpoint("range.closed")


def _settle(tx: Tx, group: Group, draft: Draft) -> None:
    """In the transaction of the closing, under its log's lock. Raises _Stands, which takes it back,
    where another try has written it.
    """
    if group.in_doubt and range_closings.count(tx, group.log_id, draft) > 1:
        raise _Stands
    if group.give_back is not None and group.spare:
        group.give_back(tx, group.spare)


def _said(log_id: str, draft: Draft, epoch: int) -> bytes:
    """What an entry says of a range, but for the id of its request."""
    words = [log_id, epoch, draft.kind, draft.object, draft.policy]
    return sha256(canonical([*words, dict(draft.actor), dict(draft.body)]))
